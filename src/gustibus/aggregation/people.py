"""What the rules over people share: checked rewards, how much everybody counts, and who belongs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError

__all__ = ["Groups", "groups_of", "highest", "names_of", "numbers", "people_by_column", "rounding", "shares_of"]

Floats = NDArray[np.float64]

LARGEST: Final = 1e100
"""Numbers beyond it are refused: their sums and products would overflow."""


def rounding(values: Floats) -> float:
    """By how much sums of such numbers may differ and be the same."""
    return 1e-12 * max(1.0, float(np.abs(values).max(initial=0.0)))


def highest(score: Floats, tie: float | None = None) -> NDArray[np.intp]:
    """Where the highest scores are, those that are the same but for rounding included, (m,).

    >>> highest(np.array([0.1 + 0.2, 0.0, 0.3]))
    array([0, 2])
    """
    return np.asarray(np.flatnonzero(score >= score.max() - (rounding(score) if tie is None else tie)), np.intp)


def numbers(values: ArrayLike, name: str) -> Floats:
    """An array of numbers.

    Raises
    ------
    GustibusError
        It holds something else, or its rows are of different lengths.

    Examples
    --------
    >>> numbers([[1, 2]], "reward")
    array([[1., 2.]])
    """
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise GustibusError(
            f"{name} is no array of numbers ({error}): give numbers, in rows of the same length"
        ) from None


def people_by_column(values: ArrayLike, name: str) -> Floats:
    """A matrix of finite numbers with one row a person.

    Raises
    ------
    GustibusError
        It is no such matrix.
    """
    array = numbers(values, name)
    if array.ndim != 2 or array.size == 0:
        raise GustibusError(
            f"{name} has shape {array.shape}, but a population needs one row per person and one column per "
            f"comparison or item: for one person pass {name}[None]"
        )
    usable = np.abs(array) <= LARGEST
    if not np.all(usable):
        row, column = (int(i) for i in np.argwhere(~usable)[0])
        where = f"{name}[{row}, {column}] is {array[row, column]}"
        if np.isfinite(array[row, column]):
            raise GustibusError(f"{where}: numbers beyond {LARGEST:g} cannot be added up; give log-odds")
        raise GustibusError(f"{where}: leave that person or that column out")
    return array


def names_of(names: Sequence[Any] | None, n: int, what: str, whose: str) -> Sequence[Any]:
    """One name each, or 0 .. n - 1 where none are given.

    Raises
    ------
    GustibusError
        There are more or fewer, or the names are one text.

    Examples
    --------
    >>> list(names_of(None, 2, "names", "responses"))
    [0, 1]
    """
    if names is None:
        return range(n)
    if isinstance(names, str | bytes) or not hasattr(names, "__len__") or not hasattr(names, "__getitem__"):
        raise GustibusError(f"{what} are {names!r:.60}: give a list, one for each of the {n} {whose}")
    if len(names) != n:
        raise GustibusError(f"there are {len(names)} {what} for {n} {whose}: give one each")
    return names


def shares_of(weight: ArrayLike | None, n_users: int) -> Floats:
    """How much each person counts, scaled to sum to one; equally by default.

    Raises
    ------
    GustibusError
        The weights are not one for each person, negative, not finite or all zero.
    """
    if weight is None:
        return np.full(n_users, 1.0 / n_users)
    share = numbers(weight, "weight")
    if share.shape != (n_users,):
        raise GustibusError(f"weight has shape {share.shape}, but there are {n_users} people: give one weight each")
    if not np.all(np.isfinite(share)) or np.any(share < 0):
        worst = int(np.flatnonzero(~np.isfinite(share) | (share < 0))[0])
        raise GustibusError(f"weight[{worst}] is {share[worst]}: people's weights must be finite and not negative")
    if not np.any(share > 0):
        raise GustibusError(
            "all people's weights are zero: give somebody a weight above 0, or leave weights out to count everybody "
            "equally"
        )
    share = share / share.max()  # so that no sum overflows
    return np.asarray(share / share.sum())


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
    if isinstance(group, str | bytes) or not hasattr(group, "__len__"):
        raise GustibusError(f"group is {group!r:.60}: give a list with the name of each person's group")
    share = shares_of(weight, len(group))
    missing = [i for i, name in enumerate(group) if name is None or name != name]
    if missing:
        raise GustibusError(f"group[{missing[0]}] is {group[missing[0]]!r}: give every person a group, or none to any")
    try:
        names = {name for name, one in zip(group, share, strict=True) if one > 0}
    except TypeError:
        raise GustibusError("a group's name is a list or the like: give every person a text or a number") from None
    try:
        counted = sorted(names)
    except TypeError:  # texts and numbers
        counted = sorted(names, key=lambda name: (type(name).__name__, name))
    place = {name: i for i, name in enumerate(counted)}
    number = np.array([place.get(name, 0) for name in group], np.intp)
    mass = np.bincount(number, share, len(counted)).astype(np.float64)
    return Groups(tuple(counted), number, mass, share / mass[number])
