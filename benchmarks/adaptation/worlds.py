"""People with known weights and the answers that they give by the model."""

from __future__ import annotations

import numpy as np

from gustibus.adapting import Answers


def answers_of(rng: np.random.Generator, weights: np.ndarray, n_answers: int, scale: float = 2.0) -> Answers:
    """``n_answers`` answers of each person ``(U, K)`` about random pairs of responses."""
    n_users, n_prototypes = weights.shape
    user = np.repeat(np.arange(n_users), n_answers)
    z = rng.normal(size=(len(user), n_prototypes)) * scale
    log_odds = np.einsum("mk,mk->m", z, weights[user])
    outcome = (rng.random(len(user)) < 1.0 / (1.0 + np.exp(-log_odds))).astype(np.float64)
    return Answers(z=z, outcome=outcome, user=user, n_users=n_users)


def logistic_normal(rng: np.random.Generator, n_users: int, n_prototypes: int) -> np.ndarray:
    """Weights that vary together in pairs: a family that no Dirichlet contains."""
    pairs = np.repeat(np.eye((n_prototypes + 1) // 2), 2, axis=0)[:n_prototypes]
    logits = rng.normal(size=(n_users, pairs.shape[1])) @ pairs.T * 2.0 + rng.normal(size=(n_users, n_prototypes)) * 0.3
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def hard_problem(rng: np.random.Generator) -> tuple[Answers, np.ndarray]:
    """One person's answers of any kind: separable, random, soft; log-odds up to hundreds; alpha from 1e-3 to 100."""
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
    return Answers(z=z, outcome=outcome, offset=offset, weight=weight, n_users=1), alpha
