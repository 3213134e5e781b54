"""Judgements as the mixture's EM reads them: differences of features in their own principal axes, by person."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from gustibus.adapting.per_user_sums import PerUserSums
from gustibus.fitting.records import Judgements

__all__ = ["MixtureRecords"]

FloatArray = npt.NDArray[np.float64]

# Directions in which no judgement compares anything: a head's ridge optimum is exactly 0 there.
_NEGLIGIBLE = 1e-12


class MixtureRecords:
    r"""Differences :math:`D_i = \phi(a_i) - \phi(b_i)`, rotated so that :math:`\sum_i c_i D_i D_i^T` is diagonal.

    The ridge :math:`|h|^2` is the same in every rotation, so heads are fitted in these axes, where the diagonal is a
    near-perfect preconditioner and directions without information are left out; then they are turned back. Records
    are sorted by person; people without records are left out, since they say nothing about the types.

    Parameters
    ----------
    features : ndarray, shape (n_items, F)
    judgements : Judgements
        M judgements of U people with at least one.
    with_offsets : bool
        Whether items have offsets.

    Attributes
    ----------
    outcome, weight : ndarray, shape (M,)
    offset : ndarray, shape (M,), or None
        What is known of the log-odds beforehand.
    differences : ndarray, shape (M, G)
        Rotated, G <= F.
    axes : ndarray, shape (F, G)
    spectrum : ndarray, shape (G,)
        Diagonal of the weighted sum of squares of the rotated differences.
    people : ndarray of int, shape (U,)
        Their numbers in the judgements.
    """

    def __init__(self, features: npt.NDArray[np.floating], judgements: Judgements, *, with_offsets: bool) -> None:
        order = np.argsort(judgements.user, kind="stable")
        records = judgements.take(order)
        self.outcome, self.weight, self.offset = records.outcome, records.weight, records.offset
        self.link = records.link
        self.total_weight = max(float(self.weight.sum()), 1e-300)
        self.n_users = judgements.n_users
        self.people, counts = np.unique(records.user, return_counts=True)
        self.starts = np.r_[0, np.cumsum(counts)].astype(np.intp)
        self.sums = PerUserSums(self.starts)
        items = np.asarray(features, np.float64)
        differences = items[records.a] - items[records.b]
        spectrum, axes = np.linalg.eigh((differences * self.weight[:, None]).T @ differences)
        used = spectrum > _NEGLIGIBLE * max(float(spectrum.max(initial=0.0)), 1e-300)
        self.spectrum, self.axes = spectrum[used], np.ascontiguousarray(axes[:, used])
        self.differences = differences @ self.axes
        self.incidence = _incidence(records, len(items) if with_offsets else 0)
        self._transposed = sparse.csr_array(self.incidence.T)
        self._squared = abs(self._transposed)

    @property
    def n_people(self) -> int:
        """People with at least one record."""
        return len(self.people)

    @property
    def n_offsets(self) -> int:
        """Items with an offset: all or none."""
        return int(self.incidence.shape[1])

    def log_odds(self, heads: FloatArray, offsets: FloatArray) -> FloatArray:
        """Log-odds ``(M, R, K)`` of heads ``(G, R, K)`` and offsets ``(n_offsets, R)``, without ``offset``."""
        n_axes, n_starts, n_types = heads.shape
        by_column = self.differences @ heads.reshape(n_axes, n_starts * n_types)
        result: FloatArray = by_column.reshape(len(by_column), n_starts, n_types)
        if self.n_offsets:
            result += (self.incidence @ offsets)[:, :, None]
        return result

    def to_parameters(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The transpose of :meth:`log_odds`: values of records ``(M, R, K)`` summed to heads and offsets."""
        n_records, n_starts, n_types = values.shape
        heads = (self.differences.T @ values.reshape(n_records, -1)).reshape(len(self.spectrum), n_starts, n_types)
        return heads, np.asarray(self._transposed @ values.sum(axis=2))

    def offset_diagonal(self, curvature: FloatArray) -> FloatArray:
        """Sums ``(n_offsets, R)`` of the curvature ``(M, R, K)`` of the records in which an item occurs."""
        return np.asarray(self._squared @ curvature.sum(axis=2))

    def per_person(self, values: FloatArray) -> FloatArray:
        """Sums ``(U, R, K)`` over each person's records of values ``(M, R, K)``."""
        return self.sums(values.reshape(len(values), -1)).reshape(-1, *values.shape[1:])

    def gradient_per_person(self, values: FloatArray) -> FloatArray:
        """Each person's sum ``(U, G)`` of rotated differences, times a value ``(M,)`` per record."""
        n_records = len(values)
        by_person = sparse.csr_array((values, np.arange(n_records), self.starts), shape=(self.n_people, n_records))
        return np.asarray(by_person @ self.differences)


def _incidence(records: Judgements, n_offsets: int) -> sparse.csr_array:
    """Records by items: 1 where an item is a, -1 where it is b."""
    n_records = len(records)
    if n_offsets == 0:
        return sparse.csr_array((n_records, 0))
    rows = np.tile(np.arange(n_records), 2)
    values = np.repeat([1.0, -1.0], n_records)
    return sparse.csr_array((values, (rows, np.r_[records.a, records.b])), shape=(n_records, n_offsets))
