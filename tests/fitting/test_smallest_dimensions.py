"""Representations are as narrow as the judgements allow: every plane more is room for circles that are noise."""

from __future__ import annotations

import pytest

import gustibus as gs
from gustibus.catalog import cycle_world, payoff_world

QUICK = {"encoder": "one-hot", "shared_penalty": 0.1, "max_steps": 150}


@pytest.mark.parametrize("seed", range(3))
def test_a_circle_of_five_items_is_given_one_plane(seed: int) -> None:
    world = cycle_world(length=5, n_users=40, seed=seed)
    model = gs.fit(world.comparisons, model="gpm", dimensions=(8, 2, 4), seed=seed, **QUICK)
    assert model.summary["choices"]["dimensions"] == 2
    assert [trial["dimensions"] for trial in model.summary["trials"]] == [2, 4, 8]


def test_a_game_of_rank_four_is_given_more() -> None:
    world = payoff_world(rank=4, n_items=12, n_held_out_items=2, n_features=10, n_users=60, seed=0)
    model = gs.fit(world.comparisons, model="gpm", dimensions=(2, 4), seed=0, **QUICK)
    assert model.summary["choices"]["dimensions"] == 4
