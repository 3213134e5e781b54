"""One number a person: sums by user, and what follows from them about the average and the worst-served people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError

__all__ = ["UserSums", "sums_by_user", "worst_group"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class UserSums:
    """A record-level quantity summed by user: all that means, intervals and comparisons over people need.

    Attributes
    ----------
    user
        The U people, sorted, shape (U,).
    total
        ``sum_i w_i v_i`` over each person's records, shape (U,).
    weight
        ``sum_i w_i``, positive, shape (U,).
    """

    user: NDArray[np.generic]
    total: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def means(self) -> Floats:
        """Each person's own mean, shape (U,)."""
        return np.asarray(self.total / self.weight)

    @property
    def pooled(self) -> float:
        """Mean over records: people with more records count more."""
        return float(self.total.sum() / self.weight.sum())

    @property
    def macro(self) -> float:
        """Mean over people: everybody counts the same."""
        return float(self.means.mean())

    def worst_decile(self, *, higher_is_better: bool = False) -> float:
        """Mean over the worst-served tenth of the people (rounded up), each person counting the same.

        With few records a person, much of it is luck: compare it between models on the same records rather than with
        the mean.
        """
        means = np.sort(self.means)
        n_worst = -(-len(means) // 10)
        return float((means[:n_worst] if higher_is_better else means[-n_worst:]).mean())

    @classmethod
    def pool(cls, parts: Sequence[UserSums]) -> UserSums:
        """Join the sums of several runs (seeds, splits); a person who occurs in several stays one person."""
        if not parts:
            raise GustibusError("there is nothing to pool: give at least one set of sums")
        user = np.concatenate([part.user for part in parts])
        total = np.concatenate([part.total for part in parts])
        weight = np.concatenate([part.weight for part in parts])
        ids, person = np.unique(user, return_inverse=True)
        return cls(ids, _sums(person, total, len(ids)), _sums(person, weight, len(ids)))


def sums_by_user(values: ArrayLike, user: ArrayLike, weight: ArrayLike | None = None) -> UserSums:
    """Sum a record-level quantity by user; people whose records have no weight are left out.

    Parameters
    ----------
    values
        One number a record, shape (M,).
    user
        Whose record it is, shape (M,): integer codes or ids.
    weight
        Record weights, shape (M,), not negative. Default: 1.

    Raises
    ------
    GustibusError
        The lengths differ, a value is not finite, or no record has weight.

    Examples
    --------
    >>> sums = sums_by_user([0.2, 0.4, 0.9], ["ann", "ann", "bob"])
    >>> sums.user.tolist(), sums.means.round(2).tolist(), round(sums.macro, 2), round(sums.pooled, 2)
    (['ann', 'bob'], [0.3, 0.9], 0.6, 0.5)
    """
    v, people = np.asarray(values, dtype=np.float64), np.asarray(user)
    w = np.ones(v.shape) if weight is None else np.asarray(weight, dtype=np.float64)
    if v.ndim != 1 or people.shape != v.shape or w.shape != v.shape:
        raise GustibusError(
            f"values {v.shape}, user {people.shape} and weight {w.shape} must be one-dimensional and equally long"
        )
    if not np.all(np.isfinite(v)) or np.any(~(w >= 0)):
        raise GustibusError("values must be finite and weights not negative: leave such records out")
    ids, person = np.unique(people, return_inverse=True)
    weight_sum = _sums(person, w, len(ids))
    kept = weight_sum > 0
    if not np.any(kept):
        raise GustibusError("no record has weight, so there is nobody to average over")
    return UserSums(ids[kept], _sums(person, w * v, len(ids))[kept], weight_sum[kept])


def worst_group(values: ArrayLike, group: ArrayLike, weight: ArrayLike | None = None) -> tuple[str, float]:
    """The group with the highest mean over its records (the worst-served, for a loss), and that mean.

    Small groups are noisy: the worst of many looks bad by chance alone. Of equal groups the first by name is given.

    Parameters
    ----------
    values
        One loss a record, shape (M,).
    group
        The group each record belongs to, shape (M,).
    weight
        Record weights, shape (M,). Default: 1.

    Examples
    --------
    >>> worst_group([0.2, 0.4, 0.9], ["north", "north", "south"])
    ('south', 0.9)
    """
    sums = sums_by_user(values, group, weight)
    worst = int(np.argmax(sums.means))
    return str(sums.user[worst]), float(sums.means[worst])


def _sums(person: NDArray[np.intp], values: Floats, n_users: int) -> Floats:
    return np.bincount(person, values, minlength=n_users).astype(np.float64, copy=False)
