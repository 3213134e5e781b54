"""Rewards as win rates: Borda within a person, a common scale between people."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from gustibus.aggregation import borda, calibrated_win_rate, vote_matrix
from gustibus.comparisons import GustibusError

RNG = np.random.default_rng(0)


def test_it_is_the_borda_score_of_each_persons_own_win_probabilities():
    rewards = RNG.normal(scale=3, size=(4, 50, 6))
    expected = borda(expit(rewards[..., :, None] - rewards[..., None, :]))
    np.testing.assert_allclose(calibrated_win_rate(rewards), expected, atol=1e-12)


def test_its_mean_over_people_is_the_borda_score_of_their_vote():
    rewards = RNG.normal(scale=2, size=(200, 7))
    np.testing.assert_allclose(calibrated_win_rate(rewards).mean(axis=0), borda(vote_matrix(rewards)), atol=1e-12)


def test_thousands_of_people_at_once_are_each_as_if_alone():
    rewards = RNG.normal(size=(5000, 30))
    rates = calibrated_win_rate(rewards)
    for person in (0, 2331, 4999):
        np.testing.assert_allclose(rates[person], calibrated_win_rate(rewards[person]), atol=1e-12)
    np.testing.assert_allclose(rates.mean(axis=1), 0.5)


def test_shifts_change_nothing_and_each_persons_order_stays():
    rewards = RNG.normal(scale=4, size=(20, 8))
    rates = calibrated_win_rate(rewards)
    np.testing.assert_allclose(calibrated_win_rate(rewards + RNG.normal(size=(20, 1))), rates, atol=1e-12)
    np.testing.assert_array_equal(np.argsort(rates, axis=1), np.argsort(rewards, axis=1))


def test_a_loud_person_no_longer_decides():
    rewards = np.array([[0.6, 0.0], [0.6, 0.0], [0.6, 0.0], [-50.0, 50.0]])
    assert rewards.mean(axis=0)[0] < rewards.mean(axis=0)[1]
    assert calibrated_win_rate(100 * rewards).mean(axis=0)[0] > 0.7
    assert np.all(np.isfinite(calibrated_win_rate(100 * rewards)))


@pytest.mark.parametrize(("reward", "part"), [([[1.0]], "n >= 2"), ([[1.0, np.nan]], "not finite")])
def test_what_makes_no_sense_is_refused(reward, part):
    with pytest.raises(GustibusError, match=part):
        calibrated_win_rate(reward)


@pytest.mark.parametrize("scale", [0.0, 1e-6, 0.3, 2.0, 15.0, 400.0])
def test_many_responses_are_interpolated_to_rounding(scale):
    """Narrow and wide ranges, skewed and with a far outlier: as all pairs say."""
    n = 400
    rewards = scale * np.stack([RNG.normal(size=n), RNG.exponential(size=n) ** 2, np.append(RNG.normal(size=n - 1), 9)])
    pairs = expit(rewards[:, :, None] - rewards[:, None, :])
    expected = (pairs.sum(axis=2) - 0.5) / (n - 1)
    np.testing.assert_allclose(calibrated_win_rate(rewards), expected, atol=2e-13)
