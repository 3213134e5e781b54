"""The population's two meanings: their algebra, their limits and what separates them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gustibus.aggregation import population_log_odds, population_vote, vote_matrix
from gustibus.comparisons import GustibusError

LOG_ODDS = arrays(np.float64, (5, 3), elements=st.floats(-900, 900, width=32))
WEIGHT = arrays(np.float64, 5, elements=st.floats(0.0, 9.0, width=32)).filter(lambda w: w.sum() > 0)


def sigmoid(s: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-s))


@given(LOG_ODDS, WEIGHT)
def test_swapping_a_and_b_negates_both_meanings_exactly(s, weight):
    variance = np.abs(s) / 7
    np.testing.assert_array_equal(population_log_odds(-s, weight), -population_log_odds(s, weight))
    np.testing.assert_array_equal(population_vote(-s, variance, weight), -population_vote(s, variance, weight))


@given(LOG_ODDS, WEIGHT, st.permutations(range(5)))
def test_the_order_of_people_does_not_matter(s, weight, order):
    # rtol: the sums over people are taken in another order
    for pool in (population_log_odds, lambda s, w: population_vote(s, weight=w)):
        np.testing.assert_allclose(pool(s[order], weight[order]), pool(s, weight), rtol=1e-9, atol=1e-9)


@given(LOG_ODDS)
def test_a_pooled_value_lies_between_the_people(s):
    for pooled in (population_log_odds(s), population_vote(s)):
        slack = 1e-9 * (1 + np.abs(s).max())
        assert np.all(pooled >= s.min(axis=0) - slack)
        assert np.all(pooled <= s.max(axis=0) + slack)


def test_vote_is_the_log_odds_of_the_mean_probability():
    s = np.random.default_rng(0).normal(size=(400, 30))
    weight = np.random.default_rng(1).uniform(size=400)
    share = weight @ sigmoid(s) / weight.sum()
    np.testing.assert_allclose(sigmoid(population_vote(s, weight=weight)), share, rtol=1e-12)


def test_vote_with_variance_averages_over_each_posterior():
    rng = np.random.default_rng(0)
    mean, variance = rng.normal(size=(3, 4)), rng.uniform(0, 4, size=(3, 4))
    draws = mean + np.sqrt(variance) * rng.normal(size=(200_000, 3, 4))
    exact = sigmoid(draws).mean(axis=(0, 1))
    # MacKay's approximation is within .01 of the integral for variances up to 4; the draws add .0007
    np.testing.assert_allclose(sigmoid(population_vote(mean, variance)), exact, atol=0.01)


def test_unanimous_people_are_returned_unchanged_even_when_certain():
    s = np.array([[-800.0, -3.0, 0.0, 3.0, 800.0]])
    np.testing.assert_allclose(population_vote(np.repeat(s, 1000, axis=0)), s[0], rtol=1e-12)


def test_a_person_with_zero_weight_has_no_say():
    s = np.array([[0.5, -900.0], [700.0, 900.0]])
    np.testing.assert_allclose(population_vote(s, weight=[1, 0]), s[0], rtol=1e-12)
    np.testing.assert_allclose(population_log_odds(s, weight=[1, 0]), s[0], rtol=1e-12)


def test_transitive_people_can_have_a_cyclic_majority_but_never_cyclic_mean_rewards():
    rewards = 5.0 * np.array([[2, 1, 0], [0, 2, 1], [1, 0, 2]])  # Condorcet's three voters
    pairs = rewards[:, [0, 1, 2]] - rewards[:, [1, 2, 0]]
    assert np.all(population_vote(pairs) > 0.6)  # two of three prefer each to the next: logit(2/3) = .69
    assert population_log_odds(pairs).sum() == pytest.approx(0, abs=1e-12)


def test_columns_do_not_depend_on_the_blocks_they_are_computed_in():
    s = np.random.default_rng(2).normal(size=(3000, 1600))  # 4.8 M entries: several blocks
    np.testing.assert_allclose(population_vote(s)[[0, 699, 1599]], population_vote(s[:, [0, 699, 1599]]), rtol=1e-12)


def test_vote_matrix_agrees_with_the_vote_on_every_pair():
    rng = np.random.default_rng(3)
    reward = rng.normal(size=(50, 4))
    root = rng.normal(size=(50, 4, 4))
    covariance = root @ root.transpose(0, 2, 1)
    weight = rng.uniform(size=50)
    matrix = vote_matrix(reward, covariance, weight)
    for i, j in [(0, 1), (2, 0), (3, 2)]:
        variance = covariance[:, i, i] + covariance[:, j, j] - 2 * covariance[:, i, j]
        pooled = population_vote((reward[:, i] - reward[:, j])[:, None], variance[:, None], weight)
        assert matrix[i, j] == pytest.approx(sigmoid(pooled)[0], rel=1e-12)
    np.testing.assert_allclose(matrix + matrix.T, 1.0, rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (lambda: population_log_odds([1.0, 2.0]), r"log_odds\[None\]"),
        (lambda: population_log_odds([[1.0], [np.nan]]), r"log_odds\[1, 0\] is nan"),
        (lambda: population_log_odds([[1.0], [2.0]], weight=[1.0]), "one weight each"),
        (lambda: population_log_odds([[1.0], [2.0]], weight=[1.0, -1.0]), r"weight\[1\] is -1"),
        (lambda: population_log_odds([[1.0], [2.0]], weight=[0.0, 0.0]), "all people's weights are zero"),
        (lambda: population_vote([[1.0]], variance=[[-1.0]]), "not deviations"),
        (lambda: population_vote([[1.0]], variance=[1.0]), "one per entry"),
        (lambda: vote_matrix([[1.0, 2.0]], covariance=np.eye(2)), "n x n matrix for each person"),
    ],
)
def test_wrong_input_is_refused_with_a_fix(call, part):
    with pytest.raises(GustibusError, match=part):
        call()


def test_small_shares_keep_their_digits():
    """Those who prefer what almost nobody prefers are counted, not taken for what is left."""
    votes = vote_matrix([[30.0, 0.0], [32.0, 0.0]])
    assert votes[1, 0] == pytest.approx((np.exp(-30) + np.exp(-32)) / 2, rel=1e-9)
    assert votes[0, 1] == pytest.approx(1.0)
