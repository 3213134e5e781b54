"""Tests on the answers themselves, without any fit: do people differ, and does anybody go in circles?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from gustibus.comparisons import Comparisons
from gustibus.comparisons.arguments import check_comparisons, check_seed
from gustibus.diagnosis.circles_in_answers import circles_in, paths_of

__all__ = ["AnswerTests", "answer_tests"]

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

_MOST_ANSWERS: Final = 40
"""Of one person: the others of somebody who gave more are left out, for the work grows with the square."""
_MOST_IN_ALL: Final = 50_000
"""Answers; of more, those of as many people as fit are looked at."""
_MOST_QUESTIONS: Final = 300
"""Those that were answered most: in these it is looked whether people differ."""
_DRAWS: Final = 199
"""Of answers without anything to find; the smallest p-value is one over one more."""


@dataclass(frozen=True)
class AnswerTests:
    """What :func:`answer_tests` found; a p-value is 1 where the data cannot tell.

    Attributes
    ----------
    circles
        Chance to see as much if nobody goes in circles, however much people differ.
    circles_z
        Its z.
    differ
        Chance to see as much if all people have the same probabilities on every pair.
    n_paths
        Pairs of one person's answers that share an item, on which ``circles`` rests.
    n_pairs
        Pairs of one person's answers on which ``differ`` rests.
    """

    circles: float
    circles_z: float
    differ: float
    n_paths: int
    n_pairs: int

    def __str__(self) -> str:
        return (
            f"somebody goes in circles: p = {self.circles:.3f} (z = {self.circles_z:.2f}, {self.n_paths:,} pairs of "
            f"answers that share an item); people differ: p = {self.differ:.3f} ({self.n_pairs:,} pairs of answers)"
        )


@dataclass(frozen=True)
class _Answers:
    """Signed answers: +1 where the item with the lower number won, a soft share in between."""

    user: Codes
    low: Codes
    high: Codes
    sign: Floats


def answer_tests(data: Comparisons, *, seed: int = 0) -> AnswerTests:
    r"""Test on the answers alone whether anybody goes in circles and whether people differ (*ours*).

    *Circles.* Let a person prefer i to j with probability :math:`(1 + t_{ij}) / 2`. If the person is consistent (strong
    stochastic transitivity: the three probabilities could come from one scale, whatever the link), then

    .. math:: t_{ij} t_{jk} + t_{jk} t_{ki} + t_{ki} t_{ij} \le 0,

    because the largest of the three has the opposite sign of the other two and exceeds both. Two answers of one person
    to two of these questions, signed along the circle, estimate a term without bias. So the mean over people of the sum
    is not positive *however much people differ*, and no majority of consistent people makes it positive (Condorcet):
    where it is, somebody goes in circles. The triples are weighted by what the other half of people says of them.

    *People differ.* If all have the same probabilities, the answers to one question may be dealt anew among those who
    gave them. Compared is the largest eigenvalue of the covariance, within people, of what answers have beyond the mean
    of their question.

    Parameters
    ----------
    data
        Judgements. Circles show in items that recur, where one person judged two pairs of the same three; longer
        circles do where their chords were judged too.
    seed
        Of the halves of people, and of what is dealt anew.

    Notes
    -----
    The p-value is among statistics of answers at random: the edge of what is tested, t = 0 for everybody. Where people
    are consistent the test rejects less often than its level says. Its two sums, one over each half of people, are
    divided by the root of the sum of their squares over people.

    Examples
    --------
    >>> from gustibus.catalog import condorcet_world, plural_world
    >>> opposite = answer_tests(plural_world(n_users=200, comparisons_per_user=4).comparisons)
    >>> majority = answer_tests(condorcet_world(n_users=200, comparisons_per_user=4).comparisons)
    >>> [found.circles < 0.01 and found.differ < 0.01 for found in (opposite, majority)], majority.circles > 0.5
    ([True, False], True)
    """
    check_comparisons(data)
    check_seed(seed)
    rng = np.random.default_rng(seed)
    answers = _signed(data, rng)
    paths = paths_of(answers.user, answers.low, answers.high)
    z, circles = circles_in(paths, answers.sign, _DRAWS, rng)
    differ, n_pairs = _differ(answers, rng)
    return AnswerTests(
        circles=circles,
        circles_z=z if np.isfinite(z) else 0.0,
        differ=differ,
        n_paths=len(paths.first),
        n_pairs=n_pairs,
    )


def _signed(data: Comparisons, rng: np.random.Generator) -> _Answers:
    """Answers with weight, of nobody more than the bound, and of as many people as fit."""
    items = data.items()
    order = rng.permutation(np.flatnonzero((data.weight > 0) & (items.a != items.b)))
    order = order[np.argsort(data.user[order], kind="stable")]
    user = data.user[order].astype(np.intp)
    starts = np.flatnonzero(np.diff(user, prepend=-1))
    place = np.arange(len(user)) - np.repeat(starts, np.diff(np.r_[starts, len(user)]))
    order, user = order[place < _MOST_ANSWERS], user[place < _MOST_ANSWERS]
    if len(user) > _MOST_IN_ALL:
        each = np.bincount(user)
        people = rng.permutation(len(each))
        fits = np.zeros(len(each), bool)
        fits[people[np.cumsum(each[people]) <= _MOST_IN_ALL]] = True
        order, user = order[fits[user]], user[fits[user]]
    a, b = items.a[order].astype(np.intp), items.b[order].astype(np.intp)
    sign = 2 * data.outcome[order].astype(np.float64) - 1
    return _Answers(user, np.minimum(a, b), np.maximum(a, b), np.where(a < b, sign, -sign))


def _differ(answers: _Answers, rng: np.random.Generator) -> tuple[float, int]:
    """Permutation p-value of the largest eigenvalue of the covariance within people, and the pairs of answers in it."""
    code = answers.low.astype(np.int64) * (int(answers.high.max(initial=0)) + 1) + answers.high
    _, question, count = np.unique(code, return_inverse=True, return_counts=True)
    often = np.argsort(-count, kind="stable")[:_MOST_QUESTIONS]
    number = np.full(len(count), -1, np.intp)
    number[often] = np.arange(len(often))
    kept = number[question] >= 0
    question, sign = number[question][kept], answers.sign[kept]
    user = np.unique(answers.user[kept], return_inverse=True)[1]
    each = np.bincount(user)
    n_pairs = int((each * (each - 1) // 2).sum())
    if not n_pairs:
        return 1.0, 0
    n = np.bincount(question, minlength=len(often))
    rest = sign - (np.bincount(question, sign, len(often)) / n)[question]
    grouped = np.argsort(question, kind="stable")
    seen = _largest(user, question, rest, len(each), len(often))
    as_much = 0
    for _ in range(_DRAWS):
        dealt = np.empty_like(rest)
        dealt[grouped] = rest[np.lexsort((rng.random(len(rest)), question))]
        as_much += _largest(user, question, dealt, len(each), len(often)) >= seen * (1 - 1e-9)
    return (1 + as_much) / (1 + _DRAWS), n_pairs


def _largest(user: Codes, question: Codes, rest: Floats, n_people: int, n_questions: int) -> float:
    """Largest eigenvalue of the products of two answers of one person, summed over people."""
    by_person = coo_array((rest, (user, question)), shape=(n_people, n_questions)).tocsr()
    products = (by_person.T @ by_person).toarray()
    products[np.diag_indices(n_questions)] -= np.bincount(question, rest**2, n_questions)
    return float(np.linalg.eigvalsh(products)[-1])
