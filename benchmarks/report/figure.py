"""The figure about real people: how fast new people become known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from gustibus.reporting.figure_style import INK, MARKERS, MUTED, PALETTE, PAPER, new_figure, quiet_axes, round_ticks

__all__ = ["draw"]

SHOWN = ("cems", "kidney2", "train", "ukp")
LINES = (("auto", "auto", PALETTE[0], MARKERS[0]), ("pal-a", "PAL-A, point estimates", PALETTE[1], MARKERS[1]))


def draw(measured: dict[str, Any], path: Path) -> None:
    """Log loss of new people's next answers against the number of answers they gave, one panel a data set.

    Parameters
    ----------
    measured
        What ``benchmarks.family_on_people`` found.
    """
    shown = [measured["data_sets"][name] for name in SHOWN if name in measured["data_sets"]]
    figure = new_figure(12.5, 3.9)
    panels = figure.subplots(1, len(shown), squeeze=False)[0]
    for axes, result in zip(panels, shown, strict=True):
        first = axes is panels[0]
        quiet_axes(
            axes, xlabel="answers of a new person", ylabel="log loss of their next answers (nats)" if first else "",
            title=result["title"],
        )  # fmt: skip
        shots = sorted(int(cell) for cell in result["cells"] if cell != "seen")
        x = np.log1p(shots)
        population = result["cells"]["0"]["figures"]["bt"]["log_loss"]["estimate"]
        axes.axhline(population, color=MUTED, linestyle=":", linewidth=1.6, label="one taste for all")
        for name, label, colour, marker in LINES:
            cells = [result["cells"][str(n)]["figures"][name]["log_loss"] for n in shots]
            values, low, high = ([cell[bound] for cell in cells] for bound in ("estimate", "low", "high"))
            axes.fill_between(x, low, high, color=colour, alpha=0.12, linewidth=0)
            axes.plot(x, values, color=colour, linewidth=2.2, marker=marker, markersize=6, label=label,
                      markeredgecolor=PAPER, markeredgewidth=0.8)  # fmt: skip
        axes.set_xticks(x, [str(n) for n in shots])
        round_ticks(axes)
    # The same height of a nat in every panel, so that small gains look small.
    spans = [axes.get_ylim() for axes in panels]
    height = max(high - low for low, high in spans)
    for axes, (low, high) in zip(panels, spans, strict=True):
        middle = (low + high) / 2
        axes.set_ylim(middle - height / 2, middle + height / 2)
    panels[-1].legend(frameon=False, fontsize=10, labelcolor=INK, loc="lower left")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
