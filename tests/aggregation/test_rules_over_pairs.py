"""Copeland scores, Condorcet winners and the cycles where there is none."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gustibus.aggregation import condorcet, copeland, rank_pairwise, strongest_cycle, vote_matrix
from gustibus.comparisons import GustibusError


def some_pairs(n: int, seed: int, ties: float = 0.0) -> np.ndarray:
    """Win probabilities of n responses; a share of the pairs tie."""
    rng = np.random.default_rng(seed)
    upper = np.triu(np.where(rng.random((n, n)) < ties, 0.5, rng.random((n, n))), 1)
    return upper + np.tril(1 - upper.T, -1) + np.eye(n) / 2


def smallest_closed_group(p: np.ndarray) -> set[int]:
    n = len(p)
    for size in range(1, n + 1):
        for group in combinations(range(n), size):
            rest = [j for j in range(n) if j not in group]
            if all(p[i, j] > p[j, i] for i in group for j in rest):
                return set(group)
    raise AssertionError("the whole pool is closed")


@given(st.integers(2, 7), st.integers(0, 10**6), st.sampled_from([0.0, 0.3]))
def test_the_top_is_the_smallest_group_that_beats_all_others(n, seed, ties):
    p = some_pairs(n, seed, ties)
    found = condorcet(p)
    assert set(found.top) == smallest_closed_group(p)
    assert (found.winner is None) == (len(found.top) > 1)


@given(st.integers(3, 6), st.integers(0, 10**6), st.sampled_from([0.0, 0.5]))
def test_the_cycle_shown_is_a_shortest_one_and_the_widest_of_those(n, seed, ties):
    p = some_pairs(n, seed, ties)
    cycles = [
        order
        for size in range(3, n + 1)
        for group in combinations(range(n), size)
        for order in permutations(group)
        if order[0] == group[0]
        and all(p[i, j] > p[j, i] + 1e-9 for i, j in zip(order, order[1:] + order[:1], strict=True))
    ]
    found = strongest_cycle(p)
    if not cycles:
        assert found is None
        return

    def narrowest(order: tuple[int, ...]) -> float:
        return min(p[i, j] - p[j, i] for i, j in zip(order, order[1:] + order[:1], strict=True))

    shortest = min(map(len, cycles))
    assert found in cycles
    assert len(found) == shortest
    if shortest == 3:
        assert narrowest(found) == max(narrowest(order) for order in cycles if len(order) == 3)


def test_a_cycle_of_five_without_other_wins_is_shown_whole():
    p = np.full((6, 6), 0.5)
    for i in range(5):
        p[i, (i + 1) % 5], p[(i + 1) % 5, i] = 0.7, 0.3
    p[:5, 5], p[5, :5] = 0.9, 0.1
    found = condorcet(p)
    assert (found.winner, found.top, found.cycle) == (None, (0, 1, 2, 3, 4), (0, 1, 2, 3, 4))


def test_two_at_the_top_that_tie_are_no_cycle():
    found = condorcet([[0.5, 0.5, 0.9], [0.5, 0.5, 0.8], [0.1, 0.2, 0.5]])
    assert (found.winner, found.top, found.cycle) == (None, (0, 1), None)


def test_three_people_with_consistent_tastes_make_a_majority_cycle():
    rewards = np.array([[3.0, 1.5, 0.0], [0.0, 3.0, 1.5], [1.5, 0.0, 3.0]])
    assert all(condorcet(vote_matrix(one[None])).winner is not None for one in rewards)
    assert condorcet(vote_matrix(rewards)).cycle == (0, 1, 2)


@given(st.integers(2, 8), st.integers(0, 10**6))
def test_copeland_shares_out_one_win_a_pair_and_reads_only_signs(n, seed):
    p = some_pairs(n, seed, 0.3)
    score = copeland(p)
    assert score.sum() == n * (n - 1) / 2
    log_odds = np.log(p) - np.log(p.T)
    np.testing.assert_array_equal(copeland(log_odds), score)
    won = [
        sum(p[i, j] > p[j, i] for j in range(n)) + (sum(p[i, j] == p[j, i] for j in range(n)) - 1) / 2 for i in range(n)
    ]
    np.testing.assert_array_equal(score, won)


def test_many_people_at_once_are_each_by_themselves():
    people = np.stack([some_pairs(5, seed, 0.2) for seed in range(40)])
    np.testing.assert_array_equal(copeland(people), [copeland(one) for one in people])


def test_rounding_beats_nobody():
    assert copeland([[0.5, 0.5 + 1e-12], [0.5 - 1e-12, 0.5]]).tolist() == [0.5, 0.5]


def test_rules_agree_on_one_consistent_person_and_name_their_unit():
    p = vote_matrix(np.array([[2.0, 0.0, 1.0]]))
    texts = ["a", "b", "c"]
    assert [entry.response for entry in rank_pairwise(texts, p, rule="borda")] == ["a", "c", "b"]
    assert [entry.score for entry in rank_pairwise(texts, p, rule="copeland")] == [2.0, 1.0, 0.0]
    lottery = rank_pairwise(texts, p, rule="lottery")
    assert [(entry.response, entry.rank, entry.weight) for entry in lottery] == [
        ("a", 1, 1.0),
        ("b", 2, 0.0),
        ("c", 2, 0.0),
    ]
    assert "P - 1/2" in lottery[0].unit


@pytest.mark.parametrize("rule", [copeland, condorcet])
def test_what_is_no_matrix_of_pairs_is_refused(rule):
    with pytest.raises(GustibusError, match="needs"):
        rule(np.zeros((2, 3)))
    with pytest.raises(GustibusError, match="never compared"):
        rule([[0.5, np.nan], [0.2, 0.5]])
