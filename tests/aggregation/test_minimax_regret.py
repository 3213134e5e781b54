"""The mixture of least regret: against brute force, with a certificate, and the best of those that are equal."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from gustibus.aggregation import minimax_regret

rewards = arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(2, 5)), elements=st.integers(-4, 4).map(float))


@given(reward=rewards)
@settings(max_examples=40, deadline=None)
def test_least_regret_is_that_of_the_whole_programme(reward: np.ndarray) -> None:
    found = minimax_regret(reward)
    n_users, n = reward.shape
    regret = reward.max(axis=1, keepdims=True) - reward
    whole = linprog(
        [*[0.0] * n, 1.0], A_ub=np.hstack([regret, -np.ones((n_users, 1))]), b_ub=np.zeros(n_users),
        A_eq=[[*[1.0] * n, 0.0]], b_eq=[1.0], bounds=[(0, None)] * (n + 1),
    )  # fmt: skip
    assert found.value == pytest.approx(whole.fun, abs=1e-7)
    assert found.weight.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(found.regret, regret @ found.weight, atol=1e-12)


def test_least_regret_is_no_larger_than_that_of_any_mixture_on_a_grid() -> None:
    rng = np.random.default_rng(0)
    steps = 24
    grid = np.array([m for m in itertools.product(range(steps + 1), repeat=3) if sum(m) == steps]) / steps
    for _ in range(20):
        reward = rng.normal(size=(6, 3))
        regret = reward.max(axis=1, keepdims=True) - reward
        best = (regret @ grid.T).max(axis=0).min()
        assert minimax_regret(reward).value <= best + 1e-9
        assert minimax_regret(reward).value >= best - regret.max() / steps


def test_a_mixture_of_people_certifies_it() -> None:
    """Weak duality: for the adversary's mixture of people no single response has less regret than the bound."""
    reward = np.random.default_rng(1).normal(size=(3000, 40))
    found = minimax_regret(reward)
    regret = reward.max(axis=1, keepdims=True) - reward
    assert found.adversary.sum() == pytest.approx(1.0)
    assert (found.adversary @ regret).min() == pytest.approx(found.value, rel=1e-6)
    assert found.value == pytest.approx(found.bound, rel=1e-7)
    assert (regret @ found.weight).max() == pytest.approx(found.value, rel=1e-9)
    # Far fewer people hold the decision than there are.
    assert np.count_nonzero(found.adversary) <= 40


def test_a_constant_changes_no_regret_and_a_factor_does() -> None:
    reward = np.random.default_rng(2).normal(size=(5, 4))
    found = minimax_regret(reward)
    shifted = minimax_regret(reward + np.arange(5.0)[:, None])
    np.testing.assert_allclose(shifted.weight, found.weight, atol=1e-7)
    louder = reward.copy()
    louder[int(found.regret.argmin())] *= 50
    assert np.abs(minimax_regret(louder).weight - found.weight).max() > 0.01


def test_nobody_regrets_anything_where_all_are_indifferent() -> None:
    found = minimax_regret(np.ones((3, 2)))
    assert found.value == found.bound == 0.0
    assert found.weight.tolist() == [0.5, 0.5]
    assert not found.unique


def grid(n: int, steps: int) -> np.ndarray:
    return np.array([m for m in itertools.product(range(steps + 1), repeat=n) if sum(m) == steps]) / steps


@given(reward=rewards, weight=arrays(np.float64, 5, elements=st.floats(0.1, 9)))
@settings(max_examples=40, deadline=None)
def test_no_mixture_is_better_for_one_person_and_worse_for_none(reward: np.ndarray, weight: np.ndarray) -> None:
    """The most that all people together can gain without anybody's loss, by a linear programme of its own."""
    found = minimax_regret(reward, weight[: len(reward)])
    n_users, n = reward.shape
    gets = reward @ found.weight
    # Mixtures w with reward @ w >= gets; those who gain, gain reward @ w - gets.
    most = linprog(
        -reward.sum(axis=0), A_ub=-reward, b_ub=-(gets - 1e-9), A_eq=[[1.0] * n], b_eq=[1.0], bounds=[(0, None)] * n
    )
    # The limit on the regret has a slack of 1e-9 of the largest, which slopes of the rewards may multiply.
    assert -most.fun - gets.sum() < 1e-5 * max(1.0, np.ptp(reward)) * n_users


@pytest.mark.parametrize("seed", range(8))
def test_of_equal_mixtures_it_takes_the_highest_mean_on_a_grid(seed: int) -> None:
    """Two people with opposite tastes hold the decision; the others only tell the first two responses apart."""
    rng = np.random.default_rng(seed)
    reward = np.array([[9.0, 9.0, 0.0], [0.0, 0.0, 9.0], *rng.uniform(0, 1, size=(4, 3))])
    weight = rng.exponential(size=6)
    found = minimax_regret(reward, weight)
    regret = reward.max(axis=1, keepdims=True) - reward
    mixtures = grid(3, 60)
    best = mixtures[(regret @ mixtures.T).max(axis=0) <= found.value + 1e-9]
    assert len(best) > 1
    assert not found.unique
    share = weight / weight.sum()
    assert share @ reward @ found.weight >= (best @ (share @ reward)).max() - 1e-9
    assert found.value == pytest.approx(4.5)


def test_a_single_optimum_is_said_to_be_one() -> None:
    for seed in range(10):
        reward = np.random.default_rng(seed).normal(size=(30, 4))
        assert minimax_regret(reward).unique
    assert minimax_regret([[1.0, 0.0]]).unique
    assert not minimax_regret([[1.0, 1.0, 0.0]]).unique


def test_who_does_not_count_has_no_say_and_holds_nothing() -> None:
    found = minimax_regret([[0.0, -9.0], [1.0, 2.0]], [0, 1])
    assert found.weight.tolist() == [0.0, 1.0]
    assert found.adversary.tolist() == [0.0, 1.0]
    assert found.value == 0.0
    assert found.regret.tolist() == [9.0, 0.0]
