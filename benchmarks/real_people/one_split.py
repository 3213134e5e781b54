"""One split of one data set: the family fitted once, every member's predictions kept."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import gustibus as gs
from benchmarks.real_people.datasets import DataSet
from benchmarks.recording import circumstances
from gustibus.evaluation import PeopleSplit, people_split, prefix, shuffled_ids

__all__ = ["AUTO", "SHUFFLED", "fit_split", "read_split"]

AUTO, SHUFFLED = "auto", "hierarchical, shuffled ids"
Kept = dict[str, NDArray[np.float64]]


def fit_split(data: DataSet, seed: int, path: Path, **options: Any) -> None:
    """Fit, predict, and keep everything in one file: probabilities by member and cell, and what was chosen.

    Parameters
    ----------
    data
    seed
        Of the split, of the fits and of the shuffled ids.
    path
        Where it is kept: an array ``"MEMBER|CELL"`` for every member and cell, and ``about`` as JSON.
    **options
        Settings of the family, for quick fits.
    """
    split = people_split(data.comparisons, data.nmax, data.mint, seed)
    started = time.process_time()
    chosen, family = gs.fit_family(split.train, validation=split.validation, encoder=data.encoder, seed=seed, **options)
    about: dict[str, Any] = {"seconds": time.process_time() - started, "judgements": len(split.train)}
    about["chosen"] = next(name for name, model in family.items() if model.scorer.model is chosen.scorer.model)
    about["families"] = chosen.summary["findings"].get("families", [])
    arrays = {}
    for name, model in family.items():
        arrays |= {f"{name}|{cell}": p for cell, p in _predictions(model, split, data.shots).items()}
    started = time.process_time()
    nobody = gs.fit(
        shuffled_ids(split.train, seed),
        validation=shuffled_ids(split.validation, seed + 1000),
        model="hierarchical",
        encoder=data.encoder,
        seed=seed,
    )
    about["seconds_shuffled"] = time.process_time() - started
    everything = family | {SHUFFLED: nobody}
    about["choices"] = {name: model.summary["choices"] for name, model in everything.items()}
    about["members"] = {
        name: {field: model.summary[field] for field in ("prototypes", "prior", "parameters", "seconds")}
        for name, model in everything.items()
    }
    about |= {"nmax": data.nmax, "mint": data.mint, "measured_on": circumstances()}
    shuffled = _predictions(nobody, split, data.shots, shuffle_seed=seed + 2000)
    arrays |= {f"{SHUFFLED}|{cell}": p for cell, p in shuffled.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".tmp")
    with unfinished.open("wb") as file:
        np.savez_compressed(file, about=np.array(json.dumps(about, default=str)), **arrays)
    unfinished.replace(path)


def read_split(path: Path) -> tuple[dict[str, Any], Kept]:
    """What was chosen, and the probabilities by ``"MEMBER|CELL"``."""
    with np.load(path) as file:
        return json.loads(str(file["about"])), {name: file[name] for name in file.files if name != "about"}


def _predictions(
    model: gs.FittedModel, split: PeopleSplit, shots: tuple[int, ...], shuffle_seed: int | None = None
) -> Kept:
    found = {"seen": np.asarray(model.predict(split.seen_test).probability)}
    pool = split.unseen_pool if shuffle_seed is None else shuffled_ids(split.unseen_pool, shuffle_seed)
    for n in shots:
        users: Any = "population" if n == 0 else model.adapt_users(prefix(pool, n))
        found[str(n)] = np.asarray(model.predict(split.unseen_test, users=users).probability)
    return found
