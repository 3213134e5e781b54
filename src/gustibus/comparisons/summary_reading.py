"""What the numbers of a summary mean for somebody who wants to fit a model."""

from __future__ import annotations

import math
from typing import Final

from gustibus.comparisons.summary import Summary

__all__ = ["reading_of", "warnings_of"]

_ENOUGH_PEOPLE: Final = 20
"""With fewer people who gave five answers, differences between people are mostly noise."""

_OFTEN: Final = 5
"""Judgements an item needs before an offset of its own pays."""

_ONE_HOT_AT_MOST: Final = 1_000
_ONE_HOT_JUDGEMENTS: Final = 10


def reading_of(summary: Summary) -> tuple[str, ...]:
    """Say which models these data can feed: people, item offsets, one-hot items, ties."""
    lines = [_people(summary)]
    uses = summary.item_uses
    if uses["median"] >= _OFTEN:
        lines.append(
            f"Items recur (half of them in {uses['median']:,.0f} judgements or more): an offset per recurring item is "
            "worth its place."
        )
    else:
        lines.append(
            f"Items hardly recur (median {uses['median']:,.0f} judgements): what is learned must come from features of "
            "the texts; offsets per item would be noise."
        )
    per_response = 2 * summary.n_comparisons / summary.n_responses
    if summary.n_responses <= _ONE_HOT_AT_MOST and per_response >= _ONE_HOT_JUDGEMENTS and summary.n_prompts <= 1:
        lines.append(
            f'{summary.n_responses:,} responses with {per_response:,.0f} judgements each: encoder="one-hot" works '
            "without any text, for these responses only."
        )
    if summary.n_ties:
        lines.append(
            f"Ties ({summary.n_ties / summary.n_comparisons:.0%}) count as one half for either side, unless a "
            "fit is told to learn them (likelihood='rao-kupper')."
        )
    if summary.self_consistency.share is not None and summary.self_consistency.n_compared >= 30:
        consistency = summary.self_consistency.share
        ceiling = _accuracy_ceiling(consistency, n_answers=3 if summary.n_ties else 2)
        lines.append(
            f"People answer a repeated question alike in {consistency:.0%} of the cases: even somebody who knew them "
            f"perfectly would foresee at most about {ceiling:.0%} of such answers."
        )
    return tuple(lines)


def _accuracy_ceiling(consistency: float, n_answers: int) -> float:
    """The largest mean probability of the likelier answer at a given self-consistency ``c = mean sum_k p_k^2``.

    With ``k`` answers it is ``(1 + sqrt((k - 1) (k c - 1))) / k``, concave in c, hence a bound for questions of unequal
    difficulty too.
    """
    spread = max((n_answers - 1) * (n_answers * consistency - 1), 0.0)
    return (1 + math.sqrt(spread)) / n_answers


def _people(summary: Summary) -> str:
    median = summary.per_user["median"]
    enough = summary.n_users_with_five
    if summary.n_users == 1:
        return (
            'One person: a model without people (model="bt"), or the adaptation of a model that was learned elsewhere.'
        )
    if enough < _ENOUGH_PEOPLE:
        return (
            f"{enough:,} of {summary.n_users:,} people gave 5 answers or more (median {median:,.0f}): too little "
            f'to learn how people differ (about {_ENOUGH_PEOPLE} are needed). Start with model="bt".'
        )
    return (
        f"{enough:,} people gave 5 answers or more (median {median:,.0f}): a model of people is worth trying. Hold it "
        'against model="bt" on held-out judgements; where people agree it will not be better.'
    )


def warnings_of(summary: Summary) -> tuple[str, ...]:
    """Say what is odd enough to be looked at before fitting."""
    lines: list[str] = []
    side, n = summary.side, summary.n_comparisons
    if side["n"] and side["share"] in (0.0, 1.0) and side["n"] >= 10:
        letter = "a" if side["share"] else "b"
        lines.append(
            f"Side {letter} is always preferred: the sides carry no information (as in chosen / rejected data), so a "
            "bias towards one side cannot be seen."
        )
    elif side["n"] and not side["low"] <= 0.5 <= side["high"]:
        fixed = summary.n_pairs_both_ways == 0 and summary.n_pairs < n
        why = (
            "every pair was always shown in the same order, so a bias towards one side and the quality of the "
            "responses cannot be told apart"
            if fixed
            else "sides were not shuffled, or people lean to one side"
        )
        lines.append(
            f"Side a is preferred in {side['share']:.1%} of the decisive judgements, away from one half "
            f"[{side['low']:.1%}, {side['high']:.1%}]: {why}."
        )
    if summary.n_users > 1 and summary.per_user["median"] < 5:
        lines.append(
            f"Half of the people gave fewer than 5 answers ({summary.per_user['median']:,.0f} at the median): their "
            "tastes stay close to the population's."
        )
    if summary.n_contradicted:
        lines.append(f"{summary.n_contradicted:,} repeated questions were answered both ways by the same person.")
    between = summary.between_users
    if between.share is not None and between.n_compared >= 100 and between.share < between.chance + 0.05:
        lines.append(
            f"Two people agree on a pair in {between.share:.0%} of the cases, chance would give {between.chance:.0%}: "
            "differences in taste, or noise."
        )
    if summary.n_split_prompts:
        which = f"In {summary.n_split_prompts:,} prompts the" if summary.n_prompts else "The"
        lines.append(
            f"{which} responses fall into groups that are never compared with each other: without features their "
            "scores cannot be compared."
        )
    if len(summary.sources) > 1 or (summary.sources and sum(summary.sources.values()) < n):
        lines.append("Judgements of several sources are mixed; keep them apart unless they are meant to be one.")
    if 0 < summary.n_without_prompt < n:
        lines.append(f"{summary.n_without_prompt:,} judgements have no prompt while the others do.")
    return tuple(lines)
