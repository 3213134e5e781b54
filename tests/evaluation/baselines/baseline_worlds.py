"""Small worlds of people with known tastes, as arrays."""

from __future__ import annotations

import numpy as np

from gustibus.evaluation import Judgements


def sigmoid(s):
    return 1 / (1 + np.exp(-s))


def people_world(seed=0, n_users=40, n_each=30, n_features=4, n_items=60, spread=1.0, quality=0.0):
    """Judgements by people ``theta_u ~ N(mean, spread^2 I)`` over items with features and a hidden quality."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n_items, n_features))
    theta = np.linspace(1, -0.5, n_features) + spread * rng.normal(size=(n_users, n_features))
    user = np.repeat(np.arange(n_users), n_each)
    a = rng.integers(0, n_items, size=user.size)
    b = (a + rng.integers(1, n_items, size=user.size)) % n_items
    offset = quality * rng.normal(size=n_items)
    s = ((features[a] - features[b]) * theta[user]).sum(axis=1) + offset[a] - offset[b]
    outcome = (rng.uniform(size=user.size) < sigmoid(s)).astype(float)
    return Judgements.of_arrays(features, a, b, outcome, user)


def thirds(judgements):
    """Train, validation and test: of each run of ten judgements 6, 2 and 2."""
    place = np.arange(len(judgements)) % 10
    return judgements.take(place < 6), judgements.take((place == 6) | (place == 7)), judgements.take(place > 7)
