"""People of two kinds who choose among a few items, and models that are fitted in a second."""

from __future__ import annotations

from typing import Any

import numpy as np

from gustibus.comparisons import Comparisons

ITEMS = ["Paris", "Rome", "Oslo", "Bern", "Wien", "Bonn"]
SHOTS = (0, 2, 5)
QUICK: dict[str, Any] = {
    "model": "pal-a",
    "prototypes": 2,
    "dimensions": 2,
    "prototype_scale": 1.0,
    "user_penalty": 1.0,
    "item_offsets": False,
    "max_steps": 80,
}
ONE_TASTE: dict[str, Any] = {"model": "bt", "item_offsets": False}


def judgements(*, difference: float = 2.0, n_people: int = 60, answers: int = 20, seed: int = 0) -> Comparisons:
    """Everybody likes the items by what they share, and half the people by the opposite of what the others like."""
    rng = np.random.default_rng(seed)
    user = np.repeat(np.arange(n_people), answers)
    side = np.where(np.arange(n_people) % 2 == 0, 1.0, -1.0)
    shared, apart = np.linspace(-0.5, 0.5, len(ITEMS)), np.array([1.0, -1.0, 0.5, -0.5, 1.0, -1.0])
    utility = shared + difference * side[:, None] * apart
    a = rng.integers(0, len(ITEMS), user.size)
    b = (a + rng.integers(1, len(ITEMS), user.size)) % len(ITEMS)
    won = rng.uniform(size=user.size) < 1 / (1 + np.exp(utility[user, b] - utility[user, a]))
    return Comparisons.from_arrays(
        users=[f"person {i}" for i in range(n_people)], responses=ITEMS, user=user, response_a=a, response_b=b,
        outcome=won,
    )  # fmt: skip
