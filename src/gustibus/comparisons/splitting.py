"""Splitting judgements so that the test side is new."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from gustibus.comparisons.arguments import check_seed
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.repeats import questions_of
from gustibus.comparisons.table import Comparisons
from gustibus.comparisons.wording import counted

__all__ = ["SplitBy", "check_no_leak", "n_shot", "split"]

SplitBy = Literal["comparison", "user", "prompt", "pair"]
"""What the two sides do not share: questions put to a person, people, prompts, or pairs of responses."""


def split(
    data: Comparisons, by: SplitBy = "comparison", test: float = 0.2, seed: int = 0
) -> tuple[Comparisons, Comparisons]:
    """Split judgements at random into a training and a test side.

    Parameters
    ----------
    data
        What to split; its own ``split`` column is not looked at.
    by
        ``"comparison"``: within every person; repeats of a question (the same person, prompt and two responses, either
        way round) go to the same side, and a person keeps at least one question for training.
        ``"user"``: no person is on both sides. ``"prompt"``: no prompt is on both sides. ``"pair"``: no two responses
        are compared on both sides, whoever is asked.
    test
        Share of the questions, people, prompts or pairs that goes to the test side, between 0 and 1.
    seed
        Equal seeds give equal splits of equal data.

    Returns
    -------
    tuple
        ``(train, test)``, each in the order of the data, with the vocabularies of the data.

    Raises
    ------
    GustibusError
        If a side would be empty, or prompts are wanted and there are none.

    Examples
    --------
    >>> drinks = ("gin", "ale")
    >>> rows = [{"user_id": u, "response_a": "tea", "response_b": b, "choice": "a"} for u in "xy" for b in drinks]
    >>> train, test = split(Comparisons.from_rows(rows), by="user", test=0.5, seed=0)
    >>> set(train.user_ids) & set(test.user_ids), len(train), len(test)
    (set(), 2, 2)
    """
    if not 0 < test < 1:
        raise GustibusError(f"test={test!r} is not a share between 0 and 1. Give for example test=0.2.")
    check_seed(seed)
    rng = np.random.default_rng(seed)
    if by == "comparison":
        in_test = _by_comparison(data, test, rng)
    elif by == "user":
        in_test = _by_whole(data.user, "user", test, rng)
    elif by == "prompt":
        in_test = _by_prompt(data, test, rng)
    elif by == "pair":
        in_test = _by_whole(questions_of(data).pair, "pair", test, rng)
    else:
        raise GustibusError(f'by={by!r} is not a way to split. Give "comparison", "user", "prompt" or "pair".')
    sides = data.filter(~in_test), data.filter(in_test)
    check_no_leak(*sides, by=by)
    return sides


def n_shot(data: Comparisons, n: int, seed: int = 0) -> tuple[Comparisons, Comparisons]:
    """Take the first n answers of every person, in shuffled order, for adaptation; the rest is for testing.

    Repeats of a question count as one answer and stay together. With equal seeds the answers for a smaller n are among
    those for a larger one.

    Parameters
    ----------
    data
        The judgements of people the model does not know.
    n
        Answers a person, >= 0; who gave no more than n has nothing to test.
    seed
        Decides the order.

    Returns
    -------
    tuple
        ``(adaptation, test)``, each in the order of the data.

    Examples
    --------
    >>> drinks = ("gin", "ale")
    >>> rows = [{"user_id": u, "response_a": "tea", "response_b": b, "choice": "a"} for u in "xy" for b in drinks]
    >>> adaptation, test = n_shot(Comparisons.from_rows(rows), 1, seed=0)
    >>> len(adaptation), len(test)
    (2, 2)
    """
    if n < 0:
        raise GustibusError(f"n={n} answers cannot be taken. Give a whole number >= 0.")
    questions = questions_of(data)
    rank, _ = _shuffled_rank(questions.user, len(data.users), np.random.default_rng(seed))
    adapts = (rank < n)[questions.question]
    return data.filter(adapts), data.filter(~adapts)


def check_no_leak(train: Comparisons, test: Comparisons, by: SplitBy) -> None:
    """Make sure that two sides share no question, person or prompt.

    Parameters
    ----------
    train, test
        The two sides; their vocabularies may differ.
    by
        What must not be on both: ``"comparison"`` (a question put to a person), ``"user"``, ``"prompt"`` or ``"pair"``.

    Raises
    ------
    GustibusError
        If something is on both sides; the first such row of test is named.

    Examples
    --------
    >>> data = Comparisons.from_rows([{"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"}] * 2)
    >>> check_no_leak(data.take([0]), data.take([1]), by="user")
    Traceback (most recent call last):
    gustibus.comparisons.errors.GustibusError: Row 0 of test leaks: user 'ann' is in train too ...
    """
    if not len(train) or not len(test):
        return
    both = Comparisons.concat([train, test])
    m = len(train)
    if by == "comparison":
        question = questions_of(both).question
        leaks = np.isin(question[m:], question[:m])
    elif by == "pair":
        pair = questions_of(both).pair
        leaks = np.isin(pair[m:], pair[:m])
    elif by == "user":
        leaks = np.isin(both.user[m:], both.user[:m])
    else:
        seen = np.union1d(both.prompt[:m], both.prompt_b[:m])
        seen = seen[seen >= 0]
        leaks = np.isin(both.prompt[m:], seen) | np.isin(both.prompt_b[m:], seen)
    if not leaks.any():
        return
    row = int(np.flatnonzero(leaks)[0])
    record = test.take([row]).to_rows()[0]
    two = f"{record['response_a']!r:.60} or {record['response_b']!r:.60}"
    what = {
        "user": f"user {record['user_id']!r} is",
        "prompt": f"prompt {record.get('prompt')!r:.80} is",
        "pair": f"the pair {two} is",
        "comparison": f"the question put to user {record['user_id']!r}, {two}, is",
    }[by]
    raise GustibusError(
        f"Row {row} of test leaks: {what} in train too ({counted(int(leaks.sum()), 'such row')}). "
        f'Make the sides with gustibus.split(data, by="{by}").'
    )


def _by_comparison(data: Comparisons, test: float, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    questions = questions_of(data)
    rank, n_of_user = _shuffled_rank(questions.user, len(data.users), rng)
    # rounded at random, so that people with few questions give their share too
    wanted = np.floor(n_of_user * test + rng.random(len(n_of_user)))
    n_test = np.minimum(wanted, np.maximum(n_of_user - 1, 0))
    in_test: npt.NDArray[np.bool_] = (rank < n_test[questions.user])[questions.question]
    if not in_test.any():
        raise GustibusError(
            f"{len(data)} judgements are too few to put a share of {test} aside and leave everybody something to train "
            'on. Give more data, a larger share, or by="user".'
        )
    return in_test


def _shuffled_rank(
    user: npt.NDArray[Any], n_users: int, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """A random order within every person: each question's place ``(n,)``, and how many each person has."""
    order = np.lexsort((rng.random(len(user)), user))
    n_of_user = np.bincount(user, minlength=n_users).astype(np.int64)
    start = np.concatenate([[0], np.cumsum(n_of_user)])[:-1]
    rank = np.empty(len(user), np.int64)
    rank[order] = np.arange(len(user)) - start[user[order]]
    return rank, n_of_user


def _by_whole(codes: npt.NDArray[Any], what: str, test: float, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    present = np.unique(codes)
    if len(present) < 2:
        raise GustibusError(
            f'With {len(present)} {what} a split by="{what}" would leave one side empty. Split by="comparison".'
        )
    n_test = min(max(round(test * len(present)), 1), len(present) - 1)
    return np.isin(codes, rng.permutation(present)[:n_test])


def _by_prompt(data: Comparisons, test: float, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    without = data.prompt < 0
    if without.any():
        count = (
            "no judgement has one" if without.all() else f"{int(without.sum()):,} of {len(data):,} judgements have none"
        )
        fix = 'Split by="user" or by="comparison"' + (
            "." if without.all() else ", or leave those out: data.filter(data.prompt >= 0)."
        )
        raise GustibusError(f'A split by="prompt" needs prompts, but {count}. {fix}')
    cluster = data.prompt
    if (data.prompt != data.prompt_b).any():  # a judgement across two prompts ties them together
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        n = len(data.prompts)
        links = coo_array((np.ones(len(data)), (data.prompt, data.prompt_b)), shape=(n, n))
        cluster = connected_components(links, directed=False)[1][data.prompt]
    return _by_whole(cluster, "prompt", test, rng)
