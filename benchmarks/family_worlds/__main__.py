"""Is every member of the family best, or tied with the best, in its own world?

``python -m benchmarks.family_worlds [WORLD ...]`` draws worlds whose truth is known (``worlds.py``), fits the members
of the family in each, and writes ``benchmarks/results/family_worlds.json`` after each kind of world. Figures are about
new items, for seen people and for new people after 0, 5 and 20 answers; log loss is what the true probabilities lead
one to expect, so that only people and worlds are sampled. In the worlds with prompts it also records the largest
optimality certificate of new people placed by PAL-B, and its two forms beside each other; in that of mixed rewards,
what is left to lose where the map is known.

Finished fits are kept in ``benchmarks/results/quick/family_worlds``, so that the program goes on where it was.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import gustibus as gs
from benchmarks.family_worlds import worlds
from benchmarks.family_worlds.known_map import on_the_true_map
from benchmarks.family_worlds.verdicts import best_form, verdict
from benchmarks.family_worlds.worlds import FORMS, SHOTS, WORLDS, Draw, Form, Kind, draw_of
from benchmarks.recording import RESULTS, Stopwatch, read_result, write_result
from gustibus.comparisons import DataWarning
from gustibus.evaluation import Scored, prefix
from gustibus.study import ModelChoice, Trial, run_trial

QUESTION = "Is every member of the family best, or tied with the best, in its own world?"
CELLS: tuple[str | int, ...] = ("seen", *SHOTS)
FITS = RESULTS / "quick" / "family_worlds"
LINEAR, COSINE, FIRM = "PAL-B", "PAL-B, cosine", "low-rank, ridge 10"


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("world", nargs="*", choices=[*WORLDS, []], help="which to measure (default: all)")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one seed; to results/quick")
    chosen = parser.parse_args()
    seeds = range(1 if chosen.quick else chosen.seeds)
    known = {} if chosen.quick else (read_result("family_worlds") or {}).get("worlds", {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        for name in chosen.world or WORLDS:
            known[name] = _measure(name, WORLDS[name], seeds)
            in_order = {each: known[each] for each in WORLDS if each in known}
            result = {"question": QUESTION, "setting": _setting(), "worlds": in_order}
            write_result("family_worlds", result, quick=chosen.quick)


def _setting() -> dict[str, Any]:
    sizes = {"seen_people": worlds.N_SEEN, "new_people": worlds.N_NEW, "answers": worlds.ANSWERS}
    return sizes | {
        "of_them_validation": worlds.VALIDATION,
        "test_judgements_a_person": worlds.TEST,
        "features": worlds.N_FEATURES,
        "prompt_features": worlds.N_PROMPT_FEATURES,
        "dimensions_of_pal": worlds.DIMENSIONS,
    }


def _measure(world: str, kind: Kind, seeds: Sequence[int]) -> dict[str, Any]:
    watch = Stopwatch()
    draws, forms = [draw_of(kind, seed) for seed in seeds], {name: FORMS[name] for name in kind.forms}
    trials = {
        name: [_trial(world, kind, name, form, draw, seed) for seed, draw in zip(seeds, draws, strict=True)]
        for name, form in forms.items()
    }
    scored = {form: _pooled(of_seeds, draws) for form, of_seeds in trials.items()}
    own = best_form(scored, [form for form, about in forms.items() if about.family == kind.own])
    others = [form for form, about in forms.items() if about.family != kind.own]
    found: dict[str, Any] = {
        "about": kind.about,
        "prototypes": kind.prototypes,
        "seeds": list(seeds),
        "ceiling": {who: float(np.mean([draw.ceiling[who] for draw in draws])) for who in ("seen", "new")},
        "models": {form: _figures(scored[form], trials[form], forms[form]) for form in scored},
        "own": {"family": kind.own, "form": own},
        "verdicts": {cell: verdict(scored, own, others, cell) for cell in CELLS},
    }
    if FIRM in forms:
        found["on_the_true_map"] = on_the_true_map(kind, draws, seeds)
    if COSINE in forms:
        found["cosine_minus_linear"] = {
            cell: {what: scored[COSINE][cell].paired(scored[LINEAR][cell], what) for what in ("log_loss", "accuracy")}
            for cell in CELLS
        }
        found["certificate"] = _certificates(kind, draws, seeds)
    print(f"{world}: {own}, {watch.read()['cpu']:.0f} s")
    for form, cells in scored.items():
        print(f"  {form:20s}", *(f"{cell}: {cells[cell].log_loss:.4f}" for cell in CELLS))
    for cell, told in found["verdicts"].items():
        worse = {other: str(told["differences"][other]) for other in told["beaten_by"]}
        print(f"  {cell}: {told['verdict']}", worse or "", flush=True)
    return found


def _trial(world: str, kind: Kind, name: str, form: Form, draw: Draw, seed: int) -> Trial:
    """A fit, read from its file if there is one."""
    path: Path = FITS / world.replace(" ", "-") / f"{name.replace(' ', '-')}-{seed}.npz"
    if path.is_file():
        return Trial.load(path)
    encoder = draw.vectors if form.family == "PAL-B" else draw.joined
    choice = ModelChoice(name, form.in_world(kind.prototypes))
    trial = run_trial(draw.split, choice, encoder=encoder, shots=SHOTS, seed=seed)
    trial.save(path)
    return trial


def _pooled(trials: Sequence[Trial], draws: Sequence[Draw]) -> dict[str | int, Scored]:
    return {
        cell: Scored.pool([trial.scored(draw.split, cell) for trial, draw in zip(trials, draws, strict=True)])
        for cell in ("validation", *CELLS)
    }


def _figures(scored: Mapping[str | int, Scored], trials: Sequence[Trial], form: Form) -> dict[str, Any]:
    return {
        "family": form.family,
        "log_loss": {cell: scored[cell].interval("log_loss") for cell in ("validation", *CELLS)},
        "agreement_with_truth": {cell: scored[cell].interval("accuracy") for cell in CELLS},
        "seconds": [trial.seconds["fit"] for trial in trials],
        "choices": [dict(trial.choices) for trial in trials],
    }


def _certificates(kind: Kind, draws: Sequence[Draw], seeds: Sequence[int]) -> dict[str, Any]:
    """The largest certificate over all new people, each after each number of answers."""
    largest, people = 0.0, 0
    for seed, draw in zip(seeds, draws, strict=True):
        model = gs.fit(
            draw.split.train, validation=draw.split.validation, encoder=draw.vectors, seed=seed,
            **FORMS[LINEAR].in_world(kind.prototypes),
        )  # fmt: skip
        for n in range(1, max(SHOTS) + 1):
            found = model.adapt_users(prefix(draw.split.unseen_pool, n)).posteriors.certificate
            largest, people = max(largest, float(np.max(found))), people + len(found)
    return {"largest": largest, "limit": 1e-5, "placements": people, "adaptation": "exact"}


if __name__ == "__main__":
    main()
