"""Is there a sign of circles in what a fitted model leaves over? Tests that need no other fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.linalg import LinearOperator, svds
from scipy.stats import norm

from gustibus.fitting.defaults import SIGN_ANSWERS, SIGN_DRAWS, SIGN_LEVEL, SIGN_PAIRS

__all__ = ["CircleSigns", "circle_signs"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
_DENSE = 512
_CHUNK = 8192


@dataclass(frozen=True)
class CircleSigns:
    """Chances to see as much without any circle.

    Attributes
    ----------
    shared : float
        Of one circle for everybody.
    within : float
        Of circles in people, which may differ from one to the next; nan where nobody answered twice.
    """

    shared: float
    within: float

    @property
    def of_shared(self) -> bool:
        """Whether a model with circles for everybody is worth a trial."""
        return self.shared <= SIGN_LEVEL

    @property
    def of_within(self) -> bool:
        """Whether a model with circles that differ between people is worth one."""
        return self.within <= SIGN_LEVEL


def circle_signs(
    features: npt.NDArray[np.floating[Any]],
    a: IntArray,
    b: IntArray,
    user: IntArray,
    residual: FloatArray,
    seed: int,
) -> CircleSigns:
    r"""Score tests for a cyclic part beside a fitted model (*ours*).

    With :math:`r_i` what the model leaves over of judgement i, the slope of the log-likelihood in a skew-symmetric form
    :math:`s = x_a^\top A x_b` at :math:`A = 0` is

    .. math:: M = \sum_i r_i (x_{a_i} x_{b_i}^\top - x_{b_i} x_{a_i}^\top).

    *Shared*: the largest singular value of M, against that of residuals whose signs are drawn anew. *Within*: how alike
    the slopes of two answers of one person are, :math:`\sum_{i < j} r_i r_j \langle G_i, G_j \rangle`, against its
    standard deviation under such signs. Both are screens: anything else that the model leaves over, in pairs or in
    people, may pass as well.

    Parameters
    ----------
    features : ndarray, shape (n_items, D)
    a, b, user : ndarray of int, shape (M,)
        Items and person of each judgement.
    residual : ndarray, shape (M,)
        Outcome less the predicted probability, times the judgement's weight.
    seed : int

    Examples
    --------
    >>> a = np.tile([0, 1, 2], 40)
    >>> signs = circle_signs(np.eye(3), a, (a + 1) % 3, np.repeat(np.arange(12), 10), np.full(120, 0.3), seed=0)
    >>> signs.of_shared, signs.of_within
    (True, True)
    """
    rng = np.random.default_rng(seed)
    seen = _turn(features, a, b, residual)
    drawn = [_turn(features, a, b, residual * rng.choice((-1.0, 1.0), len(residual))) for _ in range(SIGN_DRAWS)]
    as_much = sum(one >= seen * (1 - 1e-9) for one in drawn)
    return CircleSigns((1 + as_much) / (1 + SIGN_DRAWS), _within(features, a, b, user, residual, rng))


def _turn(features: npt.NDArray[np.floating[Any]], a: IntArray, b: IntArray, residual: FloatArray) -> float:
    """Largest singular value of the slope in a skew-symmetric form."""
    n, width = features.shape
    one_way = coo_array((residual, (a, b)), shape=(n, n)).tocsr()
    between = (one_way - one_way.T).tocsr()
    if width <= _DENSE:
        return float(np.linalg.norm(features.T @ (between @ features), 2))

    def slope(v: FloatArray) -> FloatArray:
        return np.asarray(features.T @ (between @ (features @ v)))

    operator = LinearOperator((width, width), matvec=slope, rmatvec=lambda v: -slope(v), dtype=np.float64)
    found: FloatArray = svds(operator, k=1, return_singular_vectors=False, tol=1e-3, v0=np.ones(width))
    return float(found[0])


def _within(
    features: npt.NDArray[np.floating[Any]],
    a: IntArray,
    b: IntArray,
    user: IntArray,
    residual: FloatArray,
    rng: np.random.Generator,
) -> float:
    first, second = _answers_of_one(user, rng)
    products = np.empty(len(first))
    for start in range(0, len(first), _CHUNK):
        i, j = first[start : start + _CHUNK], second[start : start + _CHUNK]
        xa, xb, ya, yb = (features[rows] for rows in (a[i], b[i], a[j], b[j]))
        alike = (xa * ya).sum(1) * (xb * yb).sum(1) - (xa * yb).sum(1) * (xb * ya).sum(1)
        products[start : start + _CHUNK] = alike * residual[i] * residual[j]
    spread = float(np.sqrt((products**2).sum()))
    return float(norm.sf(products.sum() / spread)) if spread > 0 else float("nan")


def _answers_of_one(user: IntArray, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Positions of two answers of one person: of people in random order, until there are enough."""
    order = rng.permutation(len(user))
    order = order[np.argsort(user[order], kind="stable")]
    starts = np.flatnonzero(np.diff(user[order], prepend=-1))
    people = [mine[:SIGN_ANSWERS] for mine in np.split(order, starts[1:]) if len(mine) > 1]
    first: list[IntArray] = [np.empty(0, np.intp)]
    second: list[IntArray] = [np.empty(0, np.intp)]
    n = 0
    for person in rng.permutation(len(people)):
        i, j = np.triu_indices(len(people[person]), 1)
        first.append(people[person][i])
        second.append(people[person][j])
        n += len(i)
        if n >= SIGN_PAIRS:
            break
    return np.concatenate(first), np.concatenate(second)
