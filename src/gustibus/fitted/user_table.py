"""The people a model knows: where each stands among the prototypes, and how surely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gustibus.adapting import Posterior, Posteriors
from gustibus.comparisons import GustibusError

__all__ = ["UserTable"]

Array32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class UserTable:
    """Moments of each known person's posterior over tastes.

    Attributes
    ----------
    ids : tuple of str
    mean : ndarray of float32, shape (U, K)
        Posterior mean of the weights, on the simplex.
    covariance : ndarray of float32, shape (U, K, K)
    map_weights : ndarray of float32, shape (U, K)
        Most probable weights.
    n_answers : ndarray of int64, shape (U,)
        Answers that entered the posterior.
    """

    ids: tuple[str, ...]
    mean: Array32
    covariance: Array32
    map_weights: Array32
    n_answers: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def empty(cls, n_prototypes: int) -> UserTable:
        """Nobody is known."""
        k = n_prototypes
        return cls(
            (),
            np.zeros((0, k), np.float32),
            np.zeros((0, k, k), np.float32),
            np.zeros((0, k), np.float32),
            np.zeros(0, np.int64),
        )

    @classmethod
    def of(cls, ids: Sequence[str], posteriors: Posteriors) -> UserTable:
        """The moments of some posteriors, one per id."""
        return cls(
            tuple(ids),
            posteriors.mean.astype(np.float32),
            posteriors.covariance.astype(np.float32),
            posteriors.map_weights.astype(np.float32),
            posteriors.n_answers.astype(np.int64),
        )

    @classmethod
    def of_people(cls, people: Mapping[str, Posterior]) -> UserTable:
        """The moments of single posteriors by id."""
        posteriors = list(people.values())
        return cls(
            tuple(people),
            np.array([p.weights for p in posteriors], np.float32),
            np.array([p.covariance for p in posteriors], np.float32),
            np.array([p.map_weights for p in posteriors], np.float32),
            np.array([p.n_answers for p in posteriors], np.int64),
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
        arrays = {
            f.name: np.concatenate([getattr(kept, f.name), getattr(other, f.name)])
            for f in fields(self)
            if f.name != "ids"
        }
        return UserTable(kept.ids + other.ids, **arrays)

    def take(self, ids: Sequence[str]) -> UserTable:
        """Only these people."""
        index = np.array([self.row(user_id) for user_id in ids], np.intp)
        arrays = {f.name: getattr(self, f.name)[index] for f in fields(self) if f.name != "ids"}
        return UserTable(tuple(ids), **arrays)

    def without(self, user_id: str) -> UserTable:
        """The table without one person."""
        self.row(user_id)
        return self.take([known for known in self.ids if known != user_id])
