"""Which pairs of responses somebody's rewards make, in memory that does not grow with all pairs there are."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gustibus.aggregation.people import rounding
from gustibus.comparisons import GustibusError

__all__ = ["MOST_PAIRS", "Picked", "best_and_worst", "told_apart", "without_objection"]

Floats = NDArray[np.float64]
Places = NDArray[np.int32]

MOST_PAIRS: Final = 10_000_000
"""Pairs that are held at once."""
_BLOCK: Final = 1 << 21
"""Entries of a working block (16 MB): judges are walked through in blocks."""


class Picked(NamedTuple):
    """Pairs by the positions of who judges and of the two responses, each judge's together by falling margin."""

    judge: Places
    chosen: Places
    rejected: Places
    margin: Floats


def best_and_worst(score: Floats, above: float, ends: tuple[int, int] | None = None) -> Picked:
    """The best response of each judge against the worst; the first of those with the same score, or these two."""
    judge = np.arange(len(score), dtype=np.int32)
    best, worst = score.argmax(axis=1), score.argmin(axis=1)
    if ends is not None:
        best, worst = (np.full(len(score), end) for end in ends)
    margin = score[judge, best] - score[judge, worst]
    kept = margin > above
    return Picked(judge[kept], best[kept].astype(np.int32), worst[kept].astype(np.int32), margin[kept])


def told_apart(score: Floats, above: float, most: int | None) -> Picked:
    """Every pair of every judge of a margin above a bound, or so many of the largest margins.

    Raises
    ------
    GustibusError
        There are more than can be held.

    Examples
    --------
    >>> found = told_apart(np.array([[0.0, 3.0, 1.0]]), 0.0, 2)
    >>> found.chosen.tolist(), found.rejected.tolist(), found.margin.tolist()
    ([1, 1], [0, 2], [3.0, 2.0])
    """
    first, second = _places(score.shape[1], most)
    parts: list[Picked] = []
    step = max(1, _BLOCK // max(len(first), score.shape[1]))
    if most is None and score.shape[0] * len(first) > MOST_PAIRS:
        _refuse_too_many(score, above)
    for start in range(0, len(score), step):
        block = score[start : start + step]
        order = np.argsort(-block, axis=1, kind="stable")
        ranked = np.take_along_axis(block, order, axis=1)
        gap = ranked[:, first] - ranked[:, second]
        largest = np.argsort(-gap, axis=1, kind="stable")[:, :most]
        gap = np.take_along_axis(gap, largest, axis=1)
        judge, at = np.nonzero(gap > above)
        pair = largest[judge, at]
        best, worst = (order[judge, places[pair]].astype(np.int32) for places in (first, second))
        parts.append(Picked((judge + start).astype(np.int32), best, worst, gap[judge, at]))
    return Picked(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _refuse_too_many(score: Floats, above: float) -> None:
    """Count before anything is kept: below each response, in each judge's order, are those that it clearly beats."""
    n_pairs = sum(int(np.searchsorted(own, own - above, side="left").sum()) for own in np.sort(score, axis=1))
    if n_pairs > MOST_PAIRS:
        raise GustibusError(
            f"there are {n_pairs:,} pairs by {len(score):,} judges of {score.shape[1]:,} responses, and at most "
            f"{MOST_PAIRS:,} are held at once: give most=... (--most) for the clearest of each, a larger least "
            "(--least), or take pairs='best-worst'"
        )


def without_objection(score: Floats, weight: Floats, above: float, most: int | None) -> Picked:
    """Pairs whose first response nobody likes less, by how much it is liked better on average."""
    n = score.shape[1]
    chosen, rejected = (places.reshape(-1).astype(np.int32) for places in np.indices((n, n)))
    for own in score:
        accepted = own[chosen] - own[rejected] >= -rounding(own)
        chosen, rejected = chosen[accepted], rejected[accepted]
    mean = weight @ score / weight.sum()
    margin = mean[chosen] - mean[rejected]
    order = np.argsort(-margin, kind="stable")
    order = order[margin[order] > above][:most]
    return Picked(np.zeros(len(order), np.int32), chosen[order], rejected[order], margin[order])


def _places(n: int, most: int | None) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of places in somebody's order among which those of the largest margins are.

    Above the pair of the i-th best and the j-th worst are all (i + 1) (j + 1) pairs further out.
    """
    first, second = np.triu_indices(n, 1)
    if most is not None:
        near = (first + 1) * (n - second) <= most
        first, second = first[near], second[near]
    return first, second
