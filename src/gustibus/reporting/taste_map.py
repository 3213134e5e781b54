"""The map of tastes: responses, prototypes and people on one plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError
from gustibus.reporting.figure_style import INK, MARKERS, MUTED, PALETTE, PAPER, new_figure, quiet_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["taste_map"]

Floats = NDArray[np.float64]

_HEIGHT = 0.84  # of the map, its width being 1
_ROOM = 0.35  # around tastes and people for responses, in widths of what these take
_RASTER_FROM = 3000  # more points than this are drawn as a picture, so that a vector file stays small


def taste_map(
    responses: ArrayLike,
    prototypes: ArrayLike,
    people: ArrayLike,
    weights: ArrayLike,
    *,
    prototype_names: Sequence[str] | None = None,
    true_tastes: ArrayLike | None = None,
    true_names: Sequence[str] | None = None,
    title: str | None = None,
    unit: str = "√log-odds",
) -> Figure:
    """Draw where responses lie, where the learned tastes are and where people stand between them.

    Nearer is better, so both axes have one scale. Coordinates come from :func:`taste_plane`.

    Parameters
    ----------
    responses
        ``(n, 2)``: faint points.
    prototypes
        ``(K, 2)``: numbered stars.
    people
        ``(U, 2)``: dots, coloured and shaped by the prototype that weighs most.
    weights
        ``(U, K)`` of the people; rows on the simplex.
    prototype_names
        ``K`` words written beside the stars.
    true_tastes, true_names
        ``(T, 2)`` known tastes of a synthetic world and their ``T`` names: hollow rings with words.
    title
        Above the map.
    unit
        Of both axes; a squared distance on the map is a reward in log-odds.

    Raises
    ------
    GustibusError
        If shapes do not match or matplotlib is missing.

    Examples
    --------
    >>> figure = taste_map([[0, 0], [1, 2]], [[-1, 0], [1, 0]], [[-0.8, 0], [0.5, 0]], [[0.9, 0.1], [0.25, 0.75]])
    >>> figure.axes[0].get_xlabel()
    'first direction of taste (√log-odds)'
    """
    r, p, u = _plane(responses, "responses"), _plane(prototypes, "prototypes"), _plane(people, "people")
    if not len(p):
        raise GustibusError("prototypes are empty: a map needs one taste at least.")
    w = np.asarray(weights, dtype=np.float64)
    if w.shape != (len(u), len(p)):
        raise GustibusError(
            f"weights have shape {w.shape}; {len(u)} people and {len(p)} prototypes need {len(u), len(p)}."
        )
    _check_names(prototype_names, len(p), "prototype_names")
    truth = None if true_tastes is None else _plane(true_tastes, "true_tastes")
    _check_names(true_names, 0 if truth is None else len(truth), "true_names")
    figure = new_figure(6.2, 5.9)
    axes = figure.add_subplot()
    quiet_axes(
        axes, xlabel=f"first direction of taste ({unit})", ylabel=f"second direction of taste ({unit})", title=title
    )
    axes.scatter(r[:, 0], r[:, 1], s=9, c=MUTED, alpha=0.28, linewidths=0, rasterized=len(r) > _RASTER_FROM)
    _draw_people(axes, u, w)
    _draw_prototypes(axes, p, prototype_names)
    if truth is not None:
        _draw_truth(axes, truth, true_names)
    _frame(axes, r, [p, u] + ([] if truth is None else [truth]))
    _legend(figure, len(p), with_truth=truth is not None)
    return figure


def _draw_people(axes: Axes, people: Floats, weights: Floats) -> None:
    dominant = weights.argmax(1) if len(weights) else np.zeros(0, int)
    for k in range(weights.shape[1]):
        mine = people[dominant == k]
        axes.scatter(
            mine[:, 0], mine[:, 1], s=34, c=_colour(k), marker=MARKERS[k % len(MARKERS)],
            edgecolors=PAPER, linewidths=0.7, alpha=0.9, zorder=3,
        )  # fmt: skip


def _draw_prototypes(axes: Axes, prototypes: Floats, names: Sequence[str] | None) -> None:
    for k, (x, y) in enumerate(prototypes):
        axes.scatter([x], [y], s=560, c=_colour(k), marker="*", edgecolors=INK, linewidths=1.2, zorder=5)
        axes.annotate(
            str(k + 1), (x, y), xytext=(0, -0.6), textcoords="offset points", ha="center", va="center",
            color="white", fontsize=9, fontweight="bold", zorder=6,
        )  # fmt: skip
        if names is not None:
            _halo(axes, names[k], (x, y), (0, 15), weight="bold")


def _draw_truth(axes: Axes, truth: Floats, names: Sequence[str] | None) -> None:
    axes.scatter(truth[:, 0], truth[:, 1], s=640, facecolors="none", edgecolors=INK, linewidths=1.8, zorder=4)
    outward = truth - truth.mean(0)
    for i, name in enumerate(names or ()):  # outside of the ring, on the side away from the others
        sideways, upward = outward[i] / max(float(np.hypot(*outward[i])), 1e-12)
        side = "center" if abs(sideways) < 0.4 else "left" if sideways > 0 else "right"
        up = 21 if upward >= 0 else -21
        _halo(axes, name, truth[i], (round(16 * sideways), round(up * max(abs(upward), 0.5))), weight="bold", side=side)


def _halo(
    axes: Axes, text: str, at: Sequence[float] | Floats, offset: tuple[int, int], *, weight: str, side: str = "center"
) -> None:
    """A label that stays readable on top of points."""
    from matplotlib.patheffects import withStroke

    axes.annotate(
        text, (float(at[0]), float(at[1])), xytext=offset, textcoords="offset points", ha=side, va="center",
        color=INK, fontsize=10.5, fontweight=weight, zorder=8, path_effects=[withStroke(linewidth=3, foreground=PAPER)],
    )  # fmt: skip


def _frame(axes: Axes, responses: Floats, important: Sequence[Floats]) -> None:
    """Show everything important and the middle 98 % of the responses, as far as they are not much farther out."""
    corners = np.vstack(important)
    low, high = corners.min(0), corners.max(0)
    if len(responses):
        least, most = np.quantile(responses, [0.01, 0.99], axis=0)
        room = _ROOM * float((high - low).max())
        low = np.minimum(low, np.maximum(least, low - room) if room > 0 else least)
        high = np.maximum(high, np.minimum(most, high + room) if room > 0 else most)
    margin = 0.1 * max(float((high - low).max()), 1e-9)
    middle = (low + high) / 2
    half_width = float(max((high[0] - low[0]) / 2 + margin, ((high[1] - low[1]) / 2 + margin) / _HEIGHT))
    axes.set_xlim(middle[0] - half_width, middle[0] + half_width)
    axes.set_ylim(middle[1] - _HEIGHT * half_width, middle[1] + _HEIGHT * half_width)
    axes.set_aspect("equal", adjustable="box")


def _legend(figure: Figure, n_prototypes: int, *, with_truth: bool) -> None:
    from matplotlib.lines import Line2D

    def mark(marker: str, size: float, face: str, edge: str, label: str) -> Line2D:
        return Line2D(
            [], [], linestyle="none", marker=marker, markersize=size, markerfacecolor=face, markeredgecolor=edge,
            label=label,
        )  # fmt: skip

    handles = [mark("o", 4, MUTED, "none", "response"), mark("*", 14, PALETTE[0], INK, "learned taste")]
    handles.insert(1, mark(MARKERS[0], 6.5, PALETTE[0], PAPER, "person (colour and shape: strongest taste)"))
    if with_truth:
        handles.append(mark("o", 11, "none", INK, "true taste"))
    figure.legend(
        handles=handles, loc="outside lower center", ncols=2 if len(handles) > 3 else 3, frameon=False, fontsize=10,
        labelcolor=INK, columnspacing=1.6, handletextpad=0.5,
    )  # fmt: skip


def _colour(k: int) -> str:
    return PALETTE[k % len(PALETTE)]


def _plane(points: ArrayLike, name: str) -> Floats:
    array = np.asarray(points, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 2:
        raise GustibusError(
            f"{name} have shape {array.shape}. Give (n, 2) coordinates, e.g. taste_plane(...).project()."
        )
    if not np.isfinite(array).all():
        raise GustibusError(f"{name} hold nan or infinity, which no map can show: leave such points out.")
    return array


def _check_names(names: Sequence[str] | None, n: int, what: str) -> None:
    if names is not None and len(names) != n:
        raise GustibusError(f"{what} has {len(names)} names for {n} tastes. Give one for each.")
