"""What does validation choose on real people, and do the values that are tried suffice?

``python -m benchmarks.chosen_settings [NAME ...]`` fits models with everything left open to the seen people of real
data sets (seeds 0, 1, 2, as ``benchmarks.real_people`` splits them) and counts which of the values in
``gustibus.fitting.defaults`` were chosen. A grid whose end is chosen again and again is too short; a setting that is
never moved from its first value need not be tried. Written to ``benchmarks/results/chosen_settings.json`` after every
data set, and gone on from there.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import gustibus as gs
from benchmarks.real_people.datasets import LOADERS, DataSet, load
from benchmarks.recording import DATA, Stopwatch, read_result, write_result
from gustibus.comparisons import DataWarning
from gustibus.evaluation import people_split

NAMES = ("cems", "topmodel", "kidney2", "train", "kidney1", "dices", "tulu")
SEEDS = (0, 1, 2)
MODELS: dict[str, dict[str, Any]] = {
    "Bradley-Terry": {"model": "bt"},
    "hierarchical": {"model": "hierarchical"},
    "mixture, K = 4": {"model": "mixture", "prototypes": 4},
    "PAL-A, K = 4": {"model": "pal-a", "prototypes": 4},
    "low-rank, K = 4": {"model": "low-rank", "prototypes": 4},
}
QUESTION = "What does validation choose on real people?"


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("names", nargs="*", default=NAMES, choices=[*LOADERS, NAMES], help="default: %(default)s")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one seed; written to results/quick")
    chosen = parser.parse_args()
    kept = None if chosen.quick else read_result("chosen_settings")
    sets = {} if kept is None else kept["sets"]
    for name in chosen.names:
        if name in sets:
            continue
        try:
            data = load(name, chosen.data)
        except FileNotFoundError as error:
            sys.exit(str(error))
        sets[name] = {"title": data.title, **measure(data, SEEDS[:1] if chosen.quick else SEEDS)}
        in_order = {each: sets[each] for each in LOADERS if each in sets}
        result = {"question": QUESTION, "models": MODELS, "seeds": SEEDS, "sets": in_order}
        write_result("chosen_settings", result, quick=chosen.quick)


def measure(data: DataSet, seeds: Iterable[int]) -> dict[str, Any]:
    """How often each value of each setting was chosen, and the seconds of all fits of a model together."""
    chosen: dict[str, dict[str, Counter[str]]] = {}
    seconds = {}
    for name, options in MODELS.items():
        watch, counts = Stopwatch(), {}
        for seed in seeds:
            for setting, value in choices(data, seed, options).items():
                counts.setdefault(setting, Counter())[in_words(value)] += 1
        chosen[name], seconds[name] = counts, watch.read()
        print(f"{data.name}: {name}: {counts}, {seconds[name]['cpu']:.0f} s", flush=True)
    return {"chosen": chosen, "seconds": seconds}


def choices(data: DataSet, seed: int, options: dict[str, Any]) -> dict[str, Any]:
    """What one fit chose."""
    split = people_split(data.comparisons, data.nmax, data.mint, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # few answers a person: known
        model = gs.fit(split.train, validation=split.validation, encoder=data.encoder, seed=seed, **options)
    found: dict[str, Any] = dict(model.summary["choices"])
    if options["model"] in ("pal-a", "low-rank"):
        found["prior"] = model.prior.family
    return found


def in_words(value: Any) -> str:
    """A value as a key of a table."""
    return f"{value:g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
