"""Posteriors of one person with coefficients ``t ~ N(0, I)`` by brute force: a grid in one or two dimensions."""

from __future__ import annotations

import numpy as np
from scipy import special


def by_coefficient_grid(z, known, outcome, weight, half_width=8.0, n_points=801):
    """Mean, covariance and log evidence of ``t`` for ``K`` of 1 or 2, and a function for the mean of ``f(t)``."""
    axis = np.linspace(-half_width, half_width, n_points)
    axes = np.meshgrid(*[axis] * z.shape[1], indexing="ij")
    t = np.stack([a.ravel() for a in axes], axis=1)
    log_mass = -0.5 * (t**2).sum(axis=1) - 0.5 * t.shape[1] * np.log(2 * np.pi)
    for row, shift, y, c in zip(z, known, outcome, weight, strict=True):
        s = shift + t @ row
        log_mass += c * (y * s - np.logaddexp(0, s))
    evidence = special.logsumexp(log_mass)
    mass = np.exp(log_mass - evidence)
    mean = mass @ t
    covariance = (t * mass[:, None]).T @ t - np.outer(mean, mean)
    evidence += t.shape[1] * np.log(axis[1] - axis[0])
    return mean, covariance, evidence, lambda f: mass @ f(t)
