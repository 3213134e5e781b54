"""Copeland scores: how many responses of its pool a response beats."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.aggregation.pairwise import TIE, beats, square

__all__ = ["copeland"]


def copeland(pairwise: ArrayLike, *, tie: float = TIE) -> NDArray[np.float64]:
    r"""Number of other responses that a response beats, ties counting one half.

    .. math:: C_i = \sum_{j \ne i} \bigl(1[P_{ij} > P_{ji}] + \tfrac12 1[P_{ij} = P_{ji}]\bigr).

    Only who beats whom is read, so win probabilities, log-odds and vote counts give the same scores. A response with
    score n - 1 beats all others (the Condorcet winner, see `condorcet`); in a cycle several share the highest score.
    Leading axes (people, posterior draws) are kept.

    Parameters
    ----------
    pairwise
        Win probabilities, log-odds or wins of i against j, shape (..., n, n) with n >= 2; the diagonal is not read.
    tie
        Two responses tie where their entries differ by no more than this.

    Returns
    -------
    Scores in [0, n - 1], shape (..., n), with sum n (n - 1) / 2.

    Raises
    ------
    GustibusError
        The matrix is not square, has fewer than two responses, or holds something that is not finite.

    References
    ----------
    Copeland (1951), A reasonable social welfare function. University of Michigan seminar.

    Examples
    --------
    >>> copeland([[0.5, 0.9, 0.6], [0.1, 0.5, 0.5], [0.4, 0.5, 0.5]]).tolist()
    [2.0, 0.5, 0.5]
    """
    won = beats(square(pairwise, "pairwise"), tie)
    n = won.shape[-1]
    lost = won.sum(axis=-2)
    wins = won.sum(axis=-1)
    return np.asarray(wins + 0.5 * (n - 1 - wins - lost), dtype=np.float64)
