"""Cycles to look at: who beats whom round a circle, and how much of it all no scale explains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike

from gustibus.aggregation import condorcet
from gustibus.comparisons import GustibusError
from gustibus.reporting.figure_style import GRID, INK, MUTED, PALETTE, PAPER, new_figure, quiet_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from gustibus.diagnosis import CycleReport

__all__ = ["cycle_graph", "hodge_bars"]

MOST_ITEMS: Final = 16


def cycle_graph(
    probability: ArrayLike, items: Sequence[str], *, cycle: Sequence[int] | None = None, title: str | None = None
) -> Figure:
    """Draw who beats whom, with a cycle on the outside of a circle.

    An arrow goes from the winner to the loser; it is wider the surer the win, and absent where two tie. The arrows of
    the cycle are in colour, with the winner's share.

    Parameters
    ----------
    probability
        ``P[i, j]``, how often i beats j, ``(n, n)``, of at most 16 items.
    items
        Their names, ``n``.
    cycle
        Items of which each beats the next and the last the first. Default: the one that
        :func:`gustibus.aggregation.condorcet` shows; without one, items stand in the order of their wins.
    title
        Above the graph.

    Raises
    ------
    GustibusError
        If names and matrix differ, there are too many items, or matplotlib is missing.

    Examples
    --------
    >>> p = [[0.5, 0.8, 0.3], [0.2, 0.5, 0.9], [0.7, 0.1, 0.5]]
    >>> figure = cycle_graph(p, ["tea", "milk", "gin"])
    >>> sorted(text.get_text() for text in figure.axes[0].texts if "%" in text.get_text())
    ['70 %', '80 %', '90 %']
    """
    p = np.asarray(probability, np.float64)
    n = len(items)
    if p.shape != (n, n) or n < 2:
        raise GustibusError(f"{n} names do not belong to win probabilities of shape {p.shape}")
    if n > MOST_ITEMS:
        raise GustibusError(
            f"{n} items are too many for one graph: show at most {MOST_ITEMS}, for example those of the top cycles"
        )
    found = condorcet(p)
    shown = tuple(cycle) if cycle is not None else (found.cycle or ())
    wins = (p > p.T).sum(axis=1)
    rest = [i for i in np.argsort(-wins, kind="stable").tolist() if i not in shown]
    slot = [round(k * n / len(shown)) for k in range(len(shown))]  # the cycle all the way round
    order = np.empty(n, np.intp)
    order[slot] = shown
    order[[at for at in range(n) if at not in slot]] = rest
    angle = np.pi / 2 - 2 * np.pi * np.arange(n) / n
    place = np.empty((n, 2))
    place[order] = np.column_stack([np.cos(angle), np.sin(angle)])
    below = max(-float(place[:, 1].min()), 0.6)
    figure = new_figure(6.6, 2.0 * (1.25 + below + 0.25))
    axes = figure.add_subplot()
    axes.set_aspect("equal")
    axes.axis("off")
    axes.set_xlim(-1.95, 1.95)
    axes.set_ylim(-below - 0.25, 1.25)
    if title:
        axes.set_title(title, color=INK, fontsize=12, loc="left", fontweight="bold", pad=10)
    of_cycle = set(zip(shown, (*shown[1:], *shown[:1]), strict=True)) if shown else set()
    for i in range(n):
        for j in range(n):
            if i != j and p[i, j] > p[j, i]:
                _arrow(axes, place[i], place[j], float(p[i, j]), (i, j) in of_cycle)
    axes.scatter(
        place[:, 0],
        place[:, 1],
        s=130,
        color=[PALETTE[1] if i in shown else MUTED for i in range(n)],
        zorder=4,
        edgecolor=PAPER,
    )
    for i in range(n):
        x, y = 1.14 * place[i]
        side = "center" if abs(x) < 0.25 else "left" if x > 0 else "right"
        axes.text(x, y, _short(items[i]), ha=side, va="center", color=INK, fontsize=11)
    return figure


def hodge_bars(report: CycleReport, *, title: str | None = None) -> Figure:
    """Draw the shares of gradient, curl and harmonic flow, each above what data without cycles would show.

    Bars are the shares in the data; below each, its null: the mean, and a line over the central 95 %.

    Parameters
    ----------
    report
        From :func:`gustibus.diagnosis.diagnose_cycles`.
    title
        Above the axes.

    Raises
    ------
    GustibusError
        If matplotlib is missing.

    Examples
    --------
    >>> from gustibus.aggregation import PairWins
    >>> from gustibus.diagnosis import diagnose_cycles
    >>> wins = PairWins.from_matrix([[0, 9, 2], [1, 0, 9], [8, 1, 0]])
    >>> figure = hodge_bars(diagnose_cycles(wins, n_null=20))
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['a scale explains it\\n(gradient)', 'round in triples\\n(curl)']
    """
    names = {
        "gradient": "a scale explains it\n(gradient)",
        "curl": "round in triples\n(curl)",
        "harmonic": "round in longer circles\n(harmonic)",
        "cyclic": "round in circles\n(curl + harmonic)",
    }
    parts = ("gradient", "curl", "harmonic") if "curl" in report.shares else ("gradient", "cyclic")
    shown = [name for name in parts if report.shares[name].share > 0 or report.shares[name].high > 0]
    figure = new_figure(6.8, 1.2 + 0.95 * len(shown))
    axes = figure.add_subplot()
    quiet_axes(axes, xlabel="share of the flow", ylabel="", title=title)
    for row, name in enumerate(shown):
        share = report.shares[name]
        at = len(shown) - 1 - row
        colour = PALETTE[0] if name == "gradient" else PALETTE[1]
        axes.barh(at + 0.17, share.share, height=0.32, color=colour, linewidth=0)
        axes.barh(at - 0.17, share.null, height=0.32, color=GRID, linewidth=0)
        axes.plot([share.low, share.high], [at - 0.17] * 2, color=MUTED, linewidth=2, solid_capstyle="butt")
        axes.text(share.share + 0.012, at + 0.17, f"{share.share:.3f}", va="center", color=INK, fontsize=10)
        chance = max(share.null, share.high) + 0.012
        axes.text(chance, at - 0.17, f"without cycles {share.null:.3f}", va="center", color=MUTED, fontsize=10)
    axes.set_yticks([len(shown) - 1 - row for row in range(len(shown))], [names[name] for name in shown])
    axes.tick_params(axis="y", colors=INK)
    axes.grid(False, axis="y")
    axes.set_xlim(0, 1.24)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
    return figure


def _arrow(axes: Axes, start: np.ndarray, end: np.ndarray, share: float, in_cycle: bool) -> None:
    axes.annotate(
        "",
        xy=tuple(end),
        xytext=tuple(start),
        arrowprops={
            "arrowstyle": "-|>,head_width=0.28,head_length=0.5" if in_cycle else "-|>,head_width=0.18,head_length=0.34",
            "color": PALETTE[1] if in_cycle else "#c3c9d4",
            "linewidth": (1.4 if in_cycle else 0.6) + 4.0 * (share - 0.5),
            "shrinkA": 9,
            "shrinkB": 9,
        },
        zorder=3 if in_cycle else 2,
    )
    if in_cycle:
        x, y = (start + end) / 2
        axes.text(
            x, y, f"{share:.0%}".replace("%", " %"), ha="center", va="center", fontsize=10, color=INK, zorder=5,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 24 else line[:23] + "…"
