"""Tests without models: their levels, their power where fits learn nothing yet, and what they cannot tell."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.catalog import condorcet_world, cycle_world, plural_world
from gustibus.comparisons import Comparisons, GustibusError
from gustibus.diagnosis import answer_tests, within_or_between_test


def answered(probability: np.ndarray, per_person: int, seed: int) -> Comparisons:
    """Each person ``u`` judges random pairs and prefers i to j with ``probability[u, i, j]``."""
    people, n = probability.shape[:2]
    rng = np.random.default_rng(seed)
    user = np.repeat(np.arange(people), per_person)
    a = rng.integers(0, n, len(user))
    b = (a + rng.integers(1, n, len(user))) % n
    return Comparisons.from_arrays(
        users=[f"user {u}" for u in range(people)],
        responses=[f"item {i}" for i in range(n)],
        user=user,
        response_a=a,
        response_b=b,
        outcome=rng.random(len(user)) < probability[user, a, b],
    )


def consistent(people: int, n: int, loudness: float, seed: int) -> np.ndarray:
    """People with a scale each."""
    reward = loudness * np.random.default_rng(seed).normal(size=(people, n))
    return 1 / (1 + np.exp(reward[:, None, :] - reward[:, :, None]))


def test_four_answers_tell_opposite_cycles_from_a_cyclic_majority() -> None:
    opposite = answer_tests(plural_world(n_users=200, comparisons_per_user=4, seed=1).comparisons)
    shared = answer_tests(cycle_world(n_users=200, comparisons_per_user=4, seed=1).comparisons)
    majority = answer_tests(condorcet_world(n_users=200, comparisons_per_user=4, seed=1).comparisons)
    assert opposite.circles <= 0.01
    assert opposite.differ <= 0.01
    assert shared.circles <= 0.01
    assert shared.differ > 0.05
    assert majority.circles > 0.5
    assert majority.differ <= 0.01


def test_answers_at_random_seem_to_go_in_circles_as_often_as_the_level_says() -> None:
    """The edge of what is tested: 0.05 of 60 worlds, at most 8 with probability .99."""
    even = np.full((40, 5, 5), 0.5)
    found = [answer_tests(answered(even, 6, seed), seed=seed) for seed in range(60)]
    assert sum(one.circles <= 0.05 for one in found) <= 8
    assert sum(one.differ <= 0.05 for one in found) <= 8


@pytest.mark.parametrize("loudness", [0.5, 2.0, 10.0])
def test_consistent_people_never_seem_to_go_in_circles_however_they_differ(loudness: float) -> None:
    worlds = [answered(consistent(80, 4, loudness, seed), 8, seed) for seed in range(8)]
    assert sum(answer_tests(world, seed=seed).circles <= 0.05 for seed, world in enumerate(worlds)) <= 2


def test_a_few_who_go_round_three_of_many_items_are_found_among_consistent_people() -> None:
    """The triples that turn are found in half of the people and tested in the others."""
    probability = consistent(300, 8, 0.3, 0)
    for i, j in ((0, 1), (1, 2), (2, 0)):
        probability[:, i, j], probability[:, j, i] = 0.95, 0.05
    assert answer_tests(answered(probability, 12, 0)).circles <= 0.01


def test_a_majority_of_people_like_one_another_does_not_differ() -> None:
    same = np.repeat(consistent(1, 6, 1.5, 3), 100, axis=0)
    p = [answer_tests(answered(same, 8, seed), seed=seed).differ for seed in range(20)]
    assert sum(value <= 0.05 for value in p) <= 4  # 1 to be expected, standard deviation 1


def test_nothing_is_claimed_where_nothing_can_be_told() -> None:
    once = answered(consistent(30, 5, 1.0, 0), 1, 0)
    found = answer_tests(once)
    assert (found.circles, found.differ, found.n_paths, found.n_pairs) == (1.0, 1.0, 0, 0)
    one_person = answered(np.repeat(cycle_world().truth.probability()[None], 1, axis=0), 60, 0)
    assert answer_tests(one_person).circles > 0.05
    with pytest.raises(GustibusError, match="Comparisons"):
        answer_tests([1, 2, 3])  # type: ignore[arg-type]


def test_the_order_of_answers_and_of_the_two_shown_does_not_matter() -> None:
    world = plural_world(n_users=60, comparisons_per_user=6).comparisons
    turned = Comparisons.from_arrays(
        users=world.users.to_pylist(),
        responses=world.responses.to_pylist(),
        user=world.user,
        response_a=world.response_b,
        response_b=world.response_a,
        outcome=1 - world.outcome,
    )
    assert answer_tests(turned) == answer_tests(world)


def test_either_test_answers_a_question_at_half_its_level() -> None:
    rng = np.random.default_rng(0)
    loss = {name: rng.normal(0.69, 0.1, 50) for name in ("bt", "gpm", "mixture 2", "plural-gpm 2")}
    opposite = answer_tests(plural_world(n_users=200, comparisons_per_user=4, seed=1).comparisons)
    alone, both = (within_or_between_test(loss, answers=4, on_answers=tests) for tests in (None, opposite))
    assert both.p_within == pytest.approx(2 * min(alone.within.p_value, opposite.circles))
    assert both.verdict == "cycles within people who differ"
    assert "answers alone" in str(both)
    assert "answers alone" not in str(alone)
