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
from gustibus.adapting.link import LOGISTIC, Link
from gustibus.adapting.mean_logistic import Expectations

__all__ = ["Block", "Fixed", "blocks_of", "expected_log_likelihood", "fixed_point"]

# Records of one block of people, in float64 numbers of its largest work array.
_BUDGET = 1 << 22
_PADDING = 1.25
# Smaller curvatures carry no information and would cancel digits.
_LEAST_CURVATURE = 1e-9
# Variance of the normal distribution whose density is the logistic's at 0.
_LOGISTIC_SPREAD = 8 / np.pi


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

    def take(self, people: npt.NDArray[np.bool_]) -> Block:
        """Some of them, ``(B,)`` true."""
        return Block(self.users[people], self.rows[people], self.there[people])


@dataclass(frozen=True)
class Fixed:
    """The fixed point of one block, its posterior covariance in the form in which it was found.

    Attributes
    ----------
    t : (B, K)
        Posterior means in units of the prior's root.
    log_odds, variance : (B, n)
        Posterior mean and variance of every record's log-odds.
    log_det : (B,)
        ``log |H|``.
    trace : (B,)
        Trace of the posterior covariance.
    change : float
        Largest last change of a record's log-odds.
    covariance : (B, K, K) or None
        Where there are as many records as coefficients, or more.
    by_records : (B, n, K) or None
        Where there are fewer: ``Q`` with posterior covariance ``I - Q'Q``.
    """

    t: FloatArray
    log_odds: FloatArray
    variance: FloatArray
    log_det: FloatArray
    trace: FloatArray
    change: float
    covariance: FloatArray | None = None
    by_records: FloatArray | None = None

    @property
    def divergence(self) -> FloatArray:
        """Kullback-Leibler divergence of the posteriors from the prior, in nats, (B,)."""
        result: FloatArray = 0.5 * (self.trace + (self.t**2).sum(axis=1) - self.t.shape[1] + self.log_det)
        return result

    def explained(self) -> FloatArray:
        """``Q`` with posterior covariance ``I - Q'Q``, (B, r, K), r the smaller of records and coefficients.

        Rows stand in the order of records, or from the most explained direction to the least.
        """
        if self.by_records is not None:
            return self.by_records
        assert self.covariance is not None
        values, vectors = np.linalg.eigh(self.covariance)
        rows: FloatArray = np.sqrt(np.clip(1 - values, 0, 1))[:, :, None] * vectors.swapaxes(1, 2)
        return rows

    def explained_sum(self, share: FloatArray) -> FloatArray:
        """``sum_u share_u Q_u'Q_u``, (K, K)."""
        if self.by_records is not None:
            rows = (self.by_records * np.sqrt(share)[:, None, None]).reshape(-1, self.t.shape[1])
            return rows.T @ rows
        assert self.covariance is not None
        total: FloatArray = share.sum() * np.eye(self.t.shape[1]) - np.tensordot(share, self.covariance, 1)
        return total


def blocks_of(answers: Answers) -> Iterator[Block]:
    """People who have records, grouped by how many; ``answers`` must be sorted by user."""
    counts, starts = answers.n_records, answers.starts
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
    log_odds: FloatArray, variance: FloatArray, outcome: FloatArray, weight: FloatArray, link: Link = LOGISTIC
) -> FloatArray:
    """``c E[y s - A(s)]`` for normal ``s``; of the logistic link ``c E[y log sigma(s) + (1 - y) log sigma(-s)]``."""
    result: FloatArray = weight * (outcome * log_odds - link.average_partition(log_odds, variance))
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
    expectations: Expectations = "exact",
    link: Link = LOGISTIC,
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
    expectations : {"exact", "mackay"}
        Of the logistic function and its slope.
    link : Link
        What log-odds say about answers.
    """
    solver = _ByRecords(z) if z.shape[1] < z.shape[2] else _ByCoefficients(z)
    v = np.einsum("bnk,bnk->bn", z, z) if start_variance is None else start_variance
    deviation = np.zeros_like(known) if start is None else np.matmul(z, start[:, :, None])[:, :, 0]
    slope: FloatArray | None = None
    change = np.inf
    for _ in range(max_steps):
        s = known + deviation
        p, curvature = link.averages(s, v, expectations)
        fresh = np.maximum(weight * curvature, _LEAST_CURVATURE)
        slope = fresh if slope is None else slope * (fresh / slope) ** _step_of_curvature(s, v)
        bound = np.maximum(weight * _half_slope(s, p, curvature), _LEAST_CURVATURE)
        new = solver.mean(bound, weight * (outcome - p) + bound * deviation)
        new_v = solver.variance(slope)
        moved = np.abs(new_v - v) / (1 + v)
        change = max(float(np.abs(new - deviation).max(initial=0.0)), float(moved.max(initial=0.0)))
        deviation, v = new, new_v
        if change <= tolerance:
            break
    return solver.finish(known + deviation, v, change)


class _ByCoefficients:
    """Steps with matrices of the size of the coefficients."""

    def __init__(self, z: FloatArray) -> None:
        self.z = z

    def mean(self, bound: FloatArray, target: FloatArray) -> FloatArray:
        """Solve for the means; the records' deviations, (B, n)."""
        right = np.matmul(target[:, None, :], self.z)[:, 0]
        self.t = np.linalg.solve(self._precision(bound), right[:, :, None])[:, :, 0]
        deviation: FloatArray = np.matmul(self.z, self.t[:, :, None])[:, :, 0]
        return deviation

    def variance(self, slope: FloatArray) -> FloatArray:
        """Solve for the covariances; the variances of the records' log-odds, (B, n)."""
        self.precision = self._precision(slope)
        self.covariance = np.asarray(np.linalg.inv(self.precision), np.float64)
        variance: FloatArray = np.einsum("bnk,bnk->bn", self.z @ self.covariance, self.z)
        return variance

    def finish(self, log_odds: FloatArray, variance: FloatArray, change: float) -> Fixed:
        """The posteriors of the last solutions."""
        diagonal = np.diagonal(np.linalg.cholesky(self.precision), axis1=1, axis2=2)
        trace = np.trace(self.covariance, axis1=1, axis2=2)
        return Fixed(
            self.t, log_odds, variance, 2 * np.log(diagonal).sum(axis=1), trace, change, covariance=self.covariance
        )

    def _precision(self, curvature: FloatArray) -> FloatArray:
        """``I + Z' diag(w) Z``, (B, K, K)."""
        precision: FloatArray = self.z.swapaxes(1, 2) @ (curvature[:, :, None] * self.z)
        precision += np.eye(self.z.shape[2])
        return precision


class _ByRecords:
    """The same steps with matrices of the size of the records, ``t = Z' alpha``."""

    def __init__(self, z: FloatArray) -> None:
        self.z = z
        self.gram = z @ z.swapaxes(1, 2)
        self.eye = np.eye(z.shape[1])

    def mean(self, bound: FloatArray, target: FloatArray) -> FloatArray:
        """Solve for the means; the records' deviations, (B, n)."""
        self.alpha = np.linalg.solve(self.eye + bound[:, :, None] * self.gram, target[:, :, None])[:, :, 0]
        deviation: FloatArray = np.matmul(self.gram, self.alpha[:, :, None])[:, :, 0]
        return deviation

    def variance(self, slope: FloatArray) -> FloatArray:
        """Diagonal of ``(G^{-1} + W)^{-1}`` without inverting ``G``."""
        self.root = np.sqrt(slope)
        self.inner = self.eye + self.root[:, :, None] * self.gram * self.root[:, None, :]
        share = 1 - np.diagonal(np.linalg.inv(self.inner), axis1=1, axis2=2)
        variance: FloatArray = np.maximum(share / slope, 0.0)
        return variance

    def finish(self, log_odds: FloatArray, variance: FloatArray, change: float) -> Fixed:
        """The posteriors of the last solutions."""
        lower = np.linalg.cholesky(self.inner)
        explained = np.linalg.solve(lower, self.root[:, :, None] * self.z)
        log_det = 2 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
        trace = self.z.shape[2] - (explained**2).sum(axis=(1, 2))
        t = np.matmul(self.alpha[:, None, :], self.z)[:, 0]
        return Fixed(t, log_odds, variance, log_det, trace, change, by_records=explained)


def _step_of_curvature(s: FloatArray, v: FloatArray) -> FloatArray:
    r"""How far to move a curvature towards its new value, as a share on the logarithmic scale.

    Under a wide prior a record's variance is the inverse of its curvature, and a variance larger by the factor f makes
    the curvature larger by about :math:`f^g`, :math:`g = \frac{v}{\tau^2} \frac{s^2 / \tau^2 - 1}{2}`,
    :math:`\tau^2` being ``v`` and the logistic's own spread. For answers that are very sure g exceeds 1: whole steps
    would swing between too little and too much without end. Steps of 1 / (1 + g) land where they aim.
    """
    total = v + _LOGISTIC_SPREAD
    step: FloatArray = 1 / (1 + np.maximum(s * s / total - 1, 0) * v / (2 * total))
    return step


def _half_slope(s: FloatArray, p: FloatArray, curvature: FloatArray) -> FloatArray:
    """``(E sigma - 1/2) / s``, with its limit, the curvature, at 0."""
    small = np.abs(s) < 1e-4
    result: FloatArray = np.where(small, curvature, (p - 0.5) / np.where(small, 1.0, s))
    return result
