"""Borda scores: their range, their sum, and their spread."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gustibus.aggregation import borda, borda_sd, vote_matrix
from gustibus.comparisons import GustibusError


@given(arrays(np.float64, (6, 6), elements=st.floats(0, 1)))
def test_scores_of_a_pool_sum_to_half_its_size(upper):
    above = np.triu(upper, 1)
    matrix = above + np.tril(1 - upper.T, -1)
    # every pair shares out one win, and each score is a mean over n - 1 pairs
    assert borda(matrix).sum() == pytest.approx(3.0)
    assert np.all((borda(matrix) >= 0) & (borda(matrix) <= 1))


def test_one_person_is_ordered_by_reward():
    reward = np.random.default_rng(0).normal(size=8)
    np.testing.assert_array_equal(np.argsort(borda(vote_matrix(reward[None]))), np.argsort(reward))


def test_borda_and_the_mean_reward_can_disagree():
    reward = np.array([[2.0, 0.0], [2.0, 0.0], [-9.0, 0.0]])
    score = borda(vote_matrix(reward))
    assert score[0] > score[1]
    assert reward.mean(axis=0)[0] < reward.mean(axis=0)[1]


def test_a_cycle_leaves_nobody_ahead():
    np.testing.assert_allclose(borda([[0.5, 0.9, 0.1], [0.1, 0.5, 0.9], [0.9, 0.1, 0.5]]), 0.5)


def test_the_sd_bounds_the_spread_over_draws_and_is_exact_for_two_responses():
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(5, 2))
    draws = rng.multivariate_normal([1.0, -0.5], 0.05 * np.eye(2), size=4000) @ scores.T
    matrices = 1 / (1 + np.exp(draws[:, None, :] - draws[:, :, None]))
    assert np.all(borda_sd(matrices.std(axis=0)) >= borda(matrices).std(axis=0))
    pair = matrices[:, :2, :2]
    np.testing.assert_allclose(borda_sd(pair.std(axis=0)), borda(pair).std(axis=0), rtol=1e-12)


def test_leading_axes_are_kept():
    matrices = np.random.default_rng(2).uniform(size=(3, 2, 4, 4))
    assert borda(matrices).shape == (3, 2, 4)
    np.testing.assert_array_equal(borda(matrices)[1, 1], borda(matrices[1, 1]))


@pytest.mark.parametrize(
    "matrix", [np.ones((2, 3)), np.ones((1, 1)), [[0.5, 2.0], [0.1, 0.5]], [[0.5, np.nan], [0, 0.5]]]
)
def test_what_is_not_a_matrix_of_probabilities_is_refused(matrix):
    with pytest.raises(GustibusError, match="probability"):
        borda(matrix)
