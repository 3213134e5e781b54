"""One fitted model for the room's tests."""

from __future__ import annotations

import pytest

from gustibus.catalog import IdealPointWorld, ideal_point_world
from gustibus.fitted import FittedModel, fit
from gustibus.fitting import FitSettings

QUICK = FitSettings(
    prototypes=3, dimensions=4, prototype_scale=1.0, user_penalty=1.0, offset_penalty=5.0, max_steps=100
)


@pytest.fixture(scope="session")
def world() -> IdealPointWorld:
    return ideal_point_world(
        n_users=40, n_items=120, n_held_out_items=40, n_features=12, n_informative=6, dimensions=4, seed=0
    )


@pytest.fixture(scope="session")
def model(world: IdealPointWorld) -> FittedModel:
    known = world.comparisons.for_users(world.comparisons.user_ids[:30])
    return fit(known, encoder=world.vectors, settings=QUICK)
