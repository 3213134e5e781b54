"""A few responses, so that everybody finds one they like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, vstack

from gustibus.aggregation.arguments import whole
from gustibus.aggregation.people import groups_of, names_of, people_by_column, shares_of
from gustibus.comparisons import GustibusError

__all__ = ["OvertonSet", "overton_set"]

Floats = NDArray[np.float64]

_MOST_EXACT: Final = 20_000
"""People (or groups) times responses up to which the exact set is looked for."""


@dataclass(frozen=True, eq=False)
class OvertonSet:
    """A set of k responses.

    Attributes
    ----------
    responses
        Their indices; those of the greedy set in the order in which they were taken, else ascending.
    coverage
        What people get from the best of them for each, on average; 0 is everybody's worst response.
    share
        ``coverage`` over what all responses together would give: 1 where everybody finds their favourite.
    bound
        No set of k has a larger coverage than this.
    favourite
        Which of the set each person (or group) likes best: an index of a response, shape (U,) or (G,).
    gains
        What each response added when it was taken, shape (k,); only of the greedy set, else empty.
    names
        Those of the responses in the set; their indices where none were given.
    """

    responses: tuple[int, ...]
    coverage: float
    share: float
    bound: float
    favourite: NDArray[np.intp]
    gains: Floats
    names: tuple[Any, ...]


def overton_set(
    reward: ArrayLike,
    k: int,
    weight: ArrayLike | None = None,
    *,
    group: Sequence[Any] | None = None,
    method: Literal["greedy", "exact"] = "greedy",
    responses: Sequence[Any] | None = None,
) -> OvertonSet:
    r"""The k responses of which everybody likes one best, as much as can be.

    .. math:: F(S) = \sum_g \pi_g \max_{y \in S} \bigl(r_g(y) - \min_{y'} r_g(y')\bigr), \qquad F(\emptyset) = 0.

    Rewards are shifted, so that a person's worst response is worth 0; then F is monotone and submodular, and taking
    the response that adds most, k times, reaches at least :math:`1 - 1/e` of the best set (Nemhauser, Wolsey and
    Fisher 1978, Mathematical Programming 14). ``bound`` is usually much closer: the coverage plus the k largest
    further gains. A set of answers that spans what reasonable people want is the Overton pluralism of Sorensen et al.
    (2024, arXiv 2402.05070). Adding a constant to a person's rewards changes nothing, multiplying them does.

    Parameters
    ----------
    reward
        ``r_u(y)``, shape (U, n).
    k
        Responses in the set, 1 .. n.
    weight
        How much each person counts, shape (U,). Default: equally.
    group
        Name of each person's group: then groups, with the mean rewards of their people, take the place of people.
    method
        "greedy", or "exact": an integer programme, for small pools.
    responses
        Their names, such as their texts. Default: 0 .. n - 1.

    Raises
    ------
    GustibusError
        k is not possible, inputs are not valid, or an exact set is asked of more than 20,000 entries.

    Examples
    --------
    >>> rewards = [[3.0, 2.0, 0.0], [0.0, 2.0, 3.0], [0.0, 1.0, 3.0]]
    >>> overton_set(rewards, 1).responses, overton_set(rewards, 2).responses, overton_set(rewards, 2).share
    ((2,), (2, 0), 1.0)
    """
    r = people_by_column(reward, "reward")
    n = r.shape[1]
    k = whole(k, "k", 1, n)
    names = names_of(responses, n, "names", "responses")
    if group is None:
        share = shares_of(weight, len(r))
    else:
        groups = groups_of(names_of(group, len(r), "groups", "people"), weight)
        r, share = groups.mean(r), groups.share
    worth = share[:, None] * (r - r.min(axis=1, keepdims=True))
    if method == "greedy":
        (chosen, gains), most = _greedy(worth, k), 0.0
    elif method == "exact":
        (chosen, most), gains = _exact(worth, k), np.zeros(0)
    else:
        raise GustibusError(f"method={method!r} is not known: use 'greedy' or 'exact'")
    covered = worth[:, chosen].max(axis=1)
    coverage, everything = float(covered.sum()), float(worth.max(axis=1).sum())
    bound = max(coverage, most)
    if method == "greedy":
        more = np.sort(np.maximum(worth - covered[:, None], 0).sum(axis=0))[::-1]
        bound = min(coverage + float(more[:k].sum()), coverage / (1 - np.exp(-1)), everything)
    return OvertonSet(
        tuple(int(i) for i in chosen),
        coverage,
        coverage / everything if everything > 0 else 1.0,
        bound,
        np.asarray(chosen, np.intp)[r[:, chosen].argmax(axis=1)],
        gains,
        tuple(names[int(i)] for i in chosen),
    )


def _greedy(worth: Floats, k: int) -> tuple[list[int], Floats]:
    chosen: list[int] = []
    covered, gains = np.zeros(len(worth)), np.zeros(k)
    for step in range(k):
        gain = np.maximum(worth - covered[:, None], 0).sum(axis=0)
        gain[chosen] = -1.0
        best = int(gain.argmax())
        chosen.append(best)
        gains[step] = gain[best]
        covered = np.maximum(covered, worth[:, best])
    return chosen, gains


def _exact(worth: Floats, k: int) -> tuple[list[int], float]:
    """Facility location: everybody is served by one open response, k are open; and what no set can exceed."""
    n_people, n = worth.shape
    if worth.size > _MOST_EXACT:
        raise GustibusError(
            f"an exact set of {n_people} people and {n} responses is too large ({_MOST_EXACT:,} entries at most): "
            "group people, leave responses out, or take method='greedy' and read its bound"
        )
    # The solver's tolerances are absolute, so that everything together is worth one.
    unit = float(worth.max(axis=1).sum()) or 1.0
    served = np.arange(worth.size)
    person, response = np.divmod(served, n)
    ones = np.ones(worth.size)
    once = coo_array((ones, (person, served)), shape=(n_people, worth.size + n))
    is_open = coo_array((ones, (served, served)), shape=(worth.size, worth.size + n)) - coo_array(
        (ones, (served, worth.size + response)), shape=(worth.size, worth.size + n)
    )
    number = coo_array((np.ones(n), (np.zeros(n, int), worth.size + np.arange(n))), shape=(1, worth.size + n))
    rows = csr_array(vstack([once, is_open, number]))
    upper = np.concatenate([np.ones(n_people), np.zeros(worth.size), [k]])
    lower = np.concatenate([np.full(n_people + worth.size, -np.inf), [k]])
    solved = milp(
        np.concatenate([-worth.ravel() / unit, np.zeros(n)]),
        constraints=LinearConstraint(rows, lower, upper),
        bounds=Bounds(0, 1),
        integrality=np.concatenate([np.zeros(worth.size), np.ones(n)]),
        options={"mip_rel_gap": 0.0},
    )
    if solved.x is None:
        raise GustibusError(f"the exact set could not be found: {solved.message}")
    most = -float(solved.fun if solved.mip_dual_bound is None else solved.mip_dual_bound) * unit
    return [int(i) for i in np.flatnonzero(solved.x[worth.size :] > 0.5)], most
