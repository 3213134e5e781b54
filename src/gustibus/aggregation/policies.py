"""Rewards as distributions over responses: everybody's own, all people's pooled, and how far two are apart."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp, rel_entr, softmax

from gustibus.aggregation.people import people_by_column, shares_of
from gustibus.comparisons import GustibusError

__all__ = ["OpinionPool", "favourites", "jensen_shannon", "pool_opinions"]

Floats = NDArray[np.float64]
OpinionPool = Literal["linear", "logarithmic"]
"""``linear``: the mean of people's distributions. ``logarithmic``: their geometric mean, scaled to sum to one."""


def pool_opinions(
    reward: ArrayLike, weight: ArrayLike | None = None, *, pool: OpinionPool = "logarithmic", normalise: bool = True
) -> Floats:
    r"""One distribution over n responses from everybody's own, :math:`p_u(y) \propto \exp r_u(y)`.

    .. math:: p(y) \propto \prod_u p_u(y)^{\pi_u} \;\text{(logarithmic)}, \qquad
        p(y) = \sum_u \pi_u\, p_u(y) \;\text{(linear)}.

    Logarithmic pooling gives :math:`\operatorname{softmax}(\sum_u \pi_u r_u)`, whether or not rewards are normalised:
    a constant for each person drops out. Linear pooling is the aggregation of rewards by
    :math:`\operatorname{Agg}_1` (`alpha_mean` at alpha 1) **only if** everybody's rewards are normalised, so that
    :math:`\sum_y \exp r_u(y) = 1`; otherwise who has larger rewards counts more. ``normalise=False`` leaves the rewards
    as they are. The correspondence of pooling and aggregation is that of Park et al. (2024, arXiv 2405.00254).

    Parameters
    ----------
    reward
        ``r_u(y)``, shape (U, n), divided by the temperature at which people (or policies) choose.
    weight
        How much each person counts, shape (U,). Default: equally.
    pool
        See `OpinionPool`.
    normalise
        Whether each person's rewards become log-probabilities first.

    Returns
    -------
    Probabilities, shape (n,), with sum 1.

    Raises
    ------
    GustibusError
        Rewards, weights or the rule are not valid.

    Examples
    --------
    >>> rewards = [[2.0, 0.0], [9.0, 10.0]]
    >>> pool_opinions(rewards, pool="linear").round(3).tolist()
    [0.575, 0.425]
    >>> pool_opinions(rewards, pool="linear", normalise=False).round(3).tolist()
    [0.269, 0.731]
    """
    r = people_by_column(reward, "reward")
    share = shares_of(weight, len(r))
    if normalise:
        r = r - logsumexp(r, axis=1, keepdims=True)
    if pool == "logarithmic":
        return np.asarray(softmax(share @ r))
    if pool == "linear":
        return np.asarray(softmax(logsumexp(r, axis=0, b=share[:, None])))
    raise GustibusError(f"pool={pool!r} is not known: use one of {', '.join(map(repr, get_args(OpinionPool)))}")


def favourites(reward: ArrayLike, weight: ArrayLike | None = None) -> Floats:
    """Share of people whose favourite each response is, shape (n,); ties are divided equally.

    What a distribution over answers has to look like to mirror the population: distributional pluralism (Sorensen et
    al. 2024, arXiv 2402.05070), to be compared with what was observed by `jensen_shannon`. People who choose by chance
    are `pool_opinions` with ``pool="linear"``.

    Examples
    --------
    >>> favourites([[1.0, 0.0], [2.0, 2.0], [0.5, 0.1], [3.0, 1.0]]).tolist()
    [0.875, 0.125]
    """
    r = people_by_column(reward, "reward")
    best = (r == r.max(axis=1, keepdims=True)).astype(np.float64)
    return np.asarray(shares_of(weight, len(r)) @ (best / best.sum(axis=1, keepdims=True)))


def jensen_shannon(p: ArrayLike, q: ArrayLike) -> Floats:
    r"""Jensen-Shannon distance between distributions, base 2: 0 where they are equal, 1 where they share nothing.

    .. math:: d(p, q) = \sqrt{\tfrac12 \mathrm{KL}(p \,\|\, m) + \tfrac12 \mathrm{KL}(q \,\|\, m)}, \qquad
        m = \tfrac12 (p + q).

    A metric (Endres and Schindelin 2003, IEEE Transactions on Information Theory 49(7)).

    Parameters
    ----------
    p, q
        Shares >= 0 along the last axis, of shapes that go together, (..., n); each is scaled to sum to one.

    Raises
    ------
    GustibusError
        A share is negative or not finite, or all are zero.

    Examples
    --------
    >>> jensen_shannon([1, 1, 0], [0, 1, 1]).round(3).item(), jensen_shannon([1, 0], [0, 1]).item()
    (0.707, 1.0)
    """
    left, right = _distribution(p, "p"), _distribution(q, "q")
    if left.shape[-1] != right.shape[-1]:
        raise GustibusError(f"p has {left.shape[-1]} shares and q {right.shape[-1]}: they are of the same responses")
    middle = (left + right) / 2
    divergence = (rel_entr(left, middle) + rel_entr(right, middle)).sum(axis=-1) / 2
    return np.asarray(np.sqrt(np.clip(divergence / np.log(2), 0.0, 1.0)))


def _distribution(values: ArrayLike, name: str) -> Floats:
    shares = np.asarray(values, dtype=np.float64)
    if shares.ndim == 0 or np.any(~np.isfinite(shares)) or np.any(shares < 0) or np.any(shares.sum(axis=-1) <= 0):
        raise GustibusError(f"{name} is no distribution: give finite shares >= 0, not all of them zero")
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))
