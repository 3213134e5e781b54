"""The same question put to the same person more than once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.comparisons.table import Comparisons
from gustibus.comparisons.table_columns import blocks_of_rows

__all__ = ["Questions", "contradictions", "first_of_each_pair", "questions_of", "repeated"]


@dataclass(frozen=True)
class Questions:
    """Which judgements are about the same two items, whichever way round they were shown.

    Attributes
    ----------
    pair
        ``(M,)`` code of the unordered pair of (prompt, response) items.
    flipped
        ``(M,)`` bool: the pair was shown the other way round, so ``1 - outcome`` belongs to its first item.
    question
        ``(M,)`` code of (person, pair).
    user
        ``(n_questions,)`` the person of each question.
    n_pairs, n_questions
        Numbers of distinct pairs and questions.
    """

    pair: npt.NDArray[np.int64]
    flipped: npt.NDArray[np.bool_]
    question: npt.NDArray[np.int64]
    user: npt.NDArray[np.int32]
    n_pairs: int
    n_questions: int


def questions_of(data: Comparisons) -> Questions:
    """Number the distinct pairs and the distinct questions; see :class:`Questions`.

    Examples
    --------
    >>> data = Comparisons.from_arrays(users=["ann"], responses=["tea", "gin"], user=[0, 0],
    ...                                response_a=[0, 1], response_b=[1, 0], outcome=[1, 0])
    >>> questions_of(data).question.tolist(), questions_of(data).flipped.tolist()
    ([0, 0], [False, True])
    """
    items = data.items()
    first, second = np.minimum(items.a, items.b).astype(np.int64), np.maximum(items.a, items.b)
    pairs, pair = np.unique(first * max(len(items), 1) + second, return_inverse=True)
    n_pairs = max(len(pairs), 1)
    keys, question = np.unique(data.user.astype(np.int64) * n_pairs + pair, return_inverse=True)
    return Questions(
        pair=pair.astype(np.int64),
        flipped=items.a > items.b,
        question=question.astype(np.int64),
        user=(keys // n_pairs).astype(np.int32),
        n_pairs=len(pairs),
        n_questions=len(keys),
    )


def first_of_each_pair(questions: Questions) -> npt.NDArray[np.intp]:
    """The judgement with which each pair came up first, ``(n_pairs,)`` in the order of the pairs' codes.

    Examples
    --------
    >>> data = Comparisons.from_arrays(users=["ann"], responses=["tea", "gin", "ale"], user=[0, 0, 0],
    ...                                response_a=[1, 0, 2], response_b=[2, 1, 1], outcome=[1, 0, 1])
    >>> first_of_each_pair(questions_of(data)).tolist()
    [1, 0]
    """
    return np.unique(questions.pair, return_index=True)[1]


def contradictions(data: Comparisons, questions: Questions) -> npt.NDArray[np.intp]:
    """The questions to which one person gave both answers: ``(n,)`` codes of questions."""
    toward_first = np.where(questions.flipped, 1 - data.outcome, data.outcome)
    first = np.bincount(questions.question[toward_first > 0.5], minlength=questions.n_questions)
    second = np.bincount(questions.question[toward_first < 0.5], minlength=questions.n_questions)
    return np.flatnonzero((first > 0) & (second > 0))


def repeated(data: Comparisons) -> Comparisons:
    """The judgements on questions that a person answered more than once, and rarely another; in their order.

    Questions are told apart by numbers of 64 bits that scatter them, so that millions of judgements need no more than
    one sorting of numbers; two questions share such a number in one of 2^64 cases, which keeps a judgement too many.

    Examples
    --------
    >>> data = Comparisons.from_arrays(users=["ann"], responses=["tea", "gin", "ale"], user=[0, 0, 0],
    ...                                response_a=[0, 1, 0], response_b=[1, 0, 2], outcome=[1, 0, 1])
    >>> len(repeated(data))
    2
    """
    keys = _numbers_of_questions(data)
    keys.sort()
    twice = np.unique(keys[1:][keys[1:] == keys[:-1]])
    if not len(twice):
        return data.take([])
    keys = _numbers_of_questions(data)
    place = np.minimum(np.searchsorted(twice, keys), len(twice) - 1)
    return data.filter(twice[place] == keys)


def _numbers_of_questions(data: Comparisons) -> npt.NDArray[np.uint64]:
    """A scattered number for (person, unordered pair of items) of every judgement; sums wrap around, as is meant."""
    n_responses = np.uint64(max(len(data.responses), 1))
    numbers = np.empty(len(data), np.uint64)
    for rows in blocks_of_rows(len(data)):
        a = (data.prompt[rows] + np.int64(1)).astype(np.uint64) * n_responses + data.response_a[rows].astype(np.uint64)
        b = (data.prompt_b[rows] + np.int64(1)).astype(np.uint64) * n_responses + data.response_b[rows].astype(
            np.uint64
        )
        pair = _scattered(np.minimum(a, b)) + np.maximum(a, b)
        numbers[rows] = _scattered(pair) + data.user[rows].astype(np.uint64)
    return numbers


def _scattered(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Numbers with their bits mixed (the finaliser of Steele, Lea and Flood 2014); different ones stay different."""
    mixed: npt.NDArray[np.uint64] = numbers ^ (numbers >> np.uint64(30))
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed
