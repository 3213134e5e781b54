"""How often does ``model="auto"`` take circles where there are none, and where there are some?

``python -m benchmarks.circle_contest`` makes twenty worlds of each of seven kinds, 150 people with twelve answers
each, and holds the contest by which ``auto`` decides on circles against the hierarchical model, its default. Nobody
goes in circles where people have one transitive taste, one that shows less clearly in answers, or three; where they
have ideal points of their own, whose rewards are no linear function of the features, so that the hierarchical model
leaves over what may be mistaken for circles; and in a majority that cycles though nobody does. People do where all
share one circle, and where two kinds of them have opposite ones. It writes ``benchmarks/results/circle_contest.json``
after every world, and goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import torch

from benchmarks.recording import Stopwatch, read_result, write_result
from gustibus.catalog import (
    condorcet_world,
    cycle_world,
    ideal_point_world,
    payoff_world,
    plural_world,
    shared_reward_world,
)
from gustibus.fitting import FitSettings, Judgements, validation_mask
from gustibus.fitting.circle_contest import hold_contest
from gustibus.fitting.feature_choices import FeatureChoices
from gustibus.fitting.members import Members
from gustibus.fitting.task import Task

QUESTION = "How often does auto take circles where there are none, and where there are some?"
PEOPLE, ANSWERS, WORLDS = 150, 12, 20
# Strengths of the models with circles that a fit would choose are given, but not whether anything goes round at all.
QUICKLY: dict[str, Any] = {
    "dimensions": 2,
    "prototypes": 2,
    "shared_penalty": 1.0,
    "user_penalty": 1.0,
    "item_offsets": False,
    "learning_rate": 0.05,
    "max_steps": 100,
}
ASKED = {"n_users": PEOPLE, "comparisons_per_user": ANSWERS}
ITEMS = {"n_items": 30, "n_held_out_items": 2, "n_features": 6}

KINDS: dict[str, tuple[bool, Callable[[int], Any]]] = {
    # name: whether somebody goes in circles, how it is made
    "ideal points": (
        False,
        lambda seed: ideal_point_world(
            **ASKED, **ITEMS, n_informative=4, n_prototypes=3, dimensions=2, scale=0.8, seed=seed
        ),
    ),
    "opposite circles": (True, lambda seed: plural_world(**ASKED, length=5, seed=seed)),
    "one transitive taste": (False, lambda seed: payoff_world(**ASKED, **ITEMS, scalar=1.0, seed=seed)),
    "one transitive taste, noisy": (
        False,
        lambda seed: payoff_world(**ASKED, **ITEMS, scalar=1.0, scale=0.8, seed=seed),
    ),
    "a circle that all share": (True, lambda seed: cycle_world(**ASKED, length=5, seed=seed)),
    "Condorcet population": (False, lambda seed: condorcet_world(**ASKED, n_types=5, seed=seed)),
    "three transitive tastes": (False, lambda seed: shared_reward_world(**ASKED, **ITEMS, types="discrete", seed=seed)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("kinds", nargs="*", choices=[*KINDS, []], help="default: all")
    parser.add_argument("--quick", action="store_true", help="one world of a kind; to results/quick")
    chosen = parser.parse_args()
    quick, kinds = chosen.quick, chosen.kinds or list(KINDS)
    warnings.simplefilter("ignore")
    watch = Stopwatch()
    setting = {"people": PEOPLE, "answers": ANSWERS, "champion": "hierarchical", "given": QUICKLY}
    before = None if quick else read_result("circle_contest")
    runs: list[dict[str, Any]] = before["runs"] if before is not None and before["setting"] == setting else []
    done = {(run["world"], run["seed"]) for run in runs}
    for seed, kind in product(range(1 if quick else WORLDS), kinds):
        if (kind, seed) in done:
            continue
        circles, make = KINDS[kind]
        runs.append({"world": kind, "seed": seed, "circles": circles} | contest(make(seed), seed))
        print(kind, runs[-1], file=sys.stderr, flush=True)
        result = {"question": QUESTION, "setting": setting, "runs": runs, "seconds": watch.read()}
        write_result("circle_contest", result, quick=quick)


def contest(world: Any, seed: int) -> dict[str, Any]:
    """What was seen, tried and taken against the hierarchical model."""
    data = world.comparisons
    vectors = world.vectors.encode_items([""] * len(data.responses), data.responses.to_pylist()).astype(np.float32)
    one_hot = bool(np.array_equal(vectors, np.eye(len(vectors))))
    user = data.user.astype(np.intp)
    a, b = data.response_a.astype(np.intp), data.response_b.astype(np.intp)
    drawn = validation_mask(user, 0.1, seed=seed)
    judgements = Judgements(a, b, user, data.outcome.astype(float), np.ones(len(data)), drawn, len(data.users))
    settings = FitSettings(model="auto", seed=seed, **QUICKLY)
    kind = "indicator" if one_hot else "numeric"
    features = FeatureChoices(vectors, None, kind, np.unique(np.concatenate([a, b])), settings)
    task = Task(features, judgements, settings, False, len(vectors), torch.device("cpu"), validation_drawn=True)
    members = Members(task)
    chosen = members.fit("hierarchical")
    taken, _ = hold_contest(members, chosen, (chosen,))
    found: dict[str, Any] = taken.people.findings["circle_contest"]
    return found


if __name__ == "__main__":
    main()
