"""Many people to one log-odds: the population, in its two meanings."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from gustibus.aggregation.people import people_by_column, shares_of
from gustibus.comparisons import GustibusError

__all__ = ["population_log_odds", "population_vote", "vote_matrix"]

_ALMOST_ALL = 1 - 1e-3
"""Shares of people above which those of the others are counted, rather than taken for what is left."""
_BLOCK = 1 << 21
"""Entries of a working block (16 MB of float64): larger inputs are walked through in blocks of columns."""


def population_log_odds(log_odds: ArrayLike, weight: ArrayLike | None = None) -> NDArray[np.float64]:
    r"""Pool people by the weighted mean of their log-odds.

    .. math:: s(a, b) = \sum_u \pi_u s_u(a, b), \qquad \sum_u \pi_u = 1.

    For models with a scalar reward this is the difference of the mean rewards, so the same function pools rewards
    (n items instead of M comparisons). Strong tastes count more than mild ones; `population_vote` counts heads.

    Parameters
    ----------
    log_odds
        ``s_u(a, b)`` of U people on M comparisons, shape (U, M); or their rewards of M items.
    weight
        How much each person counts, shape (U,), non-negative; scaled to sum to one. Default: equally.

    Returns
    -------
    Pooled log-odds, shape (M,). Swapping a and b negates them exactly.

    Raises
    ------
    GustibusError
        The shapes disagree, or the weights are negative, not finite or all zero.

    Examples
    --------
    >>> population_log_odds([[3.0], [-1.0]]).tolist()
    [1.0]
    >>> population_log_odds([[3.0], [-1.0]], weight=[1, 3]).tolist()
    [0.0]
    """
    s = people_by_column(log_odds, "log_odds")
    share = shares_of(weight, len(s))
    return np.asarray(share @ s, dtype=np.float64)


def population_vote(
    log_odds: ArrayLike, variance: ArrayLike | None = None, weight: ArrayLike | None = None
) -> NDArray[np.float64]:
    r"""Pool people by their votes: the log-odds of the share of people who prefer a.

    .. math:: s(a, b) = \operatorname{logit} \sum_u \pi_u P_u, \qquad
        P_u = \sigma\bigl(s_u / \sqrt{1 + \pi v_u / 8}\bigr)

    with :math:`v_u` the variance of :math:`s_u` under the person's posterior (zero where not given), averaged over by
    MacKay's approximation of the logistic-normal integral. In general no scalar reward has these differences: a
    population of people with consistent tastes can have a cyclic majority.

    Parameters
    ----------
    log_odds
        ``s_u(a, b)`` of U people on M comparisons, shape (U, M).
    variance
        Posterior variance of each entry, shape (U, M), non-negative. Default: none, the point estimates vote.
    weight
        How much each person's vote counts, shape (U,), non-negative; scaled to sum to one. Default: equally.

    Returns
    -------
    Pooled log-odds, shape (M,); ``1 / (1 + exp(-s))`` is the expected share for a. Swapping a and b negates them
    exactly, and they stay finite for certain people (the sums are taken in log space).

    Raises
    ------
    GustibusError
        The shapes disagree, or weights or variances are negative or not finite.

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks. Neural Computation 4(5).

    Examples
    --------
    Two of three people prefer a, one prefers b more strongly: heads say a, the mean log-odds say b.

    >>> s = [[2.0], [2.0], [-6.0]]
    >>> population_vote(s).round(3).tolist(), population_log_odds(s).round(3).tolist()
    ([0.356], [-0.667])
    """
    s = people_by_column(log_odds, "log_odds")
    share = shares_of(weight, len(s))
    v = None if variance is None else _variances(variance, s.shape)
    pooled = np.empty(s.shape[1])
    for start in range(0, s.shape[1], step := max(1, _BLOCK // len(s))):
        columns = slice(start, start + step)
        block = s[:, columns] if v is None else _moderated(s[:, columns], v[:, columns])
        pooled[columns] = _log_share(block, share) - _log_share(-block, share)
    return pooled


def vote_matrix(
    reward: ArrayLike, covariance: ArrayLike | None = None, weight: ArrayLike | None = None
) -> NDArray[np.float64]:
    r"""Share of people who prefer response i to response j, for every pair of one prompt's responses.

    .. math:: P_{ij} = \sum_u \pi_u \, \sigma\Bigl(\frac{r_{ui} - r_{uj}}{\sqrt{1 + \pi v_{uij} / 8}}\Bigr), \qquad
        v_{uij} = C_{uii} + C_{ujj} - 2 C_{uij}.

    Parameters
    ----------
    reward
        Rewards of n responses by U people, shape (U, n). One person is ``reward[None]``.
    covariance
        Posterior covariance of each person's rewards, shape (U, n, n). Default: none.
    weight
        How much each person's vote counts, shape (U,); scaled to sum to one. Default: equally.

    Returns
    -------
    Probabilities, shape (n, n), with one half on the diagonal and ``P + P.T == 1`` up to rounding: the pay-off that
    `borda` and other rules over pairs read.

    Raises
    ------
    GustibusError
        The shapes disagree, or weights or covariances are not valid.

    Examples
    --------
    >>> vote_matrix([[1.0, 0.0], [0.0, 2.0]]).round(3).tolist()
    [[0.5, 0.425], [0.575, 0.5]]
    """
    r = people_by_column(reward, "reward")
    n_users, n = r.shape
    share = shares_of(weight, n_users)
    c = None
    if covariance is not None:
        c = np.asarray(covariance, dtype=np.float64)
        if c.shape != (n_users, n, n):
            raise GustibusError(
                f"covariance has shape {c.shape}, but {n_users} people and {n} responses need {(n_users, n, n)}: "
                "give one n x n matrix for each person"
            )
    probability = np.full((n, n), 0.5)
    for i in range(n - 1):
        s = r[:, i : i + 1] - r[:, i + 1 :]
        if c is not None:
            spread = c[:, i, i][:, None] + np.diagonal(c, axis1=1, axis2=2)[:, i + 1 :] - 2 * c[:, i, i + 1 :]
            s = _moderated(s, _variances(np.maximum(spread, 0.0), s.shape))
        votes = share @ expit(s)
        probability[i, i + 1 :], probability[i + 1 :, i] = votes, 1 - votes
        # What is left of almost all would be rounding.
        sure = np.flatnonzero(votes > _ALMOST_ALL)
        probability[i + 1 + sure, i] = share @ expit(-s[:, sure])
    return probability


def _moderated(s: NDArray[np.float64], variance: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(s / np.sqrt(1.0 + np.pi / 8.0 * variance))


def _log_share(s: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of the weighted mean of ``sigma(s)`` over people, shape (M,): exact however small the share."""
    with np.errstate(divide="ignore"):  # a person without weight: log 0, and no part in the sum
        log_term = np.log(share)[:, None] - np.logaddexp(0.0, -s)
    highest = log_term.max(axis=0)
    return np.asarray(highest + np.log(np.exp(log_term - highest).sum(axis=0)))


def _variances(variance: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.float64]:
    v = np.asarray(variance, dtype=np.float64)
    if v.shape != shape:
        raise GustibusError(f"variance has shape {v.shape}, but the log-odds have shape {shape}: give one per entry")
    if np.any(~(v >= 0)):
        raise GustibusError(
            f"{int(np.sum(~(v >= 0)))} variances are negative or not numbers: pass posterior variances, not deviations"
        )
    return v
