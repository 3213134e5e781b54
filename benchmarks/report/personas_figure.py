"""The figure about personas: accuracy against the number of prototypes, and against new people's answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report.personas import LINES, by_number
from gustibus.reporting.figure_style import INK, MARKERS, MUTED, PALETTE, PAPER, new_figure, quiet_axes, round_ticks

__all__ = ["draw"]

HIERARCHICAL = {"color": PALETTE[4], "linestyle": "--", "linewidth": 2.2}
KNOWN = {"color": INK, "linewidth": 1.5}
ONE_TASTE = {"color": MUTED, "linestyle": ":", "linewidth": 1.8}


def draw(result: dict[str, Any], path: Path) -> None:
    """One column for every number of personas: seen people above, new people below."""
    worlds = result["curve"]
    figure = new_figure(2.6 * len(worlds) + 0.8, 7.8)
    panels = figure.subplots(2, len(worlds), sharey="row", squeeze=False)
    for (above, below), world in zip(panels.T, worlds, strict=True):
        first = world is worlds[0]
        quiet_axes(
            above, xlabel="prototypes K", ylabel="accuracy, seen people" if first else "",
            title=f"{world['personas']} personas",
        )  # fmt: skip
        _seen(above, world)
        quiet_axes(below, xlabel="answers of a new person", ylabel="accuracy, new people, K = K*" if first else "")
        _new(below, world)
    for axes in panels[:, 0]:
        round_ticks(axes)
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False, fontsize=10, labelcolor=INK)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def _seen(axes: Any, world: Mapping[str, Any]) -> None:
    """Lines over K with a ring at each bend, wider ones around narrower ones; what does not depend on K lies across."""
    models, limits = world["models"], world["single_reward"]
    axes.axvline(world["personas"], color=MUTED, linewidth=0.8, alpha=0.6)
    axes.axhline(world["known_types"]["seen"]["accuracy"]["estimate"], label="personas known, linear rewards", **KNOWN)
    if "hierarchical" in models:
        found = models["hierarchical"]["seen"]["accuracy"]["estimate"]
        axes.axhline(found, label="hierarchical, types chosen", **HIERARCHICAL)
    for i, (model, name) in enumerate(LINES.items()):
        accuracy = by_number(dict(world), model)
        if not accuracy:
            continue
        _line(axes, list(accuracy), list(accuracy.values()), i, name)
        at = world["bend"][model]
        axes.plot(
            [at], [accuracy[at]], linestyle="none", marker="o", markersize=11 + 3 * i,
            markerfacecolor="none", markeredgecolor=PALETTE[i], markeredgewidth=1.4,
        )  # fmt: skip
    axes.plot([], [], linestyle="none", marker="o", markersize=12, markerfacecolor="none", markeredgecolor=MUTED,
              label="bend: 95 % of the gain over K = 1")  # fmt: skip
    axes.axhline(limits["unlimited people"]["accuracy"], label="Bradley-Terry with unlimited people", **ONE_TASTE)
    axes.axhline(limits["any"]["accuracy"], color=MUTED, linestyle="-.", linewidth=1.2,
                 label="any single reward at most")  # fmt: skip
    axes.set_xticks(range(1, 9))


def _new(axes: Any, world: Mapping[str, Any]) -> None:
    """Lines over the number of answers."""
    models, known = world["models"], world["known_types"]
    shots = sorted(int(n) for n in models["bt"]["new"])
    axes.axhline(models["bt"]["new"]["0"]["accuracy"]["estimate"], **ONE_TASTE)
    told = [n for n in shots if str(n) in known]
    axes.plot(np.log1p(told), [known[str(n)]["accuracy"]["estimate"] for n in told], **KNOWN)
    for i, model in enumerate(LINES):
        figures = models.get(f"{model}, K = {world['personas']}")
        if figures is not None:
            _line(axes, np.log1p(shots), _accuracies(figures, shots), i)
    if "hierarchical" in models:
        axes.plot(np.log1p(shots), _accuracies(models["hierarchical"], shots), **HIERARCHICAL)
    axes.set_xticks(np.log1p(shots), [str(n) for n in shots])


def _accuracies(figures: Mapping[str, Any], shots: list[int]) -> list[float]:
    return [figures["new"][str(n)]["accuracy"]["estimate"] for n in shots]


def _line(axes: Any, x: Any, y: list[float], i: int, label: str | None = None) -> None:
    axes.plot(
        x, y, color=PALETTE[i], marker=MARKERS[i], linewidth=2.0, markersize=6, markeredgecolor=PAPER,
        markeredgewidth=0.8, label=label,
    )  # fmt: skip
