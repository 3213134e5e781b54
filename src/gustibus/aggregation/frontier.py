"""What is best for all on average against what is best for those who have least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.aggregation.calibrated_win_rate import calibrated_win_rate
from gustibus.aggregation.ledger import mean_of_worst
from gustibus.aggregation.people import groups_of, names_of, people_by_column, shares_of

__all__ = ["Frontier", "frontier"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Frontier:
    """What each response gives to all, and to those who have least of it.

    Attributes
    ----------
    mean
        Satisfaction over people, of each response, shape (n,).
    worst
        That of the worst-off, shape (n,).
    who
        Who they are: the group of the smallest mean, or the worst-off tenth of the people.
    undominated
        Indices of the responses than which none is better for one and no worse for the other, by falling mean.
    """

    mean: Floats
    worst: Floats
    who: Literal["group", "decile"]
    undominated: tuple[int, ...]


def frontier(reward: ArrayLike, weight: ArrayLike | None = None, *, group: Sequence[Any] | None = None) -> Frontier:
    """The responses that are no compromise too many: mean satisfaction against that of the worst-off group.

    Satisfaction is that of the `Ledger`: the share of the other responses that one beats in a person's eyes
    (`calibrated_win_rate`). "borda" chooses its one end and "group-max-min" its other; rules that aim at something else
    may choose below it, and mixtures may lie above it.

    Parameters
    ----------
    reward
        ``r_u(y)``, shape (U, n) with n >= 2.
    weight
        How much each person counts, shape (U,). Default: equally.
    group
        Name of each person's group. Without groups the worst-off tenth of the people stands in their place.

    Raises
    ------
    GustibusError
        Shapes do not belong together, or values are not valid.

    Examples
    --------
    >>> rewards = [[3.0, 1.0, -3.0], [3.0, 1.0, -3.0], [-4.0, 1.0, 3.0]]
    >>> found = frontier(rewards, group=["a", "a", "b"])
    >>> found.undominated, found.mean.round(2).tolist(), found.worst.round(2).tolist()
    ((0, 1), [0.63, 0.55, 0.32], [0.0, 0.55, 0.01])
    """
    r = people_by_column(reward, "reward")
    share = shares_of(weight, len(r))
    rates = calibrated_win_rate(r)
    mean = np.asarray(share @ rates)
    who: Literal["group", "decile"]
    if group is not None:
        who = "group"
        worst = groups_of(names_of(group, len(r), "groups", "people"), weight).mean(rates).min(axis=0)
    else:
        who, worst = "decile", np.array([mean_of_worst(column, share) for column in rates.T])
    return Frontier(mean, worst, who, _undominated(mean, worst))


def _undominated(mean: Floats, worst: Floats) -> tuple[int, ...]:
    """In one walk from the largest mean down: whoever is higher than all before."""
    kept: list[int] = []
    for i in np.lexsort((-worst, -mean)).tolist():
        if not kept or worst[i] > worst[kept[-1]] or (mean[i], worst[i]) == (mean[kept[-1]], worst[kept[-1]]):
            kept.append(i)
    return tuple(kept)
