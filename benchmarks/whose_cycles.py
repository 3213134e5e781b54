"""Can it be told whether people go in circles, or only their majority?

``python -m benchmarks.whose_cycles`` makes worlds of five kinds, five seeds each: consistent people of one taste and of
three, one cycle that all share, a Condorcet population, and two kinds of people with opposite cycles. In each,
``within_or_between`` fits models with and without cycles, of one taste and of several. It writes
``benchmarks/results/whose_cycles.json`` after every world, and goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.recording import Stopwatch, read_result, write_result
from gustibus.catalog import CyclicWorld, condorcet_world, cycle_world, payoff_world, plural_world, shared_reward_world
from gustibus.catalog.shared_reward_world import SharedRewardWorld
from gustibus.diagnosis import within_or_between

QUESTION = "Can it be told whether people go in circles, or only their majority?"
PEOPLE, ANSWERS, FOLDS = 200, 12, 2
SEEDS = (0, 1, 2, 3, 4)


def _one_taste(seed: int) -> CyclicWorld:
    sizes = {"n_items": 6, "n_held_out_items": 2, "n_features": 5, "comparisons_per_user": ANSWERS}
    return payoff_world(scalar=1.0, n_users=PEOPLE, seed=seed, **sizes)


def _several_tastes(seed: int) -> SharedRewardWorld:
    sizes = {"n_items": 8, "n_held_out_items": 2, "n_features": 6, "comparisons_per_user": ANSWERS}
    return shared_reward_world(types="discrete", n_users=PEOPLE, seed=seed, **sizes)


def _of_kind(make: Callable[..., CyclicWorld], **options: Any) -> Callable[[int], CyclicWorld]:
    return lambda seed: make(n_users=PEOPLE, comparisons_per_user=ANSWERS, seed=seed, **options)


KINDS: dict[str, tuple[str, Callable[[int], Any]]] = {
    "one transitive taste": ("one transitive taste", _one_taste),
    "three transitive tastes": ("several transitive tastes", _several_tastes),
    "a cycle of three that all share": ("cycles within people", _of_kind(cycle_world)),
    "a cycle of five that all share": ("cycles within people", _of_kind(cycle_world, length=5)),
    "Condorcet population": ("cycles between people", _of_kind(condorcet_world)),
    "opposite cycles": ("cycles within people who differ", _of_kind(plural_world)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--quick", action="store_true", help="one seed of two kinds; to results/quick")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")  # few answers a person: known, and what is measured here
    watch = Stopwatch()
    setting = {"people": PEOPLE, "answers": ANSWERS, "folds": FOLDS, "seeds": list(SEEDS)}
    before = None if chosen.quick else read_result("whose_cycles")
    runs: list[dict[str, Any]] = before["runs"] if before is not None and before["setting"] == setting else []
    done = {(run["world"], run["seed"]) for run in runs}
    kinds = list(KINDS)[2:4] if chosen.quick else list(KINDS)
    for seed in SEEDS[:1] if chosen.quick else SEEDS:
        for kind in kinds:
            if (kind, seed) in done:
                continue
            truth, make = KINDS[kind]
            world = make(seed)
            found = within_or_between(world.comparisons, encoder=world.vectors, folds=FOLDS, seed=seed)
            bayes = float(np.mean(world.bayes_log_loss(world.comparisons)))
            runs.append({"world": kind, "seed": seed, "truth": truth, "bayes": bayes} | found.to_dict())
            print(kind, seed, found.verdict, file=sys.stderr, flush=True)
            result = {"question": QUESTION, "setting": setting, "runs": runs, "seconds": watch.read()}
            write_result("whose_cycles", result, quick=chosen.quick)


if __name__ == "__main__":
    main()
