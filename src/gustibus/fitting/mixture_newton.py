"""The M step of a mixture of Bradley-Terry types: one Newton step for all heads and offsets of all starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.fitting.mixture_points import MixturePoints, Penalties
from gustibus.fitting.mixture_records import MixtureRecords

__all__ = ["NewtonStep", "newton_step"]

FloatArray = npt.NDArray[np.float64]

# Newton's equations are solved to this share of the gradient: EM's next weights change more than a further digit would.
_FORCING = 0.1
_MAX_CONJUGATE_STEPS = 50


@dataclass(frozen=True)
class NewtonStep:
    """A direction of ascent from R mixtures.

    Attributes
    ----------
    heads : ndarray, shape (G, R, K)
    offsets : ndarray, shape (n_offsets, R)
    log_odds : ndarray, shape (M, R, K)
        What it changes in the records' log-odds.
    slope : ndarray, shape (R,)
        Gradient along the step, >= 0.
    """

    heads: FloatArray
    offsets: FloatArray
    log_odds: FloatArray
    slope: FloatArray

    def take(self, which: npt.NDArray[np.bool_]) -> NewtonStep:
        """The steps of some of the mixtures."""
        return NewtonStep(self.heads[:, which], self.offsets[:, which], self.log_odds[:, which], self.slope[which])


def newton_step(
    records: MixtureRecords,
    points: MixturePoints,
    log_odds: FloatArray,
    responsibilities: FloatArray,
    penalties: Penalties,
) -> NewtonStep:
    r"""Newton's direction for the expected complete log-likelihood, which is concave in heads and offsets together:

    .. math:: \sum_{i,k} c_i \gamma_{u(i)k} [y_i s_{ik} - \log(1 + e^{s_{ik}})]
              - \tfrac{\lambda}{2} \sum_k |h_k|^2 - \tfrac{\lambda_o}{2} |o|^2.

    Solved by preconditioned conjugate gradients on products with the Hessian, one system for every head of every
    start, or for every start where offsets tie its heads together. Any number of their steps gives an ascent
    direction.

    Parameters
    ----------
    log_odds : ndarray, shape (M, R, K)
    responsibilities : ndarray, shape (U, R, K)
    """
    weight = records.sums.spread(responsibilities)
    weight *= records.weight[:, None, None]
    probability = records.link.mean(log_odds)
    gradient = _gradient(records, points, weight * (records.outcome[:, None, None] - probability), penalties)
    weight *= records.link.curvature(log_odds, probability)
    return _conjugate_gradients(records, gradient, weight, penalties)


@dataclass
class _Vector:
    """Heads ``(G, R, K)`` and offsets ``(n_offsets, R)``, as one vector for each system of equations."""

    heads: FloatArray
    offsets: FloatArray

    def dot(self, other: _Vector) -> FloatArray:
        """Inner products: ``(R, K)`` without offsets, else ``(R, 1)``."""
        of_heads: FloatArray = np.einsum("grk,grk->rk", self.heads, other.heads)
        if len(self.offsets) == 0:
            return of_heads
        of_offsets: FloatArray = np.einsum("nr,nr->r", self.offsets, other.offsets)
        of_both: FloatArray = of_heads.sum(axis=1, keepdims=True) + of_offsets[:, None]
        return of_both

    def add(self, factor: FloatArray, other: _Vector) -> None:
        """Add ``factor * other`` in place."""
        self.heads += factor * other.heads
        self.offsets += factor[:, 0] * other.offsets

    def scaled(self, diagonal: _Vector) -> _Vector:
        """Divided by a diagonal."""
        return _Vector(self.heads / diagonal.heads, self.offsets / diagonal.offsets)


def _gradient(records: MixtureRecords, points: MixturePoints, residual: FloatArray, penalties: Penalties) -> _Vector:
    heads, offsets = records.to_parameters(residual)
    heads -= penalties.ridge * points.heads
    offsets -= penalties.offset_ridge * points.offsets
    return _Vector(heads, offsets)


def _conjugate_gradients(
    records: MixtureRecords, gradient: _Vector, curvature: FloatArray, penalties: Penalties
) -> NewtonStep:
    share = curvature.sum(axis=0) / records.total_weight
    diagonal = _Vector(
        records.spectrum[:, None, None] * share + penalties.ridge,
        records.offset_diagonal(curvature) + penalties.offset_ridge,
    )
    step = _Vector(np.zeros_like(gradient.heads), np.zeros_like(gradient.offsets))
    change = np.zeros_like(curvature)
    residual = _Vector(gradient.heads.copy(), gradient.offsets.copy())
    scaled = residual.scaled(diagonal)
    direction = _Vector(scaled.heads.copy(), scaled.offsets.copy())
    size = residual.dot(scaled)
    small = _FORCING**2 * size
    for _ in range(_MAX_CONJUGATE_STEPS):
        along = records.log_odds(direction.heads, direction.offsets)
        product = _Vector(*records.to_parameters(curvature * along))
        product.heads += penalties.ridge * direction.heads
        product.offsets += penalties.offset_ridge * direction.offsets
        length = _ratio(size, direction.dot(product))
        step.add(length, direction)
        along *= length
        change += along
        residual.add(-length, product)
        scaled = residual.scaled(diagonal)
        before, size = size, residual.dot(scaled)
        if (size <= small).all():
            break
        turn = _ratio(size, before)
        direction.heads *= turn
        direction.offsets *= turn[:, 0]
        direction.add(np.ones_like(turn), scaled)
    slope = gradient.dot(step).sum(axis=1)
    return NewtonStep(step.heads, step.offsets, change, np.maximum(slope, 0.0))


def _ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """0 where a system is solved already."""
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)
