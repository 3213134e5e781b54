"""The most that any single reward can reach where people are of different personas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.personas.world import Features, PersonaWorld
from gustibus.fitting.ridge_logistic import fit_ridge_logistic

__all__ = ["single_reward_limits"]

Floats = NDArray[np.float64]
RIDGES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


def single_reward_limits(worlds: Sequence[PersonaWorld], features: Features) -> dict[str, dict[str, float]]:
    """Accuracy and log loss on seen people's tests, means over worlds, of two rewards that know nobody.

    - ``"any"`` knows what every test statement is worth. A share ``q`` of people says Yes to it; a reward that is the
      same for all is right for at most ``max(q, 1 - q)`` of them, and its log loss is at least the entropy of ``q``.
    - ``"unlimited people"`` is where Bradley-Terry on these features tends to with more and more of them: it is told
      ``q`` of every statement that is not tested, and gets the ridge that is best on the tests themselves.
    """
    found = [_limits(world, features) for world in worlds]
    return {
        kind: {metric: float(np.mean([one[kind][metric] for one in found])) for metric in ("accuracy", "log_loss")}
        for kind in ("any", "unlimited people")
    }


def _limits(world: PersonaWorld, features: Features) -> dict[str, dict[str, Any]]:
    share = shares(world)
    tested = world.split.seen_test.prompt
    known = np.setdiff1d(np.arange(len(share)), np.concatenate([tested, world.split.unseen_test.prompt]))
    vectors = world.statement_vectors(features)
    rows, nothing = np.concatenate([vectors[known], np.zeros((1, vectors.shape[1]))]), len(known)
    candidates = []
    for ridge in RIDGES:
        solution = fit_ridge_logistic(
            rows, np.arange(nothing), np.full(nothing, nothing), share[known], np.ones(nothing), ridge=ridge,
            offset_ridge=None,
        )  # fmt: skip
        candidates.append(_scores(1 / (1 + np.exp(-vectors @ solution.beta)), share, tested))
    return {
        "any": _scores(share, share, tested),
        "unlimited people": {
            "accuracy": max(one["accuracy"] for one in candidates),
            "log_loss": min(one["log_loss"] for one in candidates),
        },
    }


def shares(world: PersonaWorld) -> Floats:
    """Share of people who say Yes to each statement; personas are equally frequent."""
    here, personas = world.statements, np.array(world.personas)
    own = here.persona[:, None] == personas
    share: Floats = np.where(own, here.agrees[:, None], ~here.agrees[:, None]).mean(axis=1)
    return share


def _scores(probability: Floats, share: Floats, tested: NDArray[np.integer[Any]]) -> dict[str, float]:
    """Expected over people, for each time a statement is tested; ties count half."""
    p, q = np.clip(probability[tested], 1e-12, 1 - 1e-12), share[tested]
    right = np.where(p > 0.5, q, np.where(p < 0.5, 1 - q, 0.5))
    return {
        "accuracy": float(right.mean()),
        "log_loss": float(-(q * np.log(p) + (1 - q) * np.log1p(-p)).mean()),
    }
