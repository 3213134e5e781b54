"""Posteriors of one person by brute force: a grid in the coordinates in which a logistic normal prior is standard."""

from __future__ import annotations

import numpy as np
from scipy import special


def by_normal_grid(answers, prior, half_width, n_points):
    """Mean, covariance and log evidence of the weights, and E sigma(first z), for ``K`` of 2 or 3."""
    axis = np.linspace(-half_width, half_width, n_points)
    axes = np.meshgrid(*[axis] * (prior.n_prototypes - 1), indexing="ij")
    x = np.stack([a.ravel() for a in axes], axis=1)
    weights = special.softmax(prior.centre + x @ prior.spread.T, axis=1)
    log_odds = answers.offset + weights @ answers.z.T
    fit = answers.outcome * log_odds - np.logaddexp(0, log_odds)
    log_mass = fit @ answers.weight - 0.5 * (x**2).sum(axis=1) - 0.5 * x.shape[1] * np.log(2 * np.pi)
    evidence = special.logsumexp(log_mass)
    mass = np.exp(log_mass - evidence)
    mean = mass @ weights
    covariance = (weights * mass[:, None]).T @ weights - np.outer(mean, mean)
    evidence += x.shape[1] * np.log(axis[1] - axis[0])
    return mean, covariance, evidence, mass @ special.expit(weights @ answers.z[0])
