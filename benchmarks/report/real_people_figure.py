"""The figure about real people: how fast new people become known, and what known people's answers are worth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.real_people.baselines import DEVIATION, OWN
from benchmarks.real_people.one_split import AUTO, SHUFFLED
from gustibus.reporting.figure_style import INK, MARKERS, MUTED, PALETTE, PAPER, new_figure, quiet_axes

__all__ = ["draw"]

LINES = (
    # predictor, label, colour, marker, style, width
    (AUTO, "auto, 95 % over people", PALETTE[0], MARKERS[0], "-", 2.2),
    ("pal-a", "PAL-A, point estimates", PALETTE[1], MARKERS[1], "-", 1.3),
    (DEVIATION, "ridge deviation per person", PALETTE[2], MARKERS[2], "-", 1.3),
    (OWN, "one model per person", PALETTE[3], MARKERS[3], "-", 1.3),
    (SHUFFLED, "hierarchical, shuffled ids", PALETTE[5], MARKERS[5], "", 0.0),
)
ONE_TASTE, TRIVIAL = "one taste for all", "best trivial baseline"
COLUMNS, CEILING = 4, 0.76


def draw(measured: dict[str, Any], path: Path) -> None:
    """Log loss against the number of answers, known people at the right: one panel a data set, all of one height.

    Parameters
    ----------
    measured
        What ``benchmarks.real_people`` found.
    """
    sets = list(measured["data_sets"].values())
    rows = -(-(len(sets) + 1) // COLUMNS)
    figure = new_figure(13.0, 0.3 + 3.05 * rows)
    panels = figure.subplots(rows, COLUMNS, sharey=True, squeeze=False)
    handles: dict[str, Any] = {}
    for place, result in enumerate(sets):
        axes = panels[place // COLUMNS, place % COLUMNS]
        lowest = place + COLUMNS >= len(sets)
        quiet_axes(
            axes,
            xlabel="answers of a new person" if lowest else "",
            ylabel="log loss (nats)" if place % COLUMNS == 0 else "",
        )
        axes.set_title(f"{result['title']}\n", fontsize=11, color=INK, loc="left", fontweight="bold")
        said = axes.text(0.0, 1.025, result["verdict"], transform=axes.transAxes, fontsize=10, color=MUTED)
        said.set_in_layout(False)
        _panel(axes, result["cells"], handles)
    panels[0, 0].set_ylim(_floor(sets), CEILING)
    for axes in panels.flat[len(sets) :]:
        axes.set_axis_off()
    panels.flat[len(sets)].legend(
        handles.values(), handles.keys(), frameon=False, fontsize=10.5, labelcolor=INK, loc="center left",
        title="known people: the points at the right", title_fontsize=10, alignment="left",
    )  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def _floor(sets: list[dict[str, Any]]) -> float:
    """Just below the lowest point."""
    cells = [cell["figures"] for result in sets for cell in result["cells"].values()]
    return min(figures[name]["log_loss"]["estimate"] for figures in cells for name, *_ in LINES) - 0.03


def _panel(axes: Any, cells: dict[str, Any], handles: dict[str, Any]) -> None:
    shots = sorted(int(cell) for cell in cells if cell != "seen")
    x = np.log1p(shots)
    known = x[-1] * 1.24
    flat = {
        ONE_TASTE: (cells["0"]["figures"]["bt"], cells["seen"]["figures"]["bt"], ":"),
        TRIVIAL: (
            cells["0"]["figures"][cells["0"]["best_trivial"]], cells["seen"]["figures"][cells["seen"]["best_trivial"]],
            (0, (5, 2)),
        ),
    }  # fmt: skip
    for label, (new, seen, style) in flat.items():
        (line,) = axes.plot(
            [x[0], x[-1]], [new["log_loss"]["estimate"]] * 2, color=MUTED, linestyle=style, linewidth=1.5
        )
        axes.plot(
            [known - x[-1] * 0.07, known + x[-1] * 0.07],
            [seen["log_loss"]["estimate"]] * 2,
            color=MUTED,
            linestyle=style,
            linewidth=1.5,
        )
        handles[label] = line
    for name, label, colour, marker, style, width in LINES:
        figures = [cells[str(n)]["figures"][name]["log_loss"] for n in shots]
        points = {"marker": marker, "markeredgecolor": PAPER, "markeredgewidth": 0.7, "color": colour}
        size = 6.0 if name == AUTO else 4.5
        (line,) = axes.plot(
            x, [one["estimate"] for one in figures], linestyle=style, linewidth=width, markersize=size, label=label,
            zorder=3 if name == AUTO else 2, **points,
        )  # fmt: skip
        handles[label] = line
        seen = cells["seen"]["figures"][name]["log_loss"]
        if name == AUTO:
            low, high = ([one[bound] for one in figures] for bound in ("low", "high"))
            axes.fill_between(x, low, high, color=colour, alpha=0.14, linewidth=0)
            axes.plot([known] * 2, [seen["low"], seen["high"]], color=colour, linewidth=2.2, alpha=0.35)
        axes.plot([known], [seen["estimate"]], linestyle="", markersize=size, zorder=3, **points)
    axes.axvline(x[-1] * 1.11, color=MUTED, linewidth=0.6, alpha=0.5)
    axes.set_xticks([*x, known], [*map(str, shots), "known"])
    axes.set_yticks([0.3, 0.4, 0.5, 0.6, 0.7])
