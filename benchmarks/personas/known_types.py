"""What somebody reaches who is told everybody's persona, or only what each persona answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

import gustibus as gs
from benchmarks.personas.world import Features, PersonaWorld
from gustibus.adapting import Answers, ParticlePrior, adapt
from gustibus.comparisons import Comparisons
from gustibus.evaluation import Scored, prefix

__all__ = ["known_types", "known_types_figures"]

Floats = NDArray[np.float64]


def known_types(world: PersonaWorld, features: Features, seed: int, shots: Sequence[int] = ()) -> dict[str, Scored]:
    """Scores of one Bradley-Terry fit for each persona, on seen and on new people.

    ``"seen"`` and ``"new"`` are predicted by the fit of their persona. Under ``"5"``, and so on for `shots`, new
    people's personas are found from so many of their answers, all being equally probable before: what a model can reach
    that knows the personas but not the people.
    """
    encoder, split = world.encoder(features), world.split
    models = [
        gs.fit(
            _of_type(split.train, world, persona),
            validation=_of_type(split.validation, world, persona),
            model="bt", encoder=encoder, seed=seed, raw_features=True, item_offsets=False,
        )
        for persona in range(len(world.personas))
    ]  # fmt: skip
    scores = {}
    for name, asked in (("seen", split.seen_test), ("new", split.unseen_test)):
        by_persona = _probabilities(models, asked)
        scores[name] = Scored.of(asked, by_persona[np.arange(len(asked)), _types(asked, world)])
    tested = _answers(models, split.unseen_test, world)
    for n in shots:
        people = adapt(_answers(models, prefix(split.unseen_pool, n), world), ParticlePrior(np.eye(len(models))))
        scores[str(n)] = Scored.of(split.unseen_test, people.probability(tested.z, tested.user))
    return scores


def known_types_figures(
    worlds: Sequence[PersonaWorld], features: Features, seeds: Sequence[int], shots: Sequence[int]
) -> dict[str, Any]:
    """Pooled over worlds, with intervals over people."""
    by_seed = [known_types(world, features, seed, shots) for world, seed in zip(worlds, seeds, strict=True)]
    pooled = {name: Scored.pool([scores[name] for scores in by_seed]) for name in by_seed[0]}
    return {
        name: {"log_loss": scored.interval("log_loss"), "accuracy": scored.interval("accuracy")}
        for name, scored in pooled.items()
    }


def _probabilities(models: Sequence[gs.FittedModel], asked: Comparisons) -> Floats:
    """P(a preferred) by persona, ``(n, K*)``."""
    return np.stack([model.predict(asked, users="population").probability for model in models], axis=1)


def _answers(models: Sequence[gs.FittedModel], data: Comparisons, world: PersonaWorld) -> Answers:
    number = {person: i for i, person in enumerate(world.type_of)}
    user = np.array([number[person] for person in data.users.to_pylist()])[data.user]
    log_odds = special.logit(np.clip(_probabilities(models, data), 1e-12, 1 - 1e-12))
    return Answers(z=log_odds, outcome=data.outcome, user=user, n_users=len(number))


def _of_type(data: Comparisons, world: PersonaWorld, persona: int) -> Comparisons:
    return data.filter(_types(data, world) == persona)


def _types(data: Comparisons, world: PersonaWorld) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    return np.array([world.type_of[person] for person in data.users.to_pylist()])[data.user]
