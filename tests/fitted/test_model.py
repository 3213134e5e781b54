"""The fitted model keeps the contract that everything else relies on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gustibus.catalog import IdealPointWorld
from gustibus.comparisons import Comparisons, GustibusError
from gustibus.fitted import AdaptedUser, FittedModel, fit
from gustibus.fitting import FitSettings


def newcomer(world: IdealPointWorld, index: int = 35) -> Comparisons:
    return world.comparisons.for_users(world.comparisons.user_ids[index])


def some_items(world: IdealPointWorld, n: int = 6) -> list[str]:
    return list(world.vectors.ids[:n])


@pytest.mark.parametrize("whose", ["known", "adapted", "weights", "population", "vote"])
def test_swapping_a_and_b_flips_the_sign_exactly_for_everybody(
    model: FittedModel, world: IdealPointWorld, whose: str
) -> None:
    items = some_items(world, 8)
    users = {
        "known": model.user_ids[0],
        "adapted": model.adapt(newcomer(world).take(range(4))),
        "weights": np.array([0.2, 0.3, 0.5]),
        "population": None,
        "vote": None,
    }[whose]
    pool = "vote" if whose == "vote" else "log-odds"
    there = model.log_odds(None, items[:4], items[4:], users, pool=pool)  # type: ignore[arg-type]
    back = model.log_odds(None, items[4:], items[:4], users, pool=pool)  # type: ignore[arg-type]
    assert np.array_equal(there, -back)


def test_rewards_differ_by_the_log_odds(model: FittedModel, world: IdealPointWorld) -> None:
    a, b = some_items(world, 2)
    for users in (model.user_ids[3], None):
        reward = model.reward(None, [a, b], users)
        assert reward[0] - reward[1] == pytest.approx(
            model.log_odds(None, a, b, users)[0], abs=0.02 if users is None else 1e-5
        )


def test_rewards_are_the_weighted_prototype_scores(model: FittedModel, world: IdealPointWorld) -> None:
    items = some_items(world)
    weights = np.array([0.1, 0.2, 0.7])
    np.testing.assert_allclose(
        model.reward(None, items, weights), model.prototype_scores(None, items) @ weights, atol=1e-9
    )


def test_without_answers_a_newcomer_is_the_population(model: FittedModel, world: IdealPointWorld) -> None:
    nobody = model.adapt_users(newcomer(world).take([]), user_ids=["nobody"])["nobody"]
    np.testing.assert_allclose(nobody.weights, model.prior.mean, atol=1e-12)
    np.testing.assert_allclose(nobody.map_weights, model.prior.mean, atol=1e-12)
    assert nobody.n_answers == 0


def test_answers_narrow_what_is_not_known(model: FittedModel, world: IdealPointWorld) -> None:
    answers = newcomer(world)
    spread = [np.trace(model.adapt(answers.take(range(n))).covariance) for n in (1, 5, 20, 40)]
    assert spread[-1] < spread[0]
    assert spread[-1] < np.trace(model.prior.covariance) / 2


def test_one_more_answer_is_the_same_as_all_at_once(model: FittedModel, world: IdealPointWorld) -> None:
    answers = newcomer(world)
    step_by_step = model.adapt(answers.take(range(5))).update(answers.take([5])).update(answers.to_rows()[6])
    at_once = model.adapt(answers.take(range(7)))
    np.testing.assert_allclose(step_by_step.map_weights, at_once.map_weights, atol=1e-6)
    np.testing.assert_allclose(step_by_step.weights, at_once.weights, atol=1e-6)
    assert step_by_step.n_answers == 7


def test_many_people_at_once_are_placed_as_one_by_one(model: FittedModel, world: IdealPointWorld) -> None:
    people = world.comparisons.user_ids[30:34]
    together = model.adapt_users(world.comparisons.for_users(people))
    for user_id in people:
        alone = model.adapt(world.comparisons.for_users(user_id))
        np.testing.assert_allclose(together[user_id].map_weights, alone.map_weights, atol=1e-5)


def test_predictions_of_a_table_are_those_of_its_texts(model: FittedModel, world: IdealPointWorld) -> None:
    data = world.comparisons.for_users(model.user_ids[2])
    predicted = model.predict(data)
    rows = data.to_rows()
    by_text = model.compare(None, [r["response_a"] for r in rows], [r["response_b"] for r in rows], model.user_ids[2])
    np.testing.assert_allclose(predicted.log_odds, by_text.log_odds, atol=1e-6)
    np.testing.assert_allclose(predicted.probability, by_text.probability, atol=1e-6)


@given(seed=st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_the_order_of_rows_does_not_matter(model: FittedModel, world: IdealPointWorld, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(200)
    data = world.comparisons.take(range(200))
    np.testing.assert_allclose(model.predict(data.take(order)).log_odds, model.predict(data).log_odds[order], atol=1e-6)


def test_unknown_people_are_predicted_as_the_population(model: FittedModel, world: IdealPointWorld) -> None:
    strangers = newcomer(world)
    np.testing.assert_array_equal(
        model.predict(strangers).probability, model.predict(strangers, users="population").probability
    )


def test_renaming_people_renames_predictions_and_nothing_else(world: IdealPointWorld) -> None:
    data = world.comparisons.for_users(world.comparisons.user_ids[:20])
    renamed = Comparisons.from_rows([{**row, "user_id": f"x-{row['user_id']}"} for row in data.to_rows()])
    quick = FitSettings(
        prototypes=2, dimensions=3, prototype_scale=1.0, user_penalty=1.0, item_offsets=False, max_steps=40
    )
    plain = fit(data, encoder=world.vectors, settings=quick)
    other = fit(renamed, encoder=world.vectors, settings=quick)
    assert set(other.user_ids) == {f"x-{user_id}" for user_id in plain.user_ids}
    # Rows read again give items another order: float32 sums round differently, and 40 steps of Adam amplify it.
    np.testing.assert_allclose(other.predict(renamed).probability, plain.predict(data).probability, atol=5e-3)


def test_ranking_is_by_reward_and_says_its_unit_and_uncertainty(model: FittedModel, world: IdealPointWorld) -> None:
    items = some_items(world)
    user = model.user_ids[0]
    ranked = model.rank(None, items, user)
    rewards = dict(zip(items, model.reward(None, items, user), strict=True))
    assert [entry.response for entry in ranked] == sorted(items, key=lambda item: -rewards[item])
    assert all(entry.sd >= 0 and "log-odds" in entry.unit for entry in ranked)
    assert model.best_of_n(None, items, user) == ranked[0]


@pytest.mark.parametrize("user", [None, "known"])
def test_borda_scores_are_mean_probabilities_of_winning(
    model: FittedModel, world: IdealPointWorld, user: str | None
) -> None:
    items = some_items(world, 4)
    whom = None if user is None else model.user_ids[1]
    ranked = {entry.response: entry.score for entry in model.rank(None, items, whom, rule="borda")}
    assert sum(ranked.values()) == pytest.approx(len(items) / 2)
    for item in items:
        others = [other for other in items if other != item]
        mean = model.probability(None, [item] * len(others), others, whom).mean()
        # Draws that match the posterior's moments against MacKay's formula: two approximations of one integral.
        assert ranked[item] == pytest.approx(mean, abs=0.03)


def test_one_text_is_no_list_of_responses_and_a_pool_has_a_known_name(
    model: FittedModel, world: IdealPointWorld
) -> None:
    a, b = some_items(world, 2)
    with pytest.raises(GustibusError, match="is one text"):
        model.rank(None, a)
    with pytest.raises(GustibusError, match="pool='mean' is not known"):
        model.probability(None, a, b, pool="mean")  # type: ignore[arg-type]


def test_forgetting_removes_a_person_and_only_them(model: FittedModel) -> None:
    gone, kept = model.user_ids[0], model.user_ids[1]
    forgetful = model.forget(gone)
    assert gone not in forgetful.user_ids
    assert gone in model.user_ids
    assert kept in forgetful.user_ids
    with pytest.raises(GustibusError, match="not known"):
        forgetful.forget(gone)


def test_a_newcomer_can_be_remembered(model: FittedModel, world: IdealPointWorld) -> None:
    person = model.adapt(newcomer(world))
    grown = model.with_users(person)
    item_a, item_b = some_items(world, 2)
    np.testing.assert_allclose(
        grown.log_odds(None, item_a, item_b, person.user_id), model.log_odds(None, item_a, item_b, person), atol=1e-4
    )


def test_equal_weights_for_people_change_what_the_population_is(world: IdealPointWorld) -> None:
    busy = world.comparisons.user_ids[0]
    data = Comparisons.concat(
        [world.comparisons.for_users(world.comparisons.user_ids[:10])] + [world.comparisons.for_users(busy)] * 20
    )
    by_answers = fit(data, model="bt", encoder=world.vectors)
    by_people = fit(data, model="bt", encoder=world.vectors, equal_people=True)
    probe = world.comparisons.for_users(busy)
    # Counted once, the busy person is fitted worse than when they make up most of the data.
    loss = [
        -(
            probe.outcome * np.log(m.predict(probe).probability)
            + (1 - probe.outcome) * np.log1p(-m.predict(probe).probability)
        ).mean()
        for m in (by_answers, by_people)
    ]
    assert loss[0] < loss[1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.log_odds(None, "a", "b", "stranger"), "stranger"),
        (lambda m: m.log_odds(None, ["a"], ["b", "c"]), "1 responses a"),
        (lambda m: m.log_odds(["p", "q"], ["a"], ["b"]), "prompts"),
        (lambda m: m.log_odds(None, "a", "b", np.array([0.5, 0.5])), "prototypes"),
        (lambda m: m.log_odds(None, "a", "b", np.array([0.9, 0.9, 0.9])), "simplex"),
        (lambda m: m.rank(None, []), "no responses"),
        (lambda m: m.reward(None, ["never seen"]), "never seen"),
    ],
)
def test_impossible_questions_are_answered_with_what_to_do(model: FittedModel, call: object, message: str) -> None:
    with pytest.raises(GustibusError, match=message):
        call(model)  # type: ignore[operator]


def test_adapt_places_one_person_only(model: FittedModel, world: IdealPointWorld) -> None:
    with pytest.raises(GustibusError, match="adapt_users"):
        model.adapt(world.comparisons)
    assert isinstance(model.adapt(newcomer(world)), AdaptedUser)


def test_judgements_marked_for_test_are_not_fitted(world: IdealPointWorld) -> None:
    rows = world.comparisons.take(range(50)).to_rows()
    marked = Comparisons.from_rows([{**row, "split": "test" if i < 3 else "train"} for i, row in enumerate(rows)])
    with pytest.raises(GustibusError, match="3 of these judgements"):
        fit(marked, model="bt", encoder=world.vectors)


def test_a_misspelt_setting_names_the_nearest(world: IdealPointWorld) -> None:
    with pytest.raises(GustibusError, match="dimensions"):
        fit(world.comparisons, encoder=world.vectors, dimension=3)


def test_a_table_read_with_a_and_b_swapped_gets_exactly_opposite_log_odds(
    model: FittedModel, world: IdealPointWorld
) -> None:
    rows = world.comparisons.take(range(600)).to_rows()
    swapped = [{**r, "response_a": r["response_b"], "response_b": r["response_a"], "choice": "tie"} for r in rows]
    there, back = model.predict(world.comparisons.take(range(600))), model.predict(Comparisons.from_rows(swapped))
    assert np.array_equal(there.log_odds, -back.log_odds)


def test_a_person_placed_by_another_model_is_refused(model: FittedModel, world: IdealPointWorld) -> None:
    other = fit(world.comparisons, encoder=world.vectors, prototypes=3, dimensions=2, max_steps=5)
    a, b = some_items(world, 2)
    with pytest.raises(GustibusError, match="another model"):
        model.log_odds(None, a, b, other.adapt(newcomer(world)))
