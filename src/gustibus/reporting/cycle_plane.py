"""The plane in which most of a cycle lies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError
from gustibus.reporting.figure_style import INK, MUTED, PALETTE, new_figure, quiet_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["cycle_plane"]

Floats = NDArray[np.float64]
MOST_NAMES: Final = 20
LONGEST_NAME: Final = 24
LETTER: Final = (0.032, 0.075)  # width and height, of half the width of the axes
GAP: Final = 0.035


def cycle_plane(log_odds: ArrayLike, items: Sequence[str], *, block: int = 0, title: str | None = None) -> Figure:
    r"""Draw the items as points of one plane of what no scale explains: a cycle lies on a circle.

    The log-odds without their gradient (each item's mean) are a skew-symmetric matrix, a sum of planes

    .. math:: C_{ij} = \sum_l (p_{il} q_{jl} - q_{il} p_{jl}),

    of which one is drawn, the largest first. Every item is ahead of those that follow it anticlockwise within half a
    turn, the more so the larger the triangle with the middle. Items near the middle take no part.

    Parameters
    ----------
    log_odds
        ``s[i, j]`` that i is preferred to j, skew-symmetric, ``(n, n)``: of a fitted model's pool, or observed, with 0
        for pairs that were not compared.
    items
        Their names, ``n``; up to 20 that are farthest out are written, where there is room.
    block
        Which plane: 0 is the largest.
    title
        Above the figure.

    Raises
    ------
    GustibusError
        If names and matrix differ, the matrix is not skew-symmetric, there is no such plane, or matplotlib is missing.

    Examples
    --------
    >>> figure = cycle_plane([[0, 1, -1], [-1, 0, 1], [1, -1, 0]], ["rock", "scissors", "paper"])
    >>> figure.axes[0].get_xlabel()
    'p (100 % of what goes round)'
    """
    s = np.asarray(log_odds, np.float64)
    n = len(items)
    if s.shape != (n, n) or not np.allclose(s, -s.T, atol=1e-6):
        raise GustibusError(f"log-odds of {n} items must be a skew-symmetric matrix ({n}, {n}); they are {s.shape}")
    if not 0 <= block < n // 2:
        raise GustibusError(f"block={block}: {n} items have planes 0 to {n // 2 - 1}")
    points, share = _plane(s, block)
    figure = new_figure(5.2, 5.2)
    axes = figure.subplots()
    quiet_axes(
        axes,
        xlabel=f"p ({100 * share:.0f} % of what goes round)",
        ylabel="q",
        title=title or "The plane of the largest circle",
    )
    radius = np.hypot(*points.T)
    around = np.linspace(0, 2 * np.pi, 200)
    out = float(np.sqrt((radius**2).mean()))
    axes.plot(out * np.cos(around), out * np.sin(around), color=MUTED, linewidth=1.0, linestyle=":", zorder=1)
    axes.scatter(points[:, 0], points[:, 1], color=PALETTE[0], s=28, zorder=3)
    widest = 1.25 * max(float(radius.max(initial=0.0)), 1e-9)
    _write_names(axes, points / widest, widest, items, np.argsort(-radius)[:MOST_NAMES])
    axes.scatter([0], [0], marker="+", color=MUTED, zorder=2)
    axes.set(xlim=(-widest, widest), ylim=(-widest, widest), aspect="equal")
    return figure


def _write_names(axes: Axes, points: Floats, widest: float, items: Sequence[str], order: NDArray[np.intp]) -> None:
    """Names beside their points, from the outermost in, but for those that would lie on one that is there already.

    ``points`` are in units of half the width of the axes.
    """
    written: list[tuple[float, float, float, float]] = []
    for i in order.tolist():
        name = " ".join(str(items[i]).split())
        name = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
        width, (x, y) = LETTER[0] * len(name), points[i]
        for side, left in (("left", x + GAP), ("right", x - GAP - width)):  # of the text that is at its point
            box = (left, left + width, y + GAP, y + GAP + LETTER[1])
            outside = box[0] < -1 or box[1] > 1
            if outside or any(box[0] < r and box[1] > a and box[2] < t and box[3] > b for a, r, b, t in written):
                continue
            written.append(box)
            at = (x + GAP if side == "left" else x - GAP) * widest
            text = axes.text(at, box[2] * widest, name, color=INK, fontsize=8, ha=side, va="bottom")
            text.set_in_layout(False)  # a long name may not squeeze the axes
            break


def _plane(s: Floats, block: int) -> tuple[Floats, float]:
    """Points (n, 2) of one plane of the part of ``s`` that is no gradient, and its share of that part's energy."""
    mean = s.mean(axis=1)
    cyclic = s - (mean[:, None] - mean[None])
    turns, vectors = np.linalg.eigh(1j * cyclic)
    turn, v = float(turns[-1 - block]), vectors[:, -1 - block]
    # C = turn * 2 Im(v v^H), with the largest real part turned to a fixed direction so that figures repeat.
    v = v * np.exp(-1j * np.angle(v[int(np.argmax(np.abs(v)))]))
    total = float((turns**2).sum()) / 2
    points = np.sqrt(2 * max(turn, 0.0)) * np.stack([v.imag, v.real], axis=1)
    return points, turn**2 / total if total > 0 else 0.0
