"""The figure of the test of noise or taste: false alarms where there is no taste, power where there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.ticker import PercentFormatter

from gustibus.reporting import wilson_interval
from gustibus.reporting.figure_style import INK, MARKERS, MUTED, PALETTE, PAPER, new_figure, quiet_axes

__all__ = ["draw"]

SAID = 'says "taste"'
NOISE = {
    "flips": "labels turned",
    "careless people": "a fifth's turned",
    "wrong map, own kind of questions": "wrong map, curved",
}
BY_SHARE = {
    "opposite minority": "the opposite taste",
    "minority": "another taste",
    "minority, a fifth of all labels turned": "another taste, a fifth of labels turned",
}
BY_ANSWERS = "minority of a fifth, by answers"


def draw(result: dict[str, Any], path: Path) -> None:
    """Three panels: worlds without a taste to find, and the power by share of people and by answers a person."""
    curves, n = result["curves"], result["worlds"]
    figure = new_figure(13.0, 4.8)
    alarms, shares, answers = figure.subplots(1, 3, width_ratios=(1.0, 1.0, 1.0))
    _alarms(alarms, result)

    quiet_axes(shares, xlabel="share of people, 20 answers each", ylabel=SAID, title="Power by people")
    for i, (name, label) in enumerate(BY_SHARE.items()):
        points = {float(value): point["taste"] for value, point in curves[name]["points"].items()}
        flips = next(iter(curves[name]["points"].values()))["setting"]["flips"]
        nobody = curves["flips"]["points"][str(flips)]["taste"]
        _curve(shares, {0.0: nobody, **points}, n, i, label)
    shares.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    shares.legend(frameon=False, fontsize=10, labelcolor=INK, loc="upper center", bbox_to_anchor=(0.5, -0.17))

    quiet_axes(answers, xlabel="answers a person", ylabel="", title="Power by answers")
    points = {float(value): point["taste"] for value, point in curves[BY_ANSWERS]["points"].items()}
    _curve(answers, points, n, 1, "another taste, a fifth of the people")
    answers.legend(frameon=False, fontsize=10, labelcolor=INK, loc="upper center", bbox_to_anchor=(0.5, -0.17))
    answers.set_xscale("log", base=2)
    answers.set_xticks(list(points), [f"{value:g}" for value in points])
    answers.minorticks_off()
    for axes in (shares, answers):
        axes.axhline(result["level"], color=MUTED, linestyle=":", linewidth=1.4)
        axes.set_ylim(-0.03, 1.05)
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def _alarms(axes: Any, result: dict[str, Any]) -> None:
    """One row a world without a taste to find, in a colour for each kind of world."""
    quiet_axes(axes, xlabel=SAID, ylabel="", title="False alarms")
    labels: list[str] = []
    for i, (name, label) in enumerate(NOISE.items()):
        for value, point in result["curves"][name]["points"].items():
            share, at = point["taste"], -float(len(labels))
            low, high = wilson_interval(share, result["worlds"])
            axes.plot([float(low), float(high)], [at, at], color=PALETTE[i], linewidth=1.6)
            axes.plot([share], [at], color=PALETTE[i], marker=MARKERS[i], markersize=7, markeredgecolor=PAPER)
            labels.append(f"{label}: {float(value):g}" if name.startswith("wrong") else f"{label}: {float(value):.0%}")
    level = result["level"]
    axes.axvline(level, color=MUTED, linestyle=":", linewidth=1.4)
    axes.annotate(f"level {level:.0%}", (level, 0.5), xytext=(5, 0), textcoords="offset points", color=MUTED,
                  fontsize=9, va="center")  # fmt: skip
    axes.set_yticks([-float(row) for row in range(len(labels))], labels)
    axes.set_xlim(0.0, 0.2)
    axes.set_ylim(-len(labels) + 0.4, 1.0)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def _curve(axes: Any, points: dict[float, float], n: int, i: int, label: str | None) -> None:
    """A line with a 95 % interval at every point."""
    x, y = list(points), list(points.values())
    bounds = [wilson_interval(share, n) for share in y]
    below = [max(share - float(low), 0.0) for share, (low, _) in zip(y, bounds, strict=True)]
    above = [max(float(high) - share, 0.0) for share, (_, high) in zip(y, bounds, strict=True)]
    axes.errorbar(
        x, y, yerr=[below, above], color=PALETTE[i], marker=MARKERS[i], markersize=6, linewidth=2.0, elinewidth=1.2,
        markeredgecolor=PAPER, markeredgewidth=0.8, label=label,
    )  # fmt: skip
