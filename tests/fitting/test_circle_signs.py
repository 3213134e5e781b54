"""Signs of circles in what a model leaves over: where there are some, and as rarely as they should where not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from gustibus.fitting.circle_signs import CircleSigns, circle_signs

Floats = NDArray[np.float64]
ITEMS, PEOPLE, ANSWERS = 12, 60, 10


def seen(strength: float, sign_of_person: bool, seed: int, *, features: Floats | None = None) -> CircleSigns:
    """Answers about items on a circle, seen against one half; people may go round in opposite directions."""
    rng = np.random.default_rng(seed)
    x = np.eye(ITEMS) if features is None else features
    n = PEOPLE * ANSWERS
    user = np.repeat(np.arange(PEOPLE), ANSWERS)
    a = rng.integers(0, ITEMS, n)
    b = (a + rng.integers(1, ITEMS, n)) % ITEMS
    s = strength * np.sin(2 * np.pi * (b - a) / ITEMS)
    if sign_of_person:
        s = s * np.where(user % 2, 1, -1)
    won = rng.random(n) < 1 / (1 + np.exp(-s))
    return circle_signs(x, a, b, user, won - 0.5, seed)


def test_noise_passes_as_often_as_the_level_says() -> None:
    found = [seen(0.0, False, seed) for seed in range(60)]
    # Ten per cent each, so 6 of 60 with a standard deviation of 2.3: four of these is 15.
    assert sum(one.of_shared for one in found) <= 15
    assert sum(one.of_within for one in found) <= 15


def test_a_circle_that_all_share_is_seen() -> None:
    assert all(seen(1.5, False, seed).of_shared for seed in range(5))


def test_opposite_circles_are_seen_within_people_only() -> None:
    found = [seen(2.0, True, seed) for seed in range(8)]
    assert all(one.of_within for one in found)
    assert sum(one.of_shared for one in found) <= 4


def test_many_features_give_what_few_do() -> None:
    # Columns of zeros change nothing, but more than 512 of them are not multiplied out.
    wide = np.concatenate([np.eye(ITEMS), np.zeros((ITEMS, 520))], axis=1)
    for seed in range(3):
        few, many = seen(1.0, False, seed), seen(1.0, False, seed, features=wide)
        assert many.shared == pytest.approx(few.shared, abs=0.05)  # two of 39 draws
        assert many.within == pytest.approx(few.within, abs=1e-12)


def test_one_answer_a_person_says_nothing_of_people() -> None:
    a = np.array([0, 1, 2])
    assert np.isnan(circle_signs(np.eye(3), a, (a + 1) % 3, np.arange(3), np.full(3, 0.5), seed=0).within)
