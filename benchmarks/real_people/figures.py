"""From kept splits to figures: every predictor in every cell, and how auto stands against each member."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.real_people.baselines import (
    DEVIATION,
    DEVIATION_SHUFFLED,
    OWN,
    POPULATION,
    TRIVIAL,
    baseline_predictions,
)
from benchmarks.real_people.datasets import LOADERS, DataSet
from benchmarks.real_people.one_split import AUTO, SHUFFLED, read_split
from benchmarks.real_people.verdicts import WORTH_NAMING, new_people, verdict
from benchmarks.reference_figures import HIERARCHICAL
from gustibus.evaluation import Scored, people_split

__all__ = ["of_data_set", "pooled"]

ONE_TASTE, DEFAULT = "bt", "hierarchical"

NO_MEMBERS = (AUTO, SHUFFLED, POPULATION, DEVIATION, DEVIATION_SHUFFLED, OWN, *TRIVIAL)

Scores = dict[str, dict[str, Scored]]
"""Predictor -> cell (``"seen"``, or the number of answers of a new person) -> predictions of all splits."""


def pooled(load: Callable[[str], DataSet], kept: Path, seeds: Sequence[int], *, reference: bool) -> dict[str, Any]:
    """Figures of every data set of which something is kept.

    Parameters
    ----------
    load
        Gives a data set, with the protocol under which it was split.
    kept
        Folder of the finished splits.
    seeds
        Of the splits.
    reference
        Whether to hold them against the reference study, whose protocol this then is.
    """
    found = {}
    for name in LOADERS:
        paths = {seed: kept / f"{name}-{seed}.npz" for seed in seeds if (kept / f"{name}-{seed}.npz").is_file()}
        if paths:
            found[name] = of_data_set(load(name), paths, reference=reference)
    return found


def of_data_set(data: DataSet, paths: dict[int, Path], *, reference: bool = False) -> dict[str, Any]:
    """All splits of one data set pooled."""
    scores, abouts = _scores(data, paths)
    cells = {cell: _cell(cell, scores) for cell in scores[AUTO]}
    if reference:
        for cell, figures in cells.items():
            figures["reference"] = _against_reference(data.name, cell, scores)
    auto = {cell: (one["auto_against"][ONE_TASTE], one["auto_against_shuffled"]) for cell, one in cells.items()}
    deviation = cells["seen"]["deviation_against_population"], cells["seen"]["deviation_against_shuffled"]
    answers = sorted(Counter(data.comparisons.user.tolist()).values())
    return {
        "title": data.title,
        "judgements": len(data.comparisons),
        "people": data.comparisons.n_users,
        "items": len(data.comparisons.items()),
        "answers_a_person": {"median": answers[len(answers) // 2], "most": answers[-1]},
        "left_out": data.left_out,
        "protocol": {"nmax": data.nmax, "mint": data.mint, "shots": data.shots},
        "seeds": list(paths),
        "verdict": verdict(auto["seen"], deviation),
        "new_people": new_people(auto),
        "cells": cells,
        "splits": [_without_choices(about) for about in abouts],
        "chosen": _chosen(abouts),
        "shuffled_scales": [about["choices"][SHUFFLED]["scale"] for about in abouts],
        "scales": [about["choices"][DEFAULT]["scale"] for about in abouts],
        "types": [about["choices"][DEFAULT]["types"] for about in abouts],
    }


def _scores(data: DataSet, paths: dict[int, Path]) -> tuple[Scores, list[dict[str, Any]]]:
    """Every predictor's predictions beside what was said, all splits pooled; and what is known of each split."""
    parts: dict[str, dict[str, list[Scored]]] = {}
    abouts = []
    for seed, path in paths.items():
        split = people_split(data.comparisons, data.nmax, data.mint, seed)
        about, kept = read_split(path)
        members = dict.fromkeys(key.partition("|")[0] for key in kept)
        cells = ("seen", *map(str, data.shots))
        predictions = {name: {cell: kept[f"{name}|{cell}"] for cell in cells} for name in members}
        predictions[AUTO] = predictions[about["chosen"]]
        baselines, seconds = baseline_predictions(data, split, seed)
        kept_on = date.fromtimestamp(path.stat().st_mtime).isoformat()
        abouts.append({"seed": seed} | about | {"seconds_baselines": seconds, "kept_on": kept_on})
        for name, found in (predictions | baselines).items():
            for cell, probability in found.items():
                asked = split.seen_test if cell == "seen" else split.unseen_test
                parts.setdefault(name, {}).setdefault(cell, []).append(Scored.of(asked, probability))
    # A member that could not be fitted in some split (too few people for its types) is left out.
    whole = {
        name: {cell: Scored.pool(found) for cell, found in cells.items()}
        for name, cells in parts.items()
        if len(cells["seen"]) == len(paths)
    }
    return whole, abouts


def _without_choices(about: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in about.items() if key != "choices"}


def _chosen(abouts: Iterable[dict[str, Any]]) -> dict[str, dict[str, dict[str, int]]]:
    """Member -> setting -> value -> number of splits whose validation judgements chose it."""
    counts: dict[str, dict[str, Counter[str]]] = {}
    for about in abouts:
        for member, choices in about["choices"].items():
            prior = {"prior": about["members"][member]["prior"]} if "members" in about else {}
            for setting, value in (choices | prior).items():
                word = f"{value:g}" if isinstance(value, float) else str(value)
                counts.setdefault(member, {}).setdefault(setting, Counter())[word] += 1
    return {member: {setting: dict(found) for setting, found in of.items()} for member, of in counts.items()}


def _cell(cell: str, scores: Scores) -> dict[str, Any]:
    # Who knows nobody predicts the same after any number of answers, and stands under 0.
    found = {name: cells[cell] for name, cells in scores.items() if cell in cells}
    beside = {name: cells[cell if cell in cells else "0"] for name, cells in scores.items()}
    auto, one_taste = found[AUTO], found[ONE_TASTE]
    members = [name for name in found if name not in NO_MEMBERS]
    # The best single member is picked on these very judgements, which favours it. So is the best trivial baseline.
    best = min(members, key=lambda name: found[name].log_loss)
    against = {name: auto.paired(found[name]) for name in members}
    trivial = {name: beside[name] for name in TRIVIAL if name in beside}
    best_trivial = min(trivial, key=lambda name: trivial[name].log_loss)
    people_matter = found[DEFAULT].paired(one_taste).high < 0
    return {
        "people": auto.metrics.n_users,
        "judgements": auto.metrics.n_records,
        "figures": {
            name: {
                "log_loss": one.interval("log_loss"),
                "accuracy": one.interval("accuracy"),
                "against_one_taste": one.paired(one_taste),
            }
            for name, one in found.items()
        },
        "auto_against": against,
        "best_single": best,
        "best_or_tied": not against[best].low > 0,
        "people_matter": people_matter,
        "within_of_one_taste": people_matter or against[ONE_TASTE].estimate <= WORTH_NAMING,
        "auto_against_shuffled": auto.paired(found[SHUFFLED]),
        "shuffled_against_one_taste": found[SHUFFLED].paired(one_taste),
        "auto_against_deviation": auto.paired(found[DEVIATION]),
        "deviation_against_population": found[DEVIATION].paired(beside[POPULATION]),
        "deviation_against_shuffled": found[DEVIATION].paired(found[DEVIATION_SHUFFLED]),
        "deviation_shuffled_against_population": found[DEVIATION_SHUFFLED].paired(beside[POPULATION]),
        "best_trivial": best_trivial,
        "best_trivial_against": {
            name: trivial[best_trivial].paired(found[name]) for name in (AUTO, ONE_TASTE, OWN)
        },
    }  # fmt: skip


def _against_reference(data_set: str, cell: str, scores: Scores) -> dict[str, Any] | None:
    """Whether log loss and accuracy lie inside the reference's intervals, or beyond them on the good side."""
    cells = HIERARCHICAL[data_set].cells() if data_set in HIERARCHICAL else {}
    if cell not in cells:
        return None
    loss, right = cells[cell]
    reached = {
        name: {
            "log_loss": scores[name][cell].log_loss <= loss.high,
            "accuracy": scores[name][cell].accuracy >= right.low,
        }
        for name in (DEFAULT, AUTO)
    }
    return {"log_loss": vars(loss), "accuracy": vars(right), "inside_or_better": reached}
