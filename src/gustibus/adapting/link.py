"""What log-odds say about answers: the logistic function, or one with room for ties."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from gustibus.adapting.logistic import sigmoid, softplus
from gustibus.adapting.mean_logistic import EXPECTATIONS, Expectations, mean_softplus

__all__ = ["LOGISTIC", "Link", "TieLink"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

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

    def take(self, rows: IntArray | npt.NDArray[np.bool_] | slice) -> Link:
        """The link of some of the answers, in the shape of ``rows``; where all have the same one, that."""
        return self

    def followed_by(self, other: Link, n: int, n_other: int) -> Link:
        """The link of ``n`` answers that have this one and ``n_other`` more that have another of its kind."""
        return self


LOGISTIC: Final = Link()
"""Two outcomes."""


@dataclass(frozen=True, eq=False)
class TieLink(Link):
    r"""Three outcomes after Davidson (1970): :math:`A(s) = \log(1 + \nu e^{s/2} + e^s)`, a tie with outcome 1/2.

    Averages over normal ``s`` are by Gauss-Hermite quadrature with 25 points, whichever expectations are asked for.

    Attributes
    ----------
    nu : float, or ndarray, shape (n,)
        >= 0; 0 is logistic. With one for each answer, log-odds have these answers along their first axis.

    Examples
    --------
    >>> TieLink(2.0).mean(np.array([-1.0, 0.0, 1.0])).round(3)
    array([0.378, 0.5  , 0.622])
    >>> TieLink(np.array([0.0, 2.0])).mean(np.ones((2, 1))).round(3)
    array([[0.731],
           [0.622]])
    """

    nu: float | FloatArray = 0.0

    def take(self, rows: IntArray | npt.NDArray[np.bool_] | slice) -> TieLink:
        return TieLink(self.nu[rows]) if isinstance(self.nu, np.ndarray) else self

    def followed_by(self, other: Link, n: int, n_other: int) -> TieLink:
        assert isinstance(other, TieLink)
        if not isinstance(self.nu, np.ndarray) and self.nu == other.nu:
            return self
        return TieLink(np.concatenate([np.broadcast_to(self.nu, n), np.broadcast_to(other.nu, n_other)]))

    def partition(self, log_odds: FloatArray) -> FloatArray:
        half = log_odds / 2
        small = np.exp(-np.abs(half))
        result: FloatArray = half + np.abs(half) + np.log1p(small * (self._beside(log_odds) + small))
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
        # With t = e^(-|s|/2) the slope of A is 1/2 +- (1 - t^2) / (2 (1 + nu t + t^2)); this is what takes the time.
        level, slope, nu = np.full_like(mean, 0.5), np.zeros_like(mean), self._beside(mean)
        for s, mass in self._nodes(mean, variance):
            t = np.exp(-0.5 * np.abs(s))
            square = t * t
            ends = 1.0 + square
            inverse = 1.0 / (ends + nu * t)
            level += np.copysign((0.5 * mass) * (1.0 - square) * inverse, s)
            slope += mass * (square + 0.25 * nu * t * ends) * inverse * inverse
        return level, slope

    def average_partition(self, mean: FloatArray, variance: FloatArray) -> FloatArray:
        result = np.zeros_like(mean)
        for s, mass in self._nodes(mean, variance):
            result += mass * self.partition(s)
        return result

    def _three(self, log_odds: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Probability of a, of a tie and of b."""
        small, nu = np.exp(-np.abs(log_odds) / 2), self._beside(log_odds)
        total = 1.0 + small * (nu + small)
        larger, smaller = 1.0 / total, small * small / total
        first = log_odds >= 0
        return np.where(first, larger, smaller), nu * small / total, np.where(first, smaller, larger)

    def _beside(self, log_odds: FloatArray) -> float | FloatArray:
        """``nu`` with as many axes as log-odds, if there is one for each answer."""
        nu = self.nu
        return nu.reshape(nu.shape + (1,) * (log_odds.ndim - nu.ndim)) if isinstance(nu, np.ndarray) else nu

    def _nodes(self, mean: FloatArray, variance: FloatArray) -> list[tuple[FloatArray, float]]:
        sd = np.sqrt(np.maximum(variance, 0.0))
        return [(mean + sd * x, mass) for x, mass in _quadrature()]


@cache
def _quadrature() -> tuple[tuple[np.float64, float], ...]:
    """Nodes of a standard normal variable and their masses; finding them takes longer than using them."""
    nodes, mass = np.polynomial.hermite_e.hermegauss(_N_NODES)
    return tuple(zip(nodes, (mass / mass.sum()).tolist(), strict=True))
