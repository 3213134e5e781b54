"""What the rules over people share: checked rewards, how much everybody counts, and who belongs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError

__all__ = ["Groups", "groups_of", "highest", "people_by_column", "rounding", "shares_of"]

Floats = NDArray[np.float64]


def rounding(values: Floats) -> float:
    """By how much sums of such numbers may differ and be the same."""
    return 1e-12 * max(1.0, float(np.abs(values).max(initial=0.0)))


def highest(score: Floats) -> NDArray[np.intp]:
    """Where the highest scores are, those that are the same but for rounding included, (m,).

    >>> highest(np.array([0.1 + 0.2, 0.0, 0.3]))
    array([0, 2])
    """
    return np.asarray(np.flatnonzero(score >= score.max() - rounding(score)), np.intp)


def people_by_column(values: ArrayLike, name: str) -> Floats:
    """A matrix of finite numbers with one row a person.

    Raises
    ------
    GustibusError
        It is no such matrix.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2 or array.size == 0:
        raise GustibusError(
            f"{name} has shape {array.shape}, but a population needs one row per person and one column per "
            f"comparison or item: for one person pass {name}[None]"
        )
    if not np.all(np.isfinite(array)):
        row, column = (int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise GustibusError(f"{name}[{row}, {column}] is {array[row, column]}: leave that person or that column out")
    return array


def shares_of(weight: ArrayLike | None, n_users: int) -> Floats:
    """How much each person counts, scaled to sum to one; equally by default.

    Raises
    ------
    GustibusError
        The weights are not one for each person, negative, not finite or all zero.
    """
    if weight is None:
        return np.full(n_users, 1.0 / n_users)
    share = np.asarray(weight, dtype=np.float64)
    if share.shape != (n_users,):
        raise GustibusError(f"weight has shape {share.shape}, but there are {n_users} people: give one weight each")
    if not np.all(np.isfinite(share)) or np.any(share < 0):
        worst = int(np.flatnonzero(~np.isfinite(share) | (share < 0))[0])
        raise GustibusError(f"weight[{worst}] is {share[worst]}: people's weights must be finite and not negative")
    total = share.sum()
    if total <= 0:
        raise GustibusError("all people's weights are zero: leave weight out to count everybody equally")
    return np.asarray(share / total)


@dataclass(frozen=True, eq=False)
class Groups:
    """People by group.

    Attributes
    ----------
    names
        Of the G groups, in order.
    number
        Group of each person, shape (U,).
    share
        How much each group counts, shape (G,), with sum 1.
    within
        How much each person counts within their group, shape (U,).
    """

    names: tuple[Any, ...]
    number: NDArray[np.intp]
    share: Floats
    within: Floats

    def mean(self, values: Floats) -> Floats:
        """Of each group, shape (G, n) or (G,), from values of each person, (U, n) or (U,)."""
        summed = np.zeros((len(self.names), *values.shape[1:]))
        np.add.at(summed, self.number, values * self.within.reshape(-1, *[1] * (values.ndim - 1)))
        return summed


def groups_of(group: Sequence[Any] | NDArray[Any], weight: ArrayLike | None = None) -> Groups:
    """Who belongs together, and how much everybody counts.

    Parameters
    ----------
    group
        Name of each person's group, length U.
    weight
        Of each person, shape (U,). Default: equally. Groups of weight zero are left out.

    Raises
    ------
    GustibusError
        A group has no name, or the weights are not valid.

    Examples
    --------
    >>> groups = groups_of(["old", "young", "old", "young"], [1, 1, 3, 5])
    >>> groups.names, groups.share.tolist(), groups.mean(np.array([0.0, 1.0, 1.0, 1.0])).round(3).tolist()
    (('old', 'young'), [0.4, 0.6], [0.75, 1.0])
    """
    share = shares_of(weight, len(group))
    missing = [i for i, name in enumerate(group) if name is None or name != name]
    if missing:
        raise GustibusError(f"group[{missing[0]}] is {group[missing[0]]!r}: give every person a group, or none to any")
    counted = sorted({name for name, one in zip(group, share, strict=True) if one > 0})
    place = {name: i for i, name in enumerate(counted)}
    number = np.array([place.get(name, 0) for name in group], np.intp)
    mass = np.bincount(number, share, len(counted)).astype(np.float64)
    return Groups(tuple(counted), number, mass, share / mass[number])
