"""Every data set is read whole, by the protocol it is measured under; figures of another study fit it."""

import numpy as np
import pytest
from benchmarks.real_people.arrays import arrays, first_answers
from benchmarks.real_people.datasets import LOADERS, load
from benchmarks.real_people.reference import REFERENCE
from benchmarks.reference_figures import HIERARCHICAL

import gustibus as gs
from gustibus.evaluation import BaselineModel, Population, Scored, prefix

pytestmark = [pytest.mark.real, pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")]

# judgements, people, features
SIZES = {
    "cems": (4_454, 303, 6),
    "topmodel": (2_880, 192, 6),
    "kidney2": (5_290, 132, 9),
    "train": (2_929, 235, 4),
    "kidney1": (1_830, 122, 9),
    "dices": (6_484, 122, 65),
    "popquorn": (4_549, 262, 33),
    "movielens": (24_418, 671, 53),
    "tulu": (1_150, 16, 33),
    "hh_vpl": (4_043, 100, 33),
}
RATED = ["dices", "popquorn", "movielens"]


@pytest.fixture(scope="module")
def read(data_folder):
    kept = {}
    return lambda name: kept.setdefault(name, load(name, data_folder))


def test_every_loader_is_told_about():
    assert {*SIZES, "ukp"} == set(LOADERS) == set(REFERENCE)
    assert set(HIERARCHICAL) == set(SIZES)


@pytest.mark.parametrize("name", SIZES)
def test_a_data_set_has_its_judgements_people_and_features(read, name):
    data = read(name)
    features = data.features(data.comparisons.items())
    assert (len(data.comparisons), data.comparisons.n_users, features.shape[1]) == SIZES[name]
    assert data.shots[-1] == data.nmax == HIERARCHICAL[name].most


@pytest.mark.parametrize("name", RATED)
def test_pairs_of_ratings_use_an_item_once_a_person(read, name):
    data = read(name).comparisons
    both = np.concatenate([data.response_a, data.response_b])
    whose = np.concatenate([data.user, data.user])
    assert len(np.unique(np.stack([whose, both]), axis=1).T) == len(both)
    assert np.bincount(data.user).max() <= 60
    assert not data.is_tie.any()
    assert data.outcome.mean() == pytest.approx(0.5, abs=0.02)  # sides are drawn


@pytest.mark.parametrize("name", ["cems", "train", "popquorn", "hh_vpl"])
def test_arrays_are_the_split_that_models_are_measured_on(read, name):
    data = read(name)
    split = gs.people_split(data.comparisons, data.nmax, data.mint, seed=3)
    found = arrays(data, seed=3)

    responses = data.comparisons.responses.take(split.seen_test.response_a).to_pylist()
    own = data.encoder.encode_items([None] * len(responses), responses)
    assert np.array_equal(found.features[found.seen_test.a], own.astype(np.float64))
    assert np.array_equal(found.train.outcome, split.train.outcome)
    assert np.array_equal(np.unique(found.fit_judgements.user), np.arange(found.train.n_users))
    assert found.fit_judgements.validation.sum() == len(split.validation)
    first = first_answers(found.unseen_pool, 2)
    assert np.array_equal(first.b, prefix(split.unseen_pool, 2).response_b)
    assert np.array_equal(np.bincount(first.user), np.full(found.unseen_pool.n_users, 2))


@pytest.mark.parametrize("name", ["topmodel", "train"])
def test_the_population_is_where_another_study_found_it(read, name):
    data = read(name)
    reference, scores = REFERENCE[name]["population"], []
    for seed in range(5):
        split = gs.people_split(data.comparisons, data.nmax, data.mint, seed)
        model = BaselineModel(Population(), data.features).fit(split.train, split.validation)
        scores.append(Scored.of(split.seen_test, model.predict(split.seen_test).probability))
    # Its splits and pairs are other draws of the same people: both figures have this interval.
    interval = Scored.pool(scores).interval("log_loss", level=0.99)
    assert interval.low - 0.005 < reference["log_loss"] < interval.high + 0.005
