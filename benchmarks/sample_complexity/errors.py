"""Errors of new people in one world, once with the true map and once with maps learned from others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import gustibus as gs
from gustibus.adapting import Answers, DirichletPrior, adapt, first_answers
from gustibus.catalog import IdealPointWorld, ideal_point_world
from gustibus.comparisons import Comparisons
from gustibus.evaluation import prefix

__all__ = ["ANSWERS", "MAPS", "N_NEW", "SEEN", "Errors", "errors_of"]

Floats = NDArray[np.float64]

SEEN = (50, 200, 800)
MAPS = ("true", *SEEN)  # the true map, or one learned from so many people
ANSWERS = (0, 1, 2, 5, 10, 20, 50, 100)
N_NEW, N_TEST = 150, 40
# The map is learned at each K with many features, and at one K with few as well.
LEARNED = ((2, 32), (4, 8), (4, 32), (8, 32))
OF_A_SEEN_PERSON, OF_THEM_VALIDATION = 40, 6
DIMENSIONS, CONCENTRATION = 8, 0.3
# Nothing is chosen, so that every fit is the same procedure.
SETTINGS: dict[str, Any] = {
    "dimensions": DIMENSIONS, "prototype_scale": 1.0, "user_penalty": 0.3, "prior": "dirichlet", "posterior_draws": 256,
}  # fmt: skip


@dataclass(frozen=True)
class Errors:
    """Mean errors of the new people of one world over their test judgements.

    Attributes
    ----------
    excess
        ``(len(MAPS), len(ANSWERS), N_NEW)`` log loss above that of the truth, in nats; the true map alone where none is
        learned.
    wrong_side
        The same for the share of judgements in which the response is preferred that truly is not.
    """

    excess: Floats
    wrong_side: Floats


def errors_of(prototypes: int, features: int, seed: int, folder: Path) -> Errors:
    """Of one world; kept in a file, and read from there the next time."""
    path = folder / f"k{prototypes}-d{features}-seed{seed}.npz"
    if path.is_file():
        with np.load(path) as kept:
            return Errors(kept["excess"], kept["wrong_side"])
    world = ideal_point_world(
        n_users=max(SEEN) + N_NEW, n_items=2000, n_held_out_items=1000, n_features=features, n_informative=features,
        n_prototypes=prototypes, dimensions=DIMENSIONS, concentration=CONCENTRATION,
        comparisons_per_user=max(ANSWERS), held_out_per_user=N_TEST, seed=seed,
    )  # fmt: skip
    test = world.held_out.filter(world.held_out.user >= max(SEEN))
    true = 1 / (1 + np.exp(-world.log_odds(test)))
    predicted = [_with_true_map(world, test)]
    if (prototypes, features) in LEARNED:
        predicted += [_with_learned_map(world, test, n, seed) for n in SEEN]
    both = [[_by_person(p, true) for p in by_answers] for by_answers in predicted]
    found = Errors(*(np.array([[cell[i] for cell in row] for row in both]) for i in range(2)))
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, excess=found.excess, wrong_side=found.wrong_side)
    return found


def _with_true_map(world: IdealPointWorld, test: Comparisons) -> list[Floats]:
    """Probabilities of somebody who knows map, prototypes and prior, after each number of answers."""
    rewards = world.truth.prototype_rewards(world.truth.responses).T
    pool, asked = (_answers(rewards, data) for data in (_new(world.comparisons), test))
    prior = DirichletPrior(np.full(rewards.shape[1], CONCENTRATION))
    return [adapt(first_answers(pool, n), prior).probability(asked.z, asked.user) for n in ANSWERS]


def _answers(rewards: Floats, data: Comparisons) -> Answers:
    # -c |z - w P|^2 = w . (-c |z - P_k|^2) + a part that is the same for all items: linear in the weights.
    z = rewards[data.response_a] - rewards[data.response_b]
    return Answers(z=z, outcome=data.outcome, user=data.user - max(SEEN), n_users=N_NEW)


def _with_learned_map(world: IdealPointWorld, test: Comparisons, n_seen: int, seed: int) -> list[Floats]:
    """Probabilities of PAL-A fitted to the first people of the world."""
    asked = world.comparisons
    rank = np.arange(len(asked)) % max(ANSWERS)
    seen = (asked.user < n_seen) & (rank < OF_A_SEEN_PERSON)
    model = gs.fit(
        asked.filter(seen & (rank >= OF_THEM_VALIDATION)),
        validation=asked.filter(seen & (rank < OF_THEM_VALIDATION)),
        model="pal-a", prototypes=world.truth.weights.shape[1], encoder=world.vectors, seed=seed, item_offsets=False,
        **SETTINGS,
    )  # fmt: skip
    pool = _new(asked)
    people = ["population", *(model.adapt_users(prefix(pool, n)) for n in ANSWERS[1:])]
    return [model.predict(test, users=known).probability for known in people]


def _new(data: Comparisons) -> Comparisons:
    return data.filter(data.user >= max(SEEN))


def _by_person(predicted: Floats, true: Floats) -> tuple[Floats, Floats]:
    """Excess log loss, the relative entropy of truth and prediction, and share of wrong sides; ``(N_NEW,)`` each."""
    p = np.clip(predicted, 1e-12, 1 - 1e-12)
    excess = true * np.log(true / p) + (1 - true) * np.log((1 - true) / (1 - p))
    wrong = ((p > 0.5) != (true > 0.5)).astype(float)
    return excess.reshape(N_NEW, N_TEST).mean(axis=1), wrong.reshape(N_NEW, N_TEST).mean(axis=1)
