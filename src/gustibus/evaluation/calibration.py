"""Whether predicted probabilities come true: reliability by bins, and the expected calibration error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError
from gustibus.evaluation.metrics import checked

__all__ = ["Reliability", "confidence_bins", "ece", "ece_debiased", "folded", "reliability"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reliability:
    """Predicted against observed preference for the predicted side, in bins of about equal weight.

    Attributes
    ----------
    predicted
        Mean predicted probability of the favoured side, shape (B,), ascending, from 1/2 to 1.
    observed
        Mean observed preference for that side, shape (B,).
    weight
        Share of the records' weight, shape (B,); sums to 1.
    variance
        Estimated sampling variance of ``observed - predicted``, records taken as independent, shape (B,); nan where a
        bin has one record.
    n_records
        Records in each bin, shape (B,).
    """

    predicted: Floats
    observed: Floats
    weight: Floats
    variance: Floats
    n_records: NDArray[np.intp]


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


def confidence_bins(confidence: ArrayLike, weight: ArrayLike, n_bins: int = 10) -> NDArray[np.intp]:
    """Bin of each record, shape (M,): bins of about equal weight in which equal confidences stay together.

    A record's bin depends only on its confidence, never on the order of the records; a constant predictor has one bin.
    Bins are numbered 0, 1, ... without gaps, so there may be fewer than `n_bins`.
    """
    if n_bins < 1:
        raise GustibusError(f"n_bins is {n_bins}: calibration needs at least one bin")
    c, w = np.asarray(confidence, dtype=np.float64), np.asarray(weight, dtype=np.float64)
    # Rounded, so that 0.7 and 1 - 0.3 are the same confidence.
    _, level = np.unique(np.round(c, 12), return_inverse=True)
    mass = np.bincount(level, w)
    middle = np.cumsum(mass) - mass / 2
    bin_of_level = np.minimum((n_bins * middle / mass.sum()).astype(np.intp), n_bins - 1)
    _, bin_of_level = np.unique(bin_of_level, return_inverse=True)
    return np.asarray(bin_of_level[level], dtype=np.intp)


def reliability(
    probability: ArrayLike, outcome: ArrayLike, weight: ArrayLike | None = None, *, n_bins: int = 10
) -> Reliability:
    """Predicted and observed preference in bins of about equal weight (see `folded` and `confidence_bins`).

    Parameters
    ----------
    probability
        Predicted P(a preferred), shape (M,).
    outcome
        Observed preference for a in [0, 1], shape (M,).
    weight
        Record weights, shape (M,). Default: 1.
    n_bins
        Number of bins at most.

    Examples
    --------
    >>> bins = reliability([0.9, 0.1, 0.6, 0.6], [1, 0, 1, 0], n_bins=2)
    >>> bins.predicted.tolist(), bins.observed.tolist()
    ([0.6, 0.9], [0.5, 1.0])
    """
    p, y, w = checked(probability, outcome, weight)
    p, y, w = p[w > 0], y[w > 0], w[w > 0]
    confidence, came_true = folded(p, y)
    bins = confidence_bins(confidence, w, n_bins)
    n = int(bins.max()) + 1
    mass = np.bincount(bins, w, n)
    predicted = np.bincount(bins, w * confidence, n) / mass
    observed = np.bincount(bins, w * came_true, n) / mass
    count = np.bincount(bins, minlength=n)
    residual = came_true - confidence - (observed - predicted)[bins]
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.bincount(bins, (w * residual) ** 2, n) / mass**2 * (count / (count - 1))
    return Reliability(predicted, observed, mass / mass.sum(), np.where(count > 1, variance, np.nan), count)


def ece(probability: ArrayLike, outcome: ArrayLike, weight: ArrayLike | None = None, *, n_bins: int = 10) -> float:
    r"""Expected calibration error: the mean distance of predicted and observed preference over bins.

    .. math:: \mathrm{ECE} = \sum_b W_b \, |\bar p_b - \bar y_b|

    over bins of about equal weight by confidence (Naeini et al. 2015; Guo et al. 2017, arXiv 1706.04599). It is biased
    upwards, as noise also makes distances: a perfectly calibrated predictor on M records shows up to
    about ``0.4 * sqrt(n_bins / M)``. `ece_debiased` takes that out.

    Examples
    --------
    >>> round(ece([0.9, 0.9, 0.9, 0.9], [1, 1, 1, 0]), 3)
    0.15
    """
    bins = reliability(probability, outcome, weight, n_bins=n_bins)
    return float(bins.weight @ np.abs(bins.observed - bins.predicted))


def ece_debiased(
    probability: ArrayLike, outcome: ArrayLike, weight: ArrayLike | None = None, *, n_bins: int = 10
) -> float:
    r"""Expected calibration error with the part that sampling noise makes taken out.

    .. math:: \mathrm{ECE} \cdot \sqrt{\max(0,\; 1 - V / D)}, \qquad
        V = \sum_b W_b v_b, \quad D = \sum_b W_b (\bar p_b - \bar y_b)^2

    with :math:`v_b` the sampling variance of bin b's difference. The ratio under the root is the debiased over the
    plain squared calibration error (Kumar, Liang and Ma 2019, arXiv 1909.10155); shrinking the ECE by its root is our
    own step, which keeps the two figures in one unit. Records are taken as independent and bins with one record
    have no variance estimate and are read as pure noise.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> p = rng.uniform(size=500)
    >>> y = rng.uniform(size=500) < p
    >>> round(ece(p, y), 3), round(ece_debiased(p, y), 3)
    (0.04, 0.0)
    """
    bins = reliability(probability, outcome, weight, n_bins=n_bins)
    difference = bins.observed - bins.predicted
    squared = float(bins.weight @ difference**2)
    if squared == 0.0:
        return 0.0
    noise = float(bins.weight @ np.where(np.isnan(bins.variance), difference**2, bins.variance))
    return float(bins.weight @ np.abs(difference)) * float(np.sqrt(max(0.0, 1.0 - noise / squared)))
