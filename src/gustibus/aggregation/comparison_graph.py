"""The graph of who was compared with whom: sums over pairs, components, and equations in its Laplacian."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gustibus.aggregation.pair_wins import PairWins

__all__ = ["ComparisonGraph", "centred", "solve_laplacian"]

Floats: TypeAlias = NDArray[np.float64]

_CG_STEPS: Final = 500


class ComparisonGraph:
    """The pairs sorted by their first item, as the rows of a sparse matrix."""

    def __init__(self, wins: PairWins) -> None:
        self.n_items = len(wins.items)
        order = np.lexsort((wins.b, wins.a)) if np.any(np.diff(wins.a * self.n_items + wins.b) <= 0) else slice(None)
        self.a, self.b = wins.a[order], wins.b[order]
        self.won, self.lost = ((won + 0.5 * wins.ties)[order] for won in (wins.wins_a, wins.wins_b))
        starts = np.searchsorted(self.a, np.arange(self.n_items + 1))
        index = np.int32 if len(self.a) < 2**31 else np.int64
        self._upper = sparse.csr_array(
            (np.ones(len(self.a)), self.b.astype(index), starts.astype(index)), shape=(self.n_items, self.n_items)
        )
        self.score, self.conceded = self.sums(self.won, self.lost), self.sums(self.lost, self.won)

    def sums(self, for_a: Floats, for_b: Floats) -> Floats:
        """What every item gets of its pairs, ``(n,)``."""
        total = np.bincount(self.a, for_a, self.n_items) + np.bincount(self.b, for_b, self.n_items)
        return np.asarray(total, np.float64)

    def adjacency(self, weight: Floats) -> sparse.csr_array:
        """The symmetric matrix that has the pairs' weights."""
        upper = sparse.csr_array((weight, self._upper.indices, self._upper.indptr), shape=self._upper.shape)
        return (upper + upper.T).tocsr()

    def components(self) -> NDArray[np.intp]:
        """Number of everybody's component."""
        _, number = sparse.csgraph.connected_components(self._upper, directed=False)
        return np.asarray(number, np.intp)


def centred(values: Floats, component: NDArray[np.intp]) -> Floats:
    """Less their mean in each component, ``(n,)`` or column by column."""
    if not component.any():
        return np.asarray(values - values.mean(axis=0), np.float64)
    total = np.zeros((int(component.max()) + 1, *values.shape[1:]))
    np.add.at(total, component, values)
    counts = np.bincount(component).reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray(values - (total / counts)[component], np.float64)


def solve_laplacian(
    adjacency: sparse.csr_array, diagonal: Floats, right: Floats, component: NDArray[np.intp] | None, tolerance: float
) -> Floats:
    """Conjugate gradients for each column of ``right``, with the diagonal as preconditioner.

    Where constants are in the null space (``component`` is given), ``right`` and the solution are orthogonal to them.
    """
    scale = np.where(diagonal > 0, diagonal, 1.0)[:, None]  # of what was never compared, nothing is known or moved
    x, rest = np.zeros_like(right), right.copy()
    direction = preconditioned = rest / scale
    size = first = np.einsum("nk,nk->k", rest, preconditioned)
    for _ in range(_CG_STEPS):
        if (size <= tolerance**2 * first).all():
            break
        along = diagonal[:, None] * direction - adjacency @ direction
        bent = np.einsum("nk,nk->k", direction, along)
        length = np.divide(size, bent, out=np.zeros_like(size), where=bent > 0)
        x += length * direction
        rest -= length * along
        preconditioned = rest / scale
        before, size = size, np.einsum("nk,nk->k", rest, preconditioned)
        direction = preconditioned + np.divide(size, before, out=np.zeros_like(size), where=before > 0) * direction
    return x if component is None else centred(x, component)
