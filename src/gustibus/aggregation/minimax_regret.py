"""The mixture of responses that is least regretted by whoever regrets it most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

from gustibus.aggregation.people import people_by_column, shares_of
from gustibus.comparisons import GustibusError

__all__ = ["LeastRegret", "minimax_regret"]

Floats = NDArray[np.float64]

_ADDED_A_ROUND: Final = 64
"""People whose regret is added to the programme at once; those whose regret never binds stay out."""
_TOLERANCE: Final = 1e-9
"""Share of the largest regret by which the bounds on the optimum may differ."""
_SAME: Final = 1e-6
"""Mixtures that differ by less are one."""
_SOLVER: Final = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


@dataclass(frozen=True, eq=False)
class LeastRegret:
    """A mixture of n responses, and who holds it where it is.

    Attributes
    ----------
    weight
        Probability of each response, shape (n,), with sum 1.
    regret
        What each person loses against their own best response, shape (U,), in the unit of the rewards.
    value
        The largest of them, over people who count.
    bound
        No mixture has a smaller largest regret than this; equals ``value`` up to rounding.
    unique
        Whether it is the only mixture of this largest regret. If not, it is the one of highest mean reward among them.
    adversary
        Share of each person in the mixture of people for whom no response has less regret, shape (U,): those who hold
        the decision where it is.
    """

    weight: Floats
    regret: Floats
    value: float
    bound: float
    unique: bool
    adversary: Floats


def minimax_regret(reward: ArrayLike, weight: ArrayLike | None = None) -> LeastRegret:
    r"""The mixture of responses whose largest regret, over people, is smallest.

    .. math:: \min_{w \in \Delta_n} \max_u \Bigl(\max_y r_u(y) - \sum_y w_y\, r_u(y)\Bigr).

    A linear programme, solved exactly: people enter it as their regret turns out to bind, so that ten thousand of them
    cost little more than the few who matter. Several mixtures can have the same largest regret, and some of them may be
    worse for somebody and better for nobody; a second programme takes that of highest mean reward, than which no other
    mixture is better for one person and worse for none. ``unique`` says whether there was anything to choose.

    Adding a constant to a person's rewards changes nothing; multiplying them makes that person matter more. Savage
    (1951), The theory of statistical decision, JASA 46; for types of people Chidambaram et al. (2024), arXiv
    2405.15065.

    Parameters
    ----------
    reward
        ``r_u(y)``, shape (U, n): people, groups or types by responses.
    weight
        Shape (U,); says who counts at all (> 0), and how much in the mean that tells equal mixtures apart.

    Raises
    ------
    GustibusError
        Rewards or weights are not valid, or the programme cannot be solved.

    Examples
    --------
    >>> found = minimax_regret([[1.0, 0.0, 0.4], [0.0, 1.0, 0.4]])
    >>> found.weight.round(3).tolist(), round(found.value, 3), found.unique
    ([0.5, 0.5, 0.0], 0.5, True)

    Ann and eve, who have most to regret, do not tell the first two apart; bob does.

    >>> found = minimax_regret([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.2, 0.1]])
    >>> found.weight.round(3).tolist(), found.unique
    ([0.0, 0.5, 0.5], False)
    """
    r = people_by_column(reward, "reward")
    share = shares_of(weight, len(r))
    counted = np.flatnonzero(share > 0)
    regret = r[counted].max(axis=1, keepdims=True) - r[counted]
    scale = float(regret.max())
    adversary = np.zeros(len(r))
    if scale == 0:
        adversary[counted] = 1 / len(counted)
        everything = np.full(r.shape[1], 1 / r.shape[1])
        return LeastRegret(everything, np.zeros(len(r)), 0.0, 0.0, r.shape[1] == 1, adversary)
    programmes = _Programmes(regret / scale)
    bound, price = programmes.least()
    adversary[counted[programmes.inside[: len(price)]]] = price
    limit = bound + _TOLERANCE
    mixture = programmes.furthest(np.asarray(share[counted] @ (regret / -scale)), limit)
    direction = np.asarray(np.random.default_rng(0).normal(size=(r.shape[1],)))
    ends = [programmes.furthest(way, limit) for way in (direction, -direction)]
    unique = bool(np.abs(ends[0] - ends[1]).max() < _SAME)
    each = r.max(axis=1) - r @ mixture
    return LeastRegret(mixture, np.maximum(each, 0.0), float(each[counted].max()), bound * scale, unique, adversary)


class _Programmes:
    """Linear programmes over mixtures, with those people in them whose regret binds.

    Parameters
    ----------
    regret
        Of each person with each response, (U, n); the largest is one.
    """

    def __init__(self, regret: Floats) -> None:
        self.regret = regret
        self.inside = _most(regret[:, regret.max(axis=0).argmin()])

    def least(self) -> tuple[float, Floats]:
        """The smallest largest regret, and the shares of the people inside in the worst mixture of people."""
        n = self.regret.shape[1]
        while True:
            rows = self.regret[self.inside]
            solved = _solved(
                np.append(np.zeros(n), 1.0),
                np.hstack([rows, -np.ones((len(rows), 1))]),
                np.zeros(len(rows)),
                np.append(np.ones(n), 0.0)[None],
            )
            value = float(solved.fun)
            if not self._add(_mixture(solved.x[:n]), value):
                price = np.maximum(-solved.ineqlin.marginals, 0.0)
                return value, np.asarray(price / price.sum())

    def furthest(self, direction: Floats, limit: float) -> Floats:
        """The mixture that goes furthest in a direction, of those whose largest regret is below the limit."""
        n = self.regret.shape[1]
        while True:
            rows = self.regret[self.inside]
            mixture = _mixture(_solved(-direction, rows, np.full(len(rows), limit), np.ones((1, n))).x)
            if not self._add(mixture, limit):
                return mixture

    def _add(self, mixture: Floats, limit: float) -> bool:
        """Take those in whose regret is above the limit; whether there are any."""
        each = self.regret @ mixture
        outside = np.setdiff1d(np.flatnonzero(each > limit + _TOLERANCE), self.inside)
        self.inside = np.concatenate([self.inside, outside[_most(each[outside])]])
        return bool(len(outside))


def _most(values: Floats) -> NDArray[np.intp]:
    """Where the largest values are."""
    return np.argsort(-values, kind="stable")[:_ADDED_A_ROUND]


def _solved(cost: Floats, rows: Floats, limit: Floats, sums: Floats) -> Any:
    bounds = [(0.0, None) if counts else (None, None) for counts in sums[0]]  # a bound on the regret is free
    solved = linprog(
        cost, A_ub=rows, b_ub=limit, A_eq=sums, b_eq=[1.0], bounds=bounds, method="highs", options=dict(_SOLVER)
    )
    if solved.x is None:
        raise GustibusError(f"the mixture of least regret could not be found: {solved.message}")
    return solved


def _mixture(weight: Floats) -> Floats:
    """Without what the solver's rounding left of a weight."""
    kept = np.where(weight > _TOLERANCE, weight, 0.0)
    return np.asarray(kept / kept.sum())
