"""Who is fitted, who is new, and which of their answers are for what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons, GustibusError

__all__ = ["PeopleSplit", "people_split", "prefix", "shuffled_by_user"]

_SEEN_TEST_SHARE, _SEEN_TEST_AT_MOST = 0.2, 100
_VALIDATION_SHARE, _VALIDATION_FROM = 0.1, 6
_UNSEEN_TEST_AT_MOST = 50


@dataclass(frozen=True)
class PeopleSplit:
    """One draw of seen and unseen people, and what each of their answers is for.

    Attributes
    ----------
    train, validation, seen_test
        Answers of the seen people.
    unseen_pool
        The first `nmax` answers of each unseen person, in the order in which they are revealed; `prefix` cuts it.
    unseen_test
        Further answers of the unseen people, the same however many answers were revealed.
    """

    train: Comparisons
    validation: Comparisons
    seen_test: Comparisons
    unseen_pool: Comparisons
    unseen_test: Comparisons


def people_split(
    data: Comparisons, nmax: int = 20, mint: int = 5, seed: int = 0, *, unseen: float = 0.3
) -> PeopleSplit:
    """Split answers into seen people (train, validation, test) and unseen people (pool to adapt from, test).

    People with at least ``nmax + mint`` answers are *eligible* to be unseen; a share `unseen` of them, rounded up, is;
    everybody else is seen. Each person's answers are shuffled. Of a seen person's n answers the first 20 % (rounded
    down, at most 100) are for the test, the next 10 % (rounded down, at least one) for validation if n >= 6, the rest
    for training. Of an unseen person's answers the first `nmax` are the pool and the next, at most 50, the test.

    One generator ``default_rng(seed)`` is used throughout, in this order: one ``permutation`` of the eligible people,
    sorted by id, whose head is unseen; then, for every person sorted by id, one ``permutation`` of their answers in
    table order. So the split depends on the ids and the order of each person's answers, not on how people interleave.

    Parameters
    ----------
    data
        Answers of all people.
    nmax
        Answers that are held ready for adapting to an unseen person.
    mint
        Answers that an unseen person must have beside those, for the test.
    seed
        Seed of the draw.
    unseen
        Share of the eligible people who are unseen, in (0, 1).

    Returns
    -------
    Five disjoint parts of the data, which keep its vocabularies.

    Raises
    ------
    GustibusError
        Nobody is eligible, nobody would be seen, or an argument is out of range.

    Examples
    --------
    >>> rows = [{"user_id": f"u{u}", "response_a": f"x{i}", "response_b": f"y{i}", "choice": "a"}
    ...         for u in range(4) for i in range(10)]
    >>> parts = people_split(Comparisons.from_rows(rows), nmax=4, mint=3, seed=0)
    >>> len(parts.train), len(parts.validation), len(parts.seen_test), len(parts.unseen_pool), len(parts.unseen_test)
    (14, 2, 4, 8, 12)
    """
    if nmax < 0 or mint < 1 or not 0.0 < unseen < 1.0:
        raise GustibusError(f"nmax={nmax}, mint={mint}, unseen={unseen}: need nmax >= 0, mint >= 1 and 0 < unseen < 1")
    people = _rows_by_user(data)
    eligible = [i for i, (_, rows) in enumerate(people) if len(rows) >= nmax + mint]
    if not eligible:
        most = max((len(rows) for _, rows in people), default=0)
        raise GustibusError(
            f"no person has nmax + mint = {nmax + mint} answers (the most is {most}): nobody can be unseen; lower nmax"
        )
    rng = np.random.default_rng(seed)
    n_unseen = int(np.ceil(unseen * len(eligible) - 1e-9))
    if n_unseen == len(people):
        raise GustibusError(f"all {len(people)} people would be unseen and nobody left to learn from: lower unseen")
    chosen = {eligible[i] for i in rng.permutation(len(eligible))[:n_unseen]}
    train, validation, seen_test, pool, unseen_test = ([] for _ in range(5))
    for person, (_, rows) in enumerate(people):
        shuffled = rng.permutation(rows)
        if person in chosen:
            pool.append(shuffled[:nmax])
            unseen_test.append(shuffled[nmax : nmax + _UNSEEN_TEST_AT_MOST])
            continue
        n_test = min(int(_SEEN_TEST_SHARE * len(rows) + 1e-9), _SEEN_TEST_AT_MOST)
        n_validation = max(1, int(_VALIDATION_SHARE * len(rows) + 1e-9)) if len(rows) >= _VALIDATION_FROM else 0
        seen_test.append(shuffled[:n_test])
        validation.append(shuffled[n_test : n_test + n_validation])
        train.append(shuffled[n_test + n_validation :])
    return PeopleSplit(*(_take(data, rows) for rows in (train, validation, seen_test, pool, unseen_test)))


def prefix(pool: Comparisons, n: int) -> Comparisons:
    """The first n answers of each person in a pool, in the pool's order.

    Parameters
    ----------
    pool
        Answers in the order in which they are revealed, people in any order.
    n
        Answers a person, 0 or more; whoever has fewer keeps all.

    Examples
    --------
    >>> rows = [{"user_id": u, "response_a": a, "response_b": "z", "choice": "a"} for u, a in ["ap", "bq", "ar", "as"]]
    >>> [(row["user_id"], row["response_a"]) for row in prefix(Comparisons.from_rows(rows), 2).to_rows()]
    [('a', 'p'), ('b', 'q'), ('a', 'r')]
    """
    if n < 0:
        raise GustibusError(f"n={n}: the number of answers cannot be negative")
    order = np.argsort(pool.user, kind="stable")
    codes = pool.user[order]
    first_of_person = np.searchsorted(codes, codes, side="left")
    place = np.empty(len(pool), dtype=np.intp)
    place[order] = np.arange(len(pool)) - first_of_person
    return pool.filter(place < n)


def shuffled_by_user(data: Comparisons, seed: int) -> list[tuple[str, NDArray[np.intp]]]:
    """Each person's rows in random order; people sorted by id, one generator for all of them.

    Examples
    --------
    >>> rows = [{"user_id": u, "response_a": "p", "response_b": "q", "choice": "a"} for u in "baab"]
    >>> [(user_id, sorted(rows.tolist())) for user_id, rows in shuffled_by_user(Comparisons.from_rows(rows), seed=0)]
    [('a', [1, 2]), ('b', [0, 3])]
    """
    rng = np.random.default_rng(seed)
    return [(user_id, rng.permutation(rows)) for user_id, rows in _rows_by_user(data)]


def _rows_by_user(data: Comparisons) -> list[tuple[str, NDArray[np.intp]]]:
    """Each person's rows in table order; people sorted by id."""
    order = np.argsort(data.user, kind="stable").astype(np.intp)
    codes, starts = np.unique(data.user[order], return_index=True)
    ids = data.users.take(codes).to_pylist()
    return sorted(zip(ids, np.split(order, starts[1:]), strict=True), key=lambda person: str(person[0])) if ids else []


def _take(data: Comparisons, parts: list[NDArray[np.intp]]) -> Comparisons:
    return data.take(np.concatenate(parts) if parts else np.zeros(0, dtype=np.intp))
