"""Where do tastes matter among real people, how soon is a new person known, and which model finds out?

``python -m benchmarks.real_people NAME ...|all`` splits the people of each data set into known and new (seeds 0 to 4),
fits the whole family once for each split, the hierarchical model also to answers whose names were permuted, puts ridges
and trivial baselines beside, and writes ``benchmarks/results/real_people.json`` of all that is there. Finished splits
are kept in a folder; the same command goes on where it stopped.

``--reference`` does the same under the protocol and on the splits of an earlier reference study (seeds 10 to 12), for
comparison with it: ``real_people_reference.json``; with other ``--seeds``, ``real_people_other_splits.json``.

Protocol. People with at least nmax + mint answers can be new, and 30 % of them are. Of a known person's answers 20 %
are the test (at most 100), 10 % validation, the rest training. A new person is predicted on up to 50 answers after
their first 0, 1, 2, 5, ... nmax; nmax is 10 to 50, as people gave (``protocol.py``). Everything is chosen on validation
judgements. Intervals are 95 % by bootstrap over people, pooled over the splits. "Shuffled ids" are fitted to (and new
people placed by) answers whose names were permuted, and tested on the true names: what they gain is not taste.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.real_people.datasets import LOADERS, DataSet, load
from benchmarks.real_people.figures import pooled
from benchmarks.real_people.one_split import fit_split
from benchmarks.real_people.protocol import REFERENCE_SEEDS, SEEDS, load_for_study
from benchmarks.recording import DATA, ROOT, write_result

KEPT = ROOT / "benchmarks" / "kept"
QUESTION = "Where do tastes matter among real people, how soon is a new person known, and which model finds out?"
QUICK = {"max_steps": 20, "prototypes": 2}


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("names", nargs="+", choices=[*LOADERS, "all"])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets (default: %(default)s)")
    parser.add_argument("--kept", type=Path, default=KEPT, help="folder for finished splits (default: %(default)s)")
    parser.add_argument("--seeds", type=int, nargs="+", help="of the splits (default: 0 to 4; reference: 10 to 12)")
    parser.add_argument("--reference", action="store_true", help="under the protocol of the reference study")
    parser.add_argument("--quick", action="store_true", help="kidney study 1, one split; written to results/quick")
    chosen = parser.parse_args()
    seeds = tuple(chosen.seeds or (REFERENCE_SEEDS if chosen.reference else SEEDS))
    names = list(LOADERS) if "all" in chosen.names else chosen.names
    kept = chosen.kept / ("real_people_reference" if chosen.reference else "real_people")
    if chosen.quick:
        names, seeds, kept = ["kidney1"], seeds[:1], kept.with_name("real_people_quick")
    loader: Callable[[str], DataSet] = partial(load if chosen.reference else load_for_study, folder=chosen.data)
    try:
        fit_all(names, seeds, loader, kept, QUICK if chosen.quick else {})
    except FileNotFoundError as error:
        sys.exit(str(error))
    sets = pooled(loader, kept, seeds, reference=chosen.reference)
    name = "real_people"
    if chosen.reference:
        name += "_reference" if seeds == REFERENCE_SEEDS else "_other_splits"
    path = write_result(name, {"question": QUESTION, "seeds": seeds, "data_sets": sets}, quick=chosen.quick)
    for found in sets.values():
        print(f"{found['title']}: {found['verdict']}; new people: {found['new_people']}")
    print(f"written: {path.name}")


def fit_all(
    names: Sequence[str], seeds: Sequence[int], load: Callable[[str], DataSet], kept: Path, options: dict[str, int]
) -> None:
    """Fit what is not kept yet."""
    warnings.simplefilter("ignore")  # few answers per person: known, and what is measured here
    for name in names:
        missing = [seed for seed in seeds if not (kept / f"{name}-{seed}.npz").is_file()]
        data = load(name) if missing else None
        for seed in missing:
            assert data is not None
            fit_split(data, seed, kept / f"{name}-{seed}.npz", **options)
            print(f"{name}, seed {seed}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
