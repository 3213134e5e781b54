"""Can it be told whether people go in circles, or only their majority?

``python -m benchmarks.whose_cycles`` makes worlds of five kinds in which people answer twelve times or four, up to
twenty seeds each: consistent people of one taste and of three, one cycle that all share, a Condorcet population, and
two kinds of people with opposite cycles. In each, ``within_or_between`` fits models with and without cycles, of one
taste and of several (all of its candidates but plural circles of three tastes, which take the longest). It writes
``benchmarks/results/whose_cycles.json`` after every world, and goes on where it was stopped; worlds that were measured
without the tests on the answers alone get those without new fits.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from benchmarks.recording import Stopwatch, read_result, write_result
from gustibus.catalog import CyclicWorld, condorcet_world, cycle_world, payoff_world, plural_world, shared_reward_world
from gustibus.catalog.shared_reward_world import SharedRewardWorld
from gustibus.diagnosis import PairedTest, WithinOrBetween, answer_tests, within_or_between
from gustibus.diagnosis.within_or_between import CANDIDATES

QUESTION = "Can it be told whether people go in circles, or only their majority?"
PEOPLE, ANSWERS, FOLDS = 200, (12, 4), 2
SEEDS = tuple(range(20))
LEFT_OUT = ("plural-gpm 3",)


def _one_taste(answers: int, seed: int) -> CyclicWorld:
    """Six items on one scale."""
    sizes = {"n_items": 6, "n_held_out_items": 2, "n_features": 5, "comparisons_per_user": answers}
    return payoff_world(scalar=1.0, n_users=PEOPLE, seed=seed, **sizes)


def _several_tastes(answers: int, seed: int) -> SharedRewardWorld:
    """Three types of consistent people, eight items."""
    sizes = {"n_items": 8, "n_held_out_items": 2, "n_features": 6, "comparisons_per_user": answers}
    return shared_reward_world(types="discrete", n_users=PEOPLE, seed=seed, **sizes)


def _of_kind(make: Callable[..., CyclicWorld]) -> Callable[[int, int], CyclicWorld]:
    return lambda answers, seed: make(n_users=PEOPLE, comparisons_per_user=answers, seed=seed)


KINDS: dict[str, tuple[str, Callable[[int, int], Any]]] = {
    "one transitive taste": ("one transitive taste", _one_taste),
    "three transitive tastes": ("several transitive tastes", _several_tastes),
    "a cycle that all share": ("cycles within people", _of_kind(cycle_world)),
    "Condorcet population": ("cycles between people", _of_kind(condorcet_world)),
    "opposite cycles": ("cycles within people who differ", _of_kind(plural_world)),
}


def _with_answer_tests(run: dict[str, Any]) -> dict[str, Any]:
    """A world that was measured without them: the same fits, heard beside the tests on its answers."""
    world = KINDS[run["world"]][1](run["of_each"], run["seed"])
    tests = {name: PairedTest(**run[name]) for name in ("within", "people", "pooled")}
    known = {name: run[name] for name in ("log_loss", "n_people", "answers", "alpha")}
    found = WithinOrBetween(**tests, **known, on_answers=answer_tests(world.comparisons, seed=run["seed"]))
    return run | found.to_dict()


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--quick", action="store_true", help="one seed of two kinds; to results/quick")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")  # few answers a person: known, and what is measured here
    watch = Stopwatch()
    setting = {"people": PEOPLE, "answers": list(ANSWERS), "folds": FOLDS, "left_out": list(LEFT_OUT)}
    before = None if chosen.quick else read_result("whose_cycles")
    runs: list[dict[str, Any]] = before["runs"] if before is not None and before["setting"] == setting else []
    heard = [run if run.get("on_answers") else _with_answer_tests(run) for run in runs]
    if heard != runs:
        runs = heard
        result = {"question": QUESTION, "setting": setting, "runs": runs, "seconds": watch.read()}
        write_result("whose_cycles", result, quick=chosen.quick)
    done = {(run["world"], run["of_each"], run["seed"]) for run in runs}
    kinds = list(KINDS)[2:4] if chosen.quick else list(KINDS)
    models = {name: of for name, of in CANDIDATES.items() if name not in LEFT_OUT}
    for seed, answers in product(SEEDS[:1] if chosen.quick else SEEDS, ANSWERS):
        for kind in kinds:
            if (kind, answers, seed) in done:
                continue
            truth, make = KINDS[kind]
            world = make(answers, seed)
            found = within_or_between(world.comparisons, candidates=models, folds=FOLDS, seed=seed)
            bayes = float(np.mean(world.bayes_log_loss(world.comparisons)))
            about = {"world": kind, "of_each": answers, "seed": seed, "truth": truth, "bayes": bayes}
            runs.append(about | found.to_dict())
            print(kind, answers, seed, found.verdict, file=sys.stderr, flush=True)
            result = {"question": QUESTION, "setting": setting, "runs": runs, "seconds": watch.read()}
            write_result("whose_cycles", result, quick=chosen.quick)


if __name__ == "__main__":
    main()
