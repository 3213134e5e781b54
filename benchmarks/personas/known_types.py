"""What somebody reaches who is told everybody's persona: one Bradley-Terry fit for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import gustibus as gs
from benchmarks.personas.world import Features, PersonaWorld
from gustibus.comparisons import Comparisons
from gustibus.evaluation import Scored

__all__ = ["known_types", "known_types_figures"]


def known_types(world: PersonaWorld, features: Features, seed: int) -> dict[str, Scored]:
    """Scores on seen and on new people, who are predicted by the fit of their persona."""
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
        kind = _types(asked, world)
        probability = np.empty(len(asked))
        for persona, model in enumerate(models):
            rows = kind == persona
            probability[rows] = model.predict(asked.filter(rows), users="population").probability
        scores[name] = Scored.of(asked, probability)
    return scores


def known_types_figures(worlds: Sequence[PersonaWorld], features: Features, seeds: Sequence[int]) -> dict[str, Any]:
    """Pooled over worlds, with intervals over people."""
    by_seed = [known_types(world, features, seed) for world, seed in zip(worlds, seeds, strict=True)]
    pooled = {name: Scored.pool([scores[name] for scores in by_seed]) for name in ("seen", "new")}
    return {
        name: {"log_loss": scored.interval("log_loss"), "accuracy": scored.interval("accuracy")}
        for name, scored in pooled.items()
    }


def _of_type(data: Comparisons, world: PersonaWorld, persona: int) -> Comparisons:
    return data.filter(_types(data, world) == persona)


def _types(data: Comparisons, world: PersonaWorld) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    return np.array([world.type_of[person] for person in data.users.to_pylist()])[data.user]
