"""What rules choose, on the map of what is best for all against what is best for the worst-off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from gustibus.aggregation import Decision, Frontier, SocialRule
from gustibus.comparisons import GustibusError
from gustibus.reporting.decision_tables import alike, chosen_words
from gustibus.reporting.figure_style import INK, MARKERS, MUTED, PALETTE, PAPER, new_figure, quiet_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["frontier_figure"]

_MOST = len(PALETTE)
_LETTERS = 66  # of a line of the legend


def frontier_figure(found: Frontier, decisions: Mapping[SocialRule, Decision]) -> Figure:
    """Mean satisfaction against that of the worst-off: every response, the undominated ones, what each rule chooses.

    Rules that choose alike share a mark; a mixture lies where its satisfaction is.

    Parameters
    ----------
    found
        From :func:`gustibus.aggregation.frontier`, with the same people, weights and groups.
    decisions
        From :func:`gustibus.aggregation.decide_by_all`.

    Raises
    ------
    GustibusError
        If there is no decision, or matplotlib is missing.

    Examples
    --------
    >>> from gustibus.aggregation import decide_by_all, frontier
    >>> rewards = [[3.0, 1.0, -3.0], [3.0, 1.0, -3.0], [-4.0, 1.0, 3.0]]
    >>> figure = frontier_figure(frontier(rewards), decide_by_all(rewards))
    >>> figure.axes[0].get_xlabel()
    'mean satisfaction (win rate)'
    """
    if not decisions:
        raise GustibusError("there is no decision to draw: give those of gustibus.aggregation.decide_by_all")
    whose = "group" if found.who == "group" else "tenth of the people"
    groups = alike(decisions)
    labels = [_label(rules, one) for rules, one in groups]
    figure = new_figure(5.6, 4.1 + 0.19 * (1 + sum(label.count("\n") + 1 for label in labels)))
    axes = figure.add_subplot()
    quiet_axes(axes, xlabel="mean satisfaction (win rate)", ylabel=f"worst-off {whose} (win rate)")
    best = np.array(found.undominated)
    axes.plot(found.mean[best], found.worst[best], color=MUTED, linewidth=1.4, drawstyle="steps-pre", zorder=2)
    axes.scatter(found.mean, found.worst, s=26, color=PALETTE[7], linewidth=0, zorder=3, label="a response")
    for i, ((_, one), label) in enumerate(zip(groups, labels, strict=True)):
        x, y = one.ledger.mean, one.ledger.worst_group if found.who == "group" else one.ledger.worst_decile
        axes.scatter(
            [x], [y], s=130, marker=MARKERS[i % _MOST], color=PALETTE[i % (_MOST - 1)], edgecolor=PAPER, linewidth=1.2,
            zorder=5, label=label,
        )  # fmt: skip
    figure.legend(
        frameon=False, fontsize=9.5, labelcolor=INK, loc="outside lower left", ncols=1, handletextpad=0.6,
        scatterpoints=1,
    )  # fmt: skip
    axes.margins(0.08)
    return figure


def _label(rules: Sequence[str], one: Decision) -> str:
    words = f"{', '.join(rules)}: {chosen_words(one, 48 if one.is_mixture else 34)}"
    return fill(words, _LETTERS, subsequent_indent="   ")
