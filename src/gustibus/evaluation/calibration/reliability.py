"""Predicted beside observed preference, bin by bin, and how sure each bin is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError
from gustibus.evaluation.calibration.bins import Binning, confidence_bins, folded
from gustibus.evaluation.intervals import resampled_counts
from gustibus.evaluation.metrics import checked

__all__ = ["Binned", "Reliability", "ReliabilityIntervals", "binned", "reliability", "reliability_intervals"]

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


@dataclass(frozen=True)
class Reliability:
    """Predicted against observed preference for the predicted side, in bins.

    Attributes
    ----------
    predicted
        Mean predicted probability of the favoured side, shape (B,), ascending, from 1/2 to 1.
    observed
        Mean observed preference for that side, shape (B,).
    weight
        Share of the records' weight, shape (B,); sums to 1.
    variance
        Estimated sampling variance of ``observed - predicted``, clusters (or records) taken as independent, shape
        (B,); nan where a bin has one of them.
    n_records
        Records in each bin, shape (B,).
    """

    predicted: Floats
    observed: Floats
    weight: Floats
    variance: Floats
    n_records: NDArray[np.intp]


@dataclass(frozen=True)
class ReliabilityIntervals:
    """A `Reliability` with an interval of the observed preference in each bin.

    Attributes
    ----------
    bins
        The points.
    low, high
        Bounds of the observed preference, shape (B,); nan where a bin has a single cluster.
    level
        Share of the resamples inside.
    n_clusters
        People (or prompts, or records) with something in each bin, shape (B,).
    """

    bins: Reliability
    low: Floats
    high: Floats
    level: float
    n_clusters: Integers


@dataclass(frozen=True)
class Binned:
    """Records with weight, from the favoured side, and where they fall; codes of what is resampled together.

    Attributes
    ----------
    confidence, came_true, weight
        Shape (M,).
    bins
        Shape (M,), 0 ... n - 1.
    cluster
        Shape (M,), 0 ... n_clusters - 1.
    n, n_clusters
        Numbers of bins and of clusters.
    """

    confidence: Floats
    came_true: Floats
    weight: Floats
    bins: Integers
    cluster: Integers
    n: int
    n_clusters: int

    def by_cluster(self, values: Floats) -> Floats:
        """Weighted sums in each cluster and bin, shape (n_clusters, n)."""
        cell = self.cluster * self.n + self.bins
        sums = np.bincount(cell, self.weight * values, self.n_clusters * self.n)
        return np.asarray(sums, dtype=np.float64).reshape(self.n_clusters, self.n)


def binned(
    probability: ArrayLike,
    outcome: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    cluster: ArrayLike | None = None,
    n_bins: int = 10,
    binning: Binning = "mass",
) -> Binned:
    """Fold and bin the records; those without weight are left out."""
    p, y, w = checked(probability, outcome, weight)
    kept = w > 0
    if cluster is None:
        codes = np.arange(int(kept.sum()), dtype=np.intp)
    else:
        labels = np.asarray(cluster)
        if labels.shape != p.shape:
            raise GustibusError(f"cluster has shape {labels.shape}, but there are {len(p)} records: give one for each")
        _, found = np.unique(labels[kept], return_inverse=True)
        codes = found.astype(np.intp)
    confidence, came_true = folded(p[kept], y[kept])
    bins = confidence_bins(confidence, w[kept], n_bins, binning=binning)
    return Binned(confidence, came_true, w[kept], bins, codes, int(bins.max()) + 1, int(codes.max()) + 1)


def reliability(
    probability: ArrayLike,
    outcome: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    cluster: ArrayLike | None = None,
    n_bins: int = 10,
    binning: Binning = "mass",
) -> Reliability:
    """Predicted and observed preference in bins (see `folded` and `confidence_bins`).

    Parameters
    ----------
    probability
        Predicted P(a preferred), shape (M,).
    outcome
        Observed preference for a in [0, 1]: an answer, or a share of votes, shape (M,).
    weight
        Record weights, shape (M,). Default: 1.
    cluster
        Who or what makes records alike (the person, the prompt), shape (M,): the variances then take clusters, not
        records, as independent. Default: every record by itself.
    n_bins
        Number of bins at most.
    binning
        ``"mass"``: of about equal weight; ``"width"``: equally wide between 1/2 and 1.

    Examples
    --------
    >>> bins = reliability([0.9, 0.1, 0.6, 0.6], [1, 0, 1, 0], n_bins=2)
    >>> bins.predicted.tolist(), bins.observed.tolist()
    ([0.6, 0.9], [0.5, 1.0])
    """
    return reliability_of(binned(probability, outcome, weight, cluster=cluster, n_bins=n_bins, binning=binning))


def reliability_of(records: Binned) -> Reliability:
    """The same of records that are binned already."""
    w, bins, n = records.weight, records.bins, records.n
    mass = np.bincount(bins, w, n)
    predicted = np.bincount(bins, w * records.confidence, n) / mass
    observed = np.bincount(bins, w * records.came_true, n) / mass
    residual = records.came_true - records.confidence - (observed - predicted)[bins]
    clusters, cell = np.unique(records.cluster * n + bins, return_inverse=True)
    total = np.bincount(cell, w * residual)
    n_independent = np.bincount(clusters % n, minlength=n)
    with np.errstate(divide="ignore", invalid="ignore"):
        correction = n_independent / (n_independent - 1)
        variance = np.bincount(clusters % n, total**2, n) / mass**2 * correction
    return Reliability(
        predicted,
        observed,
        mass / mass.sum(),
        np.where(n_independent > 1, variance, np.nan),
        np.bincount(bins, minlength=n),
    )


def reliability_intervals(
    probability: ArrayLike,
    outcome: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    cluster: ArrayLike | None = None,
    n_bins: int = 10,
    binning: Binning = "mass",
    n_boot: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> ReliabilityIntervals:
    """Predicted and observed preference in bins, with bootstrap intervals of what was observed.

    The bins stay those of all the records; clusters are drawn with replacement, with everything in them, so the noise
    of few votes, of alike prompts and of people who answer alike is all in the interval. A bin in which everything
    came true (or nothing) has no spread to resample: it gets Wilson's (1927) interval for its number of clusters.

    Parameters
    ----------
    probability, outcome, weight, cluster, n_bins, binning
        As in `reliability`.
    n_boot
        Resamples.
    level
        Share of the resamples inside each interval.
    seed
        Of the resampling.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> p = rng.uniform(size=2000)
    >>> drawn = reliability_intervals(p, rng.uniform(size=2000) < p, n_bins=5)
    >>> bool(np.all((drawn.low < drawn.bins.predicted) & (drawn.bins.predicted < drawn.high)))
    True
    """
    if n_boot < 1 or not 0.0 < level < 1.0:
        raise GustibusError(f"n_boot={n_boot} and level={level}: give at least 1 resample and a level between 0 and 1")
    records = binned(probability, outcome, weight, cluster=cluster, n_bins=n_bins, binning=binning)
    points = reliability_of(records)
    mass, came_true = records.by_cluster(np.ones_like(records.weight)), records.by_cluster(records.came_true)
    with np.errstate(invalid="ignore"):
        draws = np.concatenate(
            [(counts @ came_true) / (counts @ mass) for counts in resampled_counts(records.n_clusters, n_boot, seed)]
        )
    tail = (1 - level) / 2
    low, high = np.nanquantile(draws, [tail, 1 - tail], axis=0)
    n_clusters = np.count_nonzero(mass, axis=0).astype(np.intp)
    unanimous = (points.observed <= 0) | (points.observed >= 1)
    wilson_low, wilson_high = _wilson_unanimous(points.observed, n_clusters, level)
    low, high = np.where(unanimous, wilson_low, low), np.where(unanimous, wilson_high, high)
    alone = n_clusters < 2
    return ReliabilityIntervals(points, np.where(alone, np.nan, low), np.where(alone, np.nan, high), level, n_clusters)


def _wilson_unanimous(share: Floats, n: Integers, level: float) -> tuple[Floats, Floats]:
    """Wilson's interval of a share that is 0 or 1 among n: it reaches ``z^2 / (n + z^2)`` inwards."""
    from scipy.special import ndtri

    square = float(ndtri((1 + level) / 2)) ** 2
    reach = square / (n + square)
    return np.where(share >= 1, 1 - reach, 0.0), np.where(share >= 1, 1.0, reach)
