"""Sums over each person's records, for all people at once."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from gustibus.adapting.answers import FloatArray, IntArray

__all__ = ["PerUserSums"]


class PerUserSums:
    """Adds up the rows of arrays whose records are sorted by person.

    A sparse matrix of ones, people by records, times the rows: no padding, people without records get zero, and it
    is four to six times faster than ``np.add.reduceat`` on blocks of columns.

    Parameters
    ----------
    starts : (U + 1,) integer array
        Where each person's records start; the last entry is the number of records ``M``.

    Examples
    --------
    >>> PerUserSums(np.array([0, 2, 2, 3]))(np.array([1.0, 2.0, 5.0]))
    array([3., 0., 5.])
    """

    def __init__(self, starts: IntArray) -> None:
        self.counts = np.diff(starts)
        n_records = int(starts[-1])
        self._ones = sparse.csr_array(
            (np.ones(n_records), np.arange(n_records), starts), shape=(len(self.counts), n_records)
        )

    def __call__(self, values: FloatArray) -> FloatArray:
        """Sums ``(U,)`` or ``(U, P)`` of record values ``(M,)`` or ``(M, P)``."""
        sums: FloatArray = self._ones @ values
        return sums

    def spread(self, values: FloatArray) -> FloatArray:
        """Each person's value repeated for each of their records: ``(U, ...)`` to ``(M, ...)``."""
        return np.repeat(values, self.counts, axis=0)

    def gram(self, rows: FloatArray, weight: FloatArray) -> FloatArray:
        r"""Sums :math:`\sum_i c_i x_i x_i^T`, ``(U, K, K)``, of rows ``x`` ``(M, K)`` and weights ``c`` ``(M,)``.

        Examples
        --------
        >>> PerUserSums(np.array([0, 2])).gram(np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([1.0, 3.0]))
        array([[[1., 2.],
                [2., 7.]]])
        """
        n_columns = rows.shape[1]
        gram = np.empty((len(self.counts), n_columns, n_columns))
        for column in range(n_columns):
            block = self((weight * rows[:, column])[:, None] * rows[:, column:])
            gram[:, column, column:] = block
            gram[:, column:, column] = block
        return gram
