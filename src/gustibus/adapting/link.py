"""What log-odds say about answers: the logistic function, or one with room for ties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gustibus.adapting.logistic import sigmoid, softplus
from gustibus.adapting.mean_logistic import EXPECTATIONS, Expectations, mean_softplus

__all__ = ["LOGISTIC", "Link", "TieLink"]

FloatArray = npt.NDArray[np.float64]

_N_NODES: Final = 25


@dataclass(frozen=True)
class Link:
    r"""An answer with outcome y costs ``A(s) - y s`` nats; here :math:`A(s) = \log(1 + e^s)`.

    ``A`` is convex, its slope the expected outcome and its curvature the outcome's variance, so whatever solves the
    logistic problem solves the problem of another ``A`` in the same way.
    """

    def partition(self, log_odds: FloatArray) -> FloatArray:
        """``A(s)``."""
        return softplus(log_odds)

    def mean(self, log_odds: FloatArray) -> FloatArray:
        """``A'(s)``: the expected outcome."""
        return sigmoid(log_odds)

    def curvature(self, log_odds: FloatArray, mean: FloatArray) -> FloatArray:
        """``A''(s)``: the variance of the outcome; ``mean`` is what :meth:`mean` gave."""
        return mean * (1.0 - mean)

    def averages(
        self, mean: FloatArray, variance: FloatArray, expectations: Expectations = "exact"
    ) -> tuple[FloatArray, FloatArray]:
        """``E A'(s)`` and ``E A''(s)`` for normal ``s``."""
        return EXPECTATIONS[expectations](mean, variance)

    def average_partition(self, mean: FloatArray, variance: FloatArray) -> FloatArray:
        """``E A(s)`` for normal ``s``."""
        return mean_softplus(mean, variance)


LOGISTIC: Final = Link()
"""Two outcomes."""


@dataclass(frozen=True)
class TieLink(Link):
    r"""Three outcomes after Davidson (1970): :math:`A(s) = \log(1 + \nu e^{s/2} + e^s)`, a tie with outcome 1/2.

    Averages over normal ``s`` are by Gauss-Hermite quadrature with 25 points, whichever expectations are asked for.

    Attributes
    ----------
    nu : float
        >= 0; 0 is logistic.

    Examples
    --------
    >>> TieLink(2.0).mean(np.array([-1.0, 0.0, 1.0])).round(3)
    array([0.378, 0.5  , 0.622])
    """

    nu: float = 0.0

    def partition(self, log_odds: FloatArray) -> FloatArray:
        half = log_odds / 2
        small = np.exp(-np.abs(half))
        result: FloatArray = half + np.abs(half) + np.log1p(small * (self.nu + small))
        return result

    def mean(self, log_odds: FloatArray) -> FloatArray:
        a, tie, _ = self._three(log_odds)
        return a + tie / 2

    def curvature(self, log_odds: FloatArray, mean: FloatArray) -> FloatArray:
        a, tie, b = self._three(log_odds)
        return a * b + tie * (a + b) / 4

    def averages(
        self, mean: FloatArray, variance: FloatArray, expectations: Expectations = "exact"
    ) -> tuple[FloatArray, FloatArray]:
        level, slope = np.zeros_like(mean), np.zeros_like(mean)
        for s, mass in self._nodes(mean, variance):
            a, tie, b = self._three(s)
            level += mass * (a + tie / 2)
            slope += mass * (a * b + tie * (a + b) / 4)
        return level, slope

    def average_partition(self, mean: FloatArray, variance: FloatArray) -> FloatArray:
        result = np.zeros_like(mean)
        for s, mass in self._nodes(mean, variance):
            result += mass * self.partition(s)
        return result

    def _three(self, log_odds: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Probability of a, of a tie and of b."""
        small = np.exp(-np.abs(log_odds) / 2)
        total = 1.0 + small * (self.nu + small)
        larger, smaller = 1.0 / total, small * small / total
        first = log_odds >= 0
        return np.where(first, larger, smaller), self.nu * small / total, np.where(first, smaller, larger)

    def _nodes(self, mean: FloatArray, variance: FloatArray) -> list[tuple[FloatArray, float]]:
        nodes, mass = np.polynomial.hermite_e.hermegauss(_N_NODES)
        sd = np.sqrt(np.maximum(variance, 0.0))
        return [(mean + sd * x, float(m)) for x, m in zip(nodes, mass / mass.sum(), strict=True)]
