"""Does it help, on real people, to know who answers, and how soon is a new person known?

``python -m benchmarks.real_people cems|kidney1|kidney2|ukp|all`` splits people into seen and unseen (seeds 0 to 4),
fits Bradley-Terry and PAL-A with K = 1, 2, 4, 8 (also with K chosen by validation log loss) beside the baselines, and
writes ``benchmarks/results/real_people_NAME.json`` after every split. With ``--reference-splits`` it does the same for
the splits of the reference study (``reference.py``), for comparison with it.

Protocol. People with at least nmax + mint answers can be unseen, and 30 % of them are. Of a seen person's answers 20 %
are the test (at most 100), 10 % validation, the rest training. An unseen person is predicted on up to 50 answers after
their first 0, 1, 2, 5, 10, 20. Everything is chosen on validation judgements. Intervals are 95 % by bootstrap over
people, pooled over the splits. "Shuffled ids" are fitted to (and new people adapted by) answers whose names were
permuted, and tested on the true names: what they gain is not taste.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import Any

from benchmarks.real_people.datasets import LOADERS, DataSet, load
from benchmarks.real_people.figures import pooled_figures, verdict
from benchmarks.real_people.reference import REFERENCE
from benchmarks.real_people.study import PAL, SplitScores, run_split
from benchmarks.recording import DATA, Stopwatch, write_result
from gustibus.comparisons import DataWarning

REFERENCE_SPLITS = (10, 11, 12)
"""On which the reference study measured its families, so that the two can be compared split by split."""
QUESTION = "Does it help, on real people, to know who answers, and how soon is a new person known?"


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("name", choices=[*LOADERS, "all"])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one split, K = 1 and 4 only; written to results/quick")
    parser.add_argument("--reference-splits", action="store_true", help=f"splits {REFERENCE_SPLITS} instead of 0 to 4")
    chosen = parser.parse_args()
    seeds = REFERENCE_SPLITS if chosen.reference_splits else tuple(range(5))
    for name in LOADERS if chosen.name == "all" else [chosen.name]:
        try:
            data = load(name, chosen.data)
        except FileNotFoundError as error:
            sys.exit(str(error))
        measure(data, seeds, quick=chosen.quick)


def measure(data: DataSet, seeds: tuple[int, ...], *, quick: bool) -> None:
    """All splits of one data set, written after each."""
    watch, splits = Stopwatch(), []
    name = f"real_people_{data.name}" + ("_reference_splits" if seeds == REFERENCE_SPLITS else "")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # few answers per person: known, and what is measured here
        for seed in seeds[:1] if quick else seeds:
            splits.append(run_split(data, seed, (1, 4) if quick else (1, 2, 4, 8), _tell(data.name)))
            result = _result(data, splits, watch)
            path = write_result(name, result, quick=quick)
    print(f"{data.title}: {result['verdict']} ({path.name}, {watch.read()['cpu']:.0f} s)")
    for predictor, cells in result["figures"].items():
        print(f"  {predictor:36s}", *(f"{cell}: {figure['log_loss'].estimate:.3f}" for cell, figure in cells.items()))


def _result(data: DataSet, splits: list[SplitScores], watch: Stopwatch) -> dict[str, Any]:
    figures = pooled_figures(splits)
    return {
        "question": QUESTION,
        "data_set": data.name,
        "title": data.title,
        "data": {
            "judgements": len(data.comparisons),
            "people": data.comparisons.n_users,
            "items": len(data.comparisons.items()),
            "left_out": data.left_out,
        },
        "protocol": {"nmax": data.nmax, "mint": data.mint, "shots": data.shots},
        "seeds": [split.details["seed"] for split in splits],
        "verdict": verdict(figures),
        "main": PAL,
        "figures": figures,
        "reference": {"source": "an earlier reference study, not computed here"} | REFERENCE[data.name],
        "splits": [split.details for split in splits],
        "seconds": watch.read(),
    }


def _tell(name: str) -> Any:
    return lambda line: print(f"{name}, {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
