"""Intervals of the points of a reliability plot: how often they hold the truth."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from gustibus.comparisons import GustibusError
from gustibus.evaluation import reliability, reliability_intervals


def coverage(draw, n_repeats=400, **options):
    """Share of all bins of all repeats whose interval holds the truth that `draw` returns with the data."""
    held = []
    for i in range(n_repeats):
        p, y, truth, cluster = draw(np.random.default_rng(1000 + i))
        found = reliability_intervals(p, y, cluster=cluster, n_boot=400, seed=i, **options)
        held.append((found.low <= truth) & (truth <= found.high))
    return float(np.mean(held))


def test_intervals_of_single_answers_hold_the_truth():
    p = np.repeat([0.6, 0.7, 0.8, 0.9], 150)

    def draw(rng):
        return p, rng.uniform(size=p.size) < p, np.unique(p), None

    assert 0.93 <= coverage(draw, n_bins=4) <= 0.97


def test_intervals_of_vote_shares_hold_the_truth_over_pairs_of_one_prompt():
    """Ten pairs a prompt, five votes a pair; a prompt shifts all of its pairs together."""
    prompt = np.repeat(np.arange(120), 10)
    p = np.tile([0.6, 0.8], 600)

    def draw(rng):
        share = rng.beta(8 * 0.5, 8 * 0.5, size=120)[prompt] - 0.5 + p
        return p, rng.binomial(5, np.clip(share, 0, 1)) / 5, expected, prompt

    rng = np.random.default_rng(0)
    leans = rng.beta(4, 4, size=2_000_000) - 0.5
    expected = np.array([np.clip(leans + level, 0, 1).mean() for level in (0.6, 0.8)])
    assert 0.93 <= coverage(draw, n_bins=2) <= 0.97


def test_without_clusters_the_intervals_of_alike_pairs_are_too_narrow():
    prompt = np.repeat(np.arange(60), 20)
    p = np.full(1200, 0.7)
    rng = np.random.default_rng(1)
    y = rng.uniform(size=1200) < rng.beta(3.5, 1.5, size=60)[prompt]
    by_prompt, by_pair = (reliability_intervals(p, y, cluster=c) for c in (prompt, None))
    assert float((by_prompt.high - by_prompt.low)[0]) > 1.5 * float((by_pair.high - by_pair.low)[0])
    assert by_prompt.n_clusters.tolist() == [60]


def test_a_unanimous_bin_has_the_interval_of_wilson():
    found = reliability_intervals(np.full(20, 0.9), np.ones(20))
    assert found.low[0] == pytest.approx(20 / (20 + 1.959964**2), rel=1e-5)
    assert found.high[0] == 1.0


def test_a_bin_of_one_cluster_has_no_interval():
    found = reliability_intervals([0.9, 0.9, 0.6, 0.6], [1, 0, 1, 0], cluster=[0, 0, 1, 2], n_bins=2)
    assert np.isnan(found.low).tolist() == [False, True]
    assert np.isnan(found.bins.variance).tolist() == [False, True]


def test_the_points_are_those_of_scikit_learn():
    rng = np.random.default_rng(2)
    p = rng.uniform(0.5, 1, size=3000)
    y = (rng.uniform(size=3000) < p).astype(float)
    ours = reliability(p, y, n_bins=5, binning="width")
    observed, predicted = calibration_curve(y, 2 * p - 1, n_bins=5)  # theirs are equally wide from 0 to 1
    np.testing.assert_allclose(ours.observed, observed)
    np.testing.assert_allclose(ours.predicted, (predicted + 1) / 2)


def test_resampling_needs_resamples():
    with pytest.raises(GustibusError, match="at least 1 resample"):
        reliability_intervals([0.6], [1], n_boot=0)
