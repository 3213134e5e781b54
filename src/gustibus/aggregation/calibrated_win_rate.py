"""Each person's rewards as win rates, so that people with different scales can be mixed."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from gustibus.aggregation.people import LARGEST, numbers
from gustibus.comparisons import GustibusError

__all__ = ["calibrated_win_rate"]

Floats = NDArray[np.float64]

_BLOCK: Final = 1 << 18
"""Entries of a working block (2 MB): many people are walked through in blocks."""
_DIGITS: Final = 34.0
"""Natural logarithm of one over the error of an interpolation: below rounding."""
_GAIN: Final = 4
"""Interpolation is taken where it needs so many times fewer points than there are responses."""


def calibrated_win_rate(reward: ArrayLike) -> NDArray[np.float64]:
    r"""Share of the other responses that each response is expected to beat, by person.

    .. math:: R_u(y_i) = \frac{1}{n - 1} \sum_{j \ne i} \sigma\bigl(r_u(y_i) - r_u(y_j)\bigr).

    The calibrated reward of CaPO (Lee et al. 2025, arXiv 2502.02588), here of people in place of reward models.
    Rewards of two people (or two reward models) have no common unit: who spreads them wider would decide every mean.
    Win rates are shares for everybody, and mean the same for everybody where the rewards are calibrated log-odds. So
    turn rewards into win rates first, and mix people, or compare them with `numpy.min`, after that.

    It is the `borda` score of each person's own win probabilities, without the table of all pairs in memory; its mean
    over people is the `borda` score of `vote_matrix`.

    Parameters
    ----------
    reward
        ``r_u(y_i)`` in log-odds, shape (..., n) with n >= 2: people, draws or models first, one pool of responses last.

    Returns
    -------
    Win rates in [0, 1], shape (..., n); their mean over the pool is 1/2 for everybody.

    Raises
    ------
    GustibusError
        There are fewer than two responses, or a reward is not finite.

    Examples
    --------
    Two people prefer the first response mildly, the third one loudly the second: the mean reward follows the loud one.

    >>> rewards = np.array([[0.5, 0.0], [0.5, 0.0], [-4.0, 4.0]])
    >>> rewards.mean(axis=0).round(2).tolist(), calibrated_win_rate(rewards).mean(axis=0).round(2).tolist()
    ([-1.0, 1.33], [0.42, 0.58])
    """
    r = numbers(reward, "reward")
    if r.ndim < 1 or r.shape[-1] < 2:
        raise GustibusError(f"reward has shape {r.shape}, but a pool of n >= 2 responses needs (..., n)")
    if not np.all(np.isfinite(r)):
        raise GustibusError(f"{int(np.sum(~np.isfinite(r)))} rewards are not finite: leave such responses out")
    if r.size and np.abs(r).max() > LARGEST:
        raise GustibusError(f"a reward of {np.abs(r).max():g} cannot be calculated with: give log-odds")
    n = r.shape[-1]
    people = r.reshape(-1, n)
    half_width = np.ptp(people, axis=1) / 2
    points = _points(half_width)
    few = _GAIN * points <= n
    rates = np.empty_like(people)
    rates[~few] = _by_pairs(people[~few])
    order = np.flatnonzero(few)[np.argsort(points[few], kind="stable")]
    for start in range(0, len(order), step := max(1, _BLOCK // (n * int(points[few].max(initial=1))))):
        block = order[start : start + step]
        rates[block] = _by_interpolation(people[block], int(points[block].max()))
    # A response meets itself with probability 1/2, which is taken out again.
    return np.asarray(((rates - 0.5) / (n - 1)).reshape(r.shape))


def _by_pairs(people: Floats) -> Floats:
    """Sums over all responses, themselves included, (B, n): every pair."""
    n = people.shape[1]
    sums = np.empty_like(people)
    for start in range(0, len(people), step := max(1, _BLOCK // n**2)):
        block = people[start : start + step]
        sums[start : start + step] = expit(block[:, :, None] - block[:, None, :]).sum(axis=2)
    return sums


def _points(half_width: Floats) -> NDArray[np.intp]:
    """Chebyshev points that interpolate a person's sum of logistic functions over their range to rounding.

    The logistic function is analytic up to a distance of pi from the real line, so the error falls as ``rho**-m`` with
    the largest ellipse about the range that fits: ``rho = pi / h + sqrt((pi / h)**2 + 1)``.
    """
    with np.errstate(divide="ignore", over="ignore"):
        reach = np.pi / half_width
    return np.ceil(np.minimum(_DIGITS / np.arcsinh(np.clip(reach, 1e-9, 1e9)), 1e12)).astype(np.intp) + 2


def _by_interpolation(people: Floats, m: int) -> Floats:
    """The same sums, of each person a smooth function of the reward, from its values at m points."""
    low, high = people.min(axis=1, keepdims=True), people.max(axis=1, keepdims=True)
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, np.finfo(np.float64).tiny)
    at = chebyshev.chebpts1(m)
    values = expit((middle + half * at)[:, :, None] - people[:, None, :]).sum(axis=2)
    coefficients = chebyshev.chebvander(at, m - 1).T @ values.T * (2 / m)
    coefficients[0] /= 2
    return np.asarray(chebyshev.chebval(((people - middle) / half).T, coefficients[:, None, :], tensor=False).T)
