"""Measure everything again and write the tables: ``python -m benchmarks [--quick] [NAME ...]``.

Each benchmark runs in a process of its own, one after the other; about four hours on one core. ``--quick`` runs small
versions of those that have one, whose results no table is made from.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from benchmarks.recording import ROOT

ALL: dict[str, tuple[list[str], bool]] = {
    # name: (arguments, whether there is a quick version)
    "real_people": (["all"], True),
    "openings": ([], False),
    "personas": ([], True),
    "ideal_point_world": ([], True),
    "million": ([], True),
    "adaptation": ([], False),
    "adaptation.prior_families": ([], False),
    "type_recovery": ([], False),
    "tastes_count": ([], False),
    "tastes_from_truth": ([], False),
    "family_worlds": ([], True),
    "sample_complexity": ([], True),
    "group_audit": ([], True),
    "hodge": ([], True),
    "whose_cycles": ([], True),
    "town_styles": ([], False),
    "town_picture": ([], False),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure everything again and write the tables.")
    parser.add_argument("name", nargs="*", choices=[*ALL, []], help="which to run (default: all)")
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    for name in chosen.name or ALL:
        arguments, has_quick = ALL[name]
        if chosen.quick and not has_quick:
            print(f"{name}: no quick version, left out")
            continue
        command = [sys.executable, "-m", f"benchmarks.{name}", *arguments, *(["--quick"] if chosen.quick else [])]
        print(f"{name}: {' '.join(command[1:])}", flush=True)
        subprocess.run(command, check=True, cwd=ROOT)
    if not chosen.quick:
        subprocess.run([sys.executable, "-m", "benchmarks.report"], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
