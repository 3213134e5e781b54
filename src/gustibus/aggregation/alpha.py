"""One family of rules, from the worst-off person over the mean to the best-off."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.aggregation.arguments import real
from gustibus.aggregation.people import people_by_column, shares_of
from gustibus.comparisons import GustibusError

__all__ = ["alpha_mean", "nash_welfare"]

_NEAR: float = 1.0
"""Below this exponent the mean is taken out first: the logarithm of a number near 1 has few digits."""

_AS_ZERO: float = 1e-8
"""Below this exponent the mean and half the variance are all that can be told."""
_AS_INFINITE: float = 1e290
"""Above this exponent the limit is reached."""


def alpha_mean(reward: ArrayLike, alpha: float = 0.0, weight: ArrayLike | None = None) -> NDArray[np.float64]:
    r"""Rewards of many people as one, between the smallest and the largest.

    .. math:: \operatorname{Agg}_\alpha(r)(y) = \frac1\alpha \log \sum_u \pi_u \exp\bigl(\alpha\, r_u(y)\bigr),
        \qquad \sum_u \pi_u = 1.

    The limits are exact: 0 is the mean, :math:`-\infty` the minimum (max-min), :math:`+\infty` the maximum, over people
    who count at all. It grows with alpha. The family of Park et al. (2024, arXiv 2405.00254).

    Adding a constant to one person's rewards changes which response is best, except at alpha 0; multiplying one
    person's rewards changes it at every alpha. So bring people to one scale first: `calibrated_win_rate`, or rewards
    that are log-odds of the same model, shifted so that everybody's mean over the pool is 0.

    Parameters
    ----------
    reward
        ``r_u(y)``, shape (U, n): people by responses.
    alpha
        Any number, infinite ones included. In units of one over those of the reward.
    weight
        How much each person counts, shape (U,). Default: equally.

    Returns
    -------
    In the unit of the rewards, shape (n,).

    Raises
    ------
    GustibusError
        Rewards or weights are not valid, or alpha is not a number.

    Examples
    --------
    >>> rewards = [[2.0, 0.5], [-1.0, 0.0]]
    >>> for alpha in (-np.inf, -1.0, 0.0, np.inf):
    ...     print(alpha, alpha_mean(rewards, alpha).round(3).tolist())
    -inf [-1.0, 0.0]
    -1.0 [-0.355, 0.219]
    0.0 [0.5, 0.25]
    inf [2.0, 0.5]
    """
    r = people_by_column(reward, "reward")
    share = shares_of(weight, len(r))
    alpha = real(alpha, "alpha", "a number: 0 is the mean, -inf the worst-off person, inf the best-off")
    r, share = r[share > 0], share[share > 0]
    if np.isinf(alpha) or abs(alpha) * float(np.ptp(r, axis=0).max()) > _AS_INFINITE:
        return np.asarray(r.min(axis=0) if alpha < 0 else r.max(axis=0))
    mean = np.asarray(share @ r)
    exponent = alpha * (r - mean)
    largest = np.abs(exponent).max(axis=0)
    if largest.max() < _AS_ZERO:  # what follows in the expansion is below rounding
        return np.asarray(mean + alpha / 2 * (share @ (r - mean) ** 2))
    near = largest < _NEAR
    above = np.empty_like(mean)
    above[near] = np.log1p(share @ np.expm1(exponent[:, near]))
    highest = exponent[:, ~near].max(axis=0, initial=-np.inf)
    above[~near] = highest + np.log(share @ np.exp(exponent[:, ~near] - highest))
    return np.asarray(mean + above / alpha)


def nash_welfare(rate: ArrayLike, weight: ArrayLike | None = None) -> NDArray[np.float64]:
    r"""Geometric mean of what people get, so that doubling one person's share is worth doubling another's.

    .. math:: N(y) = \prod_u R_u(y)^{\pi_u}.

    The order does not change when one person's values are all multiplied by the same number; it does when a constant is
    added, so that zero has to mean something: here the win rates of `calibrated_win_rate`, where zero is losing
    always. Nash (1950), The bargaining problem, Econometrica 18(2); Kaneko and Nakamura (1979), Econometrica 47(2).

    Parameters
    ----------
    rate
        Values >= 0 of n responses for U people, shape (U, n).
    weight
        How much each person counts, shape (U,). Default: equally.

    Returns
    -------
    In the unit of the rates, shape (n,); 0 where somebody who counts gets nothing.

    Raises
    ------
    GustibusError
        A rate is negative, or shapes or weights are not valid.

    Examples
    --------
    >>> nash_welfare([[0.9, 0.6], [0.1, 0.4]]).round(3).tolist()
    [0.3, 0.49]
    """
    rates = people_by_column(rate, "rate")
    if np.any(rates < 0):
        row, column = (int(i) for i in np.argwhere(rates < 0)[0])
        raise GustibusError(
            f"rate[{row}, {column}] is {rates[row, column]:g}: Nash welfare needs values >= 0 of which 0 means "
            "nothing; turn rewards into win rates with calibrated_win_rate"
        )
    share = shares_of(weight, len(rates))
    counted = share > 0
    with np.errstate(divide="ignore"):
        return np.asarray(np.exp(share[counted] @ np.log(rates[counted])))
