"""Borda scores: how often a response wins against the others of its pool."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError

__all__ = ["borda", "borda_sd"]


def borda(probability: ArrayLike) -> NDArray[np.float64]:
    r"""Mean win probability of every response against the other responses of the pool.

    .. math:: B_i = \frac{1}{n - 1} \sum_{j \ne i} P_{ij}.

    It is defined for every model of pairs, cyclic ones too. It averages *probabilities*; the mean of log-odds is
    another rule and can order differently. Under uniform sampling of pairs this is the order a pooled Bradley-Terry
    fit finds. Leading axes (people, posterior draws) are kept, so the spread over draws is a spread of this score.

    Parameters
    ----------
    probability
        ``P[..., i, j]``, the probability that response i beats response j, shape (..., n, n) with n >= 2; the diagonal
        is not read.

    Returns
    -------
    Scores in [0, 1], shape (..., n).

    Raises
    ------
    GustibusError
        The matrix is not square, has fewer than two responses, or holds something that is not a probability.

    Examples
    --------
    >>> borda([[0.5, 0.9, 0.6], [0.1, 0.5, 0.8], [0.4, 0.2, 0.5]]).round(3).tolist()
    [0.75, 0.45, 0.3]
    """
    p = _off_diagonal(probability, "probability")
    if np.any(p > 1):
        raise GustibusError(f"probability holds {p.max():g}: give win probabilities in [0, 1], not scores or counts")
    return np.asarray(p.sum(axis=-1) / (p.shape[-1] - 1))


def borda_sd(sd: ArrayLike) -> NDArray[np.float64]:
    r"""Standard deviation of the Borda scores, from those of the win probabilities.

    .. math:: \mathrm{sd}(B_i) \le \frac{1}{n - 1} \sum_{j \ne i} \mathrm{sd}(P_{ij}).

    The bound is returned. It holds for any dependence and is reached when the errors in a response's row move
    together; for a response that gains on some and loses on others as the taste changes, the spread is smaller. For
    the exact spread apply `borda` to posterior draws of the matrix and take the standard deviation over draws.

    Parameters
    ----------
    sd
        Standard deviations of the win probabilities, shape (..., n, n); the diagonal is not read.

    Returns
    -------
    Standard deviations, shape (..., n).

    Raises
    ------
    GustibusError
        The matrix is not square, has fewer than two responses, or holds a negative entry.

    Examples
    --------
    >>> borda_sd([[0.0, 0.1, 0.3], [0.1, 0.0, 0.1], [0.3, 0.1, 0.0]]).round(3).tolist()
    [0.2, 0.1, 0.2]
    """
    s = _off_diagonal(sd, "sd")
    return np.asarray(s.sum(axis=-1) / (s.shape[-1] - 1))


def _off_diagonal(matrix: ArrayLike, name: str) -> NDArray[np.float64]:
    values = np.array(matrix, dtype=np.float64)
    if values.ndim < 2 or values.shape[-1] != values.shape[-2] or values.shape[-1] < 2:
        raise GustibusError(f"{name} has shape {values.shape}, but a pool of n >= 2 responses needs (..., n, n)")
    diagonal = np.arange(values.shape[-1])
    values[..., diagonal, diagonal] = 0.0
    if np.any(~(values >= 0)):
        raise GustibusError(
            f"{name} holds entries that are negative or not numbers: every off-diagonal one must be >= 0"
        )
    return values
