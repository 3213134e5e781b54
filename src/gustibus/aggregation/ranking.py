"""From scores to an order: ranks with their unit and uncertainty, and the best of n."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError

__all__ = ["Ranked", "best_of_n", "rank_scores"]


@dataclass(frozen=True)
class Ranked:
    """One response and its place in an order.

    Attributes
    ----------
    response
        The text (or id) that was ranked.
    score
        What it was ranked by, in `unit`; higher is better.
    sd
        Standard deviation of the score under the posterior; ``nan`` where none was given.
    unit
        What the score is: ``"reward"`` (log-odds scale, comparable only within one prompt and one person),
        ``"log-odds"``, ``"win probability"`` ...
    rank
        Place from 1; responses with exactly equal scores share the better place and the next one is skipped (1, 1, 3).
    index
        Where the response stood in the list that was given.
    weight
        How often to give this response, where the order comes from a lottery (see `maximal_lottery`); else ``nan``.
    """

    response: str
    score: float
    sd: float
    unit: str
    rank: int
    index: int
    weight: float = float("nan")


def rank_scores(
    responses: Sequence[str], score: ArrayLike, sd: ArrayLike | None = None, *, unit: str = "reward"
) -> list[Ranked]:
    """Order responses by their scores, best first.

    Responses with equal scores keep the order in which they were given and share a rank (see `Ranked`), so that a
    tie is visible and the result does not depend on the sorting algorithm.

    Parameters
    ----------
    responses
        The n texts or ids.
    score
        Their scores, shape (n,); higher is better.
    sd
        Standard deviations of the scores, shape (n,). Default: not known (``nan``).
    unit
        Name of the score's unit, kept with every entry.

    Returns
    -------
    n entries, best first.

    Raises
    ------
    GustibusError
        The lengths disagree, or a score is not a number.

    Examples
    --------
    >>> for entry in rank_scores(["plain", "warm", "terse"], [0.2, 1.5, 0.2], [0.1, 0.4, 0.1]):
    ...     print(entry.rank, entry.response, entry.score, entry.unit)
    1 warm 1.5 reward
    2 plain 0.2 reward
    2 terse 0.2 reward
    """
    scores = np.asarray(score, dtype=np.float64)
    spreads = np.full(scores.shape, np.nan) if sd is None else np.asarray(sd, dtype=np.float64)
    if scores.shape != (len(responses),) or spreads.shape != scores.shape:
        raise GustibusError(
            f"{len(responses)} responses, scores of shape {scores.shape} and sd of shape {spreads.shape} do not "
            "belong together: give one score, and one sd if any, for each response"
        )
    if np.any(np.isnan(scores)):
        first = int(np.flatnonzero(np.isnan(scores))[0])
        raise GustibusError(f"the score of response {first} ({responses[first]!r}) is not a number: it has no rank")
    order = np.argsort(-scores, kind="stable")
    place = np.searchsorted(-scores[order], -scores, side="left") + 1
    return [
        Ranked(responses[i], float(scores[i]), float(spreads[i]), unit, int(place[i]), int(i)) for i in order.tolist()
    ]


def best_of_n(score: ArrayLike, sd: ArrayLike | None = None, *, caution: float = 0.0) -> NDArray[np.intp]:
    r"""Index of the best of n candidates, for any number of people or prompts at once.

    .. math:: \hat\jmath = \arg\max_j \; r_j - c \cdot \mathrm{sd}_j

    with c = `caution`. With c > 0 a candidate whose score is uncertain must be better to be picked, which guards
    against picking the largest error when n is large.

    Parameters
    ----------
    score
        Scores of n candidates along the last axis, shape (..., n), for example (U, n) for U people.
    sd
        Standard deviations of the scores, same shape; needed when `caution` is not zero.
    caution
        Standard deviations that are subtracted before comparing.

    Returns
    -------
    Indices, shape (...). Of equal candidates the first wins.

    Raises
    ------
    GustibusError
        There is no candidate, a score is not a number, or `caution` comes without `sd`.

    Examples
    --------
    >>> best_of_n([[0.1, 0.9, 0.4], [2.0, 1.0, 2.0]]).tolist()
    [1, 0]
    >>> int(best_of_n([1.0, 1.2], sd=[0.1, 0.9], caution=1.0))
    0
    """
    scores = np.asarray(score, dtype=np.float64)
    if scores.ndim == 0 or scores.shape[-1] == 0:
        raise GustibusError(
            f"scores have shape {scores.shape}: best-of-n needs at least one candidate on the last axis"
        )
    if caution != 0.0:
        if sd is None:
            raise GustibusError(f"caution={caution} needs the scores' standard deviations: pass sd, or caution=0")
        spreads = np.asarray(sd, dtype=np.float64)
        if spreads.shape != scores.shape:
            raise GustibusError(f"sd has shape {spreads.shape}, scores have {scores.shape}: give one sd for each score")
        scores = scores - caution * spreads
    if np.any(np.isnan(scores)):
        raise GustibusError(
            f"{int(np.isnan(scores).sum())} of the scores (or their sd) are not numbers: drop those candidates"
        )
    return np.asarray(np.argmax(scores, axis=-1), dtype=np.intp)
