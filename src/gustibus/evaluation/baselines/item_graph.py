r"""Ridge logistic regression of comparisons, solved on the graph of items.

Judgements enter only through the pairs of items they compare. With item utilities :math:`r = \Phi \beta + o`, a pair
(a, b) has log-odds :math:`r_a - r_b`, and the Hessian is made of the weighted graph Laplacian of the pairs: no matrix
of differences is ever formed, and repeated judgements of one pair cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import GustibusError
from gustibus.evaluation.baselines.judgements import Judgements

__all__ = ["ItemGraph", "RidgeFit", "ridge_logistic"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ItemGraph:
    """Judgements merged by pair of items.

    Attributes
    ----------
    features
        Shape (n, F).
    a, b
        The items of each of P distinct pairs, a < b, shape (P,).
    share
        Mean preference for a, shape (P,).
    weight
        Sum of the judgements' weights, shape (P,).
    """

    features: Floats
    a: NDArray[np.intp]
    b: NDArray[np.intp]
    share: Floats
    weight: Floats

    @classmethod
    def of(cls, judgements: Judgements) -> ItemGraph:
        """Merge repeated judgements of one pair, whichever way round; those without weight are left out."""
        kept = (judgements.weight > 0) & (judgements.a != judgements.b)
        a, b, y, w = (getattr(judgements, name)[kept] for name in ("a", "b", "outcome", "weight"))
        turned = a > b
        n = len(judgements.features)
        pairs, pair = np.unique(np.where(turned, b, a) * n + np.where(turned, a, b), return_inverse=True)
        weight = np.bincount(pair, w, len(pairs)).astype(np.float64)
        share = np.bincount(pair, w * np.where(turned, 1 - y, y), len(pairs)) / weight
        return cls(judgements.features, pairs // n, pairs % n, share, weight)

    def pull(self, values: Floats) -> Floats:
        """Sum a number of every pair onto its items, ``+`` on a and ``-`` on b: shape (P,) to (n,)."""
        n = len(self.features)
        return np.asarray(np.bincount(self.a, values, n) - np.bincount(self.b, values, n))

    def laplacian(self, curvature: Floats) -> Any:
        """Sparse (n, n) Laplacian of the pairs with these weights, shape (P,)."""
        from scipy import sparse

        n = len(self.features)
        adjacency = sparse.coo_matrix((curvature, (self.a, self.b)), shape=(n, n)).tocsr()
        adjacency = adjacency + adjacency.T
        return (sparse.diags(np.asarray(adjacency.sum(axis=1)).ravel()) - adjacency).tocsr()


@dataclass(frozen=True)
class RidgeFit:
    """Where the penalised likelihood is highest.

    Attributes
    ----------
    beta
        Weight of each feature, shape (F,).
    offset
        Offset of each item, shape (n,); zero where offsets are not fitted.
    hessian
        Hessian in beta with its penalty, shape (F, F).
    item_curvature
        ``sum w p (1 - p)`` over each item's judgements plus the offsets' penalty, shape (n,).
    """

    beta: Floats
    offset: Floats
    hessian: Floats
    item_curvature: Floats


def ridge_logistic(
    graph: ItemGraph,
    ridge: float,
    offset_ridge: float | None = None,
    *,
    start: RidgeFit | None = None,
    tolerance: float = 1e-7,
    max_iterations: int = 100,
) -> RidgeFit:
    r"""Penalised maximum likelihood of item utilities by Newton's method.

    .. math:: \min_{\beta, o} \sum_i w_i \bigl[\log(1 + e^{s_i}) - y_i s_i\bigr]
        + \tfrac{\lambda}{2} |\beta|^2 + \tfrac{\mu}{2} |o|^2, \qquad
        s_i = (\Phi\beta + o)_{a_i} - (\Phi\beta + o)_{b_i}

    The problem is strictly convex. The Newton system in (beta, o) is solved by conjugate gradients, preconditioned by
    the Hessian's beta block and the diagonal of its offset block; without offsets it is solved directly.

    Parameters
    ----------
    graph
        The judgements, merged by pair.
    ridge
        Penalty :math:`\lambda > 0` of the feature weights (a prior precision).
    offset_ridge
        Penalty :math:`\mu > 0` of the item offsets; None fits no offsets.
    start
        A fit at nearby penalties to start from.
    tolerance
        Largest absolute entry of the gradient at the end, relative to the total weight of the judgements (at least 1).
    max_iterations
        Newton steps at most.

    Raises
    ------
    GustibusError
        The steps did not converge.

    Examples
    --------
    Three of four judgements prefer item 0: with hardly any penalty its log-odds are log 3.

    >>> judged = Judgements.of_arrays([[1.0], [0.0]], [0, 0, 1, 0], [1, 1, 0, 1], outcome=[1, 1, 0, 0], user=[0] * 4)
    >>> ridge_logistic(ItemGraph.of(judged), 1e-9).beta.round(4).tolist()
    [1.0986]
    """
    phi, (n, n_features) = graph.features, graph.features.shape
    beta = np.zeros(n_features) if start is None else start.beta
    offset = np.zeros(n) if start is None or offset_ridge is None else start.offset
    mu = 0.0 if offset_ridge is None else offset_ridge
    limit = tolerance * max(1.0, graph.weight.sum())
    utility = phi @ beta + offset
    value = _objective(graph, utility, beta, offset, ridge, mu)
    for _ in range(max_iterations):
        s = utility[graph.a] - utility[graph.b]
        p = _sigmoid(s)
        force = graph.pull(graph.weight * (p - graph.share))
        laplacian = graph.laplacian(graph.weight * p * (1 - p))
        gradient = np.concatenate([phi.T @ force + ridge * beta, force + mu * offset])
        spread = laplacian @ phi
        hessian = phi.T @ spread + ridge * np.eye(n_features)
        if offset_ridge is None:
            gradient[n_features:] = 0.0
        if np.abs(gradient).max(initial=0.0) <= limit:
            return RidgeFit(beta, offset, hessian, laplacian.diagonal() + mu)
        if offset_ridge is None:
            step, offset_step = np.linalg.solve(hessian, gradient[:n_features]), np.zeros(n)
        else:
            step, offset_step = _joint_step(phi, laplacian, hessian, ridge, mu, gradient)
        slope = float(step @ gradient[:n_features] + offset_step @ gradient[n_features:])
        utility_step = phi @ step + offset_step
        for size in 0.5 ** np.arange(40):
            trial = beta - size * step, offset - size * offset_step, utility - size * utility_step
            trial_value = _objective(graph, trial[2], trial[0], trial[1], ridge, mu)
            if trial_value <= value - 1e-4 * size * slope + 1e-12 * abs(value):
                break
        (beta, offset, utility), value = trial, trial_value
    raise GustibusError(
        f"ridge logistic regression did not converge in {max_iterations} Newton steps (ridge {ridge:g}, offsets "
        f"{offset_ridge}): scale the features to a standard deviation near 1 or raise the ridge"
    )


def _joint_step(
    phi: Floats, laplacian: Any, hessian: Floats, ridge: float, mu: float, gradient: Floats
) -> tuple[Floats, Floats]:
    """Newton step in (beta, o) by preconditioned conjugate gradients."""
    from scipy.linalg import cho_factor, cho_solve
    from scipy.sparse.linalg import LinearOperator, cg

    n_features = phi.shape[1]
    factor, diagonal = cho_factor(hessian), laplacian.diagonal() + mu

    def product(x: Floats) -> Floats:
        pulled = laplacian @ (phi @ x[:n_features] + x[n_features:])
        return np.concatenate([phi.T @ pulled + ridge * x[:n_features], pulled + mu * x[n_features:]])

    def precondition(x: Floats) -> Floats:
        return np.concatenate([cho_solve(factor, x[:n_features]), x[n_features:] / diagonal])

    def operator(action: Callable[[Floats], Floats]) -> Any:
        return LinearOperator((len(gradient), len(gradient)), matvec=action, dtype=np.float64)

    # Inexact Newton: each step need only shrink the residual a thousandfold, the outer loop checks the gradient.
    solution, _ = cg(operator(product), gradient, rtol=1e-3, maxiter=2000, M=operator(precondition))
    return solution[:n_features], solution[n_features:]


def _objective(graph: ItemGraph, utility: Floats, beta: Floats, offset: Floats, ridge: float, mu: float) -> float:
    s = utility[graph.a] - utility[graph.b]
    likelihood = graph.weight @ (np.logaddexp(0.0, s) - graph.share * s)
    return float(likelihood + 0.5 * ridge * beta @ beta + 0.5 * mu * offset @ offset)


def _sigmoid(s: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * s)))
