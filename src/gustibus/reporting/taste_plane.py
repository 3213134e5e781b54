"""The plane on which a map of tastes is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError

__all__ = ["TastePlane", "place_tastes", "taste_plane"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TastePlane:
    """A plane in a d-dimensional space of positions.

    Attributes
    ----------
    origin
        ``(d,)`` the point drawn at (0, 0).
    axes
        ``(2, d)`` orthonormal directions. In one dimension the second is zero.
    """

    origin: Floats
    axes: Floats

    def project(self, points: ArrayLike) -> Floats:
        """Coordinates ``(n, 2)`` of points ``(n, d)``; distances on the plane are never larger than real ones."""
        return (np.asarray(points, dtype=np.float64) - self.origin) @ self.axes.T

    def share_shown(self, points: ArrayLike) -> float:
        """Share of the points' variance about their mean that lies in the plane, 0 to 1; 1 if they do not vary."""
        x = np.asarray(points, dtype=np.float64)
        x = x - x.mean(0)
        total = float((x**2).sum())
        return float(((x @ self.axes.T) ** 2).sum() / total) if total > 0 else 1.0


def taste_plane(anchors: ArrayLike, others: ArrayLike | None = None) -> TastePlane:
    """Find the plane that spans the anchors (prototypes or ideal points) best.

    It goes through their mean, along their first two principal axes: for three prototypes it contains all of them.
    Where the anchors span less than a plane (one or two of them), the rest comes from the largest variance of
    ``others`` across what they span. Signs are fixed by the anchors' order, so that a map does not flip between runs.

    Parameters
    ----------
    anchors
        ``(K, d)``.
    others
        ``(n, d)`` more points, for example the responses.

    Raises
    ------
    GustibusError
        If there are no anchors, dimensions differ, or a number is not finite.

    Examples
    --------
    >>> plane = taste_plane([[0.0, 0, 0], [4, 0, 0], [0, 1, 0]])
    >>> round(plane.share_shown([[0.0, 0, 0], [4, 0, 0], [0, 1, 0]]), 6)
    1.0
    """
    points = np.asarray(anchors, dtype=np.float64)
    if points.ndim != 2 or len(points) == 0:
        raise GustibusError(f"anchors have shape {points.shape}. Give one row a prototype: (K, d) with K >= 1.")
    rest = points if others is None else np.asarray(others, dtype=np.float64)
    if rest.ndim != 2 or rest.shape[1] != points.shape[1]:
        raise GustibusError(
            f"anchors have {points.shape[1]} dimensions, others have shape {rest.shape}. Give both in the same space."
        )
    if not (np.isfinite(points).all() and np.isfinite(rest).all()):
        raise GustibusError("A position is not finite, so there is no plane to draw. Look for nan in the positions.")
    origin = points.mean(0)
    centred = points - origin
    spread = rest - rest.mean(0)
    noise = 1e-9 * max(float(np.linalg.norm(centred)), float(np.linalg.norm(spread)))
    found = _directions(centred, 2, noise)
    if len(found) < 2:
        found = np.vstack([found, _directions(spread - spread @ found.T @ found, 2 - len(found), noise)])
    axes = np.zeros((2, points.shape[1]))
    axes[: len(found)] = found
    return TastePlane(origin, axes * _signs(centred @ axes.T)[:, None])


def place_tastes(people: ArrayLike, weights: ArrayLike) -> Floats:
    r"""Where people of one pure taste would stand on a learned map, given mixtures that are known.

    Positions of people are read as mixtures of unknown corners, :math:`a_u \approx w_u T`, and :math:`T` is found by
    least squares: so known tastes of a synthetic world can be drawn beside learned prototypes without assuming that the
    two spaces are the same.

    Parameters
    ----------
    people
        ``(U, d)`` learned ideal points.
    weights
        ``(U, K)`` known weights on the simplex.

    Returns
    -------
    (K, d)

    Raises
    ------
    GustibusError
        If the two have different people, or the weights are too alike to tell the tastes apart.

    Examples
    --------
    >>> place_tastes([[0.0, 0], [2, 0], [1, 0]], [[1, 0], [0, 1], [0.5, 0.5]]).round(6).tolist()
    [[0.0, 0.0], [2.0, 0.0]]
    """
    a, w = np.asarray(people, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if a.ndim != 2 or w.ndim != 2 or len(a) != len(w):
        raise GustibusError(f"people {a.shape} and weights {w.shape} do not match. Give one row a person in both.")
    if np.linalg.matrix_rank(w) < w.shape[1]:
        raise GustibusError(
            f"{len(w)} people do not tell {w.shape[1]} tastes apart: their weights are too alike. Give more people."
        )
    return np.asarray(np.linalg.lstsq(w, a)[0])


def _directions(centred: Floats, most: int, noise: float) -> Floats:
    """Up to ``most`` principal axes, without those along which nothing varies by more than ``noise``."""
    _, size, axes = np.linalg.svd(centred, full_matrices=False)
    return np.asarray(axes[: min(most, int((size > noise).sum()))])


def _signs(anchors: Floats) -> Floats:
    """The anchor farthest out along an axis is drawn on its positive side."""
    farthest = np.abs(anchors).argmax(0)
    signs = np.sign(anchors[farthest, [0, 1]])
    return np.where(signs == 0, 1.0, signs)
