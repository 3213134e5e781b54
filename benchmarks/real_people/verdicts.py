"""What the intervals say, in words. Every sentence about a data set is made here; none is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gustibus.evaluation import Interval

__all__ = ["A_LOT", "SOMETHING", "WORTH_NAMING", "new_people", "verdict"]

A_LOT: Final = 0.05
SOMETHING: Final = 0.01
WORTH_NAMING: Final = 0.003
"""Nats of log loss that telling people apart takes away: from these on tastes differ a lot, differ, or do at all."""

Change = tuple[Interval, Interval]
"""Log loss minus that of one taste for all, and minus that of a model whose people's names were shuffled. Both have to
fall: the first alone may be a better fit of what people share."""


def verdict(auto: Change, deviation: Change) -> str:
    """Whether it matters who answers, as far as known people tell.

    Parameters
    ----------
    auto
        Of the model that ``auto`` takes.
    deviation
        Of a ridge deviation per person, beside the population that it deviates from: it may see what auto misses.

    Examples
    --------
    >>> nothing, much = Interval(-0.01, -0.03, 0.01, 0.95, 50), Interval(-0.2, -0.3, -0.1, 0.95, 50)
    >>> verdict((much, much), (much, much)), verdict((much, nothing), (nothing, nothing))
    ('tastes differ a lot', 'no difference found')
    """
    if _gain(auto) >= WORTH_NAMING:
        return _in_words(_gain(auto))
    if _gain(deviation) >= WORTH_NAMING:
        return f"{_in_words(_gain(deviation))}, but auto misses it"
    return "telling people apart does harm" if auto[0].low > 0 else "no difference found"


def new_people(changes: Mapping[str, Change]) -> str:
    """The fewest answers from which on auto predicts new people better, at every number of answers that was tried.

    Parameters
    ----------
    changes
        By number of answers; ``"seen"`` is left out of account.

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


def _in_words(gain: float) -> str:
    return (
        "tastes differ a lot" if gain >= A_LOT else "tastes differ" if gain >= SOMETHING else "tastes differ a little"
    )


def _gain(change: Change) -> float:
    """The smaller gain in nats, zero unless both intervals lie below zero."""
    return min(-one.estimate for one in change) if all(one.high < 0 for one in change) else 0.0
