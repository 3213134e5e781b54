"""Which response do rules for many people choose, what does that cost, and who loses?

``python -m benchmarks.decisions scale`` times every rule on 10,000 people and 1,000 responses and compares it with the
plain computation; ``python -m benchmarks.decisions real`` fits real people's tastes on five splits, decides by every
rule, and lets their held-out answers judge. Each split is kept in ``benchmarks/kept/decisions`` when it is done, so
that a run goes on where it stopped. Both write to ``benchmarks/results/decisions.json``.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.decisions.over_people import summary_of
from benchmarks.decisions.real import measure_split
from benchmarks.decisions.scale import measure_rules
from benchmarks.real_people.datasets import LOADERS, load
from benchmarks.recording import DATA, ROOT, read_result, write_result
from gustibus.comparisons import DataWarning

QUESTION = "Which response do rules for many people choose, what does that cost, and who loses?"
WHOLE = ("cems", "topmodel", "kidney1", "ukp")
"""Where the same few responses to a prompt are compared again and again, so that held-out answers can judge."""
SMALL = ("kidney2", "dices", "popquorn", "movielens")
"""Where there are many responses, each compared a few times: only small pools are looked at."""
KEPT = ROOT / "benchmarks" / "kept" / "decisions"


def _by_age(age: str) -> str:
    return "up to 30" if int(age) <= 30 else "31 to 50" if int(age) <= 50 else "over 50"


GROUPS: dict[str, tuple[str, str, Callable[[str], str]]] = {
    "cems": ("psycho_cems_choice/users.csv", "study", str),
    "topmodel": ("psycho_topmodel2007/users.csv", "age", _by_age),
}
"""What is known of people, and the groups that it makes."""


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("parts", nargs="+", choices=["scale", "real"])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets (default: %(default)s)")
    parser.add_argument("--sets", nargs="+", choices=list(LOADERS), default=[*WHOLE, *SMALL])
    parser.add_argument("--seeds", type=int, default=5, help="splits of each data set (default: %(default)s)")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--responses", type=int, default=1_000)
    parser.add_argument("--quick", action="store_true", help="few people, one set, one split; to results/quick")
    chosen = parser.parse_args()
    if "scale" in chosen.parts:
        sizes = (500, 60) if chosen.quick else (chosen.people, chosen.responses)
        _write("scale", measure_rules(*sizes, seed=0), quick=chosen.quick)
    if "real" in chosen.parts:
        for name in WHOLE[:1] if chosen.quick else chosen.sets:
            summary = _measured(name, chosen.data, range(1 if chosen.quick else chosen.seeds))
            _write("real", {name: summary}, quick=chosen.quick)


def _write(part: str, found: dict[str, Any], *, quick: bool) -> None:
    """Put a part in the place of what was measured before, and leave the rest."""
    before = {} if quick else read_result("decisions") or {}
    kept = {name: before.get(name, {}) for name in ("scale", "real")}
    if part == "real":
        found = {name: (kept["real"] | found)[name] for name in LOADERS if name in kept["real"] | found}
    write_result("decisions", {"question": QUESTION} | kept | {part: found}, quick=quick)


def _measured(name: str, folder: Path, seeds: range) -> dict[str, Any]:
    """A data set over splits, of which those that are kept are not fitted again."""
    try:
        data = load(name, folder)
    except FileNotFoundError as error:
        sys.exit(str(error))
    KEPT.mkdir(parents=True, exist_ok=True)
    splits = []
    for seed in seeds:
        path = KEPT / f"{name}-{seed}.json"
        if not path.exists():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DataWarning)  # few answers a person: known
                made = measure_split(data, seed, _groups(name, folder), whole=name in WHOLE)
            path.write_text(json.dumps(made, default=float), encoding="utf-8")
            print(f"{name}, split {seed}: {made['pools']} pools", flush=True)
        splits.append(json.loads(path.read_text(encoding="utf-8")))
    summary = summary_of(data.title, splits)
    if name in GROUPS:
        summary["groups"] = GROUPS[name][1]
    return summary


def _groups(name: str, folder: Path) -> dict[str, str] | None:
    if name not in GROUPS:
        return None
    path, column, named = GROUPS[name]
    with (folder / path).open(encoding="utf-8", newline="") as file:
        return {row["user_id"]: named(row[column]) for row in csv.DictReader(file)}


if __name__ == "__main__":
    main()
