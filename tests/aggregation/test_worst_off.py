"""Who is worst off decides: against brute force, and with a certificate."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from gustibus.aggregation import leximin, max_min, minimax_regret

rewards = arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(2, 5)), elements=st.integers(-4, 4).map(float))


@given(reward=rewards)
def test_leximin_is_the_order_of_sorted_lists(reward: np.ndarray) -> None:
    keys = [tuple(-np.sort(column)) for column in reward.T]
    # Larger is better in every place, so the negated lists are sorted ascending; ties keep their order.
    assert leximin(reward).tolist() == sorted(range(len(keys)), key=lambda i: keys[i])
    assert max_min(reward)[leximin(reward)[0]] == max_min(reward).max()


def test_weights_only_say_who_counts() -> None:
    reward = [[0.0, -9.0], [1.0, 2.0]]
    assert leximin(reward, [0, 1]).tolist() == [1, 0]
    assert max_min(reward, [0, 5]).tolist() == [1.0, 2.0]
    assert minimax_regret(reward, [0, 1]).weight.tolist() == [0.0, 1.0]


@given(reward=rewards)
@settings(deadline=None)
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
