"""The n-shot curve: how good predictions get as a new person gives more answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from gustibus.comparisons import GustibusError
from gustibus.reporting.figure_style import (
    INK,
    MARKERS,
    MUTED,
    PALETTE,
    PAPER,
    end_labels,
    new_figure,
    quiet_axes,
    round_ticks,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Curve", "n_shot_curve"]


@dataclass(frozen=True, eq=False)
class Curve:
    """One line with an optional band.

    Attributes
    ----------
    name
        Written at its end.
    value
        ``(n,)``
    low, high
        ``(n,)`` bounds of the band, or None.
    """

    name: str
    value: ArrayLike
    low: ArrayLike | None = None
    high: ArrayLike | None = None


def n_shot_curve(
    shots: Sequence[int],
    curves: Sequence[Curve],
    *,
    metric: str = "accuracy (share right)",
    ceiling: float | None = None,
    population: float | None = None,
    title: str | None = None,
) -> Figure:
    """Draw a figure of merit on new people against the number of their answers.

    The horizontal axis is logarithmic in n + 1, so that 0 has a place.

    Parameters
    ----------
    shots
        Numbers of answers, ascending, ``(n,)``.
    curves
        One a model, each with ``n`` values.
    metric
        Label of the vertical axis, with its unit.
    ceiling
        What somebody who knows the truth reaches: a dashed line.
    population
        What one answer for everybody reaches: a dotted line.
    title
        Above the axes.

    Raises
    ------
    GustibusError
        If lengths differ, shots do not ascend, or matplotlib is missing.

    Examples
    --------
    >>> figure = n_shot_curve([0, 1, 5], [Curve("4 tastes", [0.7, 0.74, 0.8])], ceiling=0.85)
    >>> [label.get_text() for label in figure.axes[0].get_xticklabels()]
    ['0', '1', '5']
    """
    if list(shots) != sorted(set(shots)) or not len(shots) or shots[0] < 0:
        raise GustibusError(f"shots are {list(shots)}. Give different numbers of answers >= 0 in ascending order.")
    figure = new_figure(6.2, 4.3)
    axes = figure.add_subplot()
    quiet_axes(axes, xlabel="answers given by a new person", ylabel=metric, title=title)
    x = np.log1p(np.asarray(shots, dtype=np.float64))
    labels: list[tuple[str, float, str]] = []
    for level, text, dashes in ((ceiling, "best possible", "--"), (population, "one answer for all", ":")):
        if level is not None:
            axes.axhline(level, color=MUTED, linestyle=dashes, linewidth=1.4)
            labels.append((text, level, MUTED))
    for i, curve in enumerate(curves):
        colour = PALETTE[i % len(PALETTE)]
        value = _values(curve.value, curve.name, len(x))
        if curve.low is not None and curve.high is not None:
            low, high = _values(curve.low, curve.name, len(x)), _values(curve.high, curve.name, len(x))
            axes.fill_between(x, low, high, color=colour, alpha=0.14, linewidth=0)
        axes.plot(
            x, value, color=colour, linewidth=2.2, marker=MARKERS[i % len(MARKERS)], markersize=6.5,
            markeredgecolor=PAPER, markeredgewidth=0.8, label=curve.name,
        )  # fmt: skip
        labels.append((curve.name, float(value[-1]), INK if i >= len(PALETTE) else colour))
    axes.set_xticks(x, [str(n) for n in shots])
    axes.set_xlim(x[0] - 0.03 * (x[-1] + 1), x[-1] + 0.02 * (x[-1] + 1))
    axes.margins(y=0.08)
    round_ticks(axes)
    end_labels(axes, float(x[-1]), labels)
    return figure


def _values(values: ArrayLike, name: str, n: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (n,):
        raise GustibusError(f"Curve {name!r} has values of shape {array.shape} for {n} points. Give one for each.")
    return array
