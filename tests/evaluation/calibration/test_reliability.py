"""Reliability bins: what goes together and what is drawn."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gustibus.evaluation import reliability
from gustibus.evaluation.calibration import confidence_bins


@given(arrays(np.float64, 40, elements=st.integers(0, 6).map(lambda k: 0.5 + k / 12)), st.integers(1, 12))
def test_equal_confidences_share_a_bin_and_bins_are_ordered(confidence, n_bins):
    bins = confidence_bins(confidence, np.ones(40), n_bins)
    order = np.argsort(confidence, kind="stable")
    assert np.all(np.diff(bins[order]) >= 0)
    assert all(len(set(bins[confidence == c])) == 1 for c in set(confidence))
    assert set(bins) == set(range(bins.max() + 1))
    assert bins.max() < n_bins


def test_distinct_confidences_fill_bins_of_equal_weight():
    rng = np.random.default_rng(0)
    weight = rng.uniform(0.5, 2.0, size=5000)
    bins = confidence_bins(rng.uniform(0.5, 1.0, size=5000), weight, 10)
    shares = np.bincount(bins, weight) / weight.sum()
    np.testing.assert_allclose(shares, 0.1, atol=2.0 / weight.sum() * 2)  # one record may fall either way at an edge


def test_a_calibrated_predictor_lies_on_the_diagonal():
    rng = np.random.default_rng(1)
    p = rng.uniform(size=200_000)
    bins = reliability(p, (rng.uniform(size=p.size) < p).astype(float))
    assert np.all(np.abs(bins.observed - bins.predicted) < 4 * np.sqrt(bins.variance))
    assert np.all(np.diff(bins.predicted) > 0)
    assert bins.n_records.sum() == p.size


def test_the_sampling_variance_of_a_bin_is_the_one_seen_over_repetitions():
    rng = np.random.default_rng(2)
    p = np.repeat([0.6, 0.9], 200)
    repeats = [reliability(p, (rng.uniform(size=p.size) < p).astype(float)) for _ in range(2000)]
    seen = np.var([bins.observed - bins.predicted for bins in repeats], axis=0)
    stated = np.mean([bins.variance for bins in repeats], axis=0)
    np.testing.assert_allclose(stated, seen, rtol=0.15)  # a variance from 2000 repetitions has a relative sd of .03
