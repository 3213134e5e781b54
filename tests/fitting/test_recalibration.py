"""Maps of log-odds learned on validation judgements: odd, in order, and those of scikit-learn and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize_scalar
from sklearn.isotonic import IsotonicRegression

from gustibus.comparisons import GustibusError
from gustibus.fitting import Isotonic, Temperature, fit_isotonic, fit_temperature, recalibrate

N = 40
LOG_ODDS = arrays(np.float64, N, elements=st.floats(-6, 6))
OUTCOME = arrays(np.float64, N, elements=st.sampled_from([0.0, 0.3, 0.5, 1.0]))


def sigmoid(s):
    return 1 / (1 + np.exp(-s))


@given(LOG_ODDS, OUTCOME, st.sampled_from(["temperature", "isotonic"]))
def test_maps_are_odd_to_the_last_digit_and_never_decrease(s, y, method):
    found = recalibrate(s, y, method=method)
    at = np.linspace(-9, 9, 301)
    np.testing.assert_array_equal(found(-at), -found(at))
    assert np.all(np.diff(found(at)) >= 0)
    assert np.all(np.isfinite(found(at)))
    assert np.all(found.slope(at) >= 0)


@given(LOG_ODDS, OUTCOME, arrays(np.bool_, N), st.sampled_from(["temperature", "isotonic"]))
def test_turning_judgements_round_changes_no_map(s, y, turned, method):
    one = recalibrate(s, y, method=method)
    other = recalibrate(np.where(turned, -s, s), np.where(turned, 1 - y, y), method=method)
    at = np.linspace(-7, 7, 29)
    np.testing.assert_allclose(other(at), one(at), atol=1e-6)


def test_the_blocks_are_those_of_scikit_learn_on_both_sides_of_every_judgement():
    rng = np.random.default_rng(0)
    s, w = rng.normal(scale=2, size=300), rng.uniform(0.5, 2, size=300)
    y = (rng.uniform(size=300) < sigmoid(0.5 * s)).astype(float)
    found = fit_isotonic(s, y, w)
    top = np.abs(s).max()
    x = np.concatenate([s, [top], -s, [-top]])  # with the tie that keeps certainty out
    outcome, weight = np.concatenate([y, [0.5], 1 - y, [0.5]]), np.tile(np.append(w, w.mean()), 2)
    shares = IsotonicRegression().fit(x, outcome, sample_weight=weight).predict(x)
    levels = np.unique(shares[shares > 0.5 + 1e-9])
    knots = [np.average(x[shares == level], weights=weight[shares == level]) for level in levels]
    np.testing.assert_allclose(found.at[: len(knots)], knots)
    np.testing.assert_allclose(sigmoid(found.becomes[: len(knots)]), levels)


def test_a_thousand_judgements_decide_the_temperature():
    rng = np.random.default_rng(1)
    s = rng.normal(scale=2, size=20_000)
    y = (rng.uniform(size=s.size) < sigmoid(0.4 * s)).astype(float)
    best = minimize_scalar(lambda g: np.mean(np.logaddexp(0, g * s) - y * g * s), bounds=(0, 3), method="bounded").x
    assert fit_temperature(s, y).factor == pytest.approx(best, rel=0.02)
    assert fit_temperature(s[:10], y[:10]).factor > 0.6  # ten leave it near 1


def test_isotonic_bends_where_a_temperature_cannot():
    rng = np.random.default_rng(2)
    true = rng.normal(scale=1.5, size=40_000)
    stated = np.sign(true) * true**2
    y = (rng.uniform(size=true.size) < sigmoid(true)).astype(float)
    fitted, tested = slice(0, 20_000), slice(20_000, None)
    off = {
        method: np.abs(
            sigmoid(recalibrate(stated[fitted], y[fitted], method=method)(stated[tested])) - sigmoid(true[tested])
        )
        for method in ("temperature", "isotonic")
    }
    assert off["isotonic"].mean() < 0.015 < 0.03 < off["temperature"].mean()


def test_isotonic_keeps_apart_what_lies_in_one_block():
    found = fit_isotonic([1.0, 2.0, 3.0, 4.0], [1.0, 0.0, 1.0, 1.0])
    assert np.all(np.diff(found([0.5, 1.0, 2.0, 2.5])) > 0)


def test_unanimous_judgements_make_no_certainty():
    found = fit_isotonic(np.linspace(0.1, 3, 50), np.ones(50))
    assert sigmoid(found(3.0)) == pytest.approx(50.5 / 51)


def test_log_odds_that_are_worth_nothing_become_none():
    assert fit_isotonic([1.0, 2.0, 3.0], [0.0, 0.0, 0.0])([-5.0, 2.0]).tolist() == [0.0, 0.0]
    assert fit_isotonic([0.0, 0.0], [1.0, 1.0])([-5.0, 0.0, 2.0]).tolist() == [0.0, 0.0, 0.0]


def test_the_slope_is_the_derivative():
    at = np.array([-2.5, 0.4, 2.0, 5.0])
    for found in (Temperature(0.7), Isotonic(np.array([1.0, 3.0]), np.array([0.5, 1.0]))):
        np.testing.assert_allclose(found.slope(at), (found(at + 1e-6) - found(at - 1e-6)) / 2e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (lambda: recalibrate([1.0], [1.0], method="platt"), "'temperature', 'isotonic'"),
        (lambda: fit_isotonic([], []), "no judgements"),
        (lambda: fit_temperature([np.inf], [1.0]), "must be finite"),
        (lambda: fit_temperature([1.0, 2.0], [1.0]), "equally long"),
    ],
)
def test_what_makes_no_sense_is_refused(call, part):
    with pytest.raises(GustibusError, match=part):
        call()
