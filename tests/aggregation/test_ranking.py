"""Ranks, ties and the best of n."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gustibus.aggregation import best_of_n, rank_scores
from gustibus.comparisons import GustibusError

SCORES = arrays(np.float64, st.integers(1, 9), elements=st.integers(-3, 3).map(float))


@given(SCORES)
def test_ranks_count_the_strictly_better_responses(score):
    entries = rank_scores([f"r{i}" for i in range(len(score))], score)
    assert sorted(entry.index for entry in entries) == list(range(len(score)))
    for entry in entries:
        assert entry.rank == 1 + int((score > entry.score).sum())
        assert entry.response == f"r{entry.index}"


@given(SCORES)
def test_equal_scores_keep_the_given_order(score):
    entries = rank_scores([""] * len(score), score)
    keys = [(-entry.score, entry.index) for entry in entries]
    assert keys == sorted(keys)


@given(SCORES)
def test_best_of_n_is_the_head_of_the_ranking(score):
    assert best_of_n(score) == rank_scores([""] * len(score), score)[0].index


def test_units_and_uncertainty_travel_with_the_score():
    (entry,) = rank_scores(["x"], [0.7], [0.1], unit="win probability")
    assert (entry.score, entry.sd, entry.unit) == (0.7, 0.1, "win probability")
    assert np.isnan(rank_scores(["x"], [0.7])[0].sd)


def test_best_of_n_serves_thousands_of_people_at_once():
    score = np.random.default_rng(0).normal(size=(5000, 16))
    picked = best_of_n(score)
    np.testing.assert_array_equal(score[np.arange(5000), picked], score.max(axis=1))


def test_caution_passes_over_an_uncertain_favourite():
    score, sd = np.array([[1.0, 1.2], [1.0, 1.2]]), np.array([[0.1, 0.9], [0.1, 0.1]])
    np.testing.assert_array_equal(best_of_n(score, sd), [1, 1])
    np.testing.assert_array_equal(best_of_n(score, sd, caution=1.0), [0, 1])


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (lambda: rank_scores(["x", "y"], [1.0]), "2 responses"),
        (lambda: rank_scores(["x", "y"], [1.0, np.nan]), r"response 1 \('y'\)"),
        (lambda: best_of_n([]), "at least one candidate"),
        (lambda: best_of_n([1.0, np.nan]), "drop those candidates"),
        (lambda: best_of_n([1.0, 2.0], caution=1.0), "pass sd"),
        (lambda: best_of_n([1.0, 2.0], sd=[1.0], caution=1.0), "one sd for each score"),
    ],
)
def test_wrong_input_is_refused_with_a_fix(call, part):
    with pytest.raises(GustibusError, match=part):
        call()
