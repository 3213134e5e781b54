"""Is what is known of people worth anything before they have answered?

``python -m benchmarks.covariates`` fits the hierarchical model to three surveys whose people are described: with the
descriptions, without, and with the descriptions shuffled among people, on five splits each. It writes
``benchmarks/results/covariates.json``. Protocol: that of ``benchmarks.real_people``; intervals are 95 % by bootstrap
over people, pooled over the splits.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np

import gustibus as gs
from benchmarks.real_people.datasets import load
from benchmarks.recording import DATA, write_result
from gustibus.evaluation import PeopleSplit, Scored, people_split, prefix

QUESTION = "Is what is known of people worth anything before they have answered?"
TABLES = {
    "cems": "psycho_cems_choice/users.csv",
    "topmodel": "psycho_topmodel2007/users.csv",
    "popquorn": "popquorn_offensiveness/users.parquet",
}
KINDS = ("without", "with", "shuffled")
SEEDS = (10, 11, 12, 13, 14)


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one split of the first set; to results/quick")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")  # few answers a person: known, and what is measured here
    names, seeds = (list(TABLES)[:1], SEEDS[:1]) if chosen.quick else (list(TABLES), SEEDS)
    sets: dict[str, Any] = {}
    for name in names:
        sets[name] = _measure(name, chosen.data, seeds)
        write_result("covariates", {"question": QUESTION, "seeds": list(seeds), "data_sets": sets}, quick=chosen.quick)


def _measure(name: str, folder: Path, seeds: tuple[int, ...]) -> dict[str, Any]:
    data = load(name, folder)
    table = gs.people_table(folder / TABLES[name])
    found: dict[str, dict[str, list[Scored]]] = {kind: {} for kind in KINDS}
    kept: dict[str, list[float | None]] = {"with": [], "shuffled": []}
    for seed in seeds:
        split = people_split(data.comparisons, data.nmax, data.mint, seed)
        mixed = np.random.default_rng(seed).permutation(table.matrix)
        known = {"without": None, "with": table, "shuffled": gs.Vectors(table.ids, mixed, names=table.names)}
        for kind in KINDS:
            model = gs.fit(
                split.train,
                model="hierarchical",
                validation=split.validation,
                encoder=data.encoder,
                covariates=known[kind],
                seed=seed,
            )
            if kind in kept:
                kept[kind].append(model.summary["choices"]["covariate_penalty"])
            for cell, scored in _scored(model, split, data.shots).items():
                found[kind].setdefault(cell, []).append(scored)
        print(f"{name}, seed {seed}", file=sys.stderr, flush=True)
    pooled = {kind: {cell: Scored.pool(parts) for cell, parts in cells.items()} for kind, cells in found.items()}
    return {
        "title": data.title,
        "people": data.comparisons.n_users,
        "covariates": list(table.names or ()),
        "penalties": kept,
        "cells": {
            cell: {
                "log_loss": {kind: pooled[kind][cell].interval("log_loss") for kind in KINDS},
                "difference": {
                    kind: pooled[kind][cell].paired(pooled["without"][cell]) for kind in ("with", "shuffled")
                },
            }
            for cell in pooled["without"]
        },
    }


def _scored(model: gs.FittedModel, split: PeopleSplit, shots: tuple[int, ...]) -> dict[str, Scored]:
    scored = {"seen": Scored.of(split.seen_test, np.asarray(model.predict(split.seen_test).probability))}
    whom = split.unseen_test.user_ids
    for n in shots:
        people = model.adapt_users(prefix(split.unseen_pool, n), user_ids=whom)
        probability = np.asarray(model.predict(split.unseen_test, users=people).probability)
        scored[str(n)] = Scored.of(split.unseen_test, probability)
    return scored


if __name__ == "__main__":
    main()
