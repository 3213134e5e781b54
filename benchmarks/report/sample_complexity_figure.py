"""The figure about sample complexity: answers of new people, and people from whom the map was learned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from gustibus.reporting.figure_style import INK, MARKERS, MUTED, PALETTE, PAPER, new_figure, quiet_axes

__all__ = ["draw"]

LABEL = "log loss above the truth's (nats)"


def draw(result: dict[str, Any], path: Path) -> None:
    """Three panels: the true map over n / K; learned maps over n; what a learned map costs over seen people."""
    setting, curves = result["setting"], result["excess_log_loss"]["curves"]
    widest = max(setting["features"])
    answers = [n for n in setting["answers"] if n > 0]
    figure = new_figure(13.0, 4.3)
    known, learned, cost = figure.subplots(1, 3)

    quiet_axes(known, xlabel="answers per prototype, n / K", ylabel=LABEL, title="Map known")
    for i, k in enumerate(setting["prototypes"]):
        for d in setting["features"]:
            curve = curves[f"K = {k}, D = {d}"]["true"]
            solid = d == widest
            _line(known, np.array(answers) / k, curve, answers, i, f"K = {k}" if solid else None, solid)
    exponent = result["excess_log_loss"]["exponents"]["true map"]["n/K"]["estimate"]
    at = [cell["true"] for cell in curves.values()]
    middle = np.exp(np.mean([np.log(curve["10"]["estimate"]) for curve in at]))
    centre = np.exp(np.mean([np.log(10 / k) for k in setting["prototypes"]]))
    x = np.array([1.0, max(answers) / min(setting["prototypes"])])
    known.plot(x, middle * (x / centre) ** exponent, color=MUTED, linestyle=":", linewidth=1.6,
               label=f"slope {exponent:.2f}")  # fmt: skip

    shown = sorted(setting["prototypes"])[len(setting["prototypes"]) // 2]
    maps = curves[f"K = {shown}, D = {widest}"]
    quiet_axes(learned, xlabel="answers of a new person, n", ylabel="", title=f"Map learned, K = {shown}, D = {widest}")
    for i, (of_map, curve) in enumerate(maps.items()):
        label = "map known" if of_map == "true" else f"from {of_map} people"
        _line(learned, np.array(answers), curve, answers, i, label, True)

    quiet_axes(
        cost, xlabel="people from whom the map was learned", ylabel="", title="What the learned map adds, n = 100"
    )
    seen = np.array(setting["seen_people"])
    most = str(max(answers))
    for i, k in enumerate(setting["prototypes"]):
        for d in setting["features"]:
            curve = curves[f"K = {k}, D = {d}"]
            if len(curve) == 1:
                continue
            added = [curve[str(n)][most]["estimate"] - curve["true"][most]["estimate"] for n in setting["seen_people"]]
            cost.plot(seen, added, color=PALETTE[i], marker=MARKERS[i], markersize=6, linewidth=2.0,
                      linestyle="-" if d == widest else "--", markeredgecolor=PAPER, markeredgewidth=0.8,
                      label=f"K = {k}, D = {d}")  # fmt: skip
    cost.set_xticks(seen, [f"{n}" for n in seen])

    for axes in (known, learned, cost):
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.legend(frameon=False, fontsize=9, labelcolor=INK)
    cost.set_xticks(seen, [f"{n}" for n in seen])
    cost.minorticks_off()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def _line(axes: Any, x: Any, curve: dict[str, Any], answers: list[int], i: int, label: str | None, solid: bool) -> None:
    values, low, high = ([curve[str(n)][bound] for n in answers] for bound in ("estimate", "low", "high"))
    axes.fill_between(x, low, high, color=PALETTE[i], alpha=0.12, linewidth=0)
    axes.plot(x, values, color=PALETTE[i], marker=MARKERS[i], markersize=6, linewidth=2.0, label=label,
              linestyle="-" if solid else "--", markeredgecolor=PAPER, markeredgewidth=0.8)  # fmt: skip
