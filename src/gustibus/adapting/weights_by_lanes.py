# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"
"""The solver of ``solve_map`` as compiled code: eight people at once, each with the same steps in a lane of their own.

Functions are compiled once for each number of prototypes (``each`` is a tuple of as many entries, whose length numba
knows while it compiles, so that loops over prototypes are unrolled), and once more for answers with ties (``nu`` is
None without). A lane stops where its certificate is met: nobody's result depends on who stands beside them.
"""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np

from gustibus.adapting.lanes import LANES, any_positive, larger, load, non_negative, smaller, splat, store

__all__ = ["solve_people"]

N: Final = LANES
_FIELDS: Final = 4
"""Of a record, before its z: offset, outcome, weight, nu."""
_compiled: Any = numba.njit(nogil=True, error_model="numpy", boundscheck=False, cache=True)
_TO_BOUNDARY: Final = 0.99
_DUAL_RANGE: Final = 1e8


@_compiled
def _exponential(x):
    """``exp(x)`` of x <= 0 to about 1e-14 of itself, and exp(-60) below -60: a series at x/64, squared six times."""
    x = larger(x, splat(-60.0)) * (1.0 / 64.0)
    e = x * (1.0 / 39916800.0) + 1.0 / 3628800.0
    e = e * x + 1.0 / 362880.0
    e = e * x + 1.0 / 40320.0
    e = e * x + 1.0 / 5040.0
    e = e * x + 1.0 / 720.0
    e = e * x + 1.0 / 120.0
    e = e * x + 1.0 / 24.0
    e = e * x + 1.0 / 6.0
    e = e * x + 0.5
    e = e * x + 1.0
    e = e * x + 1.0
    e = e * e
    e = e * e
    e = e * e
    e = e * e
    e = e * e
    return e * e


@_compiled
def _logistic(s):
    """Mean and curvature of the logistic link."""
    small = _exponential(smaller(s, splat(0.0) - s))
    inverse = 1.0 / (small + 1.0)
    other = small * inverse
    return non_negative(s, inverse, other), inverse * other


@_compiled
def _with_ties(s, nu):
    """Mean and curvature of Davidson's link: of a, a tie and b at 1, 1/2 and 0."""
    small = _exponential(smaller(s, splat(0.0) - s) * 0.5)
    inverse = 1.0 / (small * (nu + small) + 1.0)
    other = small * small * inverse
    tie = nu * small * inverse
    return non_negative(s, inverse, other) + tie * 0.5, inverse * other + tie * (inverse + other) * 0.25


@_compiled
def _look(each, nu, n, records, w, slope, matrix):
    """Slope of the log-likelihood and its curvature (lower triangle, row by row) at ``w``, over ``n`` records."""
    n_prototypes = len(each)
    for k in range(n_prototypes):
        store(slope, k * N, splat(0.0))
    for q in range(n_prototypes * (n_prototypes + 1) // 2):
        store(matrix, q * N, splat(0.0))
    for i in range(n):
        at = i * (n_prototypes + _FIELDS) * N
        z = at + _FIELDS * N
        s = load(records, at)
        for k in range(n_prototypes):
            s = s + load(w, k * N) * load(records, z + k * N)
        if nu is None:  # decided while compiling
            mean, curvature = _logistic(s)
        else:
            mean, curvature = _with_ties(s, load(records, at + 3 * N))
        count = load(records, at + 2 * N)
        rest = count * (load(records, at + N) - mean)
        curvature = count * curvature
        q = 0
        for a in range(n_prototypes):
            own = load(records, z + a * N)
            store(slope, a * N, load(slope, a * N) + rest * own)
            bent = curvature * own
            for b in range(a + 1):
                store(matrix, q * N, load(matrix, q * N) + bent * load(records, z + b * N))
                q += 1


@_compiled
def _solve_two(each, matrix, u, v):
    """Solve for the right sides ``u`` and ``v`` by L D L^T; all three are overwritten."""
    n_prototypes = len(each)
    for j in range(n_prototypes):
        row = j * (j + 1) // 2
        d = load(matrix, (row + j) * N)
        for p in range(j):
            x = load(matrix, (row + p) * N)
            d = d - x * x * load(matrix, (p * (p + 1) // 2 + p) * N)
        store(matrix, (row + j) * N, d)
        inverse = 1.0 / d
        for i in range(j + 1, n_prototypes):
            below = i * (i + 1) // 2
            x = load(matrix, (below + j) * N)
            for p in range(j):
                pair = load(matrix, (below + p) * N) * load(matrix, (row + p) * N)
                x = x - pair * load(matrix, (p * (p + 1) // 2 + p) * N)
            store(matrix, (below + j) * N, x * inverse)
    for i in range(n_prototypes):
        x, y = load(u, i * N), load(v, i * N)
        for p in range(i):
            entry = load(matrix, (i * (i + 1) // 2 + p) * N)
            x = x - entry * load(u, p * N)
            y = y - entry * load(v, p * N)
        store(u, i * N, x)
        store(v, i * N, y)
    for i in range(n_prototypes):
        inverse = 1.0 / load(matrix, (i * (i + 1) // 2 + i) * N)
        store(u, i * N, load(u, i * N) * inverse)
        store(v, i * N, load(v, i * N) * inverse)
    for j in range(n_prototypes):
        i = n_prototypes - 1 - j
        x, y = load(u, i * N), load(v, i * N)
        for p in range(i + 1, n_prototypes):
            entry = load(matrix, (p * (p + 1) // 2 + i) * N)
            x = x - entry * load(u, p * N)
            y = y - entry * load(v, p * N)
        store(u, i * N, x)
        store(v, i * N, y)


@_compiled
def _step(each, alpha, total, w, mu, slope, matrix, u, v, gap, target):
    """The certificate at ``w`` and, unless every lane has met its target, one step of those that have not."""
    n_prototypes = len(each)
    along, steepest = splat(0.0), splat(-1e300)
    for k in range(n_prototypes):
        along = along + load(w, k * N) * load(slope, k * N)
        steepest = larger(steepest, load(slope, k * N) + alpha[k] / load(w, k * N))
    present = larger(splat(0.0), steepest - along - total)  # in this order nan stays nan
    store(gap, 0, present)
    over = present - load(target, 0)
    if not any_positive(over):
        return True
    q = 0
    for a in range(n_prototypes):
        weight = load(w, a * N)
        for b in range(a + 1):
            store(matrix, q * N, load(matrix, q * N) * weight * load(w, b * N))
            q += 1
        store(matrix, (q - 1) * N, load(matrix, (q - 1) * N) + load(mu, a * N) * weight)
        store(u, a * N, weight * (load(slope, a * N) - along) + (alpha[a] - total * weight))
        store(v, a * N, weight)
    _solve_two(each, matrix, u, v)
    free, held = splat(0.0), splat(0.0)
    for k in range(n_prototypes):
        free = free + load(w, k * N) * load(u, k * N)
        held = held + load(w, k * N) * load(v, k * N)
    multiplier = free / held
    down, dual_down = splat(1e-300), splat(1e-300)
    for k in range(n_prototypes):
        relative = load(u, k * N) - multiplier * load(v, k * N)
        dual = alpha[k] / load(w, k * N) - load(mu, k * N) * (relative + 1.0)
        store(u, k * N, relative)
        store(v, k * N, dual)
        down = larger(down, splat(0.0) - relative)
        dual_down = larger(dual_down, (splat(0.0) - dual) / load(mu, k * N))
    length = smaller(_TO_BOUNDARY / down, splat(1.0))
    dual_length = smaller(_TO_BOUNDARY / dual_down, splat(1.0))
    filled = splat(0.0)
    for k in range(n_prototypes):
        filled = filled + load(w, k * N) * (length * load(u, k * N) + 1.0)
    for k in range(n_prototypes):
        moved = load(w, k * N) * (length * load(u, k * N) + 1.0) / filled
        moved = non_negative(over, moved, load(w, k * N))  # who has met the target stays
        primal = alpha[k] / moved
        dual = load(mu, k * N) + dual_length * load(v, k * N)
        store(w, k * N, moved)
        store(mu, k * N, smaller(larger(dual, primal * (1.0 / _DUAL_RANGE)), primal * _DUAL_RANGE))
    return False


@_compiled
def _pack(each, z, offset, outcome, weight, nu, starts, people, total, target, records, goal):
    """Records of eight people side by side; whoever has fewer is given records that count nothing.

    ``goal`` is the target, or what rounding allows.
    """
    n_prototypes = len(each)
    record = (n_prototypes + _FIELDS) * N
    longest = 0
    for lane in range(N):
        longest = max(longest, starts[people[lane] + 1] - starts[people[lane]])
    for lane in range(N):
        first = starts[people[lane]]
        own = starts[people[lane] + 1] - first
        size = 0.0
        for i in range(own):
            at = i * record + lane
            records[at] = offset[first + i]
            records[at + N] = outcome[first + i]
            records[at + 2 * N] = weight[first + i]
            if nu is not None:
                records[at + 3 * N] = nu[first + i]
            largest = 0.0
            for k in range(n_prototypes):
                records[at + (_FIELDS + k) * N] = z[first + i, k]
                largest = max(largest, abs(z[first + i, k]))
            size += weight[first + i] * largest
        goal[lane] = max(target, 1e-13 * (total + size))
        for i in range(own, longest):
            for field in range(n_prototypes + _FIELDS):
                records[i * record + field * N + lane] = 0.0
    return longest


@_compiled
def solve_people(
    each, z, offset, outcome, weight, nu, starts, order, alpha, target, max_iterations, weights, certificate, met
):
    """Take primal-dual Newton steps for everyone until their certificates meet their targets.

    Parameters
    ----------
    each : tuple of K integers
        Tells K.
    z, offset, outcome, weight, nu : (M, K), (M,), (M,), (M,) and (M,) array
        Records sorted by person; ``nu`` is None where there are no ties.
    starts : (U + 1,) integer array
        Where each person's records start.
    order : (V,) integer array
        Whom to solve, in which order; people with similar numbers of records side by side save work.
    alpha : (K,) array
    target : float
        The certificate at which a person is done, but for rounding.
    max_iterations : int
    weights, certificate, met : (U, K), (U,) and (U,) array
        ``weights`` holds positive weights to start from; all three are filled for the people in ``order``. ``met`` is
        False of those who have not come to the target within the iterations.

    Returns
    -------
    int
        Iterations of the slowest.
    """
    n_prototypes = len(each)
    total = alpha.sum()
    longest = 1
    for user in order:
        longest = max(longest, starts[user + 1] - starts[user])
    records = np.zeros(longest * (n_prototypes + _FIELDS) * N)
    w, mu, slope = np.zeros(n_prototypes * N), np.zeros(n_prototypes * N), np.zeros(n_prototypes * N)
    u, v = np.zeros(n_prototypes * N), np.zeros(n_prototypes * N)
    matrix, gap, goal = np.zeros(n_prototypes * (n_prototypes + 1) // 2 * N), np.zeros(N), np.zeros(N)
    people = np.zeros(N, np.intp)
    slowest = 0
    for first in range(0, len(order), N):
        for lane in range(N):  # the last block is filled up with its last person
            people[lane] = order[min(first + lane, len(order) - 1)]
        n = _pack(each, z, offset, outcome, weight, nu, starts, people, total, target, records, goal)
        for lane in range(N):
            for k in range(n_prototypes):
                w[k * N + lane] = weights[people[lane], k]
                mu[k * N + lane] = alpha[k] / weights[people[lane], k]
        taken = 0
        while True:
            _look(each, nu, n, records, w, slope, matrix)
            if _step(each, alpha, total, w, mu, slope, matrix, u, v, gap, goal) or taken == max_iterations:
                break
            taken += 1
        slowest = max(slowest, taken)
        for lane in range(N):
            certificate[people[lane]] = gap[lane]
            met[people[lane]] = gap[lane] <= goal[lane]
            for k in range(n_prototypes):
                weights[people[lane], k] = w[k * N + lane]
    return slowest
