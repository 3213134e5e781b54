"""The kinds of people between whom all others stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError

__all__ = ["Archetypes", "archetypes"]

Floats = NDArray[np.float64]

_ROUNDS, _STEPS = 300, 10
_NEAREST = 5  # people that an archetype starts from


@dataclass(frozen=True, eq=False)
class Archetypes:
    """K archetypes of n points, and every point as a mixture of them.

    Attributes
    ----------
    positions
        ``(K, d)``; each a mixture of the points, so none lies where nobody is.
    weights
        ``(n, K)`` on the simplex: what of each archetype a point is made of.
    mixtures
        ``(K, n)`` on the simplex: ``positions = mixtures @ points``.
    """

    positions: Floats
    weights: Floats
    mixtures: Floats


def archetypes(points: ArrayLike, k: int) -> Archetypes:
    r"""Find k extreme mixtures of the points such that every point is nearly a mixture of those.

    Archetypal analysis: :math:`\min_{W, B} \lVert X - W B X \rVert^2` over rows of W and B on the simplex, by
    projected gradient steps from far-apart corners.

    The prototypes of an ideal point model are not unique: any larger simplex around the same people predicts as well,
    and regularisation of people's weights prefers a larger one, whose corners lie where nobody is. The archetypes of
    the people's ideal points are corners at which there is somebody.

    Parameters
    ----------
    points
        ``(n, d)`` finite numbers.
    k
        From 1 to n.

    Raises
    ------
    GustibusError
        If there are fewer points than archetypes.

    References
    ----------
    Cutler & Breiman (1994), Archetypal analysis, Technometrics 36.

    Examples
    --------
    >>> triangle = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> mixed = np.random.default_rng(0).dirichlet([0.3] * 3, 200) @ triangle
    >>> found = archetypes(mixed, 3)
    >>> bool(np.linalg.norm(found.positions[:, None] - triangle, axis=-1).min(1).max() < 0.1)
    True
    """
    x = np.asarray(points, dtype=np.float64)
    if x.ndim != 2 or not 1 <= k <= len(x):
        raise GustibusError(f"{k} archetypes of points of shape {x.shape}: give (n, d) points and k from 1 to n.")
    centre = x.mean(0)
    x = x - centre
    mixtures = np.zeros((k, len(x)))
    for row, corner in zip(mixtures, _corners(x, k), strict=True):
        nearest = np.argsort(((x - corner) ** 2).sum(1), kind="stable")[: min(_NEAREST, len(x))]
        row[nearest] = 1 / len(nearest)
    weights = np.full((len(x), k), 1 / k)
    size = max(float(np.linalg.norm(x, 2)) ** 2, 1e-300)
    for _ in range(_ROUNDS):
        positions = mixtures @ x
        weights = _descend(weights, positions @ positions.T, x @ positions.T)
        gram = weights.T @ weights
        longest = max(float(np.linalg.norm(gram, 2)), 1e-300) * size
        for _ in range(_STEPS):
            mixtures = _on_simplex(mixtures - (gram @ (mixtures @ x) - weights.T @ x) @ x.T / longest)
    return Archetypes(mixtures @ x + centre, weights, mixtures)


def _descend(weights: Floats, gram: Floats, target: Floats) -> Floats:
    """Some projected gradient steps on ``|x - w positions|^2`` for all rows."""
    step = 1 / max(float(np.linalg.norm(gram, 2)), 1e-300)
    for _ in range(_STEPS):
        weights = _on_simplex(weights - step * (weights @ gram - target))
    return weights


def _corners(x: Floats, k: int) -> list[Floats]:
    """Far-apart points: the one farthest from the centre, then each time the one farthest from the span of those."""
    found: list[Floats] = []
    rest = x
    for _ in range(k):
        farthest = int((rest**2).sum(1).argmax())
        found.append(x[farthest])
        if len(found) == 1:
            rest = x - x[farthest]
            continue
        length = float(np.linalg.norm(rest[farthest]))
        if length > 1e-12:
            direction = rest[farthest] / length
            rest = rest - np.outer(rest @ direction, direction)
    return found


def _on_simplex(rows: Floats) -> Floats:
    """The nearest point of the simplex to each row (Held, Wolfe & Crowder 1974)."""
    ordered = -np.sort(-rows, axis=1)
    excess = (np.cumsum(ordered, axis=1) - 1) / np.arange(1, rows.shape[1] + 1)
    last = (ordered > excess).sum(1) - 1
    projected: Floats = np.maximum(rows - excess[np.arange(len(rows)), last][:, None], 0)
    return projected
