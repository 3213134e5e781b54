"""The people on whom a prior is fitted: at most so many, each with at most so many records."""

from __future__ import annotations

import numpy as np

from gustibus.adapting.answers import Answers, IntArray
from gustibus.comparisons import GustibusError

__all__ = ["some_answers"]


def some_answers(
    answers: Answers, max_users: int, max_answers: int, seed: int, caller: str
) -> tuple[Answers, IntArray]:
    """At most so many people who have answers, at most so many records of each, and who the people are.

    Returns
    -------
    tuple
        Their records, with people renumbered, and their codes in ``answers``.

    Raises
    ------
    GustibusError
        If nobody has answers, or a limit is below 1.

    Examples
    --------
    >>> answers = Answers(z=np.zeros((5, 2)), outcome=np.ones(5), user=[0, 2, 2, 2, 3], n_users=4)
    >>> some, people = some_answers(answers, max_users=10, max_answers=2, seed=0, caller="fit")
    >>> some.n_answers, people
    (array([1, 2, 1]), array([0, 2, 3]))
    """
    if min(max_users, max_answers) < 1:
        raise GustibusError(f"{caller}: max_users and max_answers must be at least 1.")
    rng = np.random.default_rng(seed)
    people = np.flatnonzero(answers.n_answers)
    if people.size == 0:
        raise GustibusError(f"{caller}: nobody has answers; a prior needs at least one person who has.")
    if len(people) > max_users:
        people = np.sort(rng.choice(people, max_users, replace=False))
    chosen = answers.take_users(people)
    if chosen.n_answers.max() <= max_answers:
        return chosen, people
    order = np.lexsort((rng.random(len(chosen)), chosen.user))
    rank = np.arange(len(chosen)) - chosen.starts[chosen.user]
    if chosen.continues is None:
        return chosen.take_records(np.sort(order[rank < max_answers])), people
    return chosen.take_records(_of_whole_answers(chosen, max_answers, rng)), people


def _of_whole_answers(answers: Answers, most: int, rng: np.random.Generator) -> IntArray:
    """Records of at most so many answers a person, drawn at random; ``answers`` are sorted by person."""
    assert answers.continues is not None
    number = np.cumsum(~answers.continues) - 1
    user = answers.user[~answers.continues]
    order = np.lexsort((rng.random(len(user)), user))
    kept = np.zeros(len(user), bool)
    kept[order] = np.arange(len(user)) - np.concatenate([[0], np.cumsum(answers.n_answers)])[user] < most
    return np.flatnonzero(kept[number])
