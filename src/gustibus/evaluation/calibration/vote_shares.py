"""Predicted probabilities beside the share of people who voted for a: correlation, ceiling, and who disagrees."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError
from gustibus.evaluation.calibration.bins import Binning
from gustibus.evaluation.calibration.brier_parts import brier_parts
from gustibus.evaluation.calibration.error import ece, ece_debiased, squared_calibration_error
from gustibus.evaluation.metrics import checked, log_loss

__all__ = [
    "VoteMetrics",
    "correlation_ceiling",
    "disagreement_auroc",
    "measure_votes",
    "people_disagree",
    "share_correlation",
    "share_rank_correlation",
    "vote_noise",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class VoteMetrics:
    """What predictions are worth as predictions of the share of people who prefer a. Means over pairs.

    Attributes
    ----------
    n_pairs, n_votes
        What was scored: pairs with several votes, and all their votes.
    log_loss
        Cross-entropy to the shares, in nats.
    brier
        Mean squared distance to the shares of the votes.
    share_error
        Root of the mean squared distance to the shares of *all* people: `brier` less the noise of few votes.
    ece, ece_debiased
        Expected calibration error, plain and without sampling noise.
    calibration_error
        Root of the debiased squared calibration error.
    brier_reliability, brier_resolution, brier_uncertainty, brier_within
        The parts of the Brier score: see `BrierParts`.
    correlation, rank_correlation
        Pearson and Spearman, pairs seen from both sides; nan for a predictor that says the same of every pair.
    ceiling
        The Pearson correlation that somebody would have who knew the shares of all people.
    disagreement_auroc
        How well undecided predictions find the pairs on which people disagree; nan where they do on none or on all.
    n_disagree
        Pairs on which people disagree.
    """

    n_pairs: int
    n_votes: int
    log_loss: float
    brier: float
    share_error: float
    ece: float
    ece_debiased: float
    calibration_error: float
    brier_reliability: float
    brier_resolution: float
    brier_uncertainty: float
    brier_within: float
    correlation: float
    rank_correlation: float
    ceiling: float
    disagreement_auroc: float
    n_disagree: int

    def to_dict(self) -> dict[str, float | int]:
        """The fields by name, ready for JSON."""
        return asdict(self)


def measure_votes(
    probability: ArrayLike,
    share: ArrayLike,
    n_votes: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    n_ties: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    minority: float = 0.25,
    n_bins: int = 10,
    binning: Binning = "mass",
) -> VoteMetrics:
    """Score predicted probabilities against shares of votes.

    Parameters
    ----------
    probability
        Predicted P(a preferred), shape (M,).
    share
        Share of the votes for a, ties half, shape (M,).
    n_votes
        Votes behind each share, at least 2, shape (M,).
    weight
        Of each pair, shape (M,). Default: 1.
    n_ties
        Of the votes, those that are ties, shape (M,). Default: none.
    cluster
        What makes pairs alike, for example the prompt, shape (M,): read by the debiased calibration errors.
    minority
        People disagree about a pair if at least this share of the votes goes against the majority.
    n_bins, binning
        Of the calibration errors and the Brier parts.

    Raises
    ------
    GustibusError
        Lengths differ, values are out of range, or some pair has fewer than two votes.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.beta(2, 2, size=2000)
    >>> figures = measure_votes(truth, rng.binomial(5, truth) / 5, np.full(2000, 5))
    >>> round(figures.correlation, 2), round(figures.ceiling, 2), round(figures.disagreement_auroc, 2)
    (0.74, 0.74, 0.7)
    """
    p, y, w = checked(probability, share, weight)
    votes = _counts(n_votes, y)
    parts = brier_parts(p, y, w, n_bins=n_bins, binning=binning)
    squared = squared_calibration_error(p, y, w, cluster=cluster, n_bins=n_bins, binning=binning)
    disagree = people_disagree(y, minority=minority)
    return VoteMetrics(
        n_pairs=len(y),
        n_votes=int(votes.sum()),
        log_loss=log_loss(p, y, w),
        brier=parts.brier,
        share_error=float(np.sqrt(max(0.0, parts.brier - vote_noise(y, votes, w, n_ties=n_ties)))),
        ece=ece(p, y, w, n_bins=n_bins, binning=binning),
        ece_debiased=ece_debiased(p, y, w, cluster=cluster, n_bins=n_bins, binning=binning),
        calibration_error=squared.root,
        brier_reliability=parts.reliability,
        brier_resolution=parts.resolution,
        brier_uncertainty=parts.uncertainty,
        brier_within=parts.within,
        correlation=share_correlation(p, y, w),
        rank_correlation=share_rank_correlation(p, y, w),
        ceiling=correlation_ceiling(y, votes, w, n_ties=n_ties),
        disagreement_auroc=disagreement_auroc(p, disagree, w),
        n_disagree=int(np.count_nonzero(disagree)),
    )


def share_correlation(probability: ArrayLike, share: ArrayLike, weight: ArrayLike | None = None) -> float:
    r"""Pearson correlation of predictions and shares, each pair seen from both sides.

    .. math:: \frac{\sum_i w_i (p_i - \frac12)(y_i - \frac12)}
        {\sqrt{\sum_i w_i (p_i - \frac12)^2 \, \sum_i w_i (y_i - \frac12)^2}}

    Which response is called a is arbitrary; entering each pair as (a, b) and as (b, a) makes both means 1/2, and the
    figure no longer hangs on how pairs are written. nan where either never differs from 1/2.

    Examples
    --------
    >>> share_correlation([0.9, 0.6, 0.2], [0.8, 0.6, 0.1]) > 0.9
    True
    >>> share_correlation([0.9, 0.6, 0.2], [0.8, 0.6, 0.1]) == share_correlation([0.9, 0.6, 0.8], [0.8, 0.6, 0.9])
    True
    """
    p, y, w = checked(probability, share, weight)
    return _through_the_middle(p - 0.5, y - 0.5, w)


def share_rank_correlation(probability: ArrayLike, share: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Spearman's rank correlation of predictions and shares, each pair seen from both sides; equal values share a rank.

    Examples
    --------
    >>> round(share_rank_correlation([0.9, 0.6, 0.2], [0.9, 0.55, 0.0]), 3)
    0.886
    """
    p, y, w = checked(probability, share, weight)
    return _through_the_middle(_ranks(p - 0.5, w), _ranks(y - 0.5, w), w)


def vote_noise(
    share: ArrayLike, n_votes: ArrayLike, weight: ArrayLike | None = None, *, n_ties: ArrayLike | None = None
) -> float:
    r"""How far shares of few votes are from those of all people: the mean of their estimated variances.

    .. math:: \frac{y (1 - y) - t / 4n}{n - 1}

    for n votes of which a share y is for a and t are ties, each half a vote for both: the sample variance of the votes
    over n. Without ties it estimates the binomial variance :math:`q (1 - q) / n` around the share q of all people,
    without bias. It is in every Brier score against vote shares, whoever predicts.

    Parameters
    ----------
    share
        Share of the votes for a, ties half, shape (M,).
    n_votes
        Votes behind each, at least 2, shape (M,).
    weight
        Of each pair, shape (M,). Default: 1.
    n_ties
        Of the votes, those that are ties, shape (M,). Default: none.

    Examples
    --------
    >>> round(vote_noise([0.8, 1.0], [5, 5]), 3)
    0.02
    """
    y, _, w = checked(share, share, weight)
    return float(w @ share_variance(y, n_votes, n_ties) / w.sum())


def share_variance(share: Floats, n_votes: ArrayLike, n_ties: ArrayLike | None = None) -> Floats:
    """Estimated variance of each share of votes around that of all people, shape (M,): see `vote_noise`."""
    votes = _counts(n_votes, share)
    ties = np.zeros(len(share)) if n_ties is None else np.asarray(n_ties, dtype=np.float64)
    if ties.shape != share.shape or np.any(~((ties >= 0) & (ties <= votes))):
        raise GustibusError(f"n_ties must be {len(share)} counts of ties, each at most the number of votes on its pair")
    return np.asarray(np.maximum(share * (1 - share) - ties / (4 * votes), 0.0) / (votes - 1))


def correlation_ceiling(
    share: ArrayLike, n_votes: ArrayLike, weight: ArrayLike | None = None, *, n_ties: ArrayLike | None = None
) -> float:
    r"""The correlation with the vote shares that the shares of all people would have.

    .. math:: \sqrt{1 - \frac{N}{\overline{(y - \frac12)^2}}}

    with N the `vote_noise`: the root of the shares' reliability in the sense of test theory (Spearman 1904). Split
    halves of the votes, stepped up to their full number, estimate the same with the luck of one split. No predictor can
    be expected to correlate better; a correlation divided by it is that with the shares of all people. 0 where the
    shares differ from 1/2 by no more than chance, nan where they never do.

    Parameters
    ----------
    share, n_votes, weight, n_ties
        As in `vote_noise`.

    Examples
    --------
    >>> round(correlation_ceiling([0.8, 0.2, 1.0, 0.6], [5, 5, 5, 5]), 3)
    0.826
    """
    y, _, w = checked(share, share, weight)
    spread = float(w @ (y - 0.5) ** 2 / w.sum())
    if spread == 0.0:
        return float("nan")
    return float(np.sqrt(max(0.0, 1.0 - vote_noise(y, n_votes, w, n_ties=n_ties) / spread)))


def people_disagree(share: ArrayLike, *, minority: float = 0.25) -> NDArray[np.bool_]:
    """Whether at least `minority` of the votes goes against the majority, shape (M,).

    Examples
    --------
    >>> people_disagree([1.0, 0.8, 0.6, 0.25]).tolist()
    [False, False, True, True]
    """
    y, _, _ = checked(share, share)
    if not 0.0 < minority <= 0.5:
        raise GustibusError(f"minority is {minority}: give the share of votes against the majority, above 0 up to 0.5")
    return np.asarray(np.minimum(y, 1.0 - y) >= minority - 1e-9, dtype=np.bool_)


def disagreement_auroc(probability: ArrayLike, disagree: ArrayLike, weight: ArrayLike | None = None) -> float:
    r"""How well a predictor tells pairs on which people disagree from others, by :math:`1 - |2p - 1|`.

    The area under the receiver operating characteristic: the probability that a pair on which people disagree has the
    less decided prediction than one on which they agree; equals count half. 1/2 is no better than chance. The entropy
    of the prediction orders pairs in the same way and gives the same figure. nan where people disagree on none or all.

    Parameters
    ----------
    probability
        Predicted P(a preferred), shape (M,).
    disagree
        Whether people disagree, shape (M,): see `people_disagree`.
    weight
        Of each pair, shape (M,). Default: 1.

    Examples
    --------
    >>> disagreement_auroc([0.9, 0.6, 0.2, 0.45], [False, True, False, True])
    1.0
    """
    p, d, w = checked(probability, np.asarray(disagree, dtype=np.float64), weight)
    level, n = levels_of(np.abs(p - 0.5))
    split, agreed = np.bincount(level, w * d, n), np.bincount(level, w * (1 - d), n)
    pairs = split.sum() * agreed.sum()
    if pairs == 0.0:
        return float("nan")
    more_decided = agreed.sum() - np.cumsum(agreed)
    return float(split @ (more_decided + agreed / 2) / pairs)


def _through_the_middle(one: Floats, other: Floats, w: Floats) -> float:
    scale = float(np.sqrt((w @ one**2) * (w @ other**2)))
    return float(w @ (one * other)) / scale if scale > 0.0 else float("nan")


def _ranks(signed: Floats, w: Floats) -> Floats:
    """Mid-ranks among all values and their negatives, counted from the middle."""
    level, n = levels_of(np.abs(signed))
    mass = np.bincount(level, w, n)
    rank = (np.cumsum(mass) - mass / 2)[level]
    return np.asarray(np.where(np.abs(signed) < 1e-12, 0.0, np.sign(signed) * rank))


def levels_of(values: Floats) -> tuple[NDArray[np.intp], int]:
    """Number of each value among the distinct ones, ascending; rounded, so that 0.7 - 0.5 equals 0.5 - 0.3."""
    distinct, level = np.unique(np.round(values, 12), return_inverse=True)
    return level.astype(np.intp), len(distinct)


def _counts(n_votes: ArrayLike, share: Floats) -> Floats:
    votes = np.asarray(n_votes, dtype=np.float64)
    if votes.shape != share.shape:
        raise GustibusError(f"n_votes has shape {votes.shape}, but there are {len(share)} pairs: give one for each")
    few = ~(votes >= 2)
    if np.any(few):
        first = int(np.flatnonzero(few)[0])
        raise GustibusError(
            f"n_votes[{first}] is {votes[first]:g} ({int(few.sum())} such pairs): a single vote says nothing about its "
            "own noise; keep pairs with at least two votes"
        )
    return votes
