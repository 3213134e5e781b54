"""Do predicted probabilities match the share of people, and what do a temperature and an isotonic curve add?

``python -m benchmarks.calibration NAME ...|all`` fits Bradley-Terry and the hierarchical model (one type of people) to
at most 6000 judgements by at most 300 people of 60 % of the groups of pairs (prompts, or five items each), calibrates
the population's vote on 20 % of the groups and scores it against the shares of votes on the rest, for five draws; it
writes ``benchmarks/results/calibration.json`` of all that is there. Finished draws are kept in a folder; the same
command goes on where it stopped.

Intervals are 95 % by bootstrap over groups; a group that is tested in several draws is resampled as one.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path

from benchmarks.calibration.figures import pooled
from benchmarks.calibration.one_split import run_split
from benchmarks.calibration.voted_sets import VOTED_SETS, load_voted
from benchmarks.recording import DATA, ROOT, write_result

KEPT = ROOT / "benchmarks" / "kept" / "calibration"
SEEDS = (0, 1, 2, 3, 4)
QUESTION = "Do predicted probabilities match the share of people, as fitted and after calibration?"


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("names", nargs="+", choices=[*VOTED_SETS, "all"])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets (default: %(default)s)")
    parser.add_argument("--kept", type=Path, default=KEPT, help="folder for finished draws (default: %(default)s)")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")  # few answers per person: known, and what is measured here
    names = list(VOTED_SETS) if "all" in chosen.names else chosen.names
    for name in names:
        data = None
        for seed in chosen.seeds:
            path = chosen.kept / f"{name}-{seed}.npz"
            if not path.is_file():
                data = data or load_voted(name, chosen.data)
                run_split(data, seed, path)
                print(f"{name}, seed {seed}", file=sys.stderr, flush=True)
    sets = pooled(chosen.kept, chosen.seeds)
    path = write_result("calibration", {"question": QUESTION, "seeds": chosen.seeds, "data_sets": sets})
    print(f"{', '.join(sets)}: {path.name}")


if __name__ == "__main__":
    main()
