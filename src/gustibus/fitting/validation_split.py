"""Which judgements are kept out of the optimisation to make choices by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import caution
from gustibus.comparisons.wording import counted
from gustibus.fitting.defaults import (
    ENOUGH_QUESTIONS,
    ENOUGH_TO_CHOOSE,
    ENOUGH_TO_CONFIRM,
    FEWEST_PAIRS,
    MIN_JUDGEMENTS,
    MOST_DIVISIONS,
    RECURRING,
)
from gustibus.fitting.records import Judgements

__all__ = [
    "ENOUGH_TO_CHOOSE",
    "asks_new_questions",
    "confirming_questions",
    "enough_questions",
    "other_divisions",
    "other_questions",
    "questions_of",
    "validation_mask",
    "validation_pairs",
    "warn_of_little_validation",
]


def validation_mask(user: npt.NDArray[np.integer], share: float, seed: int) -> npt.NDArray[np.bool_]:
    """Draw each person's validation judgements: ``share`` of them (at least one) for people with six or more.

    Parameters
    ----------
    user : ndarray of int, shape (M,)
        Person of each judgement.
    share : float
        Between 0 and 1.
    seed : int

    Returns
    -------
    ndarray of bool, shape (M,)

    Examples
    --------
    >>> mask = validation_mask(np.repeat([0, 1], [10, 3]), 0.1, seed=0)
    >>> int(mask[:10].sum()), int(mask[10:].sum())
    (1, 0)
    """
    n_records = len(user)
    shuffled = np.random.default_rng(seed).permutation(n_records)
    # A stable sort by person keeps the shuffled order within each person, so ranks within a person are random.
    order = shuffled[np.argsort(user[shuffled], kind="stable")]
    _, start, count = np.unique(user[order], return_index=True, return_counts=True)
    rank = np.arange(n_records) - np.repeat(start, count)
    kept = np.where(count >= MIN_JUDGEMENTS, np.maximum(1, np.floor(share * count)), 0)
    mask = np.zeros(n_records, bool)
    mask[order] = rank < np.repeat(kept, count)
    return mask


def validation_pairs(
    a: npt.NDArray[np.integer], b: npt.NDArray[np.integer], share: float, seed: int
) -> npt.NDArray[np.bool_] | None:
    """Draw whole pairs of items for validation, whoever judged them; None where there are fewer than a hundred.

    A model whose preferences may go in circles can learn the pairs that it has seen by heart. What it is worth shows on
    pairs it has not.

    Parameters
    ----------
    a, b : ndarray of int, shape (M,)
        Items of each judgement, in either order.
    share : float
        Of the distinct pairs.
    seed : int

    Returns
    -------
    ndarray of bool, shape (M,), or None

    Examples
    --------
    >>> a, b = np.triu_indices(20, 1)
    >>> mask = validation_pairs(np.concatenate([a, b]), np.concatenate([b, a]), 0.1, seed=0)
    >>> int(mask.sum()), bool((mask[: len(a)] == mask[len(a) :]).all())
    (38, True)
    """
    pair = questions_of(a, b)
    n_pairs = int(pair.max(initial=-1)) + 1
    if n_pairs < FEWEST_PAIRS:
        return None
    drawn = np.random.default_rng(seed).permutation(n_pairs) < max(1, int(share * n_pairs))
    kept_out: npt.NDArray[np.bool_] = drawn[pair]
    return kept_out


def questions_of(a: npt.NDArray[np.integer], b: npt.NDArray[np.integer]) -> npt.NDArray[np.intp]:
    """Number of the pair of items that each judgement is about, in either order: ``0 .. number of pairs - 1``.

    Examples
    --------
    >>> questions_of(np.array([3, 0, 1]), np.array([1, 2, 3]))
    array([1, 0, 1])
    """
    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    return np.unique(low * (int(high.max(initial=0)) + 1) + high, return_inverse=True)[1].astype(np.intp)


def asks_new_questions(judgements: Judgements) -> bool:
    """Whether validation is about pairs of items that no training judgement is about, though pairs are asked of many.

    Examples
    --------
    >>> a, b, user = np.tile([0, 1, 2], 4), np.tile([5, 6, 7], 4), np.repeat(np.arange(4), 3)
    >>> whole = Judgements(a, b, user, np.ones(12), np.ones(12), a == 2, 4)
    >>> asks_new_questions(whole), asks_new_questions(replace(whole, validation=np.arange(12) < 3))
    (True, False)
    """
    question, validation = questions_of(judgements.a, judgements.b), judgements.validation
    asked, known = np.unique(question[validation]), np.unique(question[~validation])
    recurring = len(judgements) >= RECURRING * (len(asked) + len(known))
    return len(asked) > 0 and recurring and not np.isin(asked, known).any()


def other_questions(judgements: Judgements, seed: int) -> Iterator[Judgements]:
    """The same judgements, as many other questions kept out each time as at first, by whomever they are answered.

    Without end but that of the questions: no question is kept out twice, nor one of those kept out at first. The last
    division may keep fewer out, if it is half as many at least.

    Examples
    --------
    >>> a, user = np.tile(np.arange(40), 10), np.repeat(np.arange(10), 40)
    >>> first = Judgements(a, a + 40, user, np.ones(400), np.ones(400), a < 15, 10)
    >>> [np.unique(other.a[other.validation]).size for other in other_questions(first, seed=0)]
    [15, 10]
    """
    question, validation = questions_of(judgements.a, judgements.b), judgements.validation
    n_kept_out = len(np.unique(question[validation]))
    rest = np.random.default_rng(seed).permutation(np.unique(question[~validation]))
    for start in range(0, len(rest), n_kept_out):
        asked = rest[start : start + n_kept_out]
        if 2 * len(asked) >= n_kept_out:
            yield replace(judgements, validation=np.isin(question, asked))


def enough_questions(judgements: Judgements, seed: int) -> Iterator[Judgements]:
    """Other divisions, at most three, until 300 questions are kept out by all, those of the given one included.

    None where the given division does not ask new questions, or asks enough of them.
    """
    if not asks_new_questions(judgements):
        return
    validation = judgements.validation
    n_kept_out = len(np.unique(questions_of(judgements.a, judgements.b)[validation]))
    missing = max(0, -(-(ENOUGH_QUESTIONS - n_kept_out) // n_kept_out))
    yield from islice(other_questions(judgements, seed), min(missing, MOST_DIVISIONS))


def confirming_questions(judgements: Judgements, seed: int) -> Iterator[Judgements]:
    """Other divisions by question, at most three, fewer where a thousand judgements are kept out by fewer."""
    kept_out = 0
    for other in islice(other_questions(judgements, seed), MOST_DIVISIONS):
        yield other
        kept_out += int(other.validation.sum())
        if kept_out >= ENOUGH_TO_CONFIRM:
            return


def other_divisions(judgements: Judgements, seed: int) -> Iterator[Judgements]:
    """The same judgements, others of them kept out each time, to see whether a gain comes back.

    The best of several gains is flattered by chance on the judgements by which it was found to be the best. No
    judgement is kept out twice, and none of those that were kept out at first. There are at most three divisions, fewer
    where a thousand judgements are kept out by fewer, and none where fewer than thirty are left to choose by. Whole
    questions are kept out where validation asks new ones.

    Examples
    --------
    >>> user, zeros = np.repeat(np.arange(50), 10), np.zeros(500)
    >>> first = Judgements(user, user, user, zeros, zeros, validation_mask(user, 0.1, seed=0), 50)
    >>> others = list(other_divisions(first, seed=0))
    >>> [int(other.validation.sum()) for other in others], int(sum(other.validation for other in others).max())
    ([50, 50, 50], 1)
    """
    if asks_new_questions(judgements):
        yield from confirming_questions(judgements, seed)
        return
    share = float(judgements.validation.mean())
    never_kept_out = ~judgements.validation
    kept_out = 0
    for number in range(1, MOST_DIVISIONS + 1):
        rest = np.flatnonzero(never_kept_out)
        validation = np.zeros(len(judgements), bool)
        validation[rest[validation_mask(judgements.user[rest], share, seed + number)]] = True
        if validation.sum() < ENOUGH_TO_CHOOSE:
            return
        never_kept_out &= ~validation
        kept_out += int(validation.sum())
        yield replace(judgements, validation=validation)
        if kept_out >= ENOUGH_TO_CONFIRM:
            return


def warn_of_little_validation(n: int) -> None:
    """Say that the defaults are used because there is too little to choose by."""
    caution(
        f"only {counted(n, 'judgement')} can be kept for validation, too few to choose settings by "
        f"({ENOUGH_TO_CHOOSE} are needed): the defaults are used. More answers from people with six or more would "
        "change that."
    )
