"""Figures against vote shares in every resample of the prompts at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from gustibus.evaluation.calibration.reliability import Binned
from gustibus.evaluation.calibration.vote_shares import levels_of
from gustibus.evaluation.intervals import resampled_counts
from gustibus.evaluation.metrics import record_log_loss

__all__ = ["RESAMPLED", "resampled_vote_figures"]

Floats = NDArray[np.float64]

RESAMPLED = (
    "log_loss",
    "brier",
    "share_error",
    "calibration_error",
    "correlation",
    "rank_correlation",
    "ceiling",
    "disagreement_auroc",
)
"""The figures that have intervals; the two errors are squared in the resamples, so that they may be negative."""


def resampled_vote_figures(
    p: Floats,
    y: Floats,
    noise: Floats,
    disagree: NDArray[np.bool_],
    records: Binned,
    *,
    n_boot: int,
    seed: int,
) -> Mapping[str, Floats]:
    """Each of `RESAMPLED` in each resample of the clusters, shape (n_boot,).

    Parameters
    ----------
    p, y
        Predictions and shares of the pairs with weight, shape (M,).
    noise
        Estimated variance of each share, shape (M,).
    disagree
        Whether people disagree, shape (M,).
    records
        The same pairs in their bins, with weights and clusters.
    """
    d, e = p - 0.5, y - 0.5
    columns = np.stack([np.ones_like(p), record_log_loss(p, y), (p - y) ** 2, noise, d * e, d**2, e**2], axis=1)
    sums = np.stack(
        [np.bincount(records.cluster, records.weight * column, records.n_clusters) for column in columns.T], axis=1
    )
    parts = []
    for counts in resampled_counts(records.n_clusters, n_boot, seed):
        total = counts @ sums
        loss, brier, spread, de, dd, ee = (total[:, 1:] / total[:, :1]).T
        with np.errstate(divide="ignore", invalid="ignore"):
            figures = {
                "log_loss": loss,
                "brier": brier,
                "share_error": brier - spread,
                "calibration_error": _squared_error(records, counts),
                "correlation": de / np.sqrt(dd * ee),
                "ceiling": np.sqrt(np.maximum(0.0, 1.0 - spread / ee)),
            }
        parts.append(figures | _by_order(d, e, disagree, records, counts))
    return {name: np.concatenate([part[name] for part in parts]) for name in RESAMPLED}


def _squared_error(records: Binned, counts: Floats) -> Floats:
    """Debiased squared calibration error, shape (n,), in the bins of the whole sample."""
    gap = records.by_cluster(records.came_true - records.confidence)
    mass = records.by_cluster(np.ones_like(records.weight))
    present = (mass > 0).astype(np.float64)
    drawn_mass, n = counts @ mass, counts @ present
    mean = counts @ gap / drawn_mass
    squares = counts @ gap**2 - 2 * mean * (counts @ (gap * mass)) + mean**2 * (counts @ mass**2)
    variance = squares / drawn_mass**2 * n / (n - 1)
    weight = drawn_mass / drawn_mass.sum(axis=1, keepdims=True)
    each = np.where(n > 1, mean**2 - variance, 0.0)  # a bin with one cluster is read as pure noise
    return np.asarray(np.where(weight > 0, weight * each, 0.0).sum(axis=1))


def _by_order(d: Floats, e: Floats, disagree: NDArray[np.bool_], records: Binned, counts: Floats) -> dict[str, Floats]:
    """The figures that go by the order of predictions, one resample after the other."""
    decided, n_decided = levels_of(np.abs(d))
    agreed_on, n_agreed_on = levels_of(np.abs(e))
    sign_d, sign_e = (np.where(np.abs(v) < 1e-12, 0.0, np.sign(v)) for v in (d, e))
    rank, auroc = np.empty(len(counts)), np.empty(len(counts))
    for row, count in enumerate(counts):
        w = records.weight * count[records.cluster]
        mass = np.bincount(decided, w, n_decided)
        split = np.bincount(decided[disagree], w[disagree], n_decided)
        agreed = mass - split
        rank_d = sign_d * (np.cumsum(mass) - mass / 2)[decided]
        mass_e = np.bincount(agreed_on, w, n_agreed_on)
        rank_e = sign_e * (np.cumsum(mass_e) - mass_e / 2)[agreed_on]
        with np.errstate(divide="ignore", invalid="ignore"):
            rank[row] = (w @ (rank_d * rank_e)) / np.sqrt((w @ rank_d**2) * (w @ rank_e**2))
            more_decided = agreed.sum() - np.cumsum(agreed)
            auroc[row] = split @ (more_decided + agreed / 2) / (split.sum() * agreed.sum())
    return {"rank_correlation": rank, "disagreement_auroc": auroc}
