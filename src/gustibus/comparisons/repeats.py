"""The same question put to the same person more than once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.comparisons.table import Comparisons

__all__ = ["Questions", "contradictions", "questions_of"]


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


def contradictions(data: Comparisons, questions: Questions) -> npt.NDArray[np.intp]:
    """The questions to which one person gave both answers: ``(n,)`` codes of questions."""
    toward_first = np.where(questions.flipped, 1 - data.outcome, data.outcome)
    first = np.bincount(questions.question[toward_first > 0.5], minlength=questions.n_questions)
    second = np.bincount(questions.question[toward_first < 0.5], minlength=questions.n_questions)
    return np.flatnonzero((first > 0) & (second > 0))
