"""Is a member of the family best, or tied with the best, in its own world? Told by paired intervals over people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gustibus.evaluation import Interval, Scored

__all__ = ["best_form", "verdict"]

Cell = str | int


def best_form(scored: Mapping[str, Mapping[Cell, Scored]], forms: list[str]) -> str:
    """Of several forms of one member the one that validation judgements prefer."""
    return min(forms, key=lambda name: scored[name]["validation"].log_loss)


def verdict(scored: Mapping[str, Mapping[Cell, Scored]], own: str, others: list[str], cell: Cell) -> dict[str, Any]:
    """The differences of log loss, other minus own, and who is significantly better than the own one.

    Best: better than all others, every interval above 0. Tied: nobody is better, no interval below 0. Else beaten.
    """
    differences: dict[str, Interval] = {
        name: scored[name][cell].paired(scored[own][cell], "log_loss") for name in others
    }
    beaten_by = [name for name, difference in differences.items() if difference.high < 0]
    best = all(difference.low > 0 for difference in differences.values())
    return {
        "verdict": "beaten" if beaten_by else "best" if best else "tied",
        "beaten_by": beaten_by,
        "differences": differences,
    }
