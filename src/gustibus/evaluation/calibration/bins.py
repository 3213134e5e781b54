"""Records seen from the side that the prediction favours, and the bins they fall in."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError
from gustibus.evaluation.metrics import checked

__all__ = ["Binning", "confidence_bins", "folded"]

Floats = NDArray[np.float64]
Binning = Literal["mass", "width"]
"""Bins of about equal weight, or equally wide in the confidence from 1/2 to 1."""


def folded(probability: ArrayLike, outcome: ArrayLike) -> tuple[Floats, Floats]:
    """Each record seen from the side that the prediction favours: its confidence and how far it came true.

    Which response is called a is arbitrary, so calibration is judged by confidence ``max(p, 1 - p)``; every figure is
    then unchanged when records are turned round. An undecided prediction (1/2) has the outcome 1/2.

    Examples
    --------
    >>> confidence, came_true = folded([0.75, 0.25, 0.5], [1.0, 1.0, 1.0])
    >>> confidence.tolist(), came_true.tolist()
    ([0.75, 0.75, 0.5], [1.0, 0.0, 0.5])
    """
    p, y, _ = checked(probability, outcome)
    return np.maximum(p, 1.0 - p), np.where(p > 0.5, y, np.where(p < 0.5, 1.0 - y, 0.5))


def confidence_bins(
    confidence: ArrayLike, weight: ArrayLike, n_bins: int = 10, *, binning: Binning = "mass"
) -> NDArray[np.intp]:
    """Bin of each record, shape (M,), from confidences in [1/2, 1]; equal confidences stay together.

    A record's bin depends only on its confidence, never on the order of the records; a constant predictor has one bin.
    Bins are numbered 0, 1, ... without gaps, so there may be fewer than `n_bins`.

    Parameters
    ----------
    confidence, weight
        Shape (M,).
    n_bins
        Number of bins at most.
    binning
        ``"mass"``: bins of about equal weight, all of them equally well known; ``"width"``: equally wide bins of
        [1/2, 1], which show rare confidences by themselves. Empty ones are left out.
    """
    if n_bins < 1:
        raise GustibusError(f"n_bins is {n_bins}: calibration needs at least one bin")
    c, w = np.asarray(confidence, dtype=np.float64), np.asarray(weight, dtype=np.float64)
    # Rounded, so that 0.7 and 1 - 0.3 are the same confidence.
    values, level = np.unique(np.round(c, 12), return_inverse=True)
    if binning == "mass":
        mass = np.bincount(level, w)
        place = (np.cumsum(mass) - mass / 2) / mass.sum()
    elif binning == "width":
        place = 2.0 * values - 1.0
    else:
        raise GustibusError(f"binning={binning!r} is not known: use one of {', '.join(map(repr, get_args(Binning)))}")
    bin_of_level = np.clip((n_bins * place).astype(np.intp), 0, n_bins - 1)
    _, bin_of_level = np.unique(bin_of_level, return_inverse=True)
    return np.asarray(bin_of_level[level], dtype=np.intp)
