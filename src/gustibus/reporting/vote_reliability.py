"""The reliability diagram against vote shares: do as many people prefer it as predicted?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from gustibus.comparisons import GustibusError
from gustibus.evaluation import ScoredVotes
from gustibus.reporting.figure_style import INK, MARKERS, MUTED, PALETTE, PAPER, new_figure, quiet_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["vote_reliability_diagram"]


def vote_reliability_diagram(
    models: Mapping[str, ScoredVotes], *, n_bins: int = 10, title: str | None = None
) -> Figure:
    """Draw the share of votes for the predicted side against its prediction, and below it the predictions.

    Pairs are seen from the side that the prediction favours, in bins of equally many. A point stands at the means of
    its bin, with the interval that resampling prompts gives (pairs where there are no prompts): the noise of few votes
    and of alike pairs is in it. On the diagonal as many people prefer a response as predicted; below it the model is
    too sure.

    Parameters
    ----------
    models
        Name -> its predictions beside the votes, for example ``report.votes``.
    n_bins
        Bins at most.
    title
        Above the axes.

    Raises
    ------
    GustibusError
        If there is nothing to draw, or matplotlib is missing.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.uniform(size=400)
    >>> votes = np.full(400, 5)
    >>> scored = ScoredVotes(truth, rng.binomial(5, truth) / 5, votes, 0 * votes, np.arange(400), n_boot=100)
    >>> figure = vote_reliability_diagram({"knows the shares": scored}, n_bins=5)
    >>> [axes.get_ylabel() for axes in figure.axes]
    ['share of votes for it', 'pairs']
    """
    if not models:
        raise GustibusError("there is nothing to draw: give at least one set of predictions beside votes")
    figure = new_figure(6.2, 5.4)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3.4, 1])
    quiet_axes(upper, xlabel="", ylabel="share of votes for it", title=title)
    quiet_axes(lower, xlabel="predicted share for the favoured response", ylabel="pairs")
    upper.plot([0.5, 1], [0.5, 1], color=MUTED, linestyle="--", linewidth=1.4, label="as many as predicted")
    edges = np.linspace(0.5, 1, 26)
    lowest = 0.5
    for i, (name, scored) in enumerate(models.items()):
        drawn = scored.reliability(n_bins)
        bars = np.abs(np.stack([drawn.bins.observed - drawn.low, drawn.high - drawn.bins.observed]))
        colour = PALETTE[i % len(PALETTE)]
        upper.errorbar(
            drawn.bins.predicted, drawn.bins.observed, yerr=np.nan_to_num(bars), color=colour, linewidth=1.6,
            elinewidth=1.4, capsize=3, marker=MARKERS[i % len(MARKERS)], markersize=7, markeredgecolor=PAPER,
            markeredgewidth=0.7, label=name,
        )  # fmt: skip
        lowest = min(lowest, float(np.nanmin([drawn.bins.observed.min(), *drawn.low])))
        confidence = np.maximum(scored.probability, 1 - scored.probability)
        lower.hist(confidence, edges.tolist(), histtype="step", color=colour, linewidth=1.6)
    upper.set_xlim(0.49, 1.01)
    upper.set_ylim(lowest - 0.02, 1.02)
    upper.legend(frameon=False, fontsize=10.5, labelcolor=INK, loc="upper left")
    lower.yaxis.set_major_formatter("{x:,.0f}")
    lower.locator_params(axis="y", nbins=3)
    lower.grid(False, axis="x")
    return figure
