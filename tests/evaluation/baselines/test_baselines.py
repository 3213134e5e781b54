"""What the baselines find in worlds where the truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from baseline_worlds import people_world, thirds

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.evaluation import (
    BaselineModel,
    ItemMajority,
    Judgements,
    LongerWins,
    OneModelPerPerson,
    PairMajority,
    PersonDeviation,
    Population,
    SideWins,
    log_loss,
    shuffled_ids,
)

ALL = [Population(), PersonDeviation(), OneModelPerPerson(), SideWins(), PairMajority(), ItemMajority()]


def loss(baseline, judged):
    return log_loss(baseline.probability(judged), judged.outcome, judged.weight)


def test_offsets_are_fitted_where_items_have_a_quality_of_their_own():
    train, validation, test = thirds(people_world(1, n_users=60, spread=0.2, quality=1.5))
    auto = Population().fit(train, validation)
    assert auto.offset_ridge_ is not None
    assert loss(auto, test) < loss(Population(offsets="never").fit(train, validation), test) - 0.03


def test_offsets_that_do_not_matter_cost_nothing():
    train, validation, test = thirds(people_world(2, n_users=60, spread=0.2))
    auto, never = Population().fit(train, validation), Population(offsets="never").fit(train, validation)
    assert loss(auto, test) < loss(never, test) + 0.005


def test_an_item_that_was_never_judged_has_no_offset():
    train, validation, _ = thirds(people_world(1, n_users=60, quality=1.5))
    population = Population(offsets="always").fit(train, validation)
    stranger = Judgements.of_arrays(train.features[:2], [0], [1], [1.0], [0], item=[1000, 1001])
    by_features = (train.features[0] - train.features[1]) @ population.beta_
    assert population.log_odds(stranger)[0] == pytest.approx(by_features)


def test_items_are_found_by_identity_not_by_row():
    train, validation, test = thirds(people_world(3, quality=1.0))
    population = Population(offsets="always").fit(train, validation)
    order = np.random.default_rng(0).permutation(len(test.features))
    row = np.argsort(order)
    moved = replace(test, features=test.features[order], item=test.item[order], a=row[test.a], b=row[test.b])
    np.testing.assert_allclose(population.log_odds(moved), population.log_odds(test), rtol=1e-12, atol=1e-12)


def test_empirical_bayes_finds_the_spread_of_the_weights():
    rng = np.random.default_rng(4)
    features = rng.normal(size=(300, 40))
    beta = 0.3 * rng.normal(size=40)
    a, b = rng.integers(0, 150, 6000), rng.integers(150, 300, 6000)
    outcome = rng.uniform(size=6000) < 1 / (1 + np.exp(-(features[a] - features[b]) @ beta))
    population = Population(offsets="never").fit(Judgements.of_arrays(features, a, b, outcome, np.zeros(6000, int)))
    assert population.chosen_by_ == "empirical Bayes"
    # forty weights: the sd of their mean square is sqrt(2/40) = .22 of it
    assert 1 / population.ridge_ == pytest.approx(np.mean(beta**2), rel=0.1)
    assert 1 / population.ridge_ == pytest.approx(0.09, rel=0.7)


def test_deviations_beat_the_population_and_own_models_where_tastes_differ_mildly():
    train, validation, test = thirds(people_world(5, n_users=200, n_each=20, n_features=6, spread=0.7))
    population = Population().fit(train, validation)
    deviation = PersonDeviation(population).fit(train, validation)
    own = OneModelPerPerson().fit(train, validation)
    assert loss(deviation, test) < loss(population, test) - 0.02
    assert loss(deviation, test) < loss(own, test) - 0.01


def test_deviations_switch_themselves_off_where_everybody_is_alike():
    train, validation, test = thirds(people_world(6, n_users=80, n_each=50, spread=0.0))
    deviation = PersonDeviation().fit(train, validation)
    assert deviation.ridge_ >= 30
    assert loss(deviation, test) < loss(deviation.population_, test) + 0.003


def test_the_chosen_ridge_is_near_the_precision_of_tastes():
    train, validation, _ = thirds(people_world(7, n_users=150, n_each=60, spread=1.0))
    assert PersonDeviation().fit(train, validation).ridge_ in (0.3, 1.0, 3.0)  # true precision 1, grid of about 3


def test_somebody_with_no_answers_is_the_population_or_nobody():
    train, validation, test = thirds(people_world(8))
    strangers = replace(test, user=test.user + 1000)
    deviation = PersonDeviation().fit(train, validation)
    np.testing.assert_array_equal(deviation.log_odds(strangers), deviation.population_.log_odds(test))
    np.testing.assert_array_equal(OneModelPerPerson().fit(train, validation).probability(strangers), 0.5)


@pytest.mark.parametrize("kind", [PersonDeviation, OneModelPerPerson])
def test_adapting_on_a_persons_training_answers_gives_their_fitted_self(kind):
    train, validation, test = thirds(people_world(9))
    baseline = kind().fit(train, validation)
    again = baseline.without_people().adapt(train)
    np.testing.assert_allclose(again.log_odds(test), baseline.log_odds(test), atol=1e-4)
    assert list(again.user_ids) == list(baseline.user_ids)


def test_adapting_one_person_changes_nobody_else():
    train, validation, test = thirds(people_world(10))
    baseline = PersonDeviation().fit(train, validation)
    new = baseline.adapt(replace(train.take(train.user == 3), user=np.full((train.user == 3).sum(), 3000)))
    np.testing.assert_array_equal(new.log_odds(test), baseline.log_odds(test))
    assert "3000" in new.user_ids
    assert "3000" not in baseline.user_ids


def test_more_answers_help_a_new_person():
    judged = people_world(11, n_users=120, n_each=60, spread=1.2)
    seen = judged.user < 80
    train, validation, _ = thirds(judged.take(seen))
    baseline = PersonDeviation().fit(train, validation)
    place = np.arange(len(judged)) % 60
    test = judged.take(~seen & (place >= 30))
    losses = [loss(baseline.adapt(judged.take(~seen & (place < n))), test) for n in (0, 2, 10, 30)]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] - losses[-1] > 0.1


@pytest.mark.parametrize("baseline", ALL, ids=lambda baseline: baseline.name)
def test_every_baseline_but_the_side_is_antisymmetric(baseline):
    train, validation, test = thirds(people_world(12, quality=1.0))
    baseline.fit(train, validation)
    forth, back = baseline.log_odds(test), baseline.log_odds(replace(test, a=test.b, b=test.a))
    if isinstance(baseline, SideWins):
        np.testing.assert_array_equal(back, forth)
    else:
        np.testing.assert_array_equal(back, -forth)


def test_side_and_length_find_what_they_look_for_and_nothing_else():
    judged = people_world(13)
    rng = np.random.default_rng(0)
    length = rng.normal(size=len(judged.features))
    longer = replace(judged, length=length, outcome=(length[judged.a] > length[judged.b]).astype(float))
    assert loss(LongerWins().fit(longer), longer) < 0.35
    assert abs(LongerWins().fit(replace(judged, length=length)).slope_) < 0.3
    left = replace(judged, outcome=np.ones(len(judged)))
    assert loss(SideWins().fit(left), left) < 0.01
    assert loss(SideWins().fit(judged), judged) == pytest.approx(np.log(2), abs=0.005)


def test_votes_are_found_by_identity_and_strangers_are_a_toss_up():
    judged = Judgements.of_arrays([[0.0]] * 3, [0, 1, 0, 1], [1, 0, 1, 2], [1, 0, 0.5, 1], [0] * 4, item=[7, 9, 8])
    pairs, items = PairMajority().fit(judged), ItemMajority().fit(judged)
    asked = Judgements.of_arrays([[0.0]] * 4, [0, 1, 0, 2], [1, 0, 2, 3], [1] * 4, [0] * 4, item=[9, 7, 8, 1])
    # 7 beat 9 in 2.5 of 3, 9 beat 8 once, 7 never met 8, and nobody knows 1
    np.testing.assert_allclose(pairs.probability(asked), [1.5 / 5, 3.5 / 5, 2 / 3, 0.5])
    standing = {7: np.log(3.5 / 1.5), 9: np.log(2.5 / 3.5), 8: np.log(1 / 2), 1: 0.0}
    expected = [standing[a] - standing[b] for a, b in ((9, 7), (7, 9), (9, 8), (8, 1))]
    np.testing.assert_allclose(items.log_odds(asked), expected)


def test_votes_do_as_well_as_one_taste_where_every_pair_was_judged_by_many():
    train, validation, test = thirds(people_world(14, n_users=300, n_items=6, spread=0.3, quality=1.0))
    one_taste = loss(Population().fit(train, validation), test)
    assert loss(PairMajority().fit(train), test) == pytest.approx(one_taste, abs=0.01)
    assert loss(ItemMajority().fit(train, validation), test) == pytest.approx(one_taste, abs=0.02)


def test_shuffled_ids_keep_counts_and_judgements_and_are_seeded():
    rng = np.random.default_rng(0)
    data = Comparisons.from_arrays(
        users=["ann", "bob", "cid"],
        responses=["x", "y"],
        user=rng.integers(0, 3, 200),
        response_a=np.zeros(200, int),
        response_b=np.ones(200, int),
        outcome=rng.integers(0, 2, 200),
    )
    shuffled = shuffled_ids(data, seed=1)
    np.testing.assert_array_equal(np.bincount(shuffled.user), np.bincount(data.user))
    np.testing.assert_array_equal(shuffled.outcome, data.outcome)
    assert (shuffled.user != data.user).any()
    assert shuffled == shuffled_ids(data, seed=1)
    assert shuffled != shuffled_ids(data, seed=2)


def test_a_baseline_model_knows_people_and_items_of_other_tables_by_name():
    rows = [
        {"user_id": u, "prompt": "A drink?", "response_a": "tea", "response_b": other, "choice": c}
        for u, c in (("ann", "a"), ("bob", "b"))
        for other in ("gin", "milk")
        for _ in range(3)
    ]
    columns = {"tea": [1.0, 0.0], "gin": [0.0, 1.0], "milk": [0.0, 0.0]}
    model = BaselineModel(
        PersonDeviation(Population(offsets="always"), ridge=0.5),
        lambda items: np.array([columns[text] for text in items.response_texts()]),
    ).fit(Comparisons.from_rows(rows))
    other_table = Comparisons.from_rows(
        [
            {"user_id": u, "prompt": "A drink?", "response_a": "milk", "response_b": "tea", "choice": "a"}
            for u in ("bob", "ann", "zoe")
        ]
    )
    bob, ann, zoe = model.predict(other_table).probability
    assert bob > zoe > ann
    assert model.predict(other_table, users="population").probability.tolist() == pytest.approx([zoe] * 3)
    as_zoe = model.adapt_users(
        Comparisons.from_rows([row | {"user_id": "zoe"} for row in rows if row["user_id"] == "ann"])
    )
    assert model.predict(other_table, users=as_zoe).probability.tolist() == pytest.approx([zoe, zoe, ann], abs=1e-6)
    with pytest.raises(GustibusError, match="users='ann'"):
        model.predict(other_table, users="ann")


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (lambda: Judgements.of_arrays([[1.0]], [0], [1], [1.0], [0]), "rows of the 1 items"),
        (lambda: Judgements.of_arrays([[1.0], [np.nan]], [0], [1], [1.0], [0]), "not finite"),
        (lambda: Judgements.of_arrays([[1.0], [0.0]], [0], [1], [2.0], [0]), r"outcomes must be in \[0, 1\]"),
        (lambda: Judgements.of_arrays([[1.0], [0.0]], [0], [1], [1.0], [0, 1]), "user has shape"),
        (lambda: PersonDeviation(ridge=0.0), "must be positive"),
        (lambda: OneModelPerPerson().fit(people_world()), "choose the penalty on"),
        (lambda: LongerWins().fit(people_world()), "lengths are not known"),
        (lambda: Population().fit(people_world().take([])), "no judgements"),
    ],
)
def test_wrong_input_is_refused_with_a_fix(call, part):
    with pytest.raises(GustibusError, match=part):
        call()
