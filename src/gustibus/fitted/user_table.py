"""The people a model knows: what is known of each one's taste."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gustibus.adapting import (
    Answers,
    AtomPrior,
    GaussianPosterior,
    GaussianPosteriors,
    Posterior,
    Posteriors,
    Prior,
    Tastes,
    adapt,
    population_of,
    tastes_of,
)
from gustibus.comparisons import GustibusError

__all__ = ["UserTable"]

Array32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class UserTable:
    """What is known of each person.

    Attributes
    ----------
    ids : tuple of str
    tastes : Tastes
        Everybody's posterior over the weights.
    map_weights : ndarray of float32, shape (U, K)
        Most probable weights.
    n_answers : ndarray of int64, shape (U,)
        Answers that entered the posterior.
    """

    ids: tuple[str, ...]
    tastes: Tastes
    map_weights: Array32
    n_answers: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def mean(self) -> npt.NDArray[np.float64]:
        """Posterior mean of the weights, shape (U, K)."""
        return self.tastes.mean

    @classmethod
    def nobody(cls, prior: Prior) -> UserTable:
        """A table without people, for those who come from this prior."""
        nobody = np.zeros(0, np.intp)
        tastes = (
            tastes_of(adapt(Answers.none(1, prior.n_prototypes), prior))
            if not isinstance(prior, AtomPrior)
            else (population_of(prior))
        )
        return cls((), tastes.take(nobody), np.zeros((0, prior.n_prototypes), np.float32), np.zeros(0, np.int64))

    @classmethod
    def of(cls, ids: Sequence[str], posteriors: Posteriors | GaussianPosteriors) -> UserTable:
        """The table of some posteriors, one per id."""
        return cls(
            tuple(ids),
            tastes_of(posteriors),
            posteriors.map_weights.astype(np.float32),
            posteriors.n_answers.astype(np.int64),
        )

    @classmethod
    def of_person(cls, user_id: str, posterior: Posterior | GaussianPosterior) -> UserTable:
        """The table of one person."""
        return cls(
            (user_id,),
            tastes_of(posterior),
            posterior.map_weights[None].astype(np.float32),
            np.array([posterior.n_answers], np.int64),
        )

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each id."""
        return {user_id: row for row, user_id in enumerate(self.ids)}

    def row(self, user_id: str) -> int:
        """Row of one person; an unknown id is an error that says what to do."""
        row = self.rows.get(user_id)
        if row is None:
            example = f"known ids look like {self.ids[0]!r}" if self.ids else "this model was saved without its people"
            raise GustibusError(
                f"user {user_id!r} is not known to this model ({example}). Place them with model.adapt(their_answers), "
                "or use None for the population."
            )
        return row

    def codes(self, ids: Sequence[str]) -> npt.NDArray[np.intp]:
        """Rows of some ids, -1 where unknown."""
        return np.array([self.rows.get(user_id, -1) for user_id in ids], np.intp).reshape(-1)

    def with_rows(self, other: UserTable) -> UserTable:
        """This table with the people of another added; whoever is in both is taken from the other."""
        kept = self.take([user_id for user_id in self.ids if user_id not in other.rows])
        return UserTable(
            kept.ids + other.ids,
            kept.tastes.with_people(other.tastes),
            np.concatenate([kept.map_weights, other.map_weights]),
            np.concatenate([kept.n_answers, other.n_answers]),
        )

    def take(self, ids: Sequence[str]) -> UserTable:
        """Only these people."""
        index = np.array([self.row(user_id) for user_id in ids], np.intp)
        return UserTable(tuple(ids), self.tastes.take(index), self.map_weights[index], self.n_answers[index])

    def without(self, user_id: str) -> UserTable:
        """The table without one person."""
        self.row(user_id)
        return self.take([known for known in self.ids if known != user_id])
