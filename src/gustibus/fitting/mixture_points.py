"""Parameters of several mixtures of Bradley-Terry types that are fitted side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["MixturePoints", "Penalties"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Penalties:
    """Prior precisions of heads and of offsets (without effect where there are none)."""

    ridge: float
    offset_ridge: float


@dataclass(frozen=True)
class MixturePoints:
    """Parameters of R mixtures of K types.

    Attributes
    ----------
    heads : ndarray, shape (G, R, K)
        In the axes of the records.
    offsets : ndarray, shape (n_offsets, R)
    log_weights : ndarray, shape (R, K)
    """

    heads: FloatArray
    offsets: FloatArray
    log_weights: FloatArray

    @property
    def n_points(self) -> int:
        """R."""
        return len(self.log_weights)

    def take(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> MixturePoints:
        """Copies of some of the mixtures."""
        return MixturePoints(self.heads[:, which], self.offsets[:, which], self.log_weights[which])

    def put(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.intp], others: MixturePoints) -> None:
        """Overwrite some of the mixtures."""
        self.heads[:, which], self.offsets[:, which] = others.heads, others.offsets
        self.log_weights[which] = others.log_weights

    def beside(self, other: MixturePoints) -> MixturePoints:
        """These mixtures and those of another, in this order."""
        return MixturePoints(
            np.concatenate([self.heads, other.heads], axis=1),
            np.concatenate([self.offsets, other.offsets], axis=1),
            np.concatenate([self.log_weights, other.log_weights]),
        )
