"""How far predicted and observed preference are apart, with and without what sampling noise adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.evaluation.calibration.bins import Binning
from gustibus.evaluation.calibration.reliability import reliability

if TYPE_CHECKING:
    from gustibus.evaluation.calibration.reliability import Reliability

__all__ = ["SquaredCalibrationError", "ece", "ece_debiased", "squared_calibration_error"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SquaredCalibrationError:
    """The mean squared distance of predicted and observed preference over bins.

    Attributes
    ----------
    plug_in
        As seen in the sample; biased upwards by `noise`.
    noise
        What sampling noise adds in expectation.
    """

    plug_in: float
    noise: float

    @property
    def debiased(self) -> float:
        """``plug_in - noise``: unbiased, so it is about as often below as above zero for a calibrated predictor."""
        return self.plug_in - self.noise

    @property
    def root(self) -> float:
        """Root of the debiased error, in units of probability; 0 where it is negative."""
        return float(np.sqrt(max(0.0, self.debiased)))


def ece(
    probability: ArrayLike,
    outcome: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    n_bins: int = 10,
    binning: Binning = "mass",
) -> float:
    r"""Expected calibration error: the mean distance of predicted and observed preference over bins.

    .. math:: \mathrm{ECE} = \sum_b W_b \, |\bar p_b - \bar y_b|

    over bins of about equal weight by confidence (Naeini et al. 2015; Guo et al. 2017, arXiv 1706.04599). It is biased
    upwards, as noise also makes distances: a perfectly calibrated predictor on M records shows up to
    about ``0.4 * sqrt(n_bins / M)``. `ece_debiased` takes that out, and `chance_band` says what chance alone shows.

    Examples
    --------
    >>> round(ece([0.9, 0.9, 0.9, 0.9], [1, 1, 1, 0]), 3)
    0.15
    """
    bins = reliability(probability, outcome, weight, n_bins=n_bins, binning=binning)
    return float(bins.weight @ np.abs(bins.observed - bins.predicted))


def ece_debiased(
    probability: ArrayLike,
    outcome: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    cluster: ArrayLike | None = None,
    n_bins: int = 10,
    binning: Binning = "mass",
) -> float:
    r"""Expected calibration error with the part that sampling noise makes taken out.

    .. math:: \mathrm{ECE} \cdot \sqrt{\max(0,\; 1 - V / D)}, \qquad
        V = \sum_b W_b v_b, \quad D = \sum_b W_b (\bar p_b - \bar y_b)^2

    with :math:`v_b` the sampling variance of bin b's difference. The ratio under the root is the debiased over the
    plain squared calibration error (`squared_calibration_error`); shrinking the ECE by its root is our own step, which
    keeps the two figures in one unit. Records (or `cluster`) are taken as independent and bins with one record
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
    bins = reliability(probability, outcome, weight, cluster=cluster, n_bins=n_bins, binning=binning)
    squared = squared_error_of(bins)
    if squared.plug_in == 0.0:
        return 0.0
    plain = float(bins.weight @ np.abs(bins.observed - bins.predicted))
    return plain * float(np.sqrt(max(0.0, squared.debiased / squared.plug_in)))


def squared_calibration_error(
    probability: ArrayLike,
    outcome: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    cluster: ArrayLike | None = None,
    n_bins: int = 10,
    binning: Binning = "mass",
) -> SquaredCalibrationError:
    r"""The squared calibration error, and the same without its bias (Kumar, Liang and Ma 2019, arXiv 1909.10155).

    .. math:: \widehat{E^2} = \sum_b W_b \bigl[ (\bar p_b - \bar y_b)^2 - v_b \bigr].

    For hard outcomes and a predictor that takes one value in each bin,
    :math:`v_b = \bar y_b (1 - \bar y_b) / (n_b - 1)`, as in the paper. In general :math:`v_b` is the estimated
    variance of the bin's mean of ``y - p``: of shares of n votes that is the binomial noise of the votes together with
    how pairs of one prediction differ, and with `cluster` whatever makes records of one person or prompt alike.

    Parameters
    ----------
    probability
        Predicted P(a preferred), shape (M,).
    outcome
        Observed preference for a in [0, 1]: an answer, or a share of votes, shape (M,).
    weight, cluster, n_bins, binning
        As in `gustibus.evaluation.reliability`.

    Returns
    -------
    With ``.debiased`` (unbiased, may be negative) and ``.root`` (in units of probability). Bins with one record or one
    cluster have no variance estimate and are read as pure noise.

    Examples
    --------
    >>> error = squared_calibration_error([0.8] * 10, [1] * 6 + [0] * 4)
    >>> round(error.plug_in, 4), round(error.debiased, 4), round(error.root, 3)
    (0.04, 0.0133, 0.115)
    """
    return squared_error_of(reliability(probability, outcome, weight, cluster=cluster, n_bins=n_bins, binning=binning))


def squared_error_of(bins: Reliability) -> SquaredCalibrationError:
    """The same from the bins."""
    squares: Floats = (bins.observed - bins.predicted) ** 2
    noise = np.where(np.isnan(bins.variance), squares, bins.variance)
    return SquaredCalibrationError(float(bins.weight @ squares), float(bins.weight @ noise))
