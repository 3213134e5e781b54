"""The parts of the Brier score: they add up, and they are what others compute."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import brier_score_loss

from gustibus.evaluation import brier, brier_parts, squared_calibration_error

M = 30
PROBABILITY = arrays(np.float64, M, elements=st.floats(0, 1))
SHARE = arrays(np.float64, M, elements=st.sampled_from([0.0, 0.2, 0.5, 0.6, 1.0]))
WEIGHT = arrays(np.float64, M, elements=st.sampled_from([0.5, 1.0, 2.0]))


@given(PROBABILITY, SHARE, WEIGHT, st.integers(1, 12), st.sampled_from(["mass", "width"]))
def test_the_parts_add_up_to_the_brier_score_for_any_bins_shares_and_weights(p, y, w, n_bins, binning):
    parts = brier_parts(p, y, w, n_bins=n_bins, binning=binning)
    total = parts.reliability - parts.resolution + parts.uncertainty + parts.within
    assert parts.brier == pytest.approx(brier(p, y, w), abs=1e-12)
    assert total == pytest.approx(parts.brier, abs=1e-12)


@given(PROBABILITY, SHARE, WEIGHT, arrays(np.bool_, M))
def test_turning_pairs_round_changes_no_part(p, y, w, turned):
    one = brier_parts(p, y, w)
    other = brier_parts(np.where(turned, 1 - p, p), np.where(turned, 1 - y, y), w)
    for name in ("brier", "reliability", "resolution", "uncertainty", "within"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), abs=1e-12), name


def test_hard_answers_have_the_uncertainty_of_a_coin_and_the_score_of_scikit_learn():
    rng = np.random.default_rng(0)
    p = rng.uniform(size=500)
    y = (rng.uniform(size=500) < p).astype(float)
    parts = brier_parts(p, y)
    assert parts.uncertainty == pytest.approx(0.25)
    assert parts.brier == pytest.approx(brier_score_loss(y, p))


def test_one_prediction_a_bin_leaves_nothing_within_and_is_murphys_partition_of_both_sides():
    p = np.repeat([0.2, 0.4, 0.6, 0.9], 25)
    y = (np.random.default_rng(1).uniform(size=100) < p).astype(float)
    parts = brier_parts(p, y, n_bins=5, binning="width")
    both_p, both_y = np.concatenate([p, 1 - p]).round(12), np.concatenate([y, 1 - y])
    levels = np.unique(both_p)
    shares = np.array([both_y[both_p == level].mean() for level in levels])
    weight = np.array([np.mean(both_p == level) for level in levels])
    assert parts.within == pytest.approx(0, abs=1e-12)
    assert parts.reliability == pytest.approx(weight @ (levels - shares) ** 2)
    assert parts.resolution == pytest.approx(weight @ (shares - 0.5) ** 2)


def test_the_noise_is_what_sampling_adds_to_reliability_and_resolution():
    rng = np.random.default_rng(2)
    p = np.repeat([0.55, 0.7, 0.85], 60)
    parts = [brier_parts(p, (rng.uniform(size=180) < p).astype(float), n_bins=3) for _ in range(2000)]
    reliability = np.array([one.reliability_debiased for one in parts])
    resolution = np.array([one.resolution_debiased for one in parts])
    assert abs(reliability.mean()) < 3 * reliability.std() / np.sqrt(2000)
    assert abs(resolution.mean() - np.mean((p - 0.5) ** 2)) < 3 * resolution.std() / np.sqrt(2000)


def test_reliability_is_the_squared_calibration_error():
    rng = np.random.default_rng(3)
    p = rng.uniform(size=400)
    y = (rng.uniform(size=400) < p).astype(float)
    parts, error = brier_parts(p, y), squared_calibration_error(p, y)
    assert parts.reliability == pytest.approx(error.plug_in)
    assert parts.reliability_debiased == pytest.approx(error.debiased)


def test_a_predictor_that_never_decides_has_the_uncertainty_alone():
    parts = brier_parts(np.full(8, 0.5), [1, 1, 1, 0, 1, 1, 1, 1])
    assert (parts.brier, parts.reliability, parts.resolution, parts.within) == (0.25, 0.0, 0.0, 0.0)
    assert parts.noise == (0.0, 0.0)
