"""Maximal lotteries against brute force over supports in exact arithmetic, and other solvers."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from gustibus.aggregation import maximal_lotteries, maximal_lottery, von_neumann_winner, vote_matrix
from gustibus.comparisons import GustibusError


def whole_number_game(n: int, seed: int, largest: int) -> np.ndarray:
    """Antisymmetric whole numbers: with few distinct ones, many pairs tie and many lotteries are optimal."""
    upper = np.triu(np.random.default_rng(seed).integers(-largest, largest + 1, (n, n)), 1)
    return upper - upper.T


def corners_of_optimal_set(game: np.ndarray) -> list[np.ndarray]:
    """All extreme optimal lotteries, by solving every square subsystem in fractions (Shapley and Snow 1950)."""
    n = len(game)
    found = set()
    for size in range(1, n + 1):
        for support in combinations(range(n), size):
            for tight in combinations(range(n), size - 1):
                rows = [[Fraction(int(game[i, j])) for i in support] for j in tight] + [[Fraction(1)] * size]
                weight = solved(rows, [Fraction(0)] * (size - 1) + [Fraction(1)])
                if weight is None or min(weight) < 0:
                    continue
                full = [Fraction(0)] * n
                for i, w in zip(support, weight, strict=True):
                    full[i] = w
                if all(sum(full[i] * int(game[i, j]) for i in range(n)) >= 0 for j in range(n)):
                    found.add(tuple(full))
    return [np.array(corner, dtype=float) for corner in found]


def solved(rows: list[list[Fraction]], right: list[Fraction]) -> list[Fraction] | None:
    """Gauss and Jordan's elimination; None if the system is singular."""
    n = len(rows)
    table = [[*row, value] for row, value in zip(rows, right, strict=True)]
    for column in range(n):
        pivot = next((r for r in range(column, n) if table[r][column] != 0), None)
        if pivot is None:
            return None
        table[column], table[pivot] = table[pivot], table[column]
        table[column] = [value / table[column][column] for value in table[column]]
        for r in range(n):
            if r != column and table[r][column] != 0:
                table[r] = [v - table[r][column] * w for v, w in zip(table[r], table[column], strict=True)]
    return [row[-1] for row in table]


def entropy(weight: np.ndarray) -> float:
    kept = weight[weight > 0]
    return float(-(kept * np.log(kept)).sum())


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 5), st.integers(0, 10**6), st.sampled_from([1, 2, 9]))
def test_optimal_and_unique_exactly_where_brute_force_says_so(n, seed, largest):
    game = whole_number_game(n, seed, largest)
    corners = corners_of_optimal_set(game)
    lottery = von_neumann_winner(game, payoff="points")
    assert lottery.weight.sum() == pytest.approx(1, abs=1e-12)
    assert lottery.value >= -1e-9  # rounding of the solution of a small linear system
    assert lottery.unique == (len(corners) == 1)
    if lottery.unique:
        np.testing.assert_allclose(lottery.weight, corners[0], atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(3, 6), st.integers(0, 10**6), st.sampled_from([1, 2]))
def test_of_several_the_most_even_is_given(n, seed, largest):
    game = whole_number_game(n, seed, largest)
    lottery = von_neumann_winner(game, payoff="points")
    corners = np.array(corners_of_optimal_set(game)) if n < 6 else None
    assert lottery.entropy_gap < 1e-7
    if lottery.unique or corners is None:
        return
    # Another way to it: entropy over mixtures of the corners, by a general solver.
    start = np.full(len(corners), 1 / len(corners))
    other = minimize(
        lambda mix: -entropy(np.maximum(mix, 0) @ corners),
        start,
        bounds=[(0, 1)] * len(corners),
        constraints={"type": "eq", "fun": lambda mix: mix.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 500},
    )
    reached = entropy(np.maximum(other.x, 0) @ corners / max(other.x.sum(), 1e-9))
    # SLSQP stops up to about 1e-6 short; nobody may be above the lottery
    assert entropy(lottery.weight) >= reached - 1e-7
    assert entropy(lottery.weight) <= reached + 1e-4


@settings(max_examples=25, deadline=None)
@given(st.integers(3, 12), st.integers(0, 10**6), st.booleans())
def test_uniqueness_is_what_bounding_every_weight_says(n, seed, round_numbers):
    rng = np.random.default_rng(seed)
    game = whole_number_game(n, seed, 1) if round_numbers else np.triu(rng.normal(size=(n, n)), 1)
    game = np.triu(game, 1) - np.triu(game, 1).T
    lottery = von_neumann_winner(game, payoff="points")
    widest = 0.0
    for i in range(n):
        ends = [
            linprog(
                sign * np.eye(n)[i], A_ub=-game.T, b_ub=np.zeros(n), A_eq=np.ones((1, n)), b_eq=[1], method="highs"
            ).x[i]
            for sign in (1, -1)
        ]
        widest = max(widest, ends[1] - ends[0])
    assert lottery.unique == (widest < 1e-5)  # the programmes' own tolerance is 1e-7


@pytest.mark.parametrize("n", [3, 5, 7])
@pytest.mark.parametrize("payoff", ["P - 1/2", "log-odds"])
def test_a_regular_cycle_is_shared_out_evenly(n, payoff):
    ahead = (np.arange(n)[None] - np.arange(n)[:, None]) % n
    p = np.where(ahead == 0, 0.5, np.where(ahead <= n // 2, 0.7, 0.3))
    lottery = maximal_lottery(p, payoff=payoff)
    np.testing.assert_allclose(lottery.weight, 1 / n, atol=1e-12)
    assert lottery.unique
    assert lottery.payoff == payoff


def test_who_beats_everybody_has_weight_one():
    p = np.array([[0.5, 0.51, 0.51, 0.51], [0.49, 0.5, 0.9, 0.1], [0.49, 0.1, 0.5, 0.9], [0.49, 0.9, 0.1, 0.5]])
    lottery = maximal_lottery(p)
    assert lottery.weight.tolist() == [1, 0, 0, 0]
    assert lottery.unique
    assert lottery.support == (0,)


def test_the_two_payoffs_are_different_games():
    p = np.array([[0.5, 0.99, 0.4], [0.01, 0.5, 0.6], [0.6, 0.4, 0.5]])
    halves, odds = maximal_lottery(p), maximal_lottery(p, payoff="log-odds")
    # a cycle of three: each weighs as much as the win between the two others
    np.testing.assert_allclose(halves.weight, np.array([0.1, 0.1, 0.49]) / 0.69, atol=1e-12)
    wins = np.array([np.log(0.6 / 0.4), np.log(0.6 / 0.4), np.log(99)])
    np.testing.assert_allclose(odds.weight, wins / wins.sum(), atol=1e-12)


def test_where_everything_ties_all_share_alike_and_it_is_said():
    lottery = maximal_lottery(np.full((4, 4), 0.5))
    assert lottery.weight.tolist() == [0.25] * 4
    assert not lottery.unique


def test_the_order_of_the_responses_does_not_matter():
    game = whole_number_game(9, 3, 1).astype(float)
    order = np.random.default_rng(0).permutation(9)
    first, second = (von_neumann_winner(g, payoff="points") for g in (game, game[np.ix_(order, order)]))
    np.testing.assert_allclose(second.weight, first.weight[order], atol=1e-6)  # flat optimum: entropy to 1e-12
    assert first.unique == second.unique


def test_a_large_random_game_is_solved_to_rounding():
    game = np.triu(np.random.default_rng(1).normal(size=(120, 120)), 1)
    lottery = von_neumann_winner(game - game.T, payoff="points")
    assert lottery.value > -1e-10
    assert lottery.unique
    assert len(lottery.support) % 2 == 1  # an antisymmetric matrix of even size is regular, almost surely


def test_near_ties_that_rounding_hides_still_give_a_lottery_that_says_what_it_costs():
    for seed in range(30):
        rng = np.random.default_rng(seed)
        game = whole_number_game(20, seed, 3) + np.triu(1e-8 * rng.normal(size=(20, 20)), 1)
        game = np.triu(game, 1) - np.triu(game, 1).T
        lottery = von_neumann_winner(game, payoff="points")
        assert lottery.value >= -3 * max(lottery.rounded_to, 1e-9)  # the largest pay-off is 3


def test_many_people_at_once_are_each_by_themselves():
    rng = np.random.default_rng(0)
    cyclic = np.triu(rng.uniform(0.01, 0.99, (30, 4, 4)), 1)
    people = cyclic + np.tril(1 - np.swapaxes(cyclic, 1, 2), -1) + np.eye(4) / 2
    people = np.concatenate([people, [vote_matrix(rng.normal(size=(1, 4))) for _ in range(30)]])
    for one, lottery in zip(people, maximal_lotteries(people), strict=True):
        np.testing.assert_allclose(lottery.weight, maximal_lottery(one).weight, atol=1e-12)
        assert lottery.unique


def test_what_is_no_game_is_refused():
    with pytest.raises(GustibusError, match="P\\[i, j\\] \\+ P\\[j, i\\] = 1"):
        maximal_lottery([[0.5, 0.8], [0.8, 0.5]])
    with pytest.raises(GustibusError, match="a win is certain"):
        maximal_lottery([[0.5, 1.0], [0.0, 0.5]], payoff="log-odds")
    with pytest.raises(GustibusError, match="antisymmetric"):
        von_neumann_winner([[0.0, 1.0], [1.0, 0.0]], payoff="points")
    with pytest.raises(GustibusError, match="name one of"):
        maximal_lottery([[0.5, 0.8], [0.2, 0.5]], payoff="odds")  # type: ignore[arg-type]
