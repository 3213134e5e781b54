"""Measure everything again and write the tables: ``python -m benchmarks [--quick] [NAME ...]``.

Each benchmark runs in a process of its own, one after the other; all of them take many hours on one core. ``--quick``
runs small versions of those that have one, whose results no table is made from. What needs packages or files that are
not installed with the others runs only when named.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from benchmarks.recording import ROOT

ALL: dict[str, tuple[list[str], bool]] = {
    # name: (arguments, whether there is a quick version)
    "real_people": (["all"], True),
    "real_people:reference": (["all", "--reference"], False),
    "real_people:other_splits": (["all", "--seeds", "13", "14"], False),
    "openings": ([], False),
    "personas": ([], True),
    "ideal_point_world": ([], True),
    "million": ([], True),
    "adaptation": ([], False),
    "adaptation.prior_families": ([], False),
    "covariates": ([], True),
    "type_recovery": ([], False),
    "tastes_count": ([], False),
    "tastes_from_truth": ([], False),
    "family_worlds": ([], True),
    "sample_complexity": ([], True),
    "group_audit": ([], True),
    "pair_strengths": ([], True),
    "cycles": ([], True),
    "hodge": ([], True),
    "whose_cycles": ([], True),
    "decisions": (["scale", "real"], True),
    "plural_circles": ([], True),
    "ties": (["cems", "kidney1", "tulu", "ukp"], True),
    "ties_by_group": ([], True),
    "disagreement": ([], True),
    "planted_disagreement": ([], True),
    "calibration": (["all"], False),
    "reading": ([], True),
    "reading_ways": ([], True),
    "fuzz_readers": ([], True),
    "start_up": ([], False),
    "town_styles": ([], False),
    "town_picture": ([], False),
}
WHEN_NAMED: dict[str, tuple[list[str], bool]] = {
    "hmc_check": ([], True),  # numpyro
    "fuzz_texts": ([], False),  # atheris
    "judge_smollm2": ([], False),  # a small language model from its package
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure everything again and write the tables.")
    named = ", ".join(WHEN_NAMED)
    every = {**ALL, **WHEN_NAMED}
    parser.add_argument("name", nargs="*", choices=[*every, []], help=f"which to run (default: all but {named})")
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    for name in chosen.name or ALL:
        arguments, has_quick = every[name]
        if chosen.quick and not has_quick:
            print(f"{name}: no quick version, left out")
            continue
        module = f"benchmarks.{name.partition(':')[0]}"
        command = [sys.executable, "-m", module, *arguments, *(["--quick"] if chosen.quick else [])]
        print(f"{name}: {' '.join(command[1:])}", flush=True)
        subprocess.run(command, check=True, cwd=ROOT)
    if not chosen.quick:
        subprocess.run([sys.executable, "-m", "benchmarks.report"], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
