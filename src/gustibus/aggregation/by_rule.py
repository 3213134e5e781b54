"""Responses in order, from who beats whom: one rule by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from gustibus.aggregation.borda import borda
from gustibus.aggregation.copeland import copeland
from gustibus.aggregation.lottery import Payoff, maximal_lottery
from gustibus.aggregation.ranking import Ranked, rank_scores
from gustibus.comparisons import GustibusError

__all__ = ["PairRule", "rank_pairwise"]

PairRule = Literal["borda", "copeland", "lottery"]
"""``borda``: mean win probability against the others. ``copeland``: how many of the others are beaten, ties half.
``lottery``: weight in the maximal lottery. None of them needs preferences without cycles."""


def rank_pairwise(
    responses: Sequence[str], probability: ArrayLike, *, rule: PairRule = "borda", payoff: Payoff = "P - 1/2"
) -> list[Ranked]:
    """Order responses by a rule that reads nothing but the win probabilities of pairs.

    Parameters
    ----------
    responses
        The n texts or ids, at least two.
    probability
        ``P[i, j]``, the probability that i beats j, shape (n, n), with ``P + P.T == 1``.
    rule
        See `PairRule`.
    payoff
        What the lottery averages; see `maximal_lottery`.

    Returns
    -------
    n entries, best first. By lottery every entry has its ``weight``, which is also the score: all responses outside
    the lottery share the last rank. Where several lotteries are maximal the ``unit`` says so.

    Raises
    ------
    GustibusError
        The matrix or the rule is not valid.

    Examples
    --------
    >>> cycle = [[0.5, 0.9, 0.2], [0.1, 0.5, 0.7], [0.8, 0.3, 0.5]]
    >>> for entry in rank_pairwise(["tea", "gin", "milk"], cycle, rule="lottery"):
    ...     print(entry.rank, entry.response, round(entry.weight, 3))
    1 milk 0.444
    2 gin 0.333
    3 tea 0.222
    """
    if rule == "borda":
        return rank_scores(responses, borda(probability), unit="mean win probability")
    if rule == "copeland":
        return rank_scores(responses, copeland(probability), unit="others beaten, ties half")
    if rule == "lottery":
        # Rounding would hide that two responses have the same weight.
        lottery = maximal_lottery(probability, payoff=payoff)
        which = "the maximal lottery" if lottery.unique else "the most even of several maximal lotteries"
        ranked = rank_scores(responses, np.round(lottery.weight, 12), unit=f"weight in {which} of {payoff}")
        return [replace(entry, weight=entry.score) for entry in ranked]
    raise GustibusError(f"rule={rule!r} is not known: use one of {', '.join(map(repr, get_args(PairRule)))}")
