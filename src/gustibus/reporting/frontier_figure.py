"""What rules choose, on the map of what is best for all against what is best for the worst-off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from gustibus.aggregation import Decision, Frontier, SocialRule
from gustibus.comparisons import GustibusError
from gustibus.reporting.decision_tables import chosen_words
from gustibus.reporting.figure_style import INK, MARKERS, MUTED, PALETTE, PAPER, new_figure, quiet_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["frontier_figure"]

_MOST = len(PALETTE)


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
    figure = new_figure(6.6, 5.2)
    axes = figure.add_subplot()
    quiet_axes(axes, xlabel="mean satisfaction (win rate)", ylabel=f"worst-off {whose} (win rate)")
    best = np.array(found.undominated)
    axes.plot(found.mean[best], found.worst[best], color=MUTED, linewidth=1.4, drawstyle="steps-pre", zorder=2)
    axes.scatter(found.mean, found.worst, s=26, color=PALETTE[7], linewidth=0, zorder=3, label="a response")
    for i, (rules, one) in enumerate(_alike(decisions)):
        x, y = one.ledger.mean, one.ledger.worst_group if found.who == "group" else one.ledger.worst_decile
        axes.scatter(
            [x], [y], s=130, marker=MARKERS[i % _MOST], color=PALETTE[i % (_MOST - 1)], edgecolor=PAPER, linewidth=1.2,
            zorder=5, label=f"{', '.join(rules)}: {chosen_words(one, 52 if one.is_mixture else 34)}",
        )  # fmt: skip
    figure.legend(
        frameon=False, fontsize=9.5, labelcolor=INK, loc="outside lower left", ncols=1, handletextpad=0.6,
        scatterpoints=1,
    )  # fmt: skip
    axes.margins(0.08)
    return figure


def _alike(decisions: Mapping[SocialRule, Decision]) -> list[tuple[list[SocialRule], Decision]]:
    """Rules that give the same weights together, in the order of the first of them."""
    found: list[tuple[list[SocialRule], Decision]] = []
    for rule, one in decisions.items():
        same = next((rules for rules, other in found if np.allclose(other.weight, one.weight, atol=1e-6)), None)
        if same is None:
            found.append(([rule], one))
        else:
            same.append(rule)
    return found
