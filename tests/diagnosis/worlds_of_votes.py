"""Small worlds with known vote shares."""

from __future__ import annotations

import numpy as np

from gustibus.comparisons import Comparisons
from gustibus.embedding import Vectors


def shared_taste(n_people: int = 40, n_prompts: int = 60, answers: int = 20, seed: int = 0, scale: float = 1.5):
    """People of one taste on prompts with three responses each; judgements, encoder, and the true share for a."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(3 * n_prompts, 4))
    taste = scale * np.array([1.0, -0.7, 0.4, 0.0])
    user = np.repeat(np.arange(n_people), answers)
    prompt = rng.integers(0, n_prompts, len(user))
    first = rng.integers(0, 3, len(user))
    a, b = 3 * prompt + first, 3 * prompt + (first + rng.integers(1, 3, len(user))) % 3
    share = 1 / (1 + np.exp(-(features[a] - features[b]) @ taste))
    responses = [f"response {i}" for i in range(len(features))]
    data = Comparisons.from_arrays(
        users=[f"u{i}" for i in range(n_people)], prompts=[f"prompt {i}" for i in range(n_prompts)],
        responses=responses, user=user, prompt=prompt, response_a=a, response_b=b,
        outcome=rng.random(len(user)) < share,
    )  # fmt: skip
    return data, Vectors(responses, features), share
