"""What people's weights are multiplied by in the log-odds of a pair, for any model that is linear in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gustibus.models import PairwiseModel, PreferenceModel

__all__ = ["Differences"]

FloatArray = npt.NDArray[np.float64]
CHUNK = 65_536


@dataclass(frozen=True, eq=False)
class Differences:
    """Log-odds of pairs of items at every prototype, each item mapped once.

    Attributes
    ----------
    between : callable
        From items a and b (n,) to log-odds (n, K).
    factor : float
        What they are multiplied by.
    """

    between: Callable[[npt.NDArray[np.intp], npt.NDArray[np.intp]], FloatArray]
    factor: float = 1.0

    @classmethod
    def of_scores(cls, scores: FloatArray) -> Differences:
        """Of rewards of all items at every prototype, shape (n_items, K)."""
        return cls(lambda a, b: scores[a] - scores[b])

    @classmethod
    def of(cls, model: PreferenceModel, features: npt.NDArray[np.float32]) -> Differences:
        """Of a model and the features of all items, shape (n_items, C)."""
        rows = torch.from_numpy(features)
        with torch.no_grad():
            if model.scalar:
                return cls.of_scores(model.prototype_scores(rows).double().numpy())
            if isinstance(model, PairwiseModel):
                mapped, between = model.mapped(rows), model.between
                return cls(_in_chunks(lambda a, b: between(mapped[a], mapped[b])))
        return cls(_in_chunks(lambda a, b: model.prototype_log_odds(rows, a, b)))

    def scaled(self, factor: float) -> Differences:
        """The same, multiplied by ``factor`` once more."""
        return replace(self, factor=self.factor * factor)

    def __call__(self, a: npt.NDArray[np.intp], b: npt.NDArray[np.intp]) -> FloatArray:
        """Log-odds of pairs, shape (n, K)."""
        return self.between(a, b) * self.factor


def _in_chunks(
    between: Callable[[Tensor, Tensor], Tensor],
) -> Callable[[npt.NDArray[np.intp], npt.NDArray[np.intp]], FloatArray]:
    def joined(a: npt.NDArray[np.intp], b: npt.NDArray[np.intp]) -> FloatArray:
        blocks = []
        with torch.no_grad():
            for start in range(0, max(len(a), 1), CHUNK):
                first, second = (torch.from_numpy(x[start : start + CHUNK].astype(np.int64)) for x in (a, b))
                blocks.append(between(first, second).double().numpy())
        return np.concatenate(blocks)

    return joined
