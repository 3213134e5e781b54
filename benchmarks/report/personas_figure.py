"""The figure about personas: accuracy against the number of prototypes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.report.personas import LINES, by_number
from gustibus.reporting.figure_style import INK, MARKERS, MUTED, PALETTE, PAPER, new_figure, quiet_axes

__all__ = ["draw"]


def draw(result: dict[str, Any], path: Path) -> None:
    """One panel for every number of personas, one line a model; what can be reached at most lies across."""
    worlds = result["curve"]
    figure = new_figure(2.6 * len(worlds) + 0.8, 4.6)
    panels = figure.subplots(1, len(worlds), sharey=True, squeeze=False)[0]
    for axes, world in zip(panels, worlds, strict=True):
        first = axes is panels[0]
        quiet_axes(
            axes, xlabel="prototypes K", ylabel="accuracy, seen people" if first else "",
            title=f"{world['personas']} personas",
        )  # fmt: skip
        known = world["known_types"]["seen"]["accuracy"]["estimate"]
        axes.axhline(known, color=INK, linewidth=1.4, label="personas known, linear rewards")
        if "hierarchical" in world["models"]:
            found = world["models"]["hierarchical"]["seen"]["accuracy"]["estimate"]
            axes.axhline(found, color=PALETTE[4], linewidth=2.0, linestyle="--", label="hierarchical, types chosen")
        for i, (model, name) in enumerate(LINES.items()):
            accuracy = by_number(world, model)
            axes.plot(
                list(accuracy), list(accuracy.values()), color=PALETTE[i], marker=MARKERS[i], linewidth=2.0,
                markersize=6, markeredgecolor=PAPER, markeredgewidth=0.8, label=name,
            )  # fmt: skip
        limits = world["single_reward"]
        axes.axhline(limits["unlimited people"]["accuracy"], color=MUTED, linestyle=":", linewidth=1.8,
                     label="Bradley-Terry with unlimited people")  # fmt: skip
        axes.axhline(limits["any"]["accuracy"], color=MUTED, linestyle="-.", linewidth=1.2,
                     label="best single reward there is")  # fmt: skip
        axes.axvline(world["personas"], color=MUTED, linewidth=0.8, alpha=0.6)
        axes.set_xticks(range(1, 9))
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False, fontsize=10, labelcolor=INK)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
