"""What is a model of ties worth among real people?

``python -m benchmarks.ties NAME ... [--models bt hierarchical]`` fits each set four times on each of five splits: to
the clear answers alone, to all answers with ties as one half, and with ties after Rao and Kupper and after Davidson. It
writes ``benchmarks/results/ties.json`` of all that is there; finished fits are kept in a folder, and the same command
goes on where it stopped. What the written results say of a set and model stays where the folder holds fewer splits or
ways of taking ties of it.

The first two know nothing of ties; they stand with the share of ties of the training answers for every pair, which is
the baseline. All are scored by the log loss of three outcomes on the test answers of known people, and of new people
after as many answers as the protocol of ``benchmarks.real_people`` gives them, and by the log loss of the clear answers
alone. Intervals are 95 % by bootstrap over people, pooled over the splits.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import gustibus as gs
from benchmarks.real_people.datasets import LOADERS, DataSet, load
from benchmarks.recording import DATA, ROOT, read_result, write_result
from gustibus.evaluation import PeopleSplit, Scored, constant_tie_rate, people_split, prefix
from gustibus.likelihoods import LIKELIHOODS

QUESTION = "What is a model of ties worth among real people?"
KEPT = ROOT / "benchmarks" / "kept" / "ties"
SEEDS = (0, 1, 2, 3, 4)
KINDS = tuple(kind for kind in ("drop", "half", "rao-kupper", "davidson") if kind in ("drop", "half", *LIKELIHOODS))
MODELS = ("bt", "hierarchical")
CELLS = ("seen", "unseen")
FEWEST_TIES = 0.01
Floats = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("names", nargs="+", choices=list(LOADERS))
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS))
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="Bradley-Terry, one split; to results/quick")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")  # few answers a person: known, and what is measured here
    models, seeds = (["bt"], chosen.seeds[:1]) if chosen.quick else (chosen.models, chosen.seeds)
    folder = KEPT.with_name("ties_quick") if chosen.quick else KEPT
    folder.mkdir(parents=True, exist_ok=True)
    for name in chosen.names:
        data = load(name, chosen.data)
        if float(data.comparisons.is_tie.mean()) < FEWEST_TIES:
            print(f"{name} has no ties", file=sys.stderr)
            continue
        for seed in seeds:
            split = people_split(data.comparisons, data.nmax, data.mint, seed)
            for model in models:
                for kind in chosen.kinds:
                    _keep(folder / f"{name}-{model}-{kind}-{seed}.npz", data, split, model, kind, seed)
        write_result("ties", _pooled(chosen.data, folder), quick=chosen.quick)


def _keep(path: Path, data: DataSet, split: PeopleSplit, model: str, kind: str, seed: int) -> None:
    """Fit and predict, unless that was done."""
    if path.is_file():
        return
    train, validation, pool = split.train, split.validation, split.unseen_pool
    if kind == "drop":
        train, validation, pool = (part.filter(~part.is_tie) for part in (train, validation, pool))
    fitted = gs.fit(
        train,
        model=model,  # type: ignore[arg-type]
        validation=validation,
        encoder=data.encoder,
        likelihood="logistic" if kind in ("drop", "half") else kind,
        seed=seed,
    )
    rate = float(split.train.is_tie.mean())
    found: dict[str, Any] = {"rate": rate, "level": getattr(fitted.likelihood, "level", np.nan)}
    new = fitted.adapt_users(prefix(pool, data.nmax), user_ids=split.unseen_test.user_ids)
    for cell, asked, whom in (("seen", split.seen_test, None), ("unseen", split.unseen_test, new)):
        predictions = fitted.predict(asked, whom)
        three = predictions.three_way
        found[f"{cell}_three"] = constant_tie_rate(predictions.probability, rate) if three is None else three
        found[f"{cell}_probability"] = predictions.probability
    np.savez_compressed(path, **found)
    print(path.stem, file=sys.stderr, flush=True)


def _pooled(data_folder: Path, folder: Path) -> dict[str, Any]:
    """Figures of every set and model of which all kinds are there for some splits, or were written before."""
    before = {} if folder.name != KEPT.name else _written()
    sets: dict[str, Any] = {}
    for name in LOADERS:
        if not list(folder.glob(f"{name}-*.npz")):
            if name in before:
                sets[name] = before[name]
            continue
        data = load(name, data_folder)
        models = {model: _of_model(data, folder, name, model) for model in MODELS}
        models = {model: _the_fuller(model, found, before.get(name, {})) for model, found in models.items()}
        sets[name] = {
            "title": data.title,
            "people": data.comparisons.n_users,
            "judgements": len(data.comparisons),
            "tie_share": float(data.comparisons.is_tie.mean()),
            "answers_of_new_people": data.nmax,
            "models": {model: found for model, found in models.items() if found is not None},
        }
    return {"question": QUESTION, "kinds": KINDS, "data_sets": sets}


def _written() -> dict[str, Any]:
    """The sets of the results that were written last; none where there are none."""
    written = read_result("ties")
    return {} if written is None else dict(written["data_sets"])


def _the_fuller(model: str, found: dict[str, Any] | None, before: dict[str, Any]) -> dict[str, Any] | None:
    """What is found now, unless what was written before is of more splits, or of more ways of taking ties."""
    written: dict[str, Any] | None = before.get("models", {}).get(model)
    if found is None or written is None:
        return found or written

    def size(one: dict[str, Any]) -> tuple[int, int]:
        return len(one["cells"]["seen"]), len(one["seeds"])

    return written if any(a > b for a, b in zip(size(written), size(found), strict=True)) else found


def _of_model(data: DataSet, folder: Path, name: str, model: str) -> dict[str, Any] | None:
    kinds = [kind for kind in KINDS if list(folder.glob(f"{name}-{model}-{kind}-*.npz"))]
    seeds = [seed for seed in SEEDS if all((folder / f"{name}-{model}-{kind}-{seed}.npz").is_file() for kind in kinds)]
    if "drop" not in kinds or not seeds:
        return None
    scored: dict[tuple[str, str], list[Scored]] = {(kind, cell): [] for kind in kinds for cell in CELLS}
    levels: dict[str, list[float]] = {kind: [] for kind in kinds}
    for seed in seeds:
        split = people_split(data.comparisons, data.nmax, data.mint, seed)
        for kind in kinds:
            kept = np.load(folder / f"{name}-{model}-{kind}-{seed}.npz")
            levels[kind].append(float(kept["level"]))
            for cell, asked in (("seen", split.seen_test), ("unseen", split.unseen_test)):
                three, probability = kept[f"{cell}_three"], kept[f"{cell}_probability"]
                scored[kind, cell].append(Scored.of(asked, probability, three_way=three, seed=seed))
    pooled = {key: Scored.pool(parts) for key, parts in scored.items()}
    metrics = ("three_way_log_loss", "decisive_log_loss")
    return {
        "seeds": seeds,
        "levels": {kind: found for kind, found in levels.items() if np.isfinite(found).all()},
        "cells": {
            cell: {
                kind: {metric: pooled[kind, cell].interval(metric) for metric in metrics}
                | {
                    f"{metric}_against_drop": pooled[kind, cell].paired(pooled["drop", cell], metric)
                    for metric in metrics
                    if kind != "drop"
                }
                for kind in kinds
            }
            for cell in CELLS
        },
    }


if __name__ == "__main__":
    main()
