"""People of K* types answer statements: which models find the types, with how many prototypes and answers?

``python -m benchmarks.personas`` draws worlds (``world.py``) and writes ``benchmarks/results/personas.json`` after each
of its parts:

- ``rows``: the worlds of the reference study, K* = 2, 4, 6 with 40, 10 or 5 answers a person, on whitened and raw
  components: one taste for all, the mixture with K* types and the hierarchical model, which chooses its own types;
  where a person gives few answers, with 40 seen people a persona and with 120, because the study does not say how many
  it had;
- ``curve``: K* = 2 to 6 on raw components, every model with 1 to 8 prototypes, new people after 0 to 100 answers, and
  where the accuracy of each stops to rise (``bend.py``).

Beside each stand a fit that is told everybody's persona (``known_types.py``) and the most that a single reward can
reach (``single_reward.py``). PAL-A, PAL-B and low-rank rewards learn by descent; their dimensions and penalties are
chosen once, in a world apart, and new people are placed by the seen people's weights (``prior="particles"``).
Finished fits are kept in ``benchmarks/results/quick/fits``, so that the program goes on where it was.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.personas.bend import ENOUGH, bend
from benchmarks.personas.known_types import known_types_figures
from benchmarks.personas.single_reward import single_reward_limits
from benchmarks.personas.world import SEEN_A_PERSONA, Features, Statements, make_world, read_statements
from benchmarks.recording import DATA, RESULTS, Stopwatch, read_result, write_result
from benchmarks.reference_figures import MIXTURE_OF_GAUSSIANS, POINT_ESTIMATES, SOURCE
from gustibus.comparisons import DataWarning
from gustibus.fitting import TAKEN_BY
from gustibus.study import Figures, Round, compare_rounds, model_choices

QUESTION = "People of K* types answer statements: which models find the types?"
SHOTS = (0, 1, 2, 5, 10, 20, 50, 100)
PROTOTYPES = (1, 2, 3, 4, 5, 6, 7, 8)
FEWER_PROTOTYPES = (1, 2, 8)  # and K*, for models that learn by descent
BY_DESCENT = ("pal-a", "pal-b", "low-rank")
WITHOUT = ("bt", "hierarchical")
KNOWN = (*WITHOUT, "mixture", *BY_DESCENT)
APART: dict[str, Any] = {"personas": 4, "answers": 40, "features": "raw 64", "seed": 100}
"""The world in which the settings of `BY_DESCENT` are chosen; none of those that are reported."""
ENOUGH_ANSWERS = 40
"""A person's, with the usual number of people; where they give fewer, there is a second world with more people."""
LIKELY = 120
"""People a persona with whom known personas lose about what they do in the study's rows of few answers."""
MANY = 5
"""Personas from which a draw costs several times as much."""
PLACED: dict[str, Any] = {"prior": "particles", "posterior_draws": 64}
SETTINGS = ("dimensions", "prototype_scale", "user_penalty", "shared_penalty")
FITS = RESULTS / "quick" / "fits"
# Statements are described as the world says, and each is a question of its own.
COMMON: dict[str, Any] = {"raw_features": True, "item_offsets": False}


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets (default: %(default)s)")
    parser.add_argument("--part", choices=["rows", "curve"], nargs="*", default=["rows", "curve"])
    parser.add_argument("--models", nargs="*", help="only these, beside what is known of others (default: all)")
    parser.add_argument("--seeds", type=int, default=2, help="draws of each world (default: %(default)s)")
    parser.add_argument(
        "--seeds-of-many", type=int, metavar="N", help=f"draws of curves with {MANY} personas or more, if fewer"
    )
    parser.add_argument("--quick", action="store_true", help="one seed, K* = 2, 1 and 2 prototypes; to results/quick")
    chosen = parser.parse_args()
    try:
        statements = read_statements(chosen.data)
    except FileNotFoundError as error:
        sys.exit(str(error))
    models = [name for name in KNOWN if name in (chosen.models or KNOWN)]
    seeds = range(1 if chosen.quick else chosen.seeds)
    kept = {} if chosen.quick else read_result("personas") or {}
    result: dict[str, Any] = {
        "question": QUESTION,
        "seeds": list(seeds),
        "shots": list(SHOTS),
        "bend": {"share of the largest gain in seen people's accuracy": ENOUGH},
        "reference": {"source": SOURCE, "point estimates": POINT_ESTIMATES},
        **{part: kept[part] for part in ("rows", "curve") if part in kept},
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # few answers a person: known, and what is measured here
        settled = _settle(statements, models) if "curve" in chosen.part else {}
        result["settings chosen apart"] = settled or kept.get("settings chosen apart", {})
        for part in chosen.part:
            result[part] = []
            for world in _rows(models, chosen.quick) if part == "rows" else _curve(models, settled, chosen.quick):
                if not world["models"]:
                    result[part] += [one for one in kept.get(part, []) if _same_world(one, world)]
                    continue
                many = part == "curve" and world["personas"] >= MANY and chosen.seeds_of_many is not None
                found = _measure(statements, world, seeds[: chosen.seeds_of_many] if many else seeds)
                result[part].append(_beside(kept.get(part, []), found) if chosen.models else found)
                write_result("personas", result, quick=chosen.quick)


def _same_world(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one[name] == other[name] for name in ("personas", "people", "answers", "features"))


def _beside(kept: Sequence[Mapping[str, Any]], found: dict[str, Any]) -> dict[str, Any]:
    """Some models of a world, beside the others that were measured in the same draws before."""
    for world in kept:
        if _same_world(world, found) and all(world[name] == found[name] for name in ("seeds", "draws")):
            return {**world, **{name: {**world[name], **found[name]} for name in ("models", "bend", "left_out")}}
    return found


def _rows(models: Sequence[str], quick: bool) -> list[dict[str, Any]]:
    worlds = []
    for row in MIXTURE_OF_GAUSSIANS[: 1 if quick else None]:
        options: dict[str, dict[str, Any]] = {name: {"model": name, **COMMON} for name in WITHOUT if name in models}
        if row.features == "raw 384":
            options.pop("hierarchical", None)  # minutes a fit, and not run in the reference study either
        if "mixture" in models:
            options["mixture"] = {"model": "mixture", "prototypes": row.personas, **COMMON}
        reference = {
            "population": row.population,
            "known types": row.known_types,
            "mixture": row.mixture_em,
            "mixture of Gaussians": row.mixture_of_gaussians,
        }
        for people in (SEEN_A_PERSONA, LIKELY)[: 2 if row.answers < ENOUGH_ANSWERS else 1]:
            world = {"personas": row.personas, "people": people, "answers": row.answers, "features": row.features}
            worlds.append(world | {"models": options, "reference": reference})
    return worlds


def _settle(statements: Statements, models: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Dimensions and penalties of the models that learn by descent, chosen on one world's validation judgements."""
    options = {
        name: {"model": name, "prototypes": APART["personas"], **PLACED, **COMMON}
        for name in models
        if name in BY_DESCENT
    }
    if not options:
        return {}
    world = make_world(statements, APART["personas"], APART["answers"], APART["seed"], pool=max(SHOTS))
    one = Round(APART["seed"], world.split, world.encoder(APART["features"]))
    found = compare_rounds([one], model_choices(options), shots=(0, 20), folder=FITS, n_boot=2)
    return {
        row.name: {name: row.choices[0][name] for name in SETTINGS if row.name in TAKEN_BY[name]} for row in found.rows
    }


def _curve(models: Sequence[str], settled: Mapping[str, Mapping[str, Any]], quick: bool) -> list[dict[str, Any]]:
    worlds = []
    for personas in (2,) if quick else range(2, 7):
        options: dict[str, dict[str, Any]] = {name: {"model": name, **COMMON} for name in WITHOUT if name in models}
        for name in models:
            if name in WITHOUT:
                continue
            numbers = (1, 2) if quick else sorted({*FEWER_PROTOTYPES, personas}) if name in BY_DESCENT else PROTOTYPES
            given = {**PLACED, **settled[name]} if name in BY_DESCENT else {}
            options |= {f"{name}, K = {k}": {"model": name, "prototypes": k, **given, **COMMON} for k in numbers}
        world = {"personas": personas, "people": SEEN_A_PERSONA, "answers": 40, "features": "raw 64"}
        worlds.append(world | {"models": options})
    return worlds


def _measure(statements: Statements, about: Mapping[str, Any], seeds: Sequence[int]) -> dict[str, Any]:
    """All models in all draws of one kind of world."""
    watch = Stopwatch()
    features: Features = about["features"]
    kind = (about["personas"], about["answers"])
    worlds = [make_world(statements, *kind, seed, pool=max(SHOTS), people=about["people"]) for seed in seeds]
    rounds = [Round(seed, world.split, world.encoder(features)) for seed, world in zip(seeds, worlds, strict=True)]
    told = f"K* = {about['personas']}, {about['people']} people, {about['answers']} answers, {features}"

    def progress(stage: str, done: int, total: int, /) -> None:
        if stage == "models fitted":
            print(f"{told}: {done} of {total} fits, {watch.read()['wall']:.0f} s", file=sys.stderr, flush=True)

    found = compare_rounds(rounds, model_choices(about["models"]), shots=SHOTS, folder=FITS, progress=progress)
    known = known_types_figures(worlds, features, seeds, SHOTS[1:])
    print(f"{told}\n{found.recommendation.sentence}\nknown types: {known['seen']['log_loss']}")
    for row in found.rows:
        losses = {"seen": row.seen.log_loss} | {n: row.unseen[n].log_loss for n in (0, 5, 20)}
        print(f"  {row.name:20s}", *(f"{cell}: {loss.estimate:.3f}" for cell, loss in losses.items()))
    for name, why in found.skipped.items():
        print(f"  {name}: {why}")
    accuracies: dict[str, dict[int, float]] = {}
    for row in found.rows:
        if row.options["model"] not in WITHOUT:
            by_number = accuracies.setdefault(row.options["model"], {})
            by_number[row.options["prototypes"]] = row.seen.accuracy.estimate
    return {
        **{name: value for name, value in about.items() if name != "models"},
        "seeds": list(seeds),
        "draws": [list(world.personas) for world in worlds],
        "known_types": known,
        "single_reward": single_reward_limits(worlds, features),
        "bend": {name: bend(by_number) for name, by_number in accuracies.items() if 1 in by_number},
        "models": {
            row.name: {
                "validation": _figures(row.validation),
                "seen": _figures(row.seen),
                "new": {n: _figures(figures) for n, figures in row.unseen.items()},
                "seconds": row.seconds_to_fit,
                "choices": row.choices,
            }
            for row in found.rows
        },
        "left_out": found.skipped,
        "seconds": watch.read(),
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {"log_loss": figures.log_loss, "accuracy": figures.accuracy, "by_seed": figures.log_loss_by_seed}


if __name__ == "__main__":
    main()
