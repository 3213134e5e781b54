"""What calibration error a perfectly calibrated predictor would show on as many records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError
from gustibus.evaluation.calibration.bins import Binning
from gustibus.evaluation.calibration.reliability import Binned, binned

__all__ = ["ChanceBand", "chance_band"]

Floats = NDArray[np.float64]

_BLOCK: Final = 1 << 21
"""Entries of a block of draws (16 MB)."""
_FEWEST_CLUSTERS: Final = 5
"""Of a bin, on average."""


@dataclass(frozen=True)
class ChanceBand:
    """The plain ECE beside those of a calibrated predictor with the same predictions.

    Attributes
    ----------
    ece
        As observed.
    mean
        Of the ECE by chance alone.
    low, high
        Interval of the ECE by chance alone.
    p_value
        Share of the draws that are at least as far off: small where the predictor is not calibrated.
    level
        Share of the draws between the bounds.
    """

    ece: float
    mean: float
    low: float
    high: float
    p_value: float
    level: float

    def __str__(self) -> str:
        """For example ``0.031 (by chance 0.012 to 0.034)``."""
        return f"{self.ece:.3f} (by chance {self.low:.3f} to {self.high:.3f})"


def chance_band(
    probability: ArrayLike,
    outcome: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    n_votes: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    n_bins: int = 10,
    binning: Binning = "mass",
    n_draws: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> ChanceBand:
    r"""The null band of the ECE: what a perfectly calibrated predictor shows at this sample size.

    Without `cluster` every outcome is drawn anew from its own prediction, as :math:`k_i / n_i` with
    :math:`k_i \sim \mathrm{Binomial}(n_i, p_i)`: exact for a predictor that knows every share.

    With `cluster` the bar is lower, and the one to use on prompts and people who answer alike: predictions need only be
    right *on average*, while pairs of one prediction may differ and records of one cluster may go together. All
    residuals ``y - p`` of a cluster then change sign together at random (the wild bootstrap of Liu 1988, by cluster as
    in Cameron, Gelbach and Miller 2008). Where the predictor is far off its own errors widen this band. With fewer
    than five clusters a bin the signs of so few say nothing, and outcomes are drawn as without `cluster`.

    Parameters
    ----------
    probability, outcome, weight, n_bins, binning
        As in `gustibus.evaluation.reliability`.
    n_votes
        Votes behind each outcome, whole numbers > 0, shape (M,). Default: 1. Without use where there are clusters
        enough.
    cluster
        What belongs together, shape (M,), for example the prompt.
    n_draws
        Number of draws.
    level
        Share of the draws inside the band.
    seed
        Of the draws.

    Raises
    ------
    GustibusError
        Lengths differ, values are out of range, or the votes are no counts.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> p = rng.uniform(size=500)
    >>> print(chance_band(p, rng.uniform(size=500) < p))
    0.040 (by chance 0.024 to 0.068)
    >>> print(chance_band(p, rng.uniform(size=500) < 0.5 + 0.5 * (p - 0.5)))
    0.149 (by chance 0.024 to 0.068)
    """
    if n_draws < 1 or not 0.0 < level < 1.0:
        raise GustibusError(f"n_draws={n_draws} and level={level}: give at least 1 draw and a level between 0 and 1")
    records = binned(probability, outcome, weight, cluster=cluster, n_bins=n_bins, binning=binning)
    if cluster is None or len(np.unique(np.asarray(cluster))) < _FEWEST_CLUSTERS * records.n:
        votes = _votes(n_votes, probability, weight)
        gaps = np.concatenate(list(_by_votes(records, votes, n_draws, seed)))
    else:
        gaps = np.concatenate(list(_by_signs(records, n_draws, seed)))
    observed = float(np.abs(records.by_cluster(records.came_true - records.confidence).sum(axis=0)).sum())
    total = float(records.weight.sum())
    by_chance = np.abs(gaps).sum(axis=1) / total
    tail = (1 - level) / 2
    low, high = np.quantile(by_chance, [tail, 1 - tail])
    at_least = 1 + np.count_nonzero(by_chance >= observed / total - 1e-12)
    return ChanceBand(
        observed / total, float(by_chance.mean()), float(low), float(high), float(at_least / (n_draws + 1)), level
    )


def _by_votes(records: Binned, votes: NDArray[np.int64], n_draws: int, seed: int) -> Iterator[Floats]:
    """Sums of ``w (y - p)`` in each bin with outcomes drawn from the predictions, in blocks of shape (n, B)."""
    rng = np.random.default_rng(seed)
    order = np.argsort(records.bins, kind="stable")
    p, w, n_votes = records.confidence[order], records.weight[order], votes[order]
    starts = np.searchsorted(records.bins[order], np.arange(records.n))
    undecided = p == 0.5  # folded to the outcome 1/2, whatever is said
    rows = max(1, _BLOCK // len(p))
    for start in range(0, n_draws, rows):
        share = rng.binomial(n_votes, p, (min(rows, n_draws - start), len(p))) / n_votes
        yield np.add.reduceat(w * np.where(undecided, 0.0, share - p), starts, axis=1)


def _by_signs(records: Binned, n_draws: int, seed: int) -> Iterator[Floats]:
    """The same with the sign of each cluster's residuals drawn at random."""
    rng = np.random.default_rng(seed)
    sums = records.by_cluster(records.came_true - records.confidence)
    rows = max(1, _BLOCK // records.n_clusters)
    for start in range(0, n_draws, rows):
        yield rng.choice([-1.0, 1.0], (min(rows, n_draws - start), records.n_clusters)) @ sums


def _votes(n_votes: ArrayLike | None, probability: ArrayLike, weight: ArrayLike | None) -> NDArray[np.int64]:
    n = len(np.asarray(probability))
    votes = np.ones(n) if n_votes is None else np.asarray(n_votes, dtype=np.float64)
    if votes.shape != (n,) or np.any(~(votes >= 1)) or np.any(votes != np.floor(votes)):
        raise GustibusError(f"n_votes must be {n} whole numbers of at least 1: how many votes are behind each outcome")
    kept = np.ones(n, dtype=np.bool_) if weight is None else np.asarray(weight) > 0
    return votes[kept].astype(np.int64)
