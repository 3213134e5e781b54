"""Rules that look at who is worst off: max-min and leximin."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.aggregation.people import people_by_column, shares_of

__all__ = ["leximin", "max_min"]

Floats = NDArray[np.float64]


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
