"""Two answers about one pair, shown both ways round, as one judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gustibus.comparisons import wilson_interval
from gustibus.judging.wording import Verdict

__all__ = ["Disagreement", "OrderReport", "combined", "order_report"]

Disagreement = Literal["soft", "tie"]
"""What becomes of answers that differ with the order: ``"soft"`` is their mean, ``"tie"`` is no preference."""

_TOWARD_FIRST: Final[dict[Verdict, float]] = {"first": 1.0, "second": 0.0, "tie": 0.5}


def combined(verdicts: Sequence[Verdict], disagreement: Disagreement) -> tuple[float, bool] | None:
    """Outcome (toward the response that was shown first in the first order) and whether it is a tie.

    Parameters
    ----------
    verdicts
        One, or two of which the second was given with the responses turned round.
    disagreement
        What becomes of two that differ: A one way and B the other, or a tie one way only.

    Returns
    -------
    tuple or None
        None where one of them says nothing.

    Examples
    --------
    >>> combined(["first", "second"], "soft"), combined(["first", "first"], "soft"), combined(["first", "tie"], "soft")
    ((1.0, False), (0.5, False), (0.75, False))
    >>> combined(["first", "first"], "tie"), combined(["tie", "tie"], "soft"), combined(["first", "refused"], "soft")
    ((0.5, True), (0.5, True), None)
    """
    if not all(verdict in _TOWARD_FIRST for verdict in verdicts):
        return None
    values = [_TOWARD_FIRST[verdict] for verdict in verdicts]
    if len(values) == 2:
        values[1] = 1 - values[1]
    if len(set(values)) == 1:
        return values[0], values[0] == 0.5
    return (0.5, True) if disagreement == "tie" else (sum(values) / len(values), False)


@dataclass(frozen=True)
class OrderReport:
    """What the order in which two responses are shown does to the answer.

    Attributes
    ----------
    n
        Pairs and personas with an answer both ways round.
    n_same
        The same response, or a tie, both ways.
    n_always_first, n_always_second
        Whichever was shown first (second) was preferred both times: the position decided.
    n_half
        A tie one way and a preference the other.
    """

    n: int
    n_same: int
    n_always_first: int
    n_always_second: int
    n_half: int

    @property
    def consistency(self) -> tuple[float, float, float]:
        """Share with the same answer both ways, and its 95 % interval (Wilson 1927); nan without any."""
        return _share(self.n_same, self.n)

    @property
    def position_bias(self) -> float:
        """Share decided by the first position less that decided by the second: 0 is no lean, 1 always the first."""
        return (self.n_always_first - self.n_always_second) / self.n if self.n else float("nan")


def order_report(verdicts: Sequence[Sequence[Verdict]]) -> OrderReport:
    """Count what became of pairs that were shown both ways round.

    >>> order_report([["first", "second"], ["first", "first"], ["tie", "first"], ["tie", "tie"], ["first", "refused"]])
    OrderReport(n=4, n_same=2, n_always_first=1, n_always_second=0, n_half=1)
    """
    both = [tuple(one) for one in verdicts if len(one) == 2 and combined(one, "soft") is not None]
    same = {("first", "second"), ("second", "first"), ("tie", "tie")}
    n_same, first = sum(one in same for one in both), both.count(("first", "first"))
    second = both.count(("second", "second"))
    return OrderReport(len(both), n_same, first, second, len(both) - n_same - first - second)


def _share(count: int, n: int) -> tuple[float, float, float]:
    if not n:
        return float("nan"), 0.0, 1.0
    low, high = wilson_interval(count / n, n)
    return count / n, float(low), float(high)
