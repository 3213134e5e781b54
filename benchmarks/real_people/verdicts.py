"""What the intervals say, in words. Every sentence about a data set is made here; none is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gustibus.evaluation import Interval

__all__ = ["WORTH_NAMING", "new_people", "verdict"]

A_LOT: Final = 0.05
SOMETHING: Final = 0.01
WORTH_NAMING: Final = 0.003
"""Nats of log loss that telling people apart takes away: from these on tastes differ a lot, differ, or do at all."""

Changes = Mapping[str, tuple[Interval, Interval]]
"""Cell (``"seen"``, or the number of answers of a new person) -> log loss minus that of one taste for all, and minus
that of the model whose people's names were shuffled. Both have to fall: the first alone may be a better fit of what
people share."""


def verdict(changes: Changes) -> str:
    """Whether it matters who answers, as far as known people tell.

    Examples
    --------
    >>> nothing, much = Interval(-0.01, -0.03, 0.01, 0.95, 50), Interval(-0.2, -0.3, -0.1, 0.95, 50)
    >>> verdict({"seen": (much, much)}), verdict({"seen": (much, nothing)})
    ('tastes differ a lot', 'no difference found')
    """
    known = changes["seen"]
    if known[0].low > 0:
        return "telling people apart does harm"
    gain = _gain(known)
    if gain < WORTH_NAMING:
        return "no difference found"
    return (
        "tastes differ a lot" if gain >= A_LOT else "tastes differ" if gain >= SOMETHING else "tastes differ a little"
    )


def new_people(changes: Changes) -> str:
    """The fewest answers from which on new people are predicted better, at every number of answers that was tried.

    Examples
    --------
    >>> nothing, much = Interval(-0.01, -0.03, 0.01, 0.95, 50), Interval(-0.2, -0.3, -0.1, 0.95, 50)
    >>> new_people({"seen": (much, much), "0": (nothing, much), "1": (nothing, much), "5": (much, much)})
    'from 5 answers on'
    """
    shots = sorted(int(cell) for cell in changes if cell != "seen")
    better = [_gain(changes[str(n)]) >= WORTH_NAMING for n in shots]
    if not better[-1]:
        return f"not within {shots[-1]} answers"
    first = shots[next(i for i in range(len(shots)) if all(better[i:]))]
    return {0: "before the first answer", 1: "from the first answer on"}.get(first, f"from {first} answers on")


def _gain(changes: tuple[Interval, Interval]) -> float:
    """The smaller gain in nats, zero unless both intervals lie below zero."""
    return min(-change.estimate for change in changes) if all(change.high < 0 for change in changes) else 0.0
