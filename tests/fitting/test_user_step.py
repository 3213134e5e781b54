"""The factor on the scores of a fitted map, before everybody is placed."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.fitting.defaults import FACTOR_MAX_STEPS, FACTOR_STEP
from gustibus.fitting.user_step import best_factor


@pytest.mark.parametrize("lowest", [-3, -1, 0, 2, 5])
def test_the_factor_ends_in_the_valley(lowest: int) -> None:
    found = best_factor(lambda factor, _: (np.log(factor / 0.7) / np.log(FACTOR_STEP) - lowest) ** 2, 0.7)
    assert found == pytest.approx(0.7 * FACTOR_STEP**lowest)


@pytest.mark.parametrize("side", [-1, 1])
def test_of_two_valleys_the_one_that_is_steeper_from_the_start_is_taken(side: int) -> None:
    def loss(factor: float, _: float) -> float:
        steps = side * np.log(factor) / np.log(FACTOR_STEP)
        return float(min((steps - 3) ** 2 / 2, 3.9 + 0.6 * (steps + 1) ** 2))

    assert best_factor(loss, 1.0) == pytest.approx(FACTOR_STEP ** (3 * side))


def test_the_search_is_bounded_and_every_factor_is_scored_once_beside_a_known_one() -> None:
    scored: list[float] = []

    def falling(factor: float, neighbour: float) -> float:
        assert neighbour in [*scored, factor]
        scored.append(factor)
        return -factor

    assert best_factor(falling, 1.0) == pytest.approx(FACTOR_STEP**FACTOR_MAX_STEPS)
    assert len(scored) == len(set(scored)) <= FACTOR_MAX_STEPS + 3
