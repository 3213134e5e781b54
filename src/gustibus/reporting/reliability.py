"""The reliability diagram: do predicted probabilities come true?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError, wilson_interval
from gustibus.reporting.figure_style import INK, MARKERS, MUTED, PALETTE, PAPER, new_figure, quiet_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["reliability_diagram", "wilson_interval"]

Floats = NDArray[np.float64]


def reliability_diagram(
    models: Mapping[str, tuple[ArrayLike, ArrayLike]], *, n_bins: int = 10, title: str | None = None
) -> Figure:
    """Draw observed against predicted shares, and below it how often each probability is predicted.

    Bins are equally wide; a point stands at the mean prediction of its bin, with the Wilson interval of the observed
    share (judgements taken as independent). On the diagonal, probabilities mean what they say.

    Parameters
    ----------
    models
        Name -> (predicted P(a preferred), observed preference for a), each of shape ``(M,)`` in [0, 1].
    n_bins
        Bins from 0 to 1.
    title
        Above the axes.

    Raises
    ------
    GustibusError
        If something else is given, shapes differ, values are no probabilities, or matplotlib is missing.

    Examples
    --------
    >>> figure = reliability_diagram({"one taste": ([0.2, 0.8, 0.7], [0, 1, 1])}, n_bins=5)
    >>> [axes.get_ylabel() for axes in figure.axes]
    ['observed share', 'judgements']
    """
    figure = new_figure(6.2, 5.4)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3.4, 1])
    quiet_axes(upper, xlabel="", ylabel="observed share", title=title)
    quiet_axes(lower, xlabel="predicted probability", ylabel="judgements")
    upper.plot([0, 1], [0, 1], color=MUTED, linestyle="--", linewidth=1.4, label="perfectly calibrated")
    edges = np.linspace(0, 1, n_bins + 1)
    width = (edges[1] - edges[0]) * 0.8 / max(len(models), 1)
    for i, (name, given) in enumerate(models.items()):
        if not (isinstance(given, tuple | list) and len(given) == 2):
            raise GustibusError(
                f"{name!r} is {type(given).__name__}; give (probabilities, outcomes). For shares of votes there is "
                "vote_reliability_diagram."
            )
        predicted, observed, count = _binned(*given, edges, name)
        filled = count > 0
        low, high = wilson_interval(observed[filled], count[filled])
        colour = PALETTE[i % len(PALETTE)]
        bars = np.abs(np.stack([observed[filled] - low, high - observed[filled]]))
        upper.errorbar(
            predicted[filled], observed[filled], yerr=bars, color=colour, linewidth=1.6, elinewidth=1.4,
            capsize=3, marker=MARKERS[i % len(MARKERS)], markersize=7, markeredgecolor=PAPER, markeredgewidth=0.7,
            label=name,
        )  # fmt: skip
        left = (edges[:-1] + edges[1:]) / 2 + (i - (len(models) - 1) / 2) * width
        lower.bar(left, count, width=width, color=colour, alpha=0.85, linewidth=0)
    upper.set_xlim(-0.02, 1.02)
    upper.set_ylim(-0.02, 1.02)
    upper.legend(frameon=False, fontsize=10.5, labelcolor=INK, loc="upper left")
    lower.yaxis.set_major_formatter("{x:,.0f}")
    lower.locator_params(axis="y", nbins=3)
    lower.grid(False, axis="x")
    return figure


def _binned(probability: ArrayLike, outcome: ArrayLike, edges: Floats, name: str) -> tuple[Floats, Floats, Floats]:
    """Mean prediction, mean outcome and number of judgements of each bin; nan where a bin is empty."""
    p, y = np.asarray(probability, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    if p.ndim != 1 or p.shape != y.shape:
        raise GustibusError(f"{name!r} has probabilities of shape {p.shape} and outcomes of shape {y.shape}.")
    for values, what in ((p, "probability"), (y, "outcome")):
        wrong = ~((values >= 0) & (values <= 1))
        if wrong.any():
            row = int(wrong.argmax())
            raise GustibusError(f"{name!r}: {what} {row} is {values[row]}. Give values from 0 to 1.")
    n = len(edges) - 1
    bins = np.minimum((p * n).astype(np.intp), n - 1)
    count = np.bincount(bins, minlength=n).astype(np.float64)
    with np.errstate(invalid="ignore"):
        return np.bincount(bins, p, n) / count, np.bincount(bins, y, n) / count, count
