"""Figures about disagreement: how votes fall, how strong preferences are, and what chance would make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gustibus.comparisons import GustibusError
from gustibus.reporting.figure_style import INK, MUTED, PALETTE, PAPER, new_figure, quiet_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gustibus.diagnosis import Disagreement, NoiseOrTaste

__all__ = ["majorities_figure", "null_figure", "strength_figure"]


def majorities_figure(found: Disagreement) -> Figure:
    """How many pairs have a narrow and how many a clear majority, of those on which three people or more voted.

    Raises
    ------
    GustibusError
        If there is no such pair, or matplotlib is missing.
    """
    if not len(found.majorities):
        raise GustibusError("no pair has three votes: there are no majorities to draw")
    figure = new_figure(6.2, 4.0)
    axes = figure.add_subplot()
    quiet_axes(axes, xlabel="votes for the larger side", ylabel="pairs")
    edges = np.linspace(0.5, 1.0, 6)
    # A share on an edge belongs above it, whatever its rounding; unanimity has a bar of its own.
    counts = [*np.histogram(np.minimum(found.majorities + 1e-9, 1.0)[found.majorities < 1 - 1e-9], edges)[0]]
    counts.append(int(np.count_nonzero(found.majorities >= 1 - 1e-9)))
    names = [f"{100 * low:.0f}–{100 * low + 10:.0f}%" for low in edges[:-1]] + ["all"]
    colours = [PALETTE[1]] * 2 + [PALETTE[0]] * 4
    bars = axes.bar(np.arange(6), counts, width=0.82, color=colours, linewidth=0)
    axes.bar_label(bars, fmt="{:,.0f}", color=INK, fontsize=10, padding=3)
    axes.set_xticks(np.arange(6), names, fontsize=9)
    axes.grid(False, axis="x")
    axes.margins(y=0.12)
    return figure


def strength_figure(found: Disagreement) -> Figure:
    """How strongly the ensemble prefers what was labelled as preferred, with the lowest strengths marked."""
    figure = new_figure(6.2, 4.0)
    axes = figure.add_subplot()
    quiet_axes(axes, xlabel="preference strength of the label (log-odds)", ylabel="judgements")
    mean = found.strength.mean[np.isfinite(found.strength.mean)]
    low, high = np.quantile(mean, [0.005, 0.995]) if len(mean) else (-1.0, 1.0)
    edges = np.linspace(min(low, -0.1), max(high, 0.1), 41)
    inside = np.clip(mean, edges[0], edges[-1])
    cut = float(np.quantile(mean, found.low)) if len(mean) else 0.0
    parts = [inside[mean <= cut], inside[mean > cut]]
    names = [f"lowest {found.low:.0%}", "the others"]
    axes.hist(parts, edges.tolist(), stacked=True, color=[PALETTE[1], PALETTE[0]], label=names)
    axes.axvline(0, color=MUTED, linestyle="--", linewidth=1.4)
    axes.legend(frameon=False, fontsize=10.5, labelcolor=INK, loc="upper right")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.grid(False, axis="x")
    return figure


def null_figure(taste: NoiseOrTaste) -> Figure:
    """The observed agreement of low-strength judgements beside what permuted authors make."""
    figure = new_figure(6.2, 4.0)
    axes = figure.add_subplot()
    quiet_axes(axes, xlabel="agreement with the author's other judgements (sd of chance)", ylabel="permutations")
    axes.hist(taste.null, bins=24, color=PALETTE[7], alpha=0.75, edgecolor=PAPER, linewidth=0.4, label="by chance")
    axes.axvline(taste.statistic, color=PALETTE[1], linewidth=2.6, label="observed")
    # Above the axes: inside, it would lie on the line wherever that happens to be.
    axes.legend(frameon=False, fontsize=10.5, labelcolor=INK, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    axes.grid(False, axis="x")
    axes.margins(x=0.08, y=0.16)
    return figure
