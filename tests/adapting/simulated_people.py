"""People with known weights who answer by the model, and random problems that are meant to be hard."""

from __future__ import annotations

import numpy as np

from gustibus.adapting import Answers


def simulate(rng, *, n_users, n_answers, alpha, scale=2.0):
    """Weights ``(U, K)`` drawn from the prior and the answers that they give."""
    alpha = np.asarray(alpha, dtype=float)
    weights = np.exp(log_dirichlet(rng, alpha, n_users))
    user = np.repeat(np.arange(n_users), n_answers)
    z = rng.normal(size=(len(user), len(alpha))) * scale
    log_odds = np.einsum("mk,mk->m", z, weights[user])
    outcome = (rng.random(len(user)) < 1.0 / (1.0 + np.exp(-log_odds))).astype(float)
    return weights, Answers(z=z, outcome=outcome, user=user, n_users=n_users)


def log_dirichlet(rng, alpha, n):
    """Logarithms of Dirichlet draws, also where a weight is below the smallest float."""
    logs = np.log(rng.standard_gamma(alpha + 1.0, (n, len(alpha)))) + np.log(rng.random((n, len(alpha)))) / alpha
    return logs - np.logaddexp.reduce(logs, axis=1, keepdims=True)


def hard_problem(rng, *, n_users=1):
    """Answers of all kinds and concentrations from 1e-3 to 100: separable, random, soft, of any scale and weight."""
    n_prototypes, n_records = int(rng.integers(2, 17)), int(rng.integers(0, 101))
    z = rng.normal(size=(n_records, n_prototypes)) * 10 ** rng.uniform(-1, 2)
    log_odds = z @ rng.dirichlet(np.full(n_prototypes, 0.3))
    outcome = [
        (log_odds > 0).astype(float),
        rng.random(n_records),
        (rng.random(n_records) < 0.5).astype(float),
        (rng.random(n_records) < 1.0 / (1.0 + np.exp(-np.clip(log_odds, -500, 500)))).astype(float),
    ][rng.integers(4)]
    weight = rng.exponential(size=n_records) * rng.choice([0.1, 1.0, 10.0])
    if rng.random() < 0.5:
        weight = np.ones(n_records)
    alpha = 10.0 ** rng.uniform(-3, 2, n_prototypes)
    if rng.random() < 0.5:
        alpha = np.full(n_prototypes, alpha[0])
    offset = rng.normal(size=n_records) * rng.choice([0.0, 1.0, 10.0])
    user = rng.integers(0, n_users, n_records)
    return Answers(z=z, outcome=outcome, offset=offset, weight=weight, user=user, n_users=n_users), alpha
