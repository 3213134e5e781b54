"""A few people and fits of every model to them that take no time."""

from __future__ import annotations

from typing import Any

import numpy as np

import gustibus as gs
from gustibus.likelihoods import RaoKupper

N_ITEMS, N_PROMPTS = 10, 5
WANTED = np.array([[1.5, -1.0, 0.0], [-1.0, 1.5, 0.5]])
STEPS: dict[str, Any] = {"max_steps": 10, "evaluate_every": 5}
TASTES = {**STEPS, "prototypes": 2, "posterior_draws": 64, "user_penalty": 1.0, "prior": "dirichlet"}
CIRCLES = {**STEPS, "dimensions": 2, "shared_penalty": 1.0}
FAST: dict[str, dict[str, Any]] = {
    "hierarchical": {"scale": 0.5, "types": 1},
    "pal-a": {**TASTES, "dimensions": 4, "prototype_scale": 0.1},
    "pal-b": {**TASTES, "dimensions": 4},
    "low-rank": TASTES,
    "mixture": {"prototypes": 2, "restarts": 1},
    "bt": {},
    "classification": {},
    "pair-input": {**STEPS, "hidden": (4,)},
    "gpm": CIRCLES,
    "scalar-cyclic": {**CIRCLES, "cyclic_ratio": 10.0},
    "plural-gpm": {**TASTES, "dimensions": 2, "cyclic_ratio": 10.0},
}
PARAMETERS = {"rao-kupper": "rao-kupper:1.6", "davidson": "davidson:0.6", "margin": "margin:0.5"}


def world(n_people: int = 6, n_each: int = 16) -> tuple[gs.Comparisons, gs.Vectors]:
    """People of two tastes who tie, answer two prompts in five ways, and say how sure they are every other time."""
    rng = np.random.default_rng(0)
    items = rng.normal(size=(N_ITEMS, 3))
    user = np.repeat(np.arange(n_people), n_each)
    a = rng.integers(0, N_ITEMS, len(user))
    b = (a + rng.integers(1, N_ITEMS, len(user))) % N_ITEMS
    three = RaoKupper(theta=1.8).three_way(((items[a] - items[b]) * WANTED[user % 2]).sum(axis=1))
    draw = rng.random(len(user))
    outcome = np.where(draw < three[:, 0], 1.0, np.where(draw < three[:, :2].sum(axis=1), 0.5, 0.0))
    names, asked = [f"i{i}" for i in range(N_ITEMS)], [f"p{i}" for i in range(N_PROMPTS)]
    data = gs.Comparisons.from_arrays(
        users=[f"u{i}" for i in range(n_people)], responses=names, prompts=asked, user=user, response_a=a,
        response_b=b, prompt=rng.integers(0, N_PROMPTS, len(user)), outcome=outcome, is_tie=outcome == 0.5,
        margin=np.where(np.arange(len(user)) % 2, 1.0, np.nan),
    )  # fmt: skip
    return data, gs.Vectors(names, items, prompts=(asked, rng.normal(size=(N_PROMPTS, 2))))


DATA, ENCODER = world()


def fitted(model: str, likelihood: Any, data: gs.Comparisons = DATA, **more: Any) -> gs.FittedModel:
    """A quick fit to the world."""
    given = {"item_offsets": False, **FAST[model], **more}
    return gs.fit(data, model=model, encoder=ENCODER, likelihood=likelihood, store=None, **given)  # type: ignore[arg-type]
