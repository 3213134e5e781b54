"""The steps of the compiled solver, one person after the other, as a loop is usually written."""

from __future__ import annotations

import math

import numba
import numpy as np


@numba.njit(error_model="numpy", cache=True)
def solve_one_by_one(each, z, outcome, starts, alpha, tolerance, max_iterations, weights, certificate):  # type: ignore[no-untyped-def]
    """Fill ``weights (U, K)`` and ``certificate (U,)`` for records sorted by person."""
    n_prototypes = len(each)
    total = alpha.sum()
    w, mu, slope = np.zeros(n_prototypes), np.zeros(n_prototypes), np.zeros(n_prototypes)
    u, v = np.zeros(n_prototypes), np.zeros(n_prototypes)
    matrix = np.zeros((n_prototypes, n_prototypes))
    for person in range(len(starts) - 1):
        for k in range(n_prototypes):
            w[k] = alpha[k] / total
            mu[k] = total
        for _ in range(max_iterations):
            for a in range(n_prototypes):
                slope[a] = 0.0
                for b in range(a + 1):
                    matrix[a, b] = 0.0
            for i in range(starts[person], starts[person + 1]):
                s = 0.0
                for k in range(n_prototypes):
                    s += w[k] * z[i, k]
                small = math.exp(-abs(s))
                inverse = 1.0 / (1.0 + small)
                rest = outcome[i] - (inverse if s >= 0 else small * inverse)
                bent = small * inverse * inverse
                for a in range(n_prototypes):
                    slope[a] += rest * z[i, a]
                    for b in range(a + 1):
                        matrix[a, b] += bent * z[i, a] * z[i, b]
            along, steepest = 0.0, -1e300
            for k in range(n_prototypes):
                along += w[k] * slope[k]
                steepest = max(steepest, slope[k] + alpha[k] / w[k])
            certificate[person] = max(steepest - along - total, 0.0)
            if certificate[person] <= tolerance:
                break
            for a in range(n_prototypes):
                for b in range(a + 1):
                    matrix[a, b] *= w[a] * w[b]
                matrix[a, a] += mu[a] * w[a]
                u[a] = w[a] * (slope[a] - along) + (alpha[a] - total * w[a])
                v[a] = w[a]
            for a in range(n_prototypes):  # Cholesky, then both right sides
                for b in range(a + 1):
                    x = matrix[a, b]
                    for p in range(b):
                        x -= matrix[a, p] * matrix[b, p]
                    matrix[a, b] = math.sqrt(x) if a == b else x / matrix[b, b]
                for p in range(a):
                    u[a] -= matrix[a, p] * u[p]
                    v[a] -= matrix[a, p] * v[p]
                u[a] /= matrix[a, a]
                v[a] /= matrix[a, a]
            for a in range(n_prototypes - 1, -1, -1):
                for p in range(a + 1, n_prototypes):
                    u[a] -= matrix[p, a] * u[p]
                    v[a] -= matrix[p, a] * v[p]
                u[a] /= matrix[a, a]
                v[a] /= matrix[a, a]
            free, held = 0.0, 0.0
            for k in range(n_prototypes):
                free += w[k] * u[k]
                held += w[k] * v[k]
            length, dual_length = 1.0, 1.0
            for k in range(n_prototypes):
                u[k] -= free / held * v[k]
                v[k] = alpha[k] / w[k] - mu[k] * (1.0 + u[k])
                if u[k] < 0:
                    length = min(length, -0.99 / u[k])
                if v[k] < 0:
                    dual_length = min(dual_length, -0.99 * mu[k] / v[k])
            filled = 0.0
            for k in range(n_prototypes):
                w[k] *= 1.0 + length * u[k]
                filled += w[k]
            for k in range(n_prototypes):
                w[k] /= filled
                mu[k] = min(max(mu[k] + dual_length * v[k], 1e-8 * alpha[k] / w[k]), 1e8 * alpha[k] / w[k])
        for k in range(n_prototypes):
            weights[person, k] = w[k]
