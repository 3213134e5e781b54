"""What the rules over pairs share: a checked matrix of who against whom, and who beats whom."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError

__all__ = ["TIE", "beats", "square"]

TIE: Final = 1e-9
"""Entries of i against j and of j against i that differ by no more are a tie: rounding beats nobody."""


def square(pairwise: ArrayLike, name: str, *, at_least: int = 2) -> NDArray[np.float64]:
    """A matrix (..., n, n) of finite numbers with zeros on the diagonal.

    Raises
    ------
    GustibusError
        The matrix is not square, has too few responses, or holds something that is not finite.
    """
    values = np.array(pairwise, dtype=np.float64)
    if values.ndim < 2 or values.shape[-1] != values.shape[-2] or values.shape[-1] < at_least:
        raise GustibusError(
            f"{name} has shape {values.shape}, but a pool of n >= {at_least} responses needs (..., n, n)"
        )
    diagonal = np.arange(values.shape[-1])
    values[..., diagonal, diagonal] = 0.0
    if not np.all(np.isfinite(values)):
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(values))[0])
        raise GustibusError(
            f"{name}{list(at)} is {values[at]}: every pair needs a finite number. Use one half (or log-odds 0) for a "
            "pair that was never compared."
        )
    return values


def beats(pairwise: NDArray[np.float64], tie: float) -> NDArray[np.bool_]:
    """Whether i beats j, shape (..., n, n): the entry of i against j is larger than that of j against i.

    >>> beats(np.array([[0.5, 0.6], [0.4, 0.5]]), 0.0).tolist()
    [[False, True], [False, False]]
    """
    if not tie >= 0:
        raise GustibusError(f"tie is {tie}: give how far two entries may differ and still tie, at least 0")
    return np.asarray(pairwise - np.swapaxes(pairwise, -1, -2) > tie)
