"""Averages of the logistic function over normal distributions agree with quadrature, however wide they are."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special

from gustibus.adapting import LOGISTIC_AS_NORMALS
from gustibus.adapting.mean_logistic import mean_sigmoid, mean_sigmoid_and_slope, mean_softplus

MEANS = (-30.0, -8.0, -2.0, -0.3, 0.0, 1.0, 4.0, 15.0)
VARIANCES = (1e-4, 0.05, 1.0, 10.0, 400.0, 1e4, 1e6)
# The mixture of normals is within 3e-9 of the logistic distribution; its density and its integral are a little less so.
LEVEL, SLOPE, AREA = 3e-9, 2e-8, 1e-8


def by_quadrature(function, mean: float, variance: float) -> float:
    """Adaptive quadrature over the log-odds, split where the logistic function bends."""
    sd = np.sqrt(variance)
    edges = np.unique(
        np.clip([mean - 12 * sd, -40, -4, 0, 4, 40, mean, mean + 12 * sd], mean - 12 * sd, mean + 12 * sd)
    )
    return sum(
        integrate.quad(
            lambda s: function(s) * np.exp(-0.5 * ((s - mean) / sd) ** 2) / (sd * np.sqrt(2 * np.pi)),
            low,
            high,
            epsabs=1e-12,
            epsrel=1e-11,
            limit=200,
        )[0]
        for low, high in pairwise(edges)
    )


@pytest.mark.parametrize("variance", VARIANCES)
def test_closed_forms_are_the_integrals(variance: float) -> None:
    m, v = np.array(MEANS), np.full(len(MEANS), variance)
    level, slope = mean_sigmoid_and_slope(m, v)
    expected = [by_quadrature(special.expit, mean, variance) for mean in MEANS]
    np.testing.assert_allclose(level, expected, atol=LEVEL, rtol=0)
    np.testing.assert_allclose(mean_sigmoid(m, v), expected, atol=LEVEL, rtol=0)
    slopes = [by_quadrature(lambda s: special.expit(s) * special.expit(-s), mean, variance) for mean in MEANS]
    np.testing.assert_allclose(slope, slopes, atol=SLOPE, rtol=0)
    areas = [by_quadrature(lambda s: np.logaddexp(0, s), mean, variance) for mean in MEANS]
    # Where the integral is large quadrature itself is good to 1e-10 of it.
    np.testing.assert_allclose(mean_softplus(m, v), areas, atol=AREA, rtol=1e-9)


def test_without_variance_they_are_the_functions_themselves() -> None:
    s = np.linspace(-40, 40, 801)
    level, slope = mean_sigmoid_and_slope(s, np.zeros_like(s))
    np.testing.assert_allclose(level, special.expit(s), atol=LEVEL, rtol=0)
    np.testing.assert_allclose(slope, special.expit(s) * special.expit(-s), atol=SLOPE, rtol=0)
    np.testing.assert_allclose(mean_softplus(s, np.zeros_like(s)), np.logaddexp(0, s), atol=AREA, rtol=0)


def test_under_endless_variance_they_are_those_of_a_step() -> None:
    x = np.array([-1.5, 0.0, 0.7])
    sd = 1e6
    level, slope = mean_sigmoid_and_slope(x * sd, np.full(3, sd**2))
    # Corrections are of the order of the logistic variance over the variance.
    np.testing.assert_allclose(level, special.ndtr(x), atol=1e-9)
    np.testing.assert_allclose(slope * sd, np.exp(-0.5 * x**2) / np.sqrt(2 * np.pi), rtol=1e-9)


def test_the_normals_are_a_distribution_with_the_logistic_variance() -> None:
    mass, variance = np.array(LOGISTIC_AS_NORMALS).T
    assert mass.sum() == pytest.approx(1, abs=1e-12)
    assert mass @ variance == pytest.approx(np.pi**2 / 3, rel=1e-6)


ordinary = st.floats(-50, 50, allow_nan=False), st.floats(0, 1e4, allow_nan=False)


@given(*ordinary)
def test_opposite_log_odds_have_the_rest_of_the_probability(mean: float, variance: float) -> None:
    m, v = np.array([mean, -mean]), np.array([variance, variance])
    level, slope = mean_sigmoid_and_slope(m, v)
    assert level.sum() == pytest.approx(1, abs=1e-12)
    assert slope[0] == slope[1]
    # log(1 + e^s) - log(1 + e^-s) = s
    area = mean_softplus(m, v)
    assert area[0] - area[1] == pytest.approx(mean, abs=1e-9)


@given(*ordinary)
def test_level_is_the_derivative_of_the_area_and_slope_that_of_the_level(mean: float, variance: float) -> None:
    step = 1e-4
    m, v = np.array([mean - step, mean, mean + step]), np.full(3, variance)
    level, slope = mean_sigmoid_and_slope(m, v)
    area = mean_softplus(m, v)
    # Central differences: third derivatives (below .2) times step squared, and rounding of areas over the step.
    assert (area[2] - area[0]) / (2 * step) == pytest.approx(level[1], abs=2e-9 + 1e-11 / step)
    assert (level[2] - level[0]) / (2 * step) == pytest.approx(slope[1], abs=2e-9 + 1e-14 / step)


def test_averages_are_probabilities_to_the_last_digit() -> None:
    m = np.linspace(20, 500, 1000)
    level = mean_sigmoid(np.concatenate([m, -m]), np.full(2000, 0.5))
    assert level.min() >= 0
    assert level.max() <= 1
