"""The point of highest entropy among lotteries that are all optimal."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import GustibusError

__all__ = ["most_even_point"]

Floats = NDArray[np.float64]

_LAST_BARRIER: Final = 1e-13
_SMALL_GAP: Final = 1e-12
_STEPS: Final = 200


def most_even_point(start: Floats, free: Floats, rivals: Floats, ties: Floats) -> tuple[Floats, float]:
    r"""Maximise the entropy of ``start + free z`` where ``rivals`` do not gain, by Newton steps with a barrier.

    .. math:: \max_z \; H(w) \quad \text{with} \quad w = w_0 + N z > 0, \qquad G w \ge 0.

    Parameters
    ----------
    start
        A point strictly inside: positive, ``rivals @ start`` positive, sum 1; shape (s,).
    free
        Orthonormal directions N along which the equalities stay true, shape (s, d), d >= 1.
    rivals
        G, what the lottery's members gain against each response outside, shape (r, s); may have no rows.
    ties
        The homogeneous equalities (rows e with ``e @ w == 0``), shape (m, s); for the bound only.

    Returns
    -------
    The point, and a bound from duality on how much entropy is missing: with any multipliers :math:`\nu` and
    :math:`\mu \ge 0`, no feasible w has more than :math:`\log \sum_i \exp (E^\top \nu + G^\top \mu)_i`.

    Raises
    ------
    GustibusError
        The start is not strictly inside, or the gap does not close.
    """
    gains = rivals @ start
    if start.min() <= 0 or (gains.size and gains.min() <= 0):
        raise GustibusError("the search for the most even lottery needs a start strictly inside the optimal ones")
    w, barrier = start, 1e-2
    best, gap = start, np.inf
    while gap > _SMALL_GAP:
        w = _newton(w, free, rivals, barrier)
        if (missing := _gap(w, rivals, ties, barrier)) < gap:
            best, gap = w, missing
        if not len(rivals) or barrier <= _LAST_BARRIER:
            break
        barrier *= 0.05
    if gap > 1e-5:
        raise GustibusError(
            f"the most even of the optimal lotteries was found only up to {gap:.1e} nats of entropy: "
            "round the pay-offs, so that near ties become ties"
        )
    return best, max(gap, 0.0)


def _objective(w: Floats, rivals: Floats, barrier: float) -> float:
    gains = rivals @ w
    if w.min() <= 0 or (gains.size and gains.min() <= 0):
        return np.inf
    return float((w * np.log(w)).sum() - barrier * np.log(gains).sum())


def _newton(w: Floats, free: Floats, rivals: Floats, barrier: float) -> Floats:
    """Damped Newton on ``sum w log w - barrier sum log (G w)`` along the free directions."""
    value = _objective(w, rivals, barrier)
    for _ in range(_STEPS):
        gains = rivals @ w
        gradient = free.T @ (np.log(w) + 1.0 - barrier * (rivals.T @ (1.0 / gains)))
        scaled = rivals @ free / gains[:, None]
        hessian = free.T @ (free / w[:, None]) + barrier * scaled.T @ scaled
        step = -np.linalg.solve(hessian, gradient)
        decrement = float(-gradient @ step)
        if decrement < 1e-26:
            break
        size = 1.0
        while (moved := _objective(w + size * (free @ step), rivals, barrier)) > value - 1e-4 * size * decrement:
            size /= 2
            if size < 1e-12:
                return w  # rounding: no better point can be told from this one
        w, value = w + size * (free @ step), moved
    return w


def _gap(w: Floats, rivals: Floats, ties: Floats, barrier: float) -> float:
    multiplier = barrier / (rivals @ w) if len(rivals) else np.zeros(0)
    push = rivals.T @ multiplier
    columns = np.column_stack([ties.T, np.ones(len(w))])
    nu = np.linalg.lstsq(columns, np.log(w) - push, rcond=None)[0]
    exponent = ties.T @ nu[:-1] + push
    highest = exponent.max()
    upper = highest + np.log(np.exp(exponent - highest).sum())
    return float(upper + (w * np.log(w)).sum())
