"""Which member of the family predicts real people best, and does ``model="auto"`` take it?

``python -m benchmarks.family_on_people NAME ...|all`` fits the family once for each split of each data set (seeds 10 to
12, on which the reference study measured), scores every member and the chosen one on the same judgements, and writes
``benchmarks/results/family_on_people.json`` of all that is there. The hierarchical model is also fitted to answers
whose names were permuted: it must then find that people do not differ. Finished splits are kept in a folder; the same
command goes on where it stopped.

``--seeds 13 14`` fits other splits, which were looked at once, and writes ``family_on_people_other_splits.json``.

Protocol: that of ``benchmarks.real_people``. Intervals are 95 % by bootstrap over people, pooled over the splits.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path

from benchmarks.family_on_people.figures import pooled
from benchmarks.family_on_people.one_split import run_split
from benchmarks.real_people.datasets import LOADERS, load
from benchmarks.recording import DATA, ROOT, write_result
from benchmarks.reference_figures import SPLITS

KEPT = ROOT / "benchmarks" / "kept"
QUESTION = "Which member of the family predicts real people best, and does auto take it?"


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("names", nargs="+", choices=[*LOADERS, "all"])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets (default: %(default)s)")
    parser.add_argument("--kept", type=Path, default=KEPT, help="folder for finished splits (default: %(default)s)")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SPLITS))
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")  # few answers per person: known, and what is measured here
    names = list(LOADERS) if "all" in chosen.names else chosen.names
    for seed in chosen.seeds:
        for name in names:
            path = chosen.kept / f"{name}-{seed}.npz"
            if not path.is_file():
                run_split(load(name, chosen.data), seed, path)
                print(f"{name}, seed {seed}", file=sys.stderr, flush=True)
    sets = pooled(chosen.kept, chosen.data, chosen.seeds)
    name = "family_on_people" if tuple(chosen.seeds) == tuple(SPLITS) else "family_on_people_other_splits"
    path = write_result(name, {"question": QUESTION, "seeds": chosen.seeds, "data_sets": sets})
    print(f"{', '.join(sets)}: {path.name}")


if __name__ == "__main__":
    main()
