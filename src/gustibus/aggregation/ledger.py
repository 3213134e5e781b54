"""Who gains and who loses by a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.aggregation.calibrated_win_rate import calibrated_win_rate
from gustibus.aggregation.people import groups_of, names_of, people_by_column, shares_of
from gustibus.comparisons import GustibusError

__all__ = ["Ledger", "Overruled", "ledger_of", "mean_of_worst"]

Floats = NDArray[np.float64]

WORST_SHARE: Final = 0.1
"""Of the people, whose mean is the worst decile's."""


@dataclass(frozen=True)
class Overruled:
    """Somebody who would have had something else.

    Attributes
    ----------
    person
        Their id.
    favourite
        Index of the response they like best.
    regret
        By how much they prefer it to what was decided, in the unit of the rewards (log-odds, of a fitted model).
    lost
        The same in satisfaction, between 0 and 1: a unit in which people can be compared.
    """

    person: Any
    favourite: int
    regret: float
    lost: float


@dataclass(frozen=True, eq=False)
class Ledger:
    """What a decision, one response or a mixture of them, gives to whom.

    A person's satisfaction is the share of the other responses that the decision beats in their eyes
    (`calibrated_win_rate`): 1 for somebody's undisputed favourite, 1/2 for one response drawn at random, and of one
    unit for everybody.

    Attributes
    ----------
    counted
        People who count: those of weight 0 do not.
    mean
        Satisfaction over people, by their weights.
    worst, worst_person
        The smallest of anybody who counts, and whose it is.
    worst_decile
        Mean of the worst-off tenth of the people, by weight.
    worst_group, worst_group_name
        The smallest mean of a group, and its name; nan and None where no groups were given.
    groups
        From a group's name to its mean.
    prefer
        Share of people who like each response better than the decision, shape (n,); who likes both equally does not.
    overruled_share
        Share of people who like some response better than the decision.
    overruled
        The people who would gain most by their own favourite, most first; at most ten.
    satisfaction, regret
        Of each person, shape (U,): as above, and what they lose against their favourite in the unit of the rewards
        (log-odds, of a fitted model).
    """

    counted: int
    mean: float
    worst: float
    worst_person: Any
    worst_decile: float
    worst_group: float
    worst_group_name: Any
    groups: dict[Any, float]
    prefer: Floats
    overruled_share: float
    overruled: tuple[Overruled, ...]
    satisfaction: Floats
    regret: Floats


def ledger_of(
    reward: ArrayLike,
    decision: int | ArrayLike,
    weight: ArrayLike | None = None,
    *,
    people: Sequence[Any] | None = None,
    group: Sequence[Any] | None = None,
    win_rate: Floats | None = None,
) -> Ledger:
    """Keep the books of a decision.

    Parameters
    ----------
    reward
        ``r_u(y)`` in log-odds, shape (U, n) with n >= 2.
    decision
        Index of a response, or the probability of each, shape (n,).
    weight
        How much each person counts, shape (U,). Default: equally. People of weight 0 have satisfaction and regret, and
        are nowhere counted.
    people
        Their ids. Default: 0 .. U - 1.
    group
        Name of each person's group.
    win_rate
        `calibrated_win_rate` of the rewards, where it is known already.

    Raises
    ------
    GustibusError
        Shapes do not belong together, or the decision is no response and no mixture of them.

    Examples
    --------
    >>> rewards = [[2.0, 0.0, -1.0], [1.0, 0.0, -1.0], [-3.0, 1.0, 0.0]]
    >>> books = ledger_of(rewards, 0, people=["ann", "bob", "eve"])
    >>> round(books.mean, 2), books.worst_person, books.prefer.round(2).tolist()
    (0.59, 'eve', [0.0, 0.33, 0.33])
    >>> [(one.person, one.favourite, one.regret, round(one.lost, 2)) for one in books.overruled]
    [('eve', 1, 4.0, 0.82)]
    """
    r = people_by_column(reward, "reward")
    n_users, n = r.shape
    share = shares_of(weight, n_users)
    mixture = _mixture(decision, n)
    ids = names_of(people, n_users, "ids", "people")
    rates = calibrated_win_rate(r) if win_rate is None else win_rate
    satisfaction, gets = rates @ mixture, r @ mixture
    regret = np.maximum(r.max(axis=1) - gets, 0.0)
    counted = np.flatnonzero(share > 0)
    worst = int(counted[satisfaction[counted].argmin()])
    means: dict[Any, float] = {}
    if group is not None:
        groups = groups_of(names_of(group, n_users, "groups", "people"), weight)
        means = dict(zip(groups.names, groups.mean(satisfaction).tolist(), strict=True))
    last = min(means, key=lambda name: means[name]) if means else None
    most = counted[np.argsort(-regret[counted], kind="stable")][:10]
    better = r > gets[:, None] + 1e-12 * np.maximum(1.0, np.abs(gets))[:, None]
    favourite = r.argmax(axis=1)
    lost = rates[np.arange(n_users), favourite] - satisfaction
    return Ledger(
        counted=len(counted),
        mean=float(share @ satisfaction),
        worst=float(satisfaction[worst]),
        worst_person=ids[worst],
        worst_decile=mean_of_worst(satisfaction, share),
        worst_group=means[last] if means else float("nan"),
        worst_group_name=last,
        groups=means,
        prefer=np.asarray(share @ better),
        overruled_share=float(share @ better.any(axis=1)),
        overruled=tuple(
            Overruled(ids[i], int(favourite[i]), float(regret[i]), float(lost[i])) for i in most if better[i].any()
        ),
        satisfaction=satisfaction,
        regret=regret,
    )


def _mixture(decision: int | ArrayLike, n: int) -> Floats:
    given = np.asarray(decision)
    if given.ndim == 0 and np.issubdtype(given.dtype, np.integer):
        if not 0 <= int(given) < n:
            raise GustibusError(f"decision is {int(given)}, but the {n} responses have numbers 0 to {n - 1}")
        return np.asarray(np.eye(n)[int(given)])
    mixture = np.asarray(given, dtype=np.float64)
    if mixture.shape != (n,) or np.any(~(mixture >= 0)) or not np.isclose(mixture.sum(), 1.0, atol=1e-6):
        raise GustibusError(
            f"the decision is no mixture of {n} responses: give the number of one, or {n} probabilities with sum 1"
        )
    return np.asarray(mixture / mixture.sum())


def mean_of_worst(values: Floats, share: Floats) -> float:
    """Over the worst-off tenth of the mass; the person on the border counts with the part that is inside."""
    order = np.argsort(values, kind="stable")
    before = np.cumsum(share[order]) - share[order]
    inside = np.clip(WORST_SHARE - before, 0.0, share[order])
    return float(inside @ values[order] / inside.sum())
