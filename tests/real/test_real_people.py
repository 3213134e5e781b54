"""What is known about three real data sets holds on one split of each.

Bounds come from five splits in ``benchmarks/results``: they are far from what those gave, since one split of about a
hundred people moves by some hundredths of a nat. Settings that validation often chose there are given, to save time.
"""

import pytest
from benchmarks.real_people.datasets import load
from benchmarks.real_people.reference import REFERENCE

import gustibus as gs
from gustibus.evaluation import BaselineModel, LongerWins, Population, Scored, prefix, shuffled_ids

pytestmark = [pytest.mark.real, pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")]

SEED = 1
FAST = {"dimensions": 8, "prototype_scale": 1.0, "user_penalty": 1.0, "item_offsets": False, "posterior_draws": 128}


class Case:
    """A data set and its split."""

    def __init__(self, name, folder):
        self.data = load(name, folder)
        self.split = gs.people_split(self.data.comparisons, self.data.nmax, self.data.mint, SEED)

    def fit(self, train=None, validation=None, **settings):
        train = self.split.train if train is None else train
        validation = self.split.validation if validation is None else validation
        return gs.fit(train, validation=validation, encoder=self.data.encoder, seed=SEED, **settings)

    def seen(self, model):
        return Scored.of(self.split.seen_test, model.predict(self.split.seen_test).probability)

    def unseen(self, model, n):
        asked = self.split.unseen_test
        users = model.adapt_users(prefix(self.split.unseen_pool, n)) if n else "population"
        return Scored.of(asked, model.predict(asked, users=users).probability)

    def population(self):
        """The baseline, which the reference figures of all users are about."""
        return BaselineModel(Population(), self.data.features).fit(self.split.train, self.split.validation)


@pytest.fixture(scope="module")
def cems(data_folder):
    return Case("cems", data_folder)


@pytest.fixture(scope="module")
def kidney(data_folder):
    return Case("kidney2", data_folder)


@pytest.fixture(scope="module")
def ukp(data_folder):
    return Case("ukp", data_folder)


@pytest.fixture(scope="module")
def kidney_tastes(kidney):
    return kidney.fit(prototypes=4, **FAST)


def test_files_are_read_whole(cems, kidney, ukp):
    assert (len(cems.data.comparisons), cems.data.comparisons.n_users) == (4_454, 303)
    assert int(cems.data.comparisons.is_tie.sum()) == 487
    assert (len(kidney.data.comparisons), kidney.data.comparisons.n_users) == (5_290, 132)
    assert kidney.data.left_out.startswith("7 judgements")
    assert (len(ukp.data.comparisons), ukp.data.comparisons.n_users) == (84_445, 3_815)
    assert ukp.data.encoder.matrix.shape == (1_052, 33)


def test_schools_eight_tastes_beat_the_population_by_a_tenth_of_a_nat(cems):
    population, tastes = cems.population(), cems.fit(prototypes=8, **FAST)

    gain = cems.seen(tastes).paired(cems.seen(population))

    assert gain.high < -0.1
    assert cems.seen(population).log_loss == pytest.approx(REFERENCE["cems"]["population"]["log_loss"], abs=0.02)
    after_ten = cems.unseen(tastes, 10)
    assert after_ten.paired(cems.unseen(population, 0)).high < -0.1


def test_kidneys_four_tastes_beat_the_population_and_new_people_are_soon_known(kidney, kidney_tastes):
    population = kidney.population()

    seen = kidney.seen(kidney_tastes)

    assert seen.log_loss < 0.42
    assert seen.paired(kidney.seen(population)).high < -0.05
    losses = [kidney.unseen(kidney_tastes, n).log_loss for n in (0, 5, 20)]
    assert losses[0] > losses[1] > losses[2]
    assert kidney.unseen(kidney_tastes, 20).paired(kidney.unseen(population, 0)).high < -0.03


def test_kidneys_shuffled_names_gain_nothing(kidney, kidney_tastes):
    train, validation = shuffled_ids(kidney.split.train, 0), shuffled_ids(kidney.split.validation, 1)
    nobody, population = kidney.fit(train, validation, prototypes=4, **FAST), kidney.population()

    change = kidney.seen(nobody).paired(kidney.seen(population))

    # Curves of the map may win or lose a little against the linear population; names cannot.
    assert change.estimate > -0.03
    assert kidney.seen(nobody).log_loss > kidney.seen(kidney_tastes).log_loss + 0.1


def test_arguments_population_is_at_its_reference_and_beats_length(ukp):
    reference = REFERENCE["ukp"]["population"]["log_loss"]

    baseline, one_taste = ukp.seen(ukp.population()), ukp.seen(ukp.fit(model="bt"))

    # 8,700 test judgements: a standard error of about 0.004 in log loss.
    assert baseline.log_loss == pytest.approx(reference, abs=0.012)
    assert one_taste.log_loss == pytest.approx(reference, abs=0.012)
    longer_wins = BaselineModel(LongerWins(), ukp.data.features).fit(ukp.split.train)
    assert baseline.log_loss < ukp.seen(longer_wins).log_loss - 0.05
