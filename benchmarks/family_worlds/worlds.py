"""Worlds whose truth is known, one for each member of the family, and the models that are fitted in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, Protocol

import numpy as np

from gustibus.catalog import ideal_point_world, prompt_world, shared_reward_world
from gustibus.comparisons import Comparisons
from gustibus.embedding import Vectors
from gustibus.evaluation import PeopleSplit

__all__ = ["BY_PROMPT", "FORMS", "WORLDS", "Draw", "Form", "Kind", "draw_of"]

Family = Literal["Bradley-Terry", "mixture", "low-rank", "PAL-A", "PAL-B", "hierarchical"]

N_SEEN, N_NEW, ANSWERS, VALIDATION, TEST = 150, 80, 40, 6, 20
SHOTS = (0, 5, 20)
N_FEATURES, N_PROMPT_FEATURES, DIMENSIONS = 16, 8, 8
ITEMS: dict[str, int] = {"n_items": 1000, "n_held_out_items": 1000, "n_features": N_FEATURES}
PROMPTS: dict[str, int] = {
    "n_prompts": 200, "n_held_out_prompts": 200, "n_features": N_FEATURES, "n_prompt_features": N_PROMPT_FEATURES,
}  # fmt: skip
PEOPLE = {"n_users": N_SEEN + N_NEW, "comparisons_per_user": ANSWERS, "held_out_per_user": TEST}


@dataclass(frozen=True)
class Form:
    """One way to fit a member of the family; tests are on new items, so that offsets of items would be of no use.

    Attributes
    ----------
    family
        The member.
    options
        For :func:`gustibus.fit`.
    told
        The setting through which it is told K, as all are that have a use for it.
    """

    family: Family
    options: Mapping[str, Any]
    told: Literal["prototypes", "types"] | None = None

    def in_world(self, prototypes: int) -> dict[str, Any]:
        """Options with K, at least 2, so that everybody who can have several tastes does."""
        given = {} if self.told is None else {self.told: max(2, prototypes)}
        return {**self.options, **given, "item_offsets": False}


def _prototypes(family: Family, **options: Any) -> Form:
    return Form(family, options, "prototypes")


LATTICE = "low-rank, on a lattice"
FORMS: dict[str, Form] = {
    "Bradley-Terry": Form("Bradley-Terry", {"model": "bt"}),
    "mixture": _prototypes("mixture", model="mixture"),
    "low-rank, simplex": _prototypes("low-rank", model="low-rank"),
    "low-rank, ridge 10": _prototypes("low-rank", model="low-rank", shared_penalty=10.0),
    "low-rank, free": _prototypes("low-rank", model="low-rank", weights="free"),
    LATTICE: _prototypes("low-rank", model="low-rank", inference="joint", prior="particles"),
    "low-rank, joint": _prototypes("low-rank", model="low-rank", weights="free", inference="joint"),
    "PAL-A": _prototypes("PAL-A", model="pal-a", dimensions=DIMENSIONS),
    "PAL-A, joint": _prototypes("PAL-A", model="pal-a", dimensions=DIMENSIONS, inference="joint"),
    "PAL-B": _prototypes("PAL-B", model="pal-b", dimensions=DIMENSIONS),
    "PAL-B, joint": _prototypes("PAL-B", model="pal-b", dimensions=DIMENSIONS, inference="joint"),
    "PAL-B, cosine": _prototypes("PAL-B", model="pal-b", dimensions=DIMENSIONS, similarity="cosine"),
    "hierarchical": Form("hierarchical", {"model": "hierarchical", "types": 1}),
    "hierarchical, K types": Form("hierarchical", {"model": "hierarchical"}, "types"),
}
BY_PROMPT = ("PAL-B", "PAL-B, joint", "PAL-B, cosine")
# One form of every member, the one it is usually fitted in.
USUAL = ("Bradley-Terry", "mixture", "low-rank, free", "PAL-A", "hierarchical")
OTHERS = tuple(name for name in FORMS if name not in (*BY_PROMPT, "low-rank, ridge 10"))
# Where nobody falls into types, one normal component is all that the hierarchical model can use.
WITHOUT_TYPES = tuple(name for name in OTHERS if name != "hierarchical, K types")


class _World(Protocol):
    comparisons: Comparisons
    held_out: Comparisons
    vectors: Vectors
    truth: Any


@dataclass(frozen=True)
class Kind:
    """A kind of world: whose own it is, and how to draw one.

    Attributes
    ----------
    about
        What is true in it.
    own
        The member of the family that follows the same law.
    prototypes
        K with which models are fitted.
    make
        Seed -> world.
    forms
        Names of what is fitted.
    """

    about: str
    own: Family
    prototypes: int
    make: Callable[..., _World]
    forms: tuple[str, ...] = WITHOUT_TYPES


# As many shared rewards as features: everybody's coefficients are independent normals; the scale keeps rewards' spread.
GAUSSIAN_SCALE = 2 * (3 / N_FEATURES) ** 0.5

WORLDS: dict[str, Kind] = {
    "one taste": Kind(
        "everybody has the same linear reward", "Bradley-Terry", 1,
        partial(shared_reward_world, types="discrete", n_prototypes=1, **ITEMS, **PEOPLE), USUAL,
    ),
    "types": Kind(
        "everybody has one of three linear rewards", "mixture", 3,
        partial(shared_reward_world, types="discrete", n_prototypes=3, **ITEMS, **PEOPLE), OTHERS,
    ),
    "mixed rewards": Kind(
        "everybody mixes three linear rewards, with weights from a Dirichlet", "low-rank", 3,
        partial(shared_reward_world, types="mixed", n_prototypes=3, **ITEMS, **PEOPLE),
        (*USUAL, "low-rank, simplex", "low-rank, ridge 10", LATTICE, "low-rank, joint", "hierarchical, K types"),
    ),
    "free rewards": Kind(
        "everybody weighs three linear rewards by any numbers", "low-rank", 3,
        partial(shared_reward_world, types="free", n_prototypes=3, **ITEMS, **PEOPLE),
    ),
    "normal coefficients": Kind(
        f"everybody has {N_FEATURES} coefficients of their own, normal around a common mean", "hierarchical", 4,
        partial(shared_reward_world, types="free", n_prototypes=N_FEATURES, scale=GAUSSIAN_SCALE, **ITEMS, **PEOPLE),
        (*USUAL, "low-rank, joint"),
    ),
    "ideal points": Kind(
        "nearer is better: ideal points between four prototypes in four dimensions", "PAL-A", 4,
        partial(ideal_point_world, n_prototypes=4, dimensions=4, n_informative=8, **ITEMS, **PEOPLE),
        (*USUAL, "PAL-A, joint"),
    ),
    "prompts": Kind(
        "what is wanted depends on the prompt; everybody mixes three tastes", "PAL-B", 3,
        partial(prompt_world, n_prototypes=3, dimensions=4, **PROMPTS, **PEOPLE), (*WITHOUT_TYPES, *BY_PROMPT),
    ),
    "prompts, types": Kind(
        "what is wanted depends on the prompt; nearly everybody has one of three tastes", "PAL-B", 3,
        partial(prompt_world, n_prototypes=3, dimensions=4, concentration=0.02, **PROMPTS, **PEOPLE),
        ("Bradley-Terry", *BY_PROMPT),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Draw:
    """One world with its people divided.

    Attributes
    ----------
    split
        Tests are on items that occur nowhere else, and their outcomes are the true probabilities: figures are what is
        to be expected of answers.
    vectors, joined
        Features for PAL-B, and for the others.
    ceiling
        Expected log loss of the truth, by ``seen`` and ``new``.
    """

    split: PeopleSplit
    vectors: Vectors
    joined: Vectors
    ceiling: Mapping[str, float]


def draw_of(kind: Kind, seed: int) -> Draw:
    """Draw a world and divide its people; those of different seeds have different ids."""
    world = kind.make(seed=seed)
    probability = 1 / (1 + np.exp(-world.truth.log_odds(world.held_out)))
    expected = _named(replace(world.held_out, outcome=probability.astype(np.float32)), seed)
    asked = _named(world.comparisons, seed)
    seen = asked.user < N_SEEN
    rank = np.arange(len(asked)) % ANSWERS  # every person's answers follow one another
    held_seen = expected.user < N_SEEN
    split = PeopleSplit(
        train=asked.filter(seen & (rank >= VALIDATION)),
        validation=asked.filter(seen & (rank < VALIDATION)),
        seen_test=expected.filter(held_seen),
        unseen_pool=asked.filter(~seen & (rank < max(SHOTS))),
        unseen_test=expected.filter(~held_seen),
    )
    ceiling = {
        "seen": world.truth.bayes_log_loss(world.held_out.filter(held_seen)),
        "new": world.truth.bayes_log_loss(world.held_out.filter(~held_seen)),
    }
    return Draw(split, world.vectors, getattr(world, "joined", world.vectors), ceiling)


def _named(data: Comparisons, seed: int) -> Comparisons:
    """The same with the world's number in everybody's name."""
    return Comparisons.from_arrays(
        users=[f"world {seed}, {user}" for user in data.users.to_pylist()],
        responses=data.responses, prompts=data.prompts, user=data.user, prompt=data.prompt,
        response_a=data.response_a, response_b=data.response_b, outcome=data.outcome,
    )  # fmt: skip
