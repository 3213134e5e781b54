"""How often ``prototypes="auto"`` finds the number of tastes, what it costs, and whether one taste is Bradley-Terry.

``python -m benchmarks.tastes_count [--seeds 20] [--only tastes|one]`` writes ``benchmarks/results/tastes_count.json``
after every world and goes on from it; about a quarter of an hour of one core.

Worlds follow the ideal point model with 1, 2, 3 or 5 tastes; most people are close to one of them. In every world the
number is chosen; the first few are also fitted to the end with the number chosen and with the true number given,
everything else equal: the ratio of processor seconds is what the choice costs. Then PAL-A with one taste is compared
with Bradley-Terry on known people of real data sets and of two one-taste worlds, judgement by judgement.
"""

from __future__ import annotations

import argparse
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

import gustibus as gs
from benchmarks.real_people.datasets import load
from benchmarks.recording import DATA, Stopwatch, read_result, write_result
from gustibus.catalog import IdealPointWorld, ideal_point_world, shared_reward_world
from gustibus.comparisons import Comparisons, DataWarning
from gustibus.embedding import Encoder
from gustibus.evaluation import Scored, people_split
from gustibus.fitted.fitting_data import fitting_data
from gustibus.fitting import FitSettings
from gustibus.fitting.feature_choices import FeatureChoices
from gustibus.fitting.prototype_choice import choose_prototypes
from gustibus.fitting.task import Task

TASTES = (1, 2, 3, 5)
WORLD: dict[str, Any] = {
    "n_users": 150,
    "n_items": 600,
    "n_held_out_items": 200,
    "n_features": 16,
    "n_informative": 16,
    "dimensions": 8,
    "comparisons_per_user": 40,
    "held_out_per_user": 20,
    "concentration": 0.1,
}
SETTINGS: dict[str, Any] = {"dimensions": 8, "user_penalty": 1.0, "item_offsets": False, "prior": "dirichlet"}
TIMED_SEEDS = 2
POINT = ("prototypes", "log_loss", "standard_error", "gain", "gain_standard_error", "excess", "excess_standard_error")
REAL = ("kidney1", "kidney2", "train", "cems", "topmodel")
SPLITS = range(5)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--only", choices=["tastes", "one"])
    chosen = parser.parse_args()
    warnings.simplefilter("ignore", DataWarning)
    result = read_result("tastes_count") or {"worlds": {}, "one_taste": {}}
    result["world"], result["settings"] = WORLD, SETTINGS
    if chosen.only != "tastes":
        for name in ("linear world", "ideal point world", *REAL):
            if name not in result["one_taste"]:
                result["one_taste"][name] = _one_taste(name)
                print(name, result["one_taste"][name], flush=True)
                write_result("tastes_count", result | {"table": _table(result["worlds"])})
    if chosen.only != "one":
        for seed in range(chosen.seeds):
            for tastes in TASTES:
                _count(result["worlds"], tastes, seed)
                write_result("tastes_count", result | {"table": _table(result["worlds"])})


def _count(worlds: dict[str, dict[str, Any]], tastes: int, seed: int) -> None:
    """One world, unless it was counted before; the first few are also fitted to the end, both ways."""
    found = worlds.setdefault(str(tastes), {})
    if str(seed) in found:
        return
    world = ideal_point_world(n_prototypes=tastes, seed=seed, **WORLD)
    watch = Stopwatch()
    counted = choose_prototypes(task_of(world, seed))
    run: dict[str, Any] = {
        "chosen": counted.n_prototypes,
        "seconds": watch.read()["cpu"],
        "curve": [{name: point[name] for name in POINT} for point in counted.curve],
    }
    if seed < TIMED_SEEDS:
        for name, prototypes in (("auto", "auto"), ("given", tastes)):
            watch = Stopwatch()
            model = _fit(world, prototypes, seed)
            run[name] = {"seconds": watch.read()["cpu"], "held_out_log_loss": _log_loss(model, world)}
    found[str(seed)] = run
    print(tastes, seed, {name: value for name, value in run.items() if name != "curve"}, flush=True)


def task_of(world: IdealPointWorld, seed: int) -> Task:
    """What a fit with ``prototypes="auto"`` begins with, so that no time goes into its end."""
    inputs = fitting_data(
        world.comparisons, world.vectors, validation=None, validation_share=0.1, seed=seed, store=None
    ).inputs
    settings = FitSettings(prototypes="auto", seed=seed, **SETTINGS)
    items = np.unique(np.concatenate([inputs.judgements.a, inputs.judgements.b]))
    return Task(
        FeatureChoices(inputs.embeddings, inputs.extra, inputs.kind, items, settings),
        inputs.judgements,
        settings,
        offsets_possible=False,
        n_items=len(inputs.embeddings),
        device=torch.device("cpu"),
    )


def _fit(world: IdealPointWorld, prototypes: Any, seed: int) -> gs.FittedModel:
    return gs.fit(world.comparisons, prototypes=prototypes, encoder=world.vectors, store=None, seed=seed, **SETTINGS)


def _log_loss(model: gs.FittedModel, world: IdealPointWorld) -> float:
    """Of judgements on items that the fit did not see."""
    return Scored.of(world.held_out, model.predict(world.held_out).probability).metrics.log_loss


def _table(worlds: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for tastes, found in sorted(worlds.items()):
        runs = list(found.values())
        timed = [run for run in runs if "given" in run]
        ratios = [run["auto"]["seconds"] / run["given"]["seconds"] for run in timed]
        lost = [run["auto"]["held_out_log_loss"] - run["given"]["held_out_log_loss"] for run in timed]
        rows.append(
            {
                "tastes": int(tastes),
                "seeds": len(runs),
                "chosen": {str(k): n for k, n in sorted(Counter(run["chosen"] for run in runs).items())},
                "median_seconds": float(np.median([run["seconds"] for run in runs])),
                "most_fits": max(len(run["curve"]) for run in runs),
                "seconds_over_given": float(np.median(ratios)) if ratios else None,
                "log_loss_over_given": float(np.mean(lost)) if lost else None,
            }
        )
    return rows


def _one_taste(name: str) -> dict[str, Any]:
    """Log loss of PAL-A with one taste minus that of Bradley-Terry, on judgements of known people."""
    watch, pal, plain, factors = Stopwatch(), [], [], []
    for seed, train, validation, test, encoder in _splits(name):
        fits = [
            gs.fit(train, model=model, validation=validation, encoder=encoder, store=None, seed=seed, **options)
            for model, options in (("pal-a", {"prototypes": 1}), ("bt", {}))
        ]
        pal.append(Scored.of(test, fits[0].predict(test).probability))
        plain.append(Scored.of(test, fits[1].predict(test).probability))
        factors.append(fits[0].scorer.factor)
    one, other = Scored.pool(pal), Scored.pool(plain)
    return {
        "pal": one.interval("log_loss"),
        "bradley_terry": other.interval("log_loss"),
        "difference": one.paired(other),
        "accuracy_difference": one.paired(other, "accuracy"),
        "factors": factors,
        "seeds": list(SPLITS),
        "seconds": watch.read()["cpu"],
    }


def _splits(name: str) -> Iterator[tuple[int, Comparisons, Comparisons | None, Comparisons, Encoder]]:
    """Seed, training, validation (None: a share of training) and test judgements, encoder."""
    if name.endswith(" world"):
        sizes = {key: size for key, size in WORLD.items() if key.startswith(("n_users", "n_items", "n_held", "n_feat"))}
        for seed in SPLITS:
            world = (
                shared_reward_world(types="discrete", n_prototypes=1, seed=seed, **sizes)
                if name == "linear world"
                else ideal_point_world(n_prototypes=1, seed=seed, **WORLD)
            )
            yield seed, world.comparisons, None, world.held_out, world.vectors
        return
    data = load(name, DATA)
    for seed in SPLITS:
        split = people_split(data.comparisons, data.nmax, data.mint, seed)
        yield seed, split.train, split.validation, split.seen_test, data.encoder


if __name__ == "__main__":
    main()
