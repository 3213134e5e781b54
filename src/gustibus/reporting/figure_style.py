"""What all figures share: size, colours that colour-blind readers can tell apart, quiet axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from gustibus.comparisons import GustibusError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "GRID",
    "INK",
    "MARKERS",
    "MUTED",
    "PALETTE",
    "PAPER",
    "end_labels",
    "new_figure",
    "quiet_axes",
    "round_ticks",
    "spread",
]

INK: Final = "#1d232e"
MUTED: Final = "#5d6677"
GRID: Final = "#dfe3ea"
PAPER: Final = "#ffffff"

PALETTE: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#8c6bb1", "#7f7f7f")
"""Okabe and Ito's (2008) colours in an order that keeps neighbours apart, then violet and grey."""

MARKERS: Final = ("o", "s", "D", "^", "v", "P", "X", "h")
"""One shape beside each colour, so that no figure is told by colour alone."""

_FONT: Final = 11.0


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of this size in inches, drawn by Agg and known to nobody else.

    Raises
    ------
    GustibusError
        If matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise GustibusError('Figures need matplotlib. Install it with: pip install "gustibus[plots]"') from error
    figure = Figure(figsize=(width, height), dpi=144, facecolor=PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def quiet_axes(axes: Axes, *, xlabel: str, ylabel: str, title: str | None = None) -> None:
    """Labels, a faint grid, and no more lines than are needed."""
    axes.set_facecolor(PAPER)
    axes.set_xlabel(xlabel, color=INK, fontsize=_FONT)
    axes.set_ylabel(ylabel, color=INK, fontsize=_FONT)
    if title:
        axes.set_title(title, color=INK, fontsize=_FONT + 1, loc="left", fontweight="bold", pad=10)
    axes.grid(True, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=MUTED, labelsize=_FONT - 1, length=0, pad=5)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(GRID)


def round_ticks(axes: Axes) -> None:
    """Few ticks on the vertical axis, at round numbers with no more decimals than they need."""
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Move labels apart until neighbours are ``gap`` apart, as little as possible and in the same order.

    Examples
    --------
    >>> spread([1.0, 1.0, 5.0], gap=1.0)
    [0.5, 1.5, 5.0]
    """
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    blocks: list[tuple[float, int]] = []  # (centre, how many labels) of labels that touch
    for i in order:
        centre, size = float(positions[i]), 1
        while blocks and centre - size * gap / 2 < blocks[-1][0] + blocks[-1][1] * gap / 2:
            before, n = blocks.pop()
            centre, size = (before * n + centre * size) / (n + size), n + size
        blocks.append((centre, size))
    placed = [centre + (j - (size - 1) / 2) * gap for centre, size in blocks for j in range(size)]
    moved = [0.0] * len(positions)
    for i, position in zip(order, placed, strict=True):
        moved[i] = position
    return moved


def end_labels(axes: Axes, x: float, labels: Sequence[tuple[str, float, str]]) -> None:
    """Write ``(text, y, colour)`` labels to the right of ``x``, moved apart where they would touch."""
    low, high = axes.get_ylim()
    figure = axes.get_figure(root=True)
    assert figure is not None, "axes are drawn in a figure"
    height = figure.get_size_inches()[1] * 72 * 0.72  # points of the axes, about
    gap = (high - low) * (_FONT * 1.25) / height
    for (text, _, colour), y in zip(labels, spread([y for _, y, _ in labels], gap), strict=True):
        axes.annotate(
            text, (x, y), xytext=(8, 0), textcoords="offset points", va="center", ha="left", color=colour,
            fontsize=_FONT - 1, annotation_clip=False,
        )  # fmt: skip
