"""One family from the worst-off to the best-off, and the geometric mean."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import logsumexp

from gustibus.aggregation import alpha_mean, calibrated_win_rate, nash_welfare
from gustibus.comparisons import GustibusError

rewards = arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 5)), elements=st.floats(-30, 30))


@given(reward=rewards, alpha=st.floats(-20, 20).filter(lambda a: abs(a) > 1e-3))
def test_it_is_the_formula(reward: np.ndarray, alpha: float) -> None:
    expected = logsumexp(alpha * reward, axis=0, b=1 / len(reward)) / alpha
    np.testing.assert_allclose(alpha_mean(reward, alpha), expected, rtol=1e-9, atol=1e-9 / abs(alpha))


@given(reward=rewards)
def test_it_grows_with_alpha_between_its_limits(reward: np.ndarray) -> None:
    values = [alpha_mean(reward, a) for a in (-np.inf, -50.0, -1.0, -1e-7, 0.0, 1e-7, 1.0, 50.0, np.inf)]
    np.testing.assert_array_equal(values[0], reward.min(axis=0))
    np.testing.assert_array_equal(values[-1], reward.max(axis=0))
    np.testing.assert_allclose(values[4], reward.mean(axis=0), atol=1e-12)
    for less, more in itertools.pairwise(values):
        assert np.all(less <= more + 1e-9)


def test_near_zero_no_digit_is_lost() -> None:
    """The second-order expansion is mean + alpha variance / 2, which the naive formula cannot tell from the mean."""
    reward = np.array([[0.3], [1.7], [-0.9]])
    for alpha in (1e-9, -1e-9):
        above = alpha_mean(reward, alpha) - reward.mean()
        np.testing.assert_allclose(above, alpha * reward.var() / 2, rtol=1e-5)


def test_the_limits_are_approached() -> None:
    reward = np.random.default_rng(0).normal(size=(7, 4))
    np.testing.assert_allclose(alpha_mean(reward, -1e5), reward.min(axis=0), atol=1e-4)
    np.testing.assert_allclose(alpha_mean(reward, 1e5), reward.max(axis=0), atol=1e-4)


def test_who_does_not_count_changes_nothing() -> None:
    reward = np.array([[0.0, 1.0], [1.0, 0.5], [-900.0, 900.0]])
    for alpha in (-np.inf, -5.0, -1e-9, 0.0, 2.0, np.inf):
        np.testing.assert_allclose(alpha_mean(reward, alpha, [1, 3, 0]), alpha_mean(reward[[0, 1, 1, 1]], alpha))


def test_constants_of_one_person_change_the_best_response_except_at_zero() -> None:
    reward = np.array([[1.0, 0.0], [0.0, 0.8]])
    shifted = reward + np.array([[3.0], [0.0]])
    assert alpha_mean(reward, 0.0).argmax() == alpha_mean(shifted, 0.0).argmax() == 0
    assert alpha_mean(reward, -np.inf).argmax() == 0
    assert alpha_mean(shifted, -np.inf).argmax() == 1


@given(reward=rewards.filter(lambda r: r.shape[1] > 1), scale=st.floats(0.01, 100), person=st.integers(0, 5))
def test_nash_welfare_does_not_see_scales(reward: np.ndarray, scale: float, person: int) -> None:
    rate = calibrated_win_rate(reward) + 1e-3
    scaled = rate.copy()
    scaled[person % len(rate)] *= scale
    ratio = nash_welfare(scaled) / nash_welfare(rate)
    np.testing.assert_allclose(ratio, scale ** (1 / len(rate)), rtol=1e-9)


def test_nash_welfare_is_the_geometric_mean_and_zero_where_somebody_gets_nothing() -> None:
    rate = np.array([[0.5, 0.0], [0.2, 0.9]])
    np.testing.assert_allclose(nash_welfare(rate, [1, 3]), [(0.5 * 0.2**3) ** 0.25, 0.0])
    np.testing.assert_allclose(nash_welfare(rate, [0, 1]), [0.2, 0.9])
    with pytest.raises(GustibusError, match=r"rate\[0, 1\] is -1"):
        nash_welfare([[0.1, -1.0]])


def test_alpha_has_to_be_a_number() -> None:
    with pytest.raises(GustibusError, match="alpha is nan: give a number"):
        alpha_mean([[0.0]], float("nan"))
