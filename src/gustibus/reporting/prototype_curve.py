"""The K curve: how many tastes are worth having."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gustibus.comparisons import GustibusError
from gustibus.reporting.figure_style import MARKERS, MUTED, PALETTE, end_labels, new_figure, quiet_axes, round_ticks
from gustibus.reporting.n_shot_curve import Curve

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["prototype_curve"]


def prototype_curve(
    n_prototypes: Sequence[int],
    curves: Sequence[Curve],
    *,
    metric: str = "accuracy (share right)",
    ceiling: float | None = None,
    true_number: int | None = None,
    title: str | None = None,
) -> Figure:
    """Draw a figure of merit against the number of prototypes, with intervals as bars.

    Parameters
    ----------
    n_prototypes
        Numbers K, ascending, ``(n,)``.
    curves
        One a group of people (for example seen people and new people), each with ``n`` values.
    metric
        Label of the vertical axis, with its unit.
    ceiling
        What somebody who knows the truth reaches: a dashed line.
    true_number
        The K of a synthetic world: a shaded strip.
    title
        Above the axes.

    Raises
    ------
    GustibusError
        If lengths differ, numbers do not ascend, or matplotlib is missing.

    Examples
    --------
    >>> figure = prototype_curve([1, 2, 4], [Curve("seen people", [0.7, 0.76, 0.82], [0.69, 0.75, 0.81],
    ...                                            [0.71, 0.77, 0.83])])
    >>> figure.axes[0].get_xlabel()
    'number of tastes K'
    """
    if list(n_prototypes) != sorted(set(n_prototypes)) or not len(n_prototypes) or n_prototypes[0] < 1:
        raise GustibusError(f"n_prototypes are {list(n_prototypes)}. Give different numbers >= 1 in ascending order.")
    figure = new_figure(6.2, 4.3)
    axes = figure.add_subplot()
    quiet_axes(axes, xlabel="number of tastes K", ylabel=metric, title=title)
    x = np.log2(np.asarray(n_prototypes, dtype=np.float64))
    labels: list[tuple[str, float, str]] = []
    if true_number is not None:
        at = float(np.log2(true_number))
        axes.axvspan(at - 0.09, at + 0.09, color=MUTED, alpha=0.12, linewidth=0)
        axes.annotate(
            "true number", (at, 0.02), xycoords=("data", "axes fraction"), color=MUTED, fontsize=10, ha="center",
            va="bottom",
        )  # fmt: skip
    if ceiling is not None:
        axes.axhline(ceiling, color=MUTED, linestyle="--", linewidth=1.4)
        labels.append(("best possible", ceiling, MUTED))
    for i, curve in enumerate(curves):
        value = np.asarray(curve.value, dtype=np.float64)
        if value.shape != x.shape:
            raise GustibusError(
                f"Curve {curve.name!r} has values of shape {value.shape} for {len(x)} numbers of tastes."
            )
        bars = None
        if curve.low is not None and curve.high is not None:
            bars = np.abs(np.stack([value - np.asarray(curve.low), np.asarray(curve.high) - value]))
        aside = 0.05 * (i - (len(curves) - 1) / 2)  # so that bars do not hide each other
        colour = PALETTE[i % len(PALETTE)]
        axes.errorbar(
            x + aside, value, yerr=bars, color=colour, linewidth=2.2, elinewidth=1.6, capsize=4, markersize=7.5,
            marker=MARKERS[i % len(MARKERS)], label=curve.name,
        )  # fmt: skip
        labels.append((curve.name, float(value[-1]), colour))
    axes.set_xticks(x, [str(k) for k in n_prototypes])
    axes.set_xlim(x[0] - 0.15, x[-1] + 0.15)
    axes.margins(y=0.1)
    round_ticks(axes)
    end_labels(axes, float(x[-1]) + 0.1, labels)
    return figure
