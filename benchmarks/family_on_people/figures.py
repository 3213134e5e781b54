"""From kept splits to figures: every member and auto in every cell, and how auto stands against each member."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.family_on_people.one_split import AUTO, SHUFFLED
from benchmarks.real_people.datasets import LOADERS, DataSet, load
from benchmarks.reference_figures import HIERARCHICAL
from gustibus.evaluation import Interval, Scored, people_split

__all__ = ["of_data_set", "pooled"]

ONE_TASTE, DEFAULT = "bt", "hierarchical"
NOT_MATTERING = 0.003
"""How far above one taste for all the default may lie where people do not matter, in nats."""


def pooled(kept: Path, data: Path, seeds: Sequence[int]) -> dict[str, Any]:
    """Figures of every data set of which something is kept."""
    found = {}
    for name in LOADERS:
        paths = {seed: kept / f"{name}-{seed}.npz" for seed in seeds if (kept / f"{name}-{seed}.npz").is_file()}
        if paths:
            found[name] = of_data_set(load(name, data), paths)
    return found


def of_data_set(data: DataSet, paths: dict[int, Path]) -> dict[str, Any]:
    """All splits of one data set pooled."""
    scored: dict[str, dict[str, list[Scored]]] = {}
    abouts = []
    for seed, path in paths.items():
        split = people_split(data.comparisons, data.nmax, data.mint, seed)
        about, predictions = _read(path)
        abouts.append({"seed": seed} | about)
        members = {key.partition("|")[0] for key in predictions}
        for name in (*sorted(members), AUTO):
            member = about["chosen"] if name == AUTO else name
            for cell in ("seen", *map(str, data.shots)):
                asked = split.seen_test if cell == "seen" else split.unseen_test
                here = Scored.of(asked, predictions[f"{member}|{cell}"])
                scored.setdefault(name, {}).setdefault(cell, []).append(here)
    # A member that could not be fitted in some split (too few people for its types) is left out.
    whole = {
        name: {cell: Scored.pool(parts) for cell, parts in cells.items()}
        for name, cells in scored.items()
        if len(cells["seen"]) == len(paths)
    }
    cells = {cell: _cell(data.name, cell, {name: found[cell] for name, found in whole.items()}) for cell in whole[AUTO]}
    return {
        "title": data.title,
        "judgements": len(data.comparisons),
        "people": data.comparisons.n_users,
        "seeds": list(paths),
        "cells": cells,
        "splits": [_without_choices(about) for about in abouts],
        "shuffled_scales": [about["choices"][SHUFFLED]["scale"] for about in abouts],
        "scales": [about["choices"][DEFAULT]["scale"] for about in abouts],
        "types": [about["choices"][DEFAULT]["types"] for about in abouts],
    }


def _read(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[np.float64]]]:
    with np.load(path) as file:
        return json.loads(str(file["about"])), {name: file[name] for name in file.files if name != "about"}


def _without_choices(about: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in about.items() if key != "choices"}


def _cell(data_set: str, cell: str, found: dict[str, Scored]) -> dict[str, Any]:
    auto = found[AUTO]
    members = [name for name in found if name not in (AUTO, SHUFFLED)]
    # The best single member is picked on these very judgements, which favours it.
    best = min(members, key=lambda name: found[name].log_loss)
    against = {name: auto.paired(found[name]) for name in members}
    people_matter = _below_zero(found[DEFAULT].paired(found[ONE_TASTE]))
    return {
        "figures": {
            name: {"log_loss": one.interval("log_loss"), "accuracy": one.interval("accuracy")}
            for name, one in found.items()
        },
        "auto_against": against,
        "best_single": best,
        "best_or_tied": not against[best].low > 0,
        "people_matter": people_matter,
        "within_of_one_taste": people_matter or against[ONE_TASTE].estimate <= NOT_MATTERING,
        "shuffled_against_one_taste": found[SHUFFLED].paired(found[ONE_TASTE]),
        "reference": _against_reference(data_set, cell, found),
    }


def _below_zero(difference: Interval) -> bool:
    return difference.high < 0


def _against_reference(data_set: str, cell: str, found: dict[str, Scored]) -> dict[str, Any] | None:
    """Whether log loss and accuracy lie inside the reference's intervals, or beyond them on the good side."""
    cells = HIERARCHICAL[data_set].cells() if data_set in HIERARCHICAL else {}
    if cell not in cells:
        return None
    loss, right = cells[cell]
    reached = {
        name: {
            "log_loss": found[name].log_loss <= loss.high,
            "accuracy": found[name].accuracy >= right.low,
        }
        for name in (DEFAULT, AUTO)
    }
    return {"log_loss": vars(loss), "accuracy": vars(right), "inside_or_better": reached}
