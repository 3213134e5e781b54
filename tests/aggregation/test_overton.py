"""A few responses for everybody: greedy and exact against all sets there are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gustibus.aggregation import overton_set
from gustibus.comparisons import GustibusError


def coverage(reward: np.ndarray, chosen: tuple[int, ...], weight: np.ndarray) -> float:
    """By its definition, in a loop."""
    shifted = reward - reward.min(axis=1, keepdims=True)
    return sum(w * max(row[i] for i in chosen) for w, row in zip(weight / weight.sum(), shifted, strict=True))


@pytest.mark.parametrize("seed", range(12))
def test_exact_is_the_best_of_all_sets_and_greedy_not_far_below(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(3, 9)), int(rng.integers(1, 4))
    reward, weight = rng.normal(size=(10, n)) * rng.exponential(size=(10, 1)), rng.exponential(size=10)
    best = max(coverage(reward, chosen, weight) for chosen in itertools.combinations(range(n), k))
    exact = overton_set(reward, k, weight, method="exact")
    greedy = overton_set(reward, k, weight)
    assert exact.coverage == pytest.approx(best, rel=1e-9) == coverage(reward, exact.responses, weight)
    assert (1 - 1 / np.e) * best <= greedy.coverage <= best * (1 + 1e-12)
    assert greedy.bound >= best * (1 - 1e-12)
    assert greedy.coverage == pytest.approx(greedy.gains.sum()) == coverage(reward, greedy.responses, weight)
    assert len(set(greedy.responses)) == len(set(exact.responses)) == k


def test_greedy_gains_fall() -> None:
    reward = np.random.default_rng(0).normal(size=(200, 30))
    gains = overton_set(reward, 30).gains
    assert np.all(np.diff(gains) <= 1e-12)
    assert overton_set(reward, 30).share == pytest.approx(1.0)


def test_groups_take_the_place_of_people() -> None:
    """Three of four people like the first; the fourth is a group of one, and gets a response of its own."""
    reward = np.array([[2.0, 0.0, 1.0], [2.0, 0.0, 1.0], [2.0, 0.0, 1.0], [0.0, 2.0, 1.0]])
    group = ["many", "many", "many", "one"]
    found = overton_set(reward, 2, group=group)
    assert set(found.responses) == {0, 1}
    assert found.favourite.tolist() == [0, 1]
    assert overton_set(reward, 1, group=group, weight=[1, 1, 1, 9]).responses == (1,)


def test_a_constant_changes_nothing() -> None:
    reward = np.random.default_rng(3).normal(size=(20, 8))
    moved = reward + np.random.default_rng(4).normal(size=(20, 1))
    assert overton_set(reward, 3).responses == overton_set(moved, 3).responses


def test_everybody_indifferent_is_covered() -> None:
    assert overton_set(np.ones((3, 4)), 2).share == 1.0


def test_what_cannot_be_is_refused() -> None:
    reward = np.zeros((2, 3))
    with pytest.raises(GustibusError, match="k is 4"):
        overton_set(reward, 4)
    with pytest.raises(GustibusError, match="too large"):
        overton_set(np.zeros((300, 100)), 2, method="exact")
    with pytest.raises(GustibusError, match="'greedy' or 'exact'"):
        overton_set(reward, 1, method="best")  # type: ignore[arg-type]
    with pytest.raises(GustibusError, match="1 groups for 2 people"):
        overton_set(reward, 1, group=["x"])


@pytest.mark.parametrize("scale", [1e-9, 1e6])
def test_exact_is_exact_in_any_unit(scale: float) -> None:
    reward = np.random.default_rng(1).normal(size=(30, 8)) * scale
    best = max(coverage(reward, chosen, np.ones(30)) for chosen in itertools.combinations(range(8), 3))
    found = overton_set(reward, 3, method="exact")
    assert found.coverage == pytest.approx(best, rel=1e-9)
    assert found.bound == pytest.approx(best, rel=1e-6)
