"""The Brier score in its parts: how wrong the level is, how much is told apart, and how uncertain people are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.evaluation.calibration.bins import Binning, confidence_bins
from gustibus.evaluation.metrics import checked

__all__ = ["BrierParts", "brier_parts"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class BrierParts:
    """``brier = reliability - resolution + uncertainty + within``, exactly.

    Attributes
    ----------
    brier
        Mean of ``(p - y)**2``.
    reliability
        Squared distance of predicted and observed preference over bins: lower is better, 0 is calibrated.
    resolution
        Squared distance of the bins' observed preference from 1/2: how much the predictor tells apart.
    uncertainty
        Mean of ``(y - 1/2)**2``: 1/4 for hard outcomes, whoever predicts.
    within
        Variance of the predictions within bins, less twice their covariance with the outcomes there: what the bins
        hide. 0 where a bin has one prediction.
    noise
        How much sampling noise adds to `reliability` and to `resolution`, in expectation.
    """

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float
    noise: tuple[float, float]

    @property
    def reliability_debiased(self) -> float:
        """`reliability` less its noise; may be negative."""
        return self.reliability - self.noise[0]

    @property
    def resolution_debiased(self) -> float:
        """`resolution` less its noise; may be negative."""
        return self.resolution - self.noise[1]


def brier_parts(
    probability: ArrayLike,
    outcome: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    n_bins: int = 10,
    binning: Binning = "mass",
) -> BrierParts:
    r"""Murphy's partition of the Brier score, with the terms that bins of several predictions need.

    .. math:: \overline{(p - y)^2} = \sum_b W_b (\bar p_b - \bar y_b)^2 - \sum_b W_b (\bar y_b - \tfrac12)^2
        + \overline{(y - \tfrac12)^2} + \sum_b W_b \bigl[ \mathrm{Var}_b(p) - 2\, \mathrm{Cov}_b(p, y) \bigr].

    Murphy (1973) for predictions that are equal within bins; the last term is that of Stephenson, Coelho and Jolliffe
    (2008), with which the sum is exact for any bins and for shares as outcomes. Which response is called a is
    arbitrary, so every record counts from both sides: the base rate is 1/2, and turning records round changes nothing.

    Both reliability and resolution are biased upwards in a sample (Ferro and Fricker 2012); the estimated biases are in
    ``.noise``, records taken as independent.

    Parameters
    ----------
    probability
        Predicted P(a preferred), shape (M,).
    outcome
        Observed preference for a in [0, 1], shape (M,).
    weight, n_bins, binning
        As in `gustibus.evaluation.reliability`.

    Examples
    --------
    >>> parts = brier_parts([0.9, 0.9, 0.6, 0.6], [1, 1, 1, 0], n_bins=2)
    >>> round(parts.reliability, 3), round(parts.resolution, 3), parts.uncertainty, round(parts.within, 3)
    (0.01, 0.125, 0.25, 0.0)
    >>> round(parts.reliability - parts.resolution + parts.uncertainty + parts.within - parts.brier, 12)
    0.0
    """
    p, y, w = _from_the_favoured_side(*checked(probability, outcome, weight))
    bins = confidence_bins(p, w, n_bins, binning=binning)
    mass = np.bincount(bins, w)
    share = mass / mass.sum()
    predicted, observed = np.bincount(bins, w * p) / mass, np.bincount(bins, w * y) / mass
    off_p, off_y = p - predicted[bins], y - observed[bins]
    # From both sides an undecided prediction has the outcome 1/2 without any noise.
    noisy = np.where(p == 0.5, 0.5, y) - observed[bins]
    w = w / w.sum()
    return BrierParts(
        brier=float(w @ (p - y) ** 2),
        reliability=float(share @ (predicted - observed) ** 2),
        resolution=float(share @ (observed - 0.5) ** 2),
        uncertainty=float(w @ (y - 0.5) ** 2),
        within=float(w @ (off_p * (off_p - 2 * off_y))),
        noise=(_noise(bins, w, noisy - off_p, share), _noise(bins, w, noisy, share)),
    )


def _from_the_favoured_side(p: Floats, y: Floats, w: Floats) -> tuple[Floats, Floats, Floats]:
    """Records with weight as seen from the favoured side; those predicted 1/2 from both, with half the weight each."""
    p, y, w = p[w > 0], y[w > 0], w[w > 0]
    even = p == 0.5
    w = np.where(even, w / 2, w)
    turned = np.where(p < 0.5, 1 - y, y)
    return (
        np.concatenate([np.maximum(p, 1 - p), p[even]]),
        np.concatenate([turned, 1 - y[even]]),
        np.concatenate([w, w[even]]),
    )


def _noise(bins: NDArray[np.intp], w: Floats, off: Floats, share: Floats) -> float:
    """Mean over bins of the sampling variance of a bin's mean; a bin with one record has none that is known: 0."""
    count = np.bincount(bins)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.bincount(bins, (w * off) ** 2) / share**2 * (count / (count - 1))
    return float(share @ np.where(count > 1, variance, 0.0))
