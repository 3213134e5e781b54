"""A split of a data set as plain arrays: for trying numerics without texts, encoders and tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.real_people.datasets import DataSet
from gustibus.comparisons import Comparisons
from gustibus.evaluation import PeopleSplit, people_split
from gustibus.fitting import Judgements

__all__ = ["Arrays", "arrays", "arrays_of_split", "first_answers"]


@dataclass(frozen=True)
class Arrays:
    """One split. Seen people are numbered from 0, unseen people anew from 0, both in the order of their ids.

    Attributes
    ----------
    features
        ``(n_items, F)`` float64, in the order of ``data_set.comparisons.responses``.
    train, validation, seen_test
        Of seen people; ``a`` and ``b`` are rows of the features. The mask ``validation.validation`` is True throughout,
        elsewhere it is False throughout.
    unseen_pool
        Of unseen people, each one's answers in the order in which they are revealed.
    unseen_test
        Of unseen people.
    items_recur
        Whether the protocol gives every item an offset.
    """

    features: NDArray[np.float64]
    train: Judgements
    validation: Judgements
    seen_test: Judgements
    unseen_pool: Judgements
    unseen_test: Judgements
    items_recur: bool

    @property
    def fit_judgements(self) -> Judgements:
        """Training judgements and then validation judgements, told apart by the mask: what a fit reads."""
        parts = (self.train, self.validation)
        joined = {
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in ("a", "b", "user", "outcome", "weight", "validation")
        }
        return Judgements(**joined, n_users=self.train.n_users)


def arrays(data_set: DataSet, seed: int) -> Arrays:
    """The split of this seed (:func:`gustibus.people_split` with the data set's nmax and mint) as arrays.

    Parameters
    ----------
    data_set
        From :func:`benchmarks.real_people.datasets.load`.
    seed
        Of the split.
    """
    split = people_split(data_set.comparisons, data_set.nmax, data_set.mint, seed)
    return arrays_of_split(data_set, split)


def arrays_of_split(data_set: DataSet, split: PeopleSplit) -> Arrays:
    """The same for a split that is there already."""
    responses = data_set.comparisons.responses.to_pylist()
    features = data_set.encoder.encode_items([None] * len(responses), responses).astype(np.float64)
    seen, unseen = _numbers(split.train, split.validation, split.seen_test), _numbers(split.unseen_pool)
    return Arrays(
        features,
        _judgements(split.train, seen),
        _judgements(split.validation, seen, validation=True),
        _judgements(split.seen_test, seen),
        _judgements(split.unseen_pool, unseen),
        _judgements(split.unseen_test, unseen),
        data_set.items_recur,
    )


def first_answers(pool: Judgements, n: int) -> Judgements:
    """The first n answers of each person in a pool, whose people must lie one after the other."""
    starts = np.searchsorted(pool.user, pool.user, side="left")
    return pool.take(np.arange(len(pool)) - starts < n)


def _numbers(*parts: Comparisons) -> NDArray[np.intp]:
    """Number of each person by code in the vocabulary, -1 for those who are not in these parts."""
    present = np.unique(np.concatenate([part.user for part in parts]))
    ids = np.array(parts[0].users.take(present).to_pylist())
    numbers = np.full(len(parts[0].users), -1, dtype=np.intp)
    numbers[present[np.argsort(ids, kind="stable")]] = np.arange(len(present))
    return numbers


def _judgements(part: Comparisons, numbers: NDArray[np.intp], *, validation: bool = False) -> Judgements:
    return Judgements(
        part.response_a.astype(np.intp),
        part.response_b.astype(np.intp),
        numbers[part.user],
        part.outcome.astype(np.float64),
        part.weight.astype(np.float64),
        np.full(len(part), validation),
        int(numbers.max()) + 1,
    )
