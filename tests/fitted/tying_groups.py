"""People of one taste, or of two, half of whom tie often and half seldom, and models that learn it."""

from __future__ import annotations

from typing import Any

import numpy as np

import gustibus as gs
from gustibus.likelihoods import Davidson, RaoKupper

N_ITEMS, N_PEOPLE = 12, 30
ITEMS = np.random.default_rng(5).normal(size=(N_ITEMS, 2))
NAMES = [f"i{i}" for i in range(N_ITEMS)]
ENCODER = gs.Vectors(NAMES, ITEMS)
GROUPS = ("decided", "torn")
PLANTED = {
    "rao-kupper": (RaoKupper(theta=1.2), RaoKupper(theta=3.0)),
    "davidson": (Davidson(nu=0.2), Davidson(nu=2.0)),
}
FAST: dict[str, Any] = {
    "bt": {},
    "hierarchical": {"scale": 0.5, "types": 1},
    "mixture": {"prototypes": 2, "restarts": 1},
    "pal-a": {
        "prototypes": 2, "max_steps": 20, "posterior_draws": 64, "dimensions": 4, "user_penalty": 1.0,
        "prototype_scale": 0.1, "prior": "dirichlet",
    },
    "scalar-cyclic": {"max_steps": 20, "dimensions": 2, "cyclic_ratio": 10.0},
    "pair-input": {"max_steps": 10, "hidden": (4,)},
}  # fmt: skip


WANTED = np.array([[1.2, -0.8], [-0.8, 1.2]])


def world(n_each: int = 60, seed: int = 0, likelihood: str = "rao-kupper", tastes: int = 1) -> gs.Comparisons:
    """So many tastes; half of the people tie often and half seldom, and say of which half they are."""
    rng = np.random.default_rng(seed)
    user = np.repeat(np.arange(N_PEOPLE), n_each)
    group = user % 2
    a = rng.integers(0, N_ITEMS, len(user))
    b = (a + rng.integers(1, N_ITEMS, len(user))) % N_ITEMS
    s = ((ITEMS[a] - ITEMS[b]) * WANTED[user // 2 % tastes]).sum(axis=1)
    seldom, often = PLANTED[likelihood]
    three = seldom.three_way(s, np.array([seldom.level, often.level])[group])
    draw = rng.random(len(user))
    outcome = np.where(draw < three[:, 0], 1.0, np.where(draw < three[:, :2].sum(axis=1), 0.5, 0.0))
    return gs.Comparisons.from_arrays(
        users=[f"u{i}" for i in range(N_PEOPLE)], responses=NAMES, user=user, response_a=a, response_b=b,
        outcome=outcome, is_tie=outcome == 0.5, groups=list(GROUPS), group=group,
    )  # fmt: skip


def fitted(data: gs.Comparisons, model: str = "bt", likelihood: str = "rao-kupper", **more: Any) -> gs.FittedModel:
    """A quick fit that learns ties by group."""
    given = {"item_offsets": False, "tie_by": "group", **FAST[model], **more}
    return gs.fit(data, model=model, encoder=ENCODER, likelihood=likelihood, store=None, **given)  # type: ignore[arg-type]


def levels(model: gs.FittedModel) -> dict[str, float]:
    """What the model learned of each group."""
    assert model.tie_levels is not None
    return model.tie_levels.to_dict()
