"""Any function of log-odds, averaged over what is not known about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from gustibus.adapting.answers import FloatArray

__all__ = ["NormalMixtures"]

_N_NODES: Final = 21
_BUDGET: Final = 1 << 21


@dataclass(frozen=True, eq=False)
class NormalMixtures:
    """What is known of n log-odds: mixtures of C normal distributions each.

    Attributes
    ----------
    mass : ndarray, shape (n, C)
        Rows sum to 1.
    mean, variance : ndarray, shape (n, C)
        A variance of 0 is a value that is known.
    """

    mass: FloatArray
    mean: FloatArray
    variance: FloatArray

    def average(self, function: Callable[..., FloatArray], beside: FloatArray | None = None) -> FloatArray:
        """``E f(s)`` of each, shape (n, V), by Gauss-Hermite quadrature with 21 points; sums where all is known.

        Parameters
        ----------
        function : callable
            From log-odds ``(m,)`` to V values each, ``(m, V)``; with ``beside`` from log-odds and these.
        beside : ndarray, shape (n,), optional
            A number known of each of the n, given to the function beside its log-odds.

        Examples
        --------
        >>> one = NormalMixtures(np.ones((1, 1)), np.array([[1.0]]), np.array([[4.0]]))
        >>> one.average(lambda s: np.stack([s, s**2], axis=-1)).round(6)
        array([[1., 5.]])
        """
        nodes, share = np.zeros(1), np.ones(1)
        if np.any(self.variance > 0):
            nodes, share = np.polynomial.hermite_e.hermegauss(_N_NODES)
            share = share / share.sum()
        n, n_components = self.mean.shape
        at_once = max(1, _BUDGET // (n_components * len(nodes)))
        parts = []
        for start in range(0, n, at_once):
            rows = slice(start, start + at_once)
            sd = np.sqrt(np.maximum(self.variance[rows], 0.0))
            s = self.mean[rows, :, None] + sd[:, :, None] * nodes
            given = () if beside is None else (np.repeat(beside[rows], s[0].size),)
            values = function(s.reshape(-1), *given)
            parts.append(np.einsum("ncqv,nc,q->nv", values.reshape(*s.shape, -1), self.mass[rows], share))
        return np.concatenate(parts) if parts else function(np.zeros(0), *(() if beside is None else (beside,)))
