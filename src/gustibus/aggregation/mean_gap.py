"""From votes to the mean reward: what pooling heads hides, and what puts it right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logit

from gustibus.aggregation.arguments import whole
from gustibus.aggregation.calibrated_win_rate import calibrated_win_rate
from gustibus.aggregation.people import highest, numbers, people_by_column, rounding, shares_of
from gustibus.comparisons import GustibusError

__all__ = ["Disagreement", "borda_vs_mean", "first_order_gap", "unanimity_gap"]

Floats = NDArray[np.float64]


def first_order_gap(share: ArrayLike, variance: ArrayLike) -> Floats:
    r"""Mean reward gap of people from the share who prefer a, and how much people's probabilities differ.

    .. math:: \Delta \approx \operatorname{logit}(p)
        + \frac{2p - 1}{2\, p^2 (1 - p)^2} \operatorname{Var}_u \sigma(\Delta_u).

    Heads are no rewards: the logit of the mean probability is not the mean of the logits where people differ. This is
    the second-order term of the expansion of the logit of each person's probability about p, so it holds where people
    differ little (ours; after the setting of Shirali et al. 2025, arXiv 2502.16320). The variance needs several
    judgements of one person, or a fitted model of people.

    Parameters
    ----------
    share
        p, the share of people who prefer a, strictly between 0 and 1.
    variance
        Variance over people of their probability to prefer a, between 0 and p (1 - p).

    Returns
    -------
    In log-odds, of the shape the two have together.

    Raises
    ------
    GustibusError
        A share or variance is impossible.

    Examples
    --------
    >>> p = np.array([0.7, 0.8, 0.9])                     # three people
    >>> exact = logit(p).mean()
    >>> round(float(exact), 3), first_order_gap(p.mean(), p.var()).round(3).item(), round(float(logit(p.mean())), 3)
    (1.477, 1.464, 1.386)
    """
    p, v = numbers(share, "share"), numbers(variance, "variance")
    if np.any(~((p > 0) & (p < 1))):
        raise GustibusError("a share is not strictly between 0 and 1: where everybody agrees there is no finite gap")
    if np.any(~((v >= 0) & (v <= p * (1 - p) * (1 + 1e-12)))):
        raise GustibusError("a variance is negative or above share * (1 - share), which probabilities cannot have")
    return np.asarray(logit(p) + 0.5 * (2 * p - 1) / (p * (1 - p)) ** 2 * v)


def unanimity_gap(all_a: ArrayLike, all_b: ArrayLike, n_types: int) -> Floats:
    r"""Mean reward gap over K types of people, from pairs that one person of each type judged and all agreed on.

    .. math:: \frac1K \sum_k \Delta_k = \frac1K \log \frac{\Pr(\text{all say } a)}{\Pr(\text{all say } b)}.

    Exact, however much the types differ, since probabilities of independent people multiply (ours; the setting is that
    of Shirali et al. 2025, arXiv 2502.16320). What it costs are all judgements on which the types disagree.

    Parameters
    ----------
    all_a, all_b
        How often (or how probably) all K said a, and all said b; > 0.
    n_types
        K, a whole number >= 1.

    Raises
    ------
    GustibusError
        A count is not finite and > 0, or K is no such number.

    Examples
    --------
    >>> from scipy.special import expit
    >>> gaps = np.array([3.0, -1.0])
    >>> unanimity_gap(expit(gaps).prod(), expit(-gaps).prod(), 2).round(6).item()
    1.0
    """
    a, b = numbers(all_a, "all_a"), numbers(all_b, "all_b")
    n_types = whole(n_types, "n_types", 1)
    if not all(np.all((counts > 0) & np.isfinite(counts)) for counts in (a, b)):
        raise GustibusError(
            "all_a and all_b have to be finite and > 0: without both kinds of agreement there is no finite gap"
        )
    return np.asarray((np.log(a) - np.log(b)) / n_types)


@dataclass(frozen=True, eq=False)
class Disagreement:
    """Where counting heads and averaging rewards choose differently.

    Attributes
    ----------
    pools
        Indices of the pools of responses (prompts) of which the two name different best responses.
    by_borda, by_mean
        The best response of every pool by either, shape (P,).
    share
        Of all pools, that are in ``pools``.
    lost
        What the best by Borda gives less than the best by mean, in mean reward, shape (P,).
    """

    pools: NDArray[np.intp]
    by_borda: NDArray[np.intp]
    by_mean: NDArray[np.intp]
    share: float
    lost: Floats


def borda_vs_mean(rewards: Sequence[ArrayLike], weight: ArrayLike | None = None) -> Disagreement:
    r"""Where the Borda winner of people's votes is not the response of highest mean reward.

    What a Bradley-Terry model fitted to everybody's judgements orders by is the Borda count, under uniform sampling of
    pairs, not the mean of people's rewards (Siththaranjan, Laidlaw and Hadfield-Menell 2023, arXiv 2312.08358).

    Parameters
    ----------
    rewards
        One matrix ``r_u(y)`` a prompt, each (U, n) with n >= 2 of its own, of the same people.
    weight
        How much each person counts, shape (U,). Default: equally.

    Examples
    --------
    Two people like the first a little better, one likes the second a lot better; on the other prompt all agree.

    >>> found = borda_vs_mean([[[1.5, 0.0], [1.5, 0.0], [-4.0, 4.0]], [[1.0, 0.0]] * 3])
    >>> found.share, found.by_borda.tolist(), found.by_mean.tolist()
    (0.5, [0, 0], [1, 0])
    """
    if not len(rewards):
        raise GustibusError("there is no pool of responses: give one matrix of rewards for each prompt")
    by_borda, by_mean, lost = [], [], []
    for pool in rewards:
        r = people_by_column(pool, "reward")
        share = shares_of(weight, len(r))
        mean, votes = share @ r, share @ calibrated_win_rate(r)
        by_borda.append(int(highest(votes)[0]))
        by_mean.append(int(highest(mean)[0]))
        less = float(mean.max() - mean[by_borda[-1]])
        lost.append(less if less > rounding(mean) else 0.0)
    borda, means = np.array(by_borda, np.intp), np.array(by_mean, np.intp)
    # Where the mean cannot tell the two apart, they are one choice.
    differ = np.flatnonzero((borda != means) & (np.array(lost) > 0))
    return Disagreement(differ, borda, means, len(differ) / len(borda), np.array(lost))
