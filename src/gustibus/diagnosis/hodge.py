"""Hodge decomposition of a flow on pairs: what a scale explains, what goes round in circles, locally and globally."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.linalg import qr
from scipy.sparse import csgraph
from scipy.sparse import linalg as sparse_linalg

from gustibus.aggregation import PairWins
from gustibus.comparisons import GustibusError

__all__ = ["MOST_TRIANGLES", "Flow", "FlowGraph", "HodgeParts", "flow_of", "hodge"]

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Flow = Literal["log-odds", "P - 1/2"]
"""``log-odds``: of the wins, with half a win added to either side, weighted by the inverse of their variance.
``P - 1/2``: the share of wins less one half, weighted by the number of judgements."""

MOST_TRIANGLES: Final = 5_000_000
"""Above this many triangles they are not listed."""
_SMALL: Final = 300
"""Up to this many items (or pairs) dense algebra is quicker than sparse."""


@dataclass(frozen=True, eq=False, repr=False)
class HodgeParts:
    r"""A flow in three parts that are orthogonal under its weights.

    Attributes
    ----------
    score
        Potentials s, ``(n,)``, with mean 0 in every connected part of the graph: the scale that explains most.
    gradient, curl, harmonic
        ``(E,)`` parts of the flow; their sum is the flow. The curl is what triangles of compared pairs explain, the
        harmonic part goes round longer circles only. Where they were not told apart, both are nan.
    energy
        Weighted sum of squares of each part, with ``"total"`` and ``"cyclic"`` (curl and harmonic together).
    n_parts
        Connected parts of the graph: scores of different parts cannot be compared.
    """

    score: Floats
    gradient: Floats
    curl: Floats
    harmonic: Floats
    energy: dict[str, float]
    n_parts: int

    @property
    def share(self) -> dict[str, float]:
        """Share of each part in the energy; gradient, curl and harmonic sum to 1. Means little without a null."""
        total = self.energy["total"]
        return {name: value / total if total > 0 else float("nan") for name, value in self.energy.items()}


class FlowGraph:
    """Items and the pairs of them that were compared; solves for the parts of any flow on these pairs.

    Parameters
    ----------
    n_items
        Number of items n.
    a, b
        ``(E,)`` items of each pair, ``a < b``, every pair once.
    """

    def __init__(self, n_items: int, a: ArrayLike, b: ArrayLike) -> None:
        self.n_items = n_items
        self.a, self.b = np.asarray(a, np.intp), np.asarray(b, np.intp)
        n_pairs = len(self.a)
        rows = np.r_[np.arange(n_pairs), np.arange(n_pairs)]
        signs = np.r_[np.ones(n_pairs), -np.ones(n_pairs)]
        self.difference = sparse.csr_array((signs, (rows, np.r_[self.a, self.b])), shape=(n_pairs, n_items))
        links = sparse.coo_array((np.ones(n_pairs), (self.a, self.b)), shape=(n_items, n_items))
        self.n_parts, self.part = csgraph.connected_components(links, directed=False)
        self.links = sparse.csr_array(links)

    @cached_property
    def n_triangles(self) -> int:
        """Triples of items of which all three pairs were compared."""
        return int((self.links @ self.links).multiply(self.links).sum())

    @property
    def lists_triangles(self) -> bool:
        """Whether there are few enough triangles to list them."""
        return self.n_triangles <= MOST_TRIANGLES

    @cached_property
    def triangles(self) -> Codes:
        """``(T, 3)`` pairs (i, j), (j, k), (i, k) of the triangles i < j < k, as numbers of pairs.

        Raises
        ------
        GustibusError
            If there are more than ``MOST_TRIANGLES``.
        """
        if not self.lists_triangles:
            raise GustibusError(f"{self.n_triangles:,} triangles are too many to list (at most {MOST_TRIANGLES:,})")
        number = sparse.csr_array((np.arange(1, len(self.a) + 1), (self.a, self.b)), shape=self.links.shape)
        found = []
        for i in range(self.n_items):
            entries = slice(number.indptr[i], number.indptr[i + 1])
            above, first = number.indices[entries], number.data[entries] - 1
            if len(above) > 1:
                inner = number[above][:, above].tocoo()
                found.append(np.column_stack([first[inner.row], inner.data - 1, first[inner.col]]))
        return np.concatenate(found).astype(np.intp) if found else np.zeros((0, 3), np.intp)

    @cached_property
    def is_cone(self) -> bool:
        """Whether in every part some item was compared with all others: then triangles explain every circle."""
        degree = np.bincount(np.r_[self.a, self.b], minlength=self.n_items)
        most = np.zeros(self.n_parts)
        np.maximum.at(most, self.part, degree)
        return bool(np.all(most == np.bincount(self.part, minlength=self.n_parts) - 1))

    def scores(self, flow: Floats, weight: Floats, *, exact: bool = True) -> Floats:
        """Weighted least-squares potentials, ``(n,)``, with mean 0 in every part.

        Large graphs: ``exact`` factorises the Laplacian; otherwise conjugate gradients to eight digits.
        """
        push = weight * flow
        right = np.asarray(np.bincount(self.a, push, self.n_items), np.float64) - np.bincount(
            self.b, push, self.n_items
        )
        solved = np.zeros(self.n_items)
        if self.n_items <= _SMALL:
            solved[self._free] = np.linalg.solve(self._dense_laplacian(weight), right[self._free])
        else:
            laplacian = sparse.csc_array(self.difference.T @ sparse.diags_array(weight) @ self.difference)
            quick = None if exact else _conjugate_gradients(laplacian, right)
            if quick is None:
                inner = laplacian[self._free][:, self._free].tocsc()
                solved[self._free] = sparse_linalg.splu(inner, permc_spec="MMD_AT_PLUS_A").solve(right[self._free])
            else:
                solved = quick
        mean = np.bincount(self.part, solved, self.n_parts) / np.bincount(self.part, minlength=self.n_parts)
        return np.asarray(solved - mean[self.part])

    def steps(self, score: Floats) -> Floats:
        """Differences of scores along the pairs, ``(E,)``."""
        return np.asarray(score[self.a] - score[self.b])

    @cached_property
    def _free(self) -> Codes:
        """All items but one of each part, which is the origin there."""
        return np.setdiff1d(np.arange(self.n_items), np.unique(self.part, return_index=True)[1])

    def _dense_laplacian(self, weight: Floats) -> Floats:
        n = self.n_items
        table = np.zeros((n, n))
        table[self.a, self.b] = table[self.b, self.a] = weight
        return np.asarray((np.diag(table.sum(axis=1)) - table)[np.ix_(self._free, self._free)])

    def curl_of(self, residual: Floats, weight: Floats, *, tolerance: float = 1e-12) -> Floats:
        """The part of a flow without gradient that triangles explain, ``(E,)``."""
        if self.is_cone:
            return residual
        if not len(self.triangles):
            return np.zeros(len(residual))
        if len(self.a) <= _SMALL and len(self.triangles) <= 10 * _SMALL:
            basis = self._basis
            return np.asarray(basis @ np.linalg.solve(basis.T @ (basis / weight[:, None]), basis.T @ residual) / weight)
        root = np.sqrt(weight)
        around = sparse.diags_array(1 / root) @ self._around.T
        potential = sparse_linalg.lsmr(around, root * residual, atol=tolerance, btol=tolerance, maxiter=5000)[0]
        return np.asarray(around @ potential / root)

    @cached_property
    def _basis(self) -> Floats:
        """As many triangles as are independent, as dense columns (E, rank)."""
        columns = self._around.T.toarray()
        _, upper, order = qr(columns, mode="economic", pivoting=True)
        rank = np.count_nonzero(np.abs(np.diag(upper)) > 1e-9)
        return np.asarray(columns[:, order[:rank]])

    @cached_property
    def _around(self) -> sparse.csr_array:
        """Sum around each triangle, (T, E)."""
        n = len(self.triangles)
        signs, rows = np.tile([1.0, 1.0, -1.0], n), np.repeat(np.arange(n), 3)
        return sparse.csr_array((signs, (rows, self.triangles.ravel())), shape=(n, len(self.a)))


def flow_of(wins: PairWins, flow: Flow = "log-odds") -> tuple[Floats, Floats]:
    r"""The flow of each pair towards its first item, and its weight, both ``(E,)``.

    .. math:: Y = \log\frac{w + 1/2}{l + 1/2}, \qquad W = \frac{(w + 1/2)(l + 1/2)}{n + 1}

    for w wins and l losses among n judgements (ties half to each): W is the inverse variance of the log-odds (Haldane
    1956). For ``"P - 1/2"``, Y = w / n - 1/2 and W = n.

    Examples
    --------
    >>> flow, weight = flow_of(PairWins.from_matrix([[0, 3], [1, 0]]))
    >>> flow.round(3).tolist(), weight.tolist()
    ([0.847], [1.05])
    """
    if flow == "P - 1/2":
        return wins.share - 0.5, wins.n
    if flow != "log-odds":
        raise GustibusError(f"flow={flow!r} is not known: use 'log-odds' or 'P - 1/2'")
    won, lost = wins.wins_a + 0.5 * wins.ties + 0.5, wins.wins_b + 0.5 * wins.ties + 0.5
    return np.log(won / lost), won * lost / (won + lost)


def hodge(n_items: int, a: ArrayLike, b: ArrayLike, flow: ArrayLike, weight: ArrayLike | None = None) -> HodgeParts:
    r"""Split a flow on pairs of items into gradient, curl and harmonic flow.

    .. math:: Y = \underbrace{s_a - s_b}_{\text{gradient}} + \underbrace{W^{-1} C^\top \phi}_{\text{curl}} + H,
        \qquad s = \arg\min \sum_e W_e (Y_e - s_{a_e} + s_{b_e})^2

    with C the sum around every triangle of compared pairs. The gradient is what one scale explains (the least-squares
    ranking); the curl is inconsistent in triples; the harmonic flow is consistent in every triple that was compared but
    not around longer circles. The three are orthogonal under the weights, so their shares sum to 1.

    Parameters
    ----------
    n_items
        Number of items.
    a, b
        ``(E,)`` items of each pair, different ones, every pair once, in either order.
    flow
        ``(E,)`` by how much a is preferred to b: negated when a and b are swapped.
    weight
        ``(E,)`` positive. Default: 1.

    Returns
    -------
    The parts, in the order and direction of the pairs given.

    Raises
    ------
    GustibusError
        If lengths differ, a pair is repeated or is no pair, or a weight is not positive.

    References
    ----------
    Jiang, Lim, Yao, Ye (2011), Statistical ranking and combinatorial Hodge theory. arXiv 0811.1067.

    Examples
    --------
    A scale 2, 1, 0 with one unit that goes round.

    >>> parts = hodge(3, [0, 1, 2], [1, 2, 0], [2.0, 2.0, -1.0])
    >>> parts.score.round(6).tolist(), parts.curl.round(6).tolist(), round(parts.share["gradient"], 3)
    ([1.0, 0.0, -1.0], [1.0, 1.0, 1.0], 0.667)
    """
    first, second = np.asarray(a, np.intp), np.asarray(b, np.intp)
    y = np.asarray(flow, np.float64)
    w = np.ones(y.shape) if weight is None else np.asarray(weight, np.float64)
    if not first.shape == second.shape == y.shape == w.shape or y.ndim != 1 or not len(y):
        raise GustibusError(f"a, b, flow and weight have shapes {first.shape}, {second.shape}, {y.shape}, {w.shape}")
    low, high = np.minimum(first, second), np.maximum(first, second)
    if np.any(low == high) or low.min() < 0 or high.max() >= n_items:
        raise GustibusError(f"a pair needs two different items from 0 to {n_items - 1}")
    if len(np.unique(low * n_items + high)) < len(low):
        raise GustibusError("a pair occurs twice: give the mean of its flows, with the sum of the weights")
    if not np.all(np.isfinite(y)) or not np.all(np.isfinite(w) & (w > 0)):
        raise GustibusError("flows must be finite, weights finite and positive")
    sign = np.where(first < second, 1.0, -1.0)
    return parts_of(FlowGraph(n_items, low, high), sign * y, w, sign=sign)


def parts_of(graph: FlowGraph, flow: Floats, weight: Floats, *, sign: Floats | None = None) -> HodgeParts:
    """The parts of a flow on the pairs of a graph; ``sign`` turns pairs round in what is returned."""
    score = graph.scores(flow, weight)
    gradient = graph.steps(score)
    residual = flow - gradient
    known = graph.is_cone or graph.lists_triangles
    curl = graph.curl_of(residual, weight) if known else np.full(len(flow), np.nan)
    harmonic = residual - curl
    energy = {
        name: float((weight * part**2).sum())
        for name, part in (
            ("gradient", gradient),
            ("curl", curl),
            ("harmonic", harmonic),
            ("cyclic", residual),
            ("total", flow),
        )
    }
    turn = np.ones(len(flow)) if sign is None else sign
    return HodgeParts(score, turn * gradient, turn * curl, turn * harmonic, energy, graph.n_parts)


def _conjugate_gradients(laplacian: sparse.csc_array, right: Floats) -> Floats | None:
    """Potentials to eight digits, or None if that takes too long."""
    diagonal = laplacian.diagonal()
    inverse = np.where(diagonal > 0, 1 / np.where(diagonal > 0, diagonal, 1.0), 0.0)
    solved, stopped = sparse_linalg.cg(laplacian, right, rtol=1e-8, maxiter=1000, M=sparse.diags_array(inverse))
    return np.asarray(solved) if stopped == 0 else None
