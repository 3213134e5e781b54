"""How near does a fit with default settings come to the truth of a large synthetic world, and what keeps it from it?

``python -m benchmarks.ideal_point_world`` makes W(1000) (60,000 items with 1,024 features, 92,000 judgements by 1,000
people with 4 tastes; 10,000 judgements of the same people on 8,000 other items) and writes
``benchmarks/results/ideal_point_world.json``:

- held-out accuracy of the defaults with K = 4 and K = 1 for five seeds of the fit, and the paired difference with its
  95 % interval over people; two further worlds with one fit each;
- recovery: for each person the correlation of fitted and true rewards over held-out items;
- the gap to the ceiling, from fits that are told parts of the truth (``oracles.py``);
- seconds with everything chosen on validation judgements and with those choices given; memory.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import gustibus as gs
from benchmarks.ideal_point_world.oracles import (
    best_linear_map,
    learn_map_for_true_people,
    learn_people_and_tastes,
    learn_people_only,
)
from benchmarks.ideal_point_world.world import World, make_world
from benchmarks.recording import WORKLOADS, MemoryMeter, Stopwatch, write_result
from gustibus.evaluation import Interval, Scored

QUESTION = "How near do default settings come to the truth of a large synthetic world, and what keeps them from it?"
MODELS: dict[str, dict[str, Any]] = {
    "Bradley-Terry": {"model": "bt"},
    "PAL-A, K = 1": {"prototypes": 1},
    "PAL-A, K = 4": {"prototypes": 4},
}
ONE, FOUR = "PAL-A, K = 1", "PAL-A, K = 4"
CORRELATED_ITEMS = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--workloads", type=Path, default=WORKLOADS, help="folder (default: %(default)s)")
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--quick", action="store_true", help="one seed, no further worlds; to results/quick")
    chosen = parser.parse_args()
    watch = Stopwatch()
    try:
        world = make_world(chosen.workloads, chosen.users, 0)
    except FileNotFoundError as error:
        sys.exit(str(error))
    seeds = range(1 if chosen.quick else 5)
    result = {"question": QUESTION, "world": _describe(world), "seeds": list(seeds)}
    fits = _fits(world, seeds)
    result |= {"fits": _fit_figures(fits), "fixed_settings": _with_given_choices(world, fits)}
    write_result("ideal_point_world", result, quick=chosen.quick)
    result["gap"] = _gap(world, fits, seeds)
    del world
    result["other_worlds"] = [] if chosen.quick else [_other_world(chosen, seed) for seed in (1, 2)]
    result["seconds"] = watch.read()
    path = write_result("ideal_point_world", result, quick=chosen.quick)
    for name, figures in result["fits"].items():
        print(f"{name:16s} accuracy {figures['accuracy']}  correlation {figures['correlation']}")
    print(f"K = 4 minus K = 1: {result['fits'][FOUR]['accuracy_against_one_prototype']}")
    for name, accuracy in result["gap"].items():
        print(f"  {name:66s} {accuracy:.4f}")
    print(f"{path.name}, {watch.read()['cpu']:.0f} s")


class _Fit:
    """One fit: what it predicted, how well it recovered the truth, what it cost."""

    def __init__(self, world: World, seed: int, **settings: Any) -> None:
        memory, watch = MemoryMeter(), Stopwatch()
        self.model = gs.fit(world.train, encoder=world.vectors, seed=seed, **settings)
        self.seconds, self.memory = watch.read(), memory.read()
        self.scored = Scored.of(world.test, self.model.predict(world.test).probability, n_boot=2000)
        self.correlation = _correlations(world, self.model)
        self.summary = self.model.summary


def _fits(world: World, seeds: range) -> dict[str, list[_Fit]]:
    fits: dict[str, list[_Fit]] = {}
    for name, settings in MODELS.items():
        # Bradley-Terry (linear, convex) only serves for comparison: one seed.
        for seed in seeds if settings.get("model") != "bt" else seeds[:1]:
            fit = _Fit(world, seed, **settings)
            fits.setdefault(name, []).append(fit)
            print(f"{name}, seed {seed}: {fit.scored.accuracy:.4f}, {fit.seconds['cpu']:.0f} s", file=sys.stderr)
    return fits


def _fit_figures(fits: dict[str, list[_Fit]]) -> dict[str, dict[str, Any]]:
    pooled = {name: Scored.pool([fit.scored for fit in of_seeds]) for name, of_seeds in fits.items()}
    figures = {}
    for name, of_seeds in fits.items():
        correlation = np.concatenate([fit.correlation for fit in of_seeds])
        figures[name] = {
            "accuracy": pooled[name].interval("accuracy"),
            "accuracy_by_seed": [fit.scored.accuracy for fit in of_seeds],
            "log_loss": pooled[name].interval("log_loss"),
            "worst_decile_accuracy": pooled[name].interval("worst_decile_accuracy"),
            "ece": pooled[name].metrics.ece_debiased,
            "accuracy_against_one_prototype": _against_one_prototype(of_seeds, fits),
            "correlation": float(correlation.mean()),
            "correlation_worst_decile": float(np.sort(correlation)[: -(-len(correlation) // 10)].mean()),
            "choices": [fit.summary["choices"] for fit in of_seeds],
            "trials": [len(fit.summary["trials"]) for fit in of_seeds],
            "seconds": [fit.seconds for fit in of_seeds],
            "seconds_by_part": [fit.summary["seconds"] for fit in of_seeds],
            "memory": [fit.memory for fit in of_seeds],
        }
    return figures


def _against_one_prototype(of_seeds: list[_Fit], fits: dict[str, list[_Fit]]) -> Interval:
    one = Scored.pool([fit.scored for fit in fits[ONE][: len(of_seeds)]])
    return Scored.pool([fit.scored for fit in of_seeds]).paired(one, "accuracy")


def _correlations(world: World, model: gs.FittedModel) -> NDArray[np.float64]:
    """For each person the correlation of fitted and true rewards over held-out items, shape (U,)."""
    asked = np.unique(np.concatenate([world.test.response_a, world.test.response_b]))[:CORRELATED_ITEMS]
    responses = [world.truth.responses[i] for i in asked]
    fitted = model.users.mean @ model.prototype_scores(None, responses).T
    true = world.truth.rewards(model.user_ids, responses)
    fitted, true = (x - x.mean(axis=1, keepdims=True) for x in (fitted, true))
    return (fitted * true).sum(axis=1) / np.sqrt((fitted**2).sum(axis=1) * (true**2).sum(axis=1))


def _with_given_choices(world: World, fits: dict[str, list[_Fit]]) -> dict[str, Any]:
    """The first fit with K = 4 once more, its choices given."""
    choices = dict(fits[FOUR][0].summary["choices"])
    offsets = choices.pop("offset_penalty")
    fit = _Fit(world, 0, prototypes=4, item_offsets=offsets is not None, **choices)
    return {
        "choices": choices,
        "accuracy": fit.scored.accuracy,
        "seconds": fit.seconds,
        "seconds_by_part": fit.summary["seconds"],
        "memory": fit.memory,
    }


def _gap(world: World, fits: dict[str, list[_Fit]], seeds: range) -> dict[str, float]:
    model = fits[FOUR][0].model

    def accuracy(probability: NDArray[np.float64]) -> float:
        return Scored.of(world.test, probability).accuracy

    true = 1 / (1 + np.exp(-world.truth.log_odds(world.test)))
    told_people = [accuracy(learn_map_for_true_people(world, model, seed)) for seed in seeds]
    told_map = [accuracy(learn_people_and_tastes(world, seed)) for seed in seeds]
    return {
        "the ceiling, in expectation": world.truth.bayes_accuracy(world.test),
        "everything known, on these judgements": accuracy(true),
        "best linear map, true tastes and people": accuracy(best_linear_map(world, model)),
        "true map and tastes, people learned": accuracy(learn_people_only(world, 0)),
        "true map, tastes and people learned": float(np.mean(told_map)),
        "true people, map and tastes learned": float(np.mean(told_people)),
        "all learned (K = 4, defaults)": float(np.mean([fit.scored.accuracy for fit in fits[FOUR]])),
        "all learned (K = 1, defaults)": float(np.mean([fit.scored.accuracy for fit in fits[ONE]])),
        "best answers that are the same for everybody, in expectation": world.truth.one_taste_accuracy(world.test),
    }


def _other_world(chosen: argparse.Namespace, seed: int) -> dict[str, Any]:
    world = make_world(chosen.workloads, chosen.users, seed)
    fits = {k: _Fit(world, seed, prototypes=k) for k in (1, 4)}
    print(f"world {seed}: {fits[4].scored.accuracy:.4f} against {fits[1].scored.accuracy:.4f}", file=sys.stderr)
    return {
        "seed": seed,
        "ceiling": world.truth.bayes_accuracy(world.test),
        "accuracy": {f"PAL-A, K = {k}": fit.scored.interval("accuracy") for k, fit in fits.items()},
        "accuracy_against_one_prototype": fits[4].scored.paired(fits[1].scored, "accuracy"),
        "correlation": float(fits[4].correlation.mean()),
    }


def _describe(world: World) -> dict[str, Any]:
    return {
        "people": len(world.truth.user_ids),
        "items": len(world.truth.responses),
        "features": world.vectors.n_dimensions,
        "feature_matrix_mib": round(world.vectors.matrix.nbytes / 2**20, 1),
        "train_judgements": len(world.train),
        "test_judgements": len(world.test),
        "prototypes": world.truth.weights.shape[1],
        "seed": 0,
    }


if __name__ == "__main__":
    main()
