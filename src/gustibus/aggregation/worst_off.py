"""Rules that look at who is worst off: max-min, leximin, and the mixture of least regret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

from gustibus.aggregation.people import people_by_column, shares_of
from gustibus.comparisons import GustibusError

__all__ = ["LeastRegret", "leximin", "max_min", "minimax_regret"]

Floats = NDArray[np.float64]

_ADDED_A_ROUND: Final = 64
"""People whose regret is added to the programme at once; those whose regret never binds stay out."""
_TOLERANCE: Final = 1e-9
"""Share of the largest regret by which the bounds on the optimum may differ."""


def max_min(reward: ArrayLike, weight: ArrayLike | None = None) -> Floats:
    r"""What the worst-off person (or group) gets from each response, shape (n,).

    .. math:: m(y) = \min_u r_u(y), \qquad y^* = \arg\max_y m(y).

    The limit :math:`\alpha \to -\infty` of `alpha_mean`. For groups pass their mean rewards, one row a group. Weights
    only say who counts at all (> 0). The order depends on everybody's zero and scale, see `alpha_mean`.
    Chakraborty et al. (2024), arXiv 2402.08925, for policies.

    Examples
    --------
    >>> max_min([[0.9, 0.6], [0.1, 0.4]]).tolist()
    [0.1, 0.4]
    """
    r = people_by_column(reward, "reward")
    return np.asarray(r[shares_of(weight, len(r)) > 0].min(axis=0))


def leximin(reward: ArrayLike, weight: ArrayLike | None = None) -> NDArray[np.intp]:
    """Responses in the order of their worst-off person, then of the second worst-off where that one ties, and so on.

    Sen (1970), Collective Choice and Social Welfare. Weights only say who counts at all (> 0).

    Parameters
    ----------
    reward
        ``r_u(y)``, shape (U, n): people (or groups) by responses, on one scale.
    weight
        Shape (U,).

    Returns
    -------
    Indices of the n responses, best first; responses that give the same in every place keep their order.

    Examples
    --------
    Both give 0.2 to somebody, and the second gives more to the next.

    >>> leximin([[0.2, 0.9], [0.3, 0.2], [0.9, 0.4]]).tolist()
    [1, 0]
    """
    r = people_by_column(reward, "reward")
    ascending = np.sort(r[shares_of(weight, len(r)) > 0], axis=0)
    # The last key is the first to be looked at; negated, so that ties keep the order given.
    return np.asarray(np.lexsort(-ascending[::-1]), np.intp)


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
        The largest of them.
    bound
        No mixture has a smaller largest regret than this; equals ``value`` up to rounding.
    adversary
        Share of each person in the mixture of people for whom no response has less regret, shape (U,): those who hold
        the decision where it is.
    """

    weight: Floats
    regret: Floats
    value: float
    bound: float
    adversary: Floats


def minimax_regret(reward: ArrayLike, weight: ArrayLike | None = None) -> LeastRegret:
    r"""The mixture of responses whose largest regret, over people, is smallest.

    .. math:: \min_{w \in \Delta_n} \max_u \Bigl(\max_y r_u(y) - \sum_y w_y\, r_u(y)\Bigr).

    A linear programme, solved exactly: people enter it as their regret turns out to bind, so that ten thousand of them
    cost little more than the few who matter. Adding a constant to a person's rewards changes nothing; multiplying
    them makes that person matter more. Savage (1951), The theory of statistical decision, JASA 46; for types of people
    Chidambaram et al. (2024), arXiv 2405.15065.

    Parameters
    ----------
    reward
        ``r_u(y)``, shape (U, n): people, groups or types by responses.
    weight
        Shape (U,); only says who counts at all (> 0).

    Raises
    ------
    GustibusError
        Rewards or weights are not valid, or the programme cannot be solved.

    Examples
    --------
    >>> found = minimax_regret([[1.0, 0.0, 0.4], [0.0, 1.0, 0.4]])
    >>> found.weight.round(3).tolist(), round(found.value, 3)
    ([0.5, 0.5, 0.0], 0.5)
    """
    r = people_by_column(reward, "reward")
    counted = np.flatnonzero(shares_of(weight, len(r)) > 0)
    regret = r[counted].max(axis=1, keepdims=True) - r[counted]
    scale = float(regret.max())
    adversary = np.zeros(len(r))
    if scale == 0:
        adversary[counted] = 1 / len(counted)
        everything = np.full(r.shape[1], 1 / r.shape[1])
        return LeastRegret(everything, np.zeros(len(r)), 0.0, 0.0, adversary)
    inside = _most(regret[:, regret.max(axis=0).argmin()])
    while True:
        mixture, bound, price = _programme(regret[inside] / scale)
        each = regret @ mixture
        if each.max() <= bound * scale + _TOLERANCE * scale:
            break
        outside = np.setdiff1d(np.flatnonzero(each > (bound + _TOLERANCE) * scale), inside)
        if not len(outside):
            break
        inside = np.concatenate([inside, outside[_most(each[outside])]])
    adversary[counted[inside]] = price
    return LeastRegret(
        mixture, np.asarray(r.max(axis=1) - r @ mixture), float(each.max()), float(bound * scale), adversary
    )


def _most(values: Floats) -> NDArray[np.intp]:
    """Where the largest values are."""
    return np.argsort(-values, kind="stable")[:_ADDED_A_ROUND]


def _programme(regret: Floats) -> tuple[Floats, float, Floats]:
    """The mixture, its largest regret among these people, and their shares in the worst mixture of people."""
    n_people, n = regret.shape
    solved = linprog(
        np.append(np.zeros(n), 1.0),
        A_ub=np.hstack([regret, -np.ones((n_people, 1))]),
        b_ub=np.zeros(n_people),
        A_eq=np.append(np.ones(n), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0.0, None)] * n + [(None, None)],
        method="highs",
    )
    if solved.x is None:
        raise GustibusError(f"the mixture of least regret could not be found: {solved.message}")
    mixture = np.maximum(solved.x[:n], 0.0)
    price = np.maximum(-solved.ineqlin.marginals, 0.0)
    return mixture / mixture.sum(), float(solved.fun), price / price.sum()
