r"""Fixed-point steps of variational normal posteriors, for many people at once.

A person has records with log-odds :math:`s_i = \mu_i + \tilde z_i \cdot t`, where :math:`\mu_i` is known and
:math:`t \sim N(0, I)` a priori (coefficients in units of the prior's covariance root). The posterior is approximated
by the normal distribution that maximises the variational bound on the evidence. It is the fixed point of

.. math::

    p_i = E\,\sigma(s_i), \quad w_i = c_i\,E\,\sigma'(s_i), \quad
    H = I + \sum_i w_i \tilde z_i \tilde z_i', \quad t = \sum_i c_i (y_i - p_i) \tilde z_i,

with covariance :math:`H^{-1}` and the expectations over :math:`s_i` under the posterior itself (Opper & Archambeau
2009, The variational Gaussian approximation revisited), here in closed form
(:mod:`gustibus.adapting.mean_logistic`). The mean takes Newton-like
steps with the larger curvature :math:`c_i (p_i - 1/2) / s_i` in place of ``w_i`` (as in the bound of Jaakkola & Jordan
2000), which does not overshoot where answers are few and the prior is wide.

People with fewer records than coefficients are solved in the space of their records: with :math:`G = \tilde Z \tilde
Z'` the same steps need matrices of that size only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.adapting.answers import Answers, FloatArray, IntArray
from gustibus.adapting.mean_logistic import mean_sigmoid_and_slope, mean_softplus

__all__ = ["Block", "Fixed", "blocks_of", "expected_log_likelihood", "fixed_point"]

# Records of one block of people, in float64 numbers of its largest work array.
_BUDGET = 1 << 22
_PADDING = 1.25
# Smaller curvatures carry no information and would cancel digits.
_LEAST_CURVATURE = 1e-9


@dataclass(frozen=True)
class Block:
    """People with about equally many records, padded to one shape.

    Attributes
    ----------
    users : (B,)
        Whose.
    rows : (B, n)
        Positions of their records in answers sorted by user; padding repeats an arbitrary record.
    there : (B, n)
        False where padded.
    """

    users: IntArray
    rows: IntArray
    there: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Fixed:
    """The fixed point of one block.

    Attributes
    ----------
    t : (B, K)
        Posterior means in units of the prior's root.
    explained : (B, r, K)
        ``Q`` with posterior covariance ``I - Q'Q``, r the smaller of records and coefficients.
    log_odds, variance : (B, n)
        Posterior mean and variance of every record's log-odds.
    log_det : (B,)
        ``log |H|``.
    trace : (B,)
        Trace of the posterior covariance.
    change : float
        Largest last change of a record's log-odds.
    """

    t: FloatArray
    explained: FloatArray
    log_odds: FloatArray
    variance: FloatArray
    log_det: FloatArray
    trace: FloatArray
    change: float


def blocks_of(answers: Answers) -> Iterator[Block]:
    """People who have records, grouped by how many; ``answers`` must be sorted by user."""
    counts, starts = answers.n_answers, answers.starts
    order = np.argsort(counts, kind="stable").astype(np.intp)
    order = order[counts[order] > 0]
    first, width = 0, answers.n_prototypes
    while first < len(order):
        least = int(counts[order[first]])
        reach = max(least, int(least * _PADDING))
        stop = int(np.searchsorted(counts[order], reach, side="right"))
        n = int(counts[order[stop - 1]])
        stop = min(stop, first + max(1, _BUDGET // (n * max(n, width))))
        n = int(counts[order[stop - 1]])
        users = order[first:stop]
        place = np.arange(n)
        there = place < counts[users][:, None]
        rows = starts[users][:, None] + np.where(there, place, 0)
        yield Block(users, rows.astype(np.intp), there)
        first = stop


def expected_log_likelihood(
    log_odds: FloatArray, variance: FloatArray, outcome: FloatArray, weight: FloatArray
) -> FloatArray:
    """``c E[y log sigma(s) + (1 - y) log sigma(-s)]`` for normal ``s``."""
    result: FloatArray = weight * (outcome * log_odds - mean_softplus(log_odds, variance))
    return result


def fixed_point(
    z: FloatArray,
    known: FloatArray,
    outcome: FloatArray,
    weight: FloatArray,
    *,
    start: FloatArray | None = None,
    start_variance: FloatArray | None = None,
    max_steps: int = 50,
    tolerance: float = 1e-6,
) -> Fixed:
    """Posteriors of one block.

    Parameters
    ----------
    z : (B, n, K) array
        Rows in units of the prior's root, zero where padded.
    known : (B, n) array
        The part of the log-odds that is known.
    outcome, weight : (B, n) array
        Weight zero where padded.
    start : (B, K) array, optional
        Means to start from; zero by default.
    start_variance : (B, n) array, optional
        Variances of the log-odds to start from; the prior's by default.
    max_steps, tolerance
        Until no record's log-odds change by more than the tolerance.
    """
    n_people, n_records, width = z.shape
    by_records = n_records < width
    gram = z @ z.swapaxes(1, 2) if by_records else None
    diagonal = np.einsum("bnk,bnk->bn", z, z)
    v = diagonal if start_variance is None else start_variance
    t = np.zeros((n_people, width)) if start is None else start
    deviation = np.matmul(z, t[:, :, None])[:, :, 0]
    alpha = np.zeros((n_people, n_records))
    change = np.inf
    slope: FloatArray | None = None
    for _ in range(max_steps):
        s = known + deviation
        p, curvature = mean_sigmoid_and_slope(s, v)
        fresh = np.maximum(weight * curvature, _LEAST_CURVATURE)
        # Under a wide prior covariance and curvature would swing between too little and too much.
        slope = fresh if slope is None else np.sqrt(slope * fresh)
        bound = np.maximum(weight * _half_slope(s, p, curvature), _LEAST_CURVATURE)
        target = weight * (outcome - p) + bound * deviation
        if gram is not None:
            alpha = np.linalg.solve(np.eye(n_records) + bound[:, :, None] * gram, target[:, :, None])[:, :, 0]
            new = np.matmul(gram, alpha[:, :, None])[:, :, 0]
            new_v = _variance_by_records(gram, slope)
        else:
            right = np.matmul(target[:, None, :], z)[:, 0]
            t = np.linalg.solve(_precision(z, bound), right[:, :, None])[:, :, 0]
            new = np.matmul(z, t[:, :, None])[:, :, 0]
            new_v = np.einsum("bnk,bnk->bn", z @ np.linalg.inv(_precision(z, slope)), z)
        change = max(float(np.abs(new - deviation).max(initial=0.0)), float(np.abs(new_v - v).max(initial=0.0)))
        deviation, v = new, new_v
        if change <= tolerance:
            break
    if gram is not None:
        t = np.matmul(alpha[:, None, :], z)[:, 0]
    return _finish(z, gram, known, deviation, v, weight, t, change)


def _finish(
    z: FloatArray,
    gram: FloatArray | None,
    known: FloatArray,
    deviation: FloatArray,
    v: FloatArray,
    weight: FloatArray,
    t: FloatArray,
    change: float,
) -> Fixed:
    """The posterior covariance at the end, in the form it is used in."""
    n_records, width = z.shape[1:]
    s = known + deviation
    slope = np.maximum(weight * mean_sigmoid_and_slope(s, v)[1], 0.0)
    if gram is not None:
        root = np.sqrt(slope)
        lower = np.linalg.cholesky(np.eye(n_records) + root[:, :, None] * gram * root[:, None, :])
        explained = np.linalg.solve(lower, root[:, :, None] * z)
        log_det = 2 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
    else:
        values, vectors = np.linalg.eigh(_precision(z, slope))
        values = np.maximum(values, 1.0)
        explained = np.sqrt(1 - 1 / values)[:, :, None] * vectors.swapaxes(1, 2)
        log_det = np.log(values).sum(axis=1)
    trace = width - (explained**2).sum(axis=(1, 2))
    return Fixed(t, explained, s, v, log_det, trace, change)


def _half_slope(s: FloatArray, p: FloatArray, curvature: FloatArray) -> FloatArray:
    """``(E sigma - 1/2) / s``, with its limit, the curvature, at 0."""
    small = np.abs(s) < 1e-4
    result: FloatArray = np.where(small, curvature, (p - 0.5) / np.where(small, 1.0, s))
    return result


def _precision(z: FloatArray, curvature: FloatArray) -> FloatArray:
    """``I + Z' diag(w) Z``, (B, K, K)."""
    precision: FloatArray = z.swapaxes(1, 2) @ (curvature[:, :, None] * z)
    precision += np.eye(z.shape[2])
    return precision


def _variance_by_records(gram: FloatArray, slope: FloatArray) -> FloatArray:
    """Diagonal of ``(G^{-1} + W)^{-1}`` without inverting ``G``."""
    root = np.sqrt(slope)
    inverse = np.linalg.inv(np.eye(gram.shape[1]) + root[:, :, None] * gram * root[:, None, :])
    v: FloatArray = (1 - np.diagonal(inverse, axis1=1, axis2=2)) / slope
    return np.maximum(v, 0.0)
