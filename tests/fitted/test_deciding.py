"""A fitted model decides for the people it knows, and says by whom, for whom and against whom."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.aggregation import RULES, decide, overton_set
from gustibus.catalog import IdealPointWorld
from gustibus.comparisons import GustibusError
from gustibus.fitted import FittedModel, fit
from gustibus.fitting import FitSettings


@pytest.fixture(scope="module")
def pool(world: IdealPointWorld) -> list[str]:
    return list(world.vectors.ids[:7])


def test_rewards_of_people_are_those_of_each_person_up_to_their_mean(model: FittedModel, pool: list[str]) -> None:
    table = model.rewards_of_people(None, pool)
    assert table.people == model.user_ids
    assert table.responses == tuple(pool)
    for row, person in enumerate(model.user_ids):
        own = model.reward(None, pool, person)
        np.testing.assert_allclose(table.reward[row], own - own.mean(), atol=1e-9)


def test_some_people_are_asked_in_the_order_in_which_they_are_named(model: FittedModel, pool: list[str]) -> None:
    everybody = model.rewards_of_people(None, pool)
    some = model.rewards_of_people(None, pool, [model.user_ids[i] for i in (5, 2, 9)])
    np.testing.assert_allclose(some.reward, everybody.reward[[5, 2, 9]], atol=1e-12)


def test_people_who_were_just_placed_decide_too(model: FittedModel, world: IdealPointWorld, pool: list[str]) -> None:
    newcomers = world.comparisons.for_users(world.comparisons.user_ids[30:35])
    placed = model.adapt_users(newcomers)
    table = model.rewards_of_people(None, pool, placed)
    assert table.people == placed.user_ids
    own = model.reward(None, pool, placed[placed.user_ids[3]])
    np.testing.assert_allclose(table.reward[3], own - own.mean(), atol=1e-9)
    one = model.rewards_of_people(None, pool, placed[placed.user_ids[3]])
    np.testing.assert_allclose(one.reward[0], table.reward[3], atol=1e-9)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "group-max-min"])
def test_the_decision_is_that_of_the_matrix_with_names(model: FittedModel, pool: list[str], rule: str) -> None:
    decided = model.decide(None, pool, rule, alpha=-2.0)  # type: ignore[arg-type]
    plain = decide(model.rewards_of_people(None, pool).reward, rule, alpha=-2.0)  # type: ignore[arg-type]
    np.testing.assert_allclose(decided.weight, plain.weight, atol=1e-9)
    assert decided.chosen == pool[plain.response]
    assert decided.ledger.worst_person == model.user_ids[plain.ledger.worst_person]


def test_weights_and_groups_are_given_in_order_or_by_id(model: FittedModel, pool: list[str]) -> None:
    ids = model.user_ids
    group = ["old" if i % 3 else "young" for i in range(len(ids))]
    weight = np.arange(1.0, len(ids) + 1)
    in_order = model.decide_by_all(None, pool, weight=weight, group=group)
    by_id = model.decide_by_all(
        None, pool, weight=dict(zip(ids, weight, strict=True)), group=dict(zip(ids, group, strict=True))
    )
    assert set(in_order) == set(RULES)
    for rule, one in in_order.items():
        np.testing.assert_array_equal(one.weight, by_id[rule].weight)
        assert one.ledger.groups == by_id[rule].ledger.groups
    assert in_order["group-max-min"].ledger.worst_group >= in_order["mean"].ledger.worst_group


def test_one_persons_weight_makes_them_the_dictator(model: FittedModel, pool: list[str]) -> None:
    alone = model.decide(None, pool, "mean", weight={one: float(one == model.user_ids[4]) for one in model.user_ids})
    assert alone.chosen == model.best_of_n(None, pool, model.user_ids[4]).response


def test_an_overton_set_has_texts_and_covers_more_than_one_response(model: FittedModel, pool: list[str]) -> None:
    chosen = model.overton_set(None, pool, 3, method="exact")
    plain = overton_set(model.rewards_of_people(None, pool).reward, 3, method="exact")
    assert chosen.names == tuple(pool[i] for i in plain.responses)
    assert chosen.coverage >= model.overton_set(None, pool, 1, method="exact").coverage


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"users": "user 1"}, "is one id. Give a list of ids"),
        ({"users": ["nobody"]}, "'nobody' is not known to this model"),
        ({"users": []}, "there is nobody to decide for"),
        ({"weight": [1.0, 2.0]}, "weights have to be one for each of the 30 people"),
        ({"group": {"user 1": "old"}}, "have no group"),
        ({"rule": "loudest"}, "is not known: use one of"),
    ],
)
def test_mistakes_are_answered_with_what_to_do(
    model: FittedModel, pool: list[str], options: dict[str, object], said: str
) -> None:
    with pytest.raises(GustibusError, match=said):
        model.decide(None, pool, **options)  # type: ignore[arg-type]


def test_the_same_response_twice_is_refused(model: FittedModel, pool: list[str]) -> None:
    with pytest.raises(GustibusError, match="occurs twice"):
        model.decide(None, [pool[0], pool[0]])


def test_a_model_of_circles_says_what_to_use_instead(world: IdealPointWorld, pool: list[str]) -> None:
    settings = FitSettings(model="gpm", max_steps=3)
    circles = fit(world.comparisons.take(range(600)), model="gpm", encoder=world.vectors, settings=settings)
    with pytest.raises(GustibusError, match=r"model.rank\(prompt, responses, rule='borda'\)"):
        circles.decide(None, pool)
