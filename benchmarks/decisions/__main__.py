"""Which response do rules for many people choose, what does that cost, and who loses?

``python -m benchmarks.decisions scale`` times every rule on 10,000 people and 1,000 responses and compares it with
loops on a sample; ``python -m benchmarks.decisions real`` fits real people's tastes on five splits, decides by every
rule, and lets their held-out answers judge. Both write to ``benchmarks/results/decisions.json``.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import Any

from benchmarks.decisions.real import measure_set
from benchmarks.decisions.scale import measure_rules
from benchmarks.real_people.datasets import LOADERS, load
from benchmarks.recording import DATA, read_result, write_result
from gustibus.comparisons import DataWarning

QUESTION = "Which response do rules for many people choose, what does that cost, and who loses?"
SETS = ("cems", "topmodel", "ukp")
"""Where the same few responses to a prompt are compared again and again, so that held-out answers can judge."""


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("parts", nargs="+", choices=["scale", "real"])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets (default: %(default)s)")
    parser.add_argument("--sets", nargs="+", choices=list(LOADERS), default=SETS)
    parser.add_argument("--seeds", type=int, default=5, help="splits of each data set (default: %(default)s)")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--responses", type=int, default=1_000)
    parser.add_argument("--quick", action="store_true", help="few people, one set, one split; to results/quick")
    chosen = parser.parse_args()
    result: dict[str, Any] = {} if chosen.quick else read_result("decisions") or {}
    result = {"question": QUESTION, **{part: result[part] for part in ("scale", "real") if part in result}}
    if "scale" in chosen.parts:
        result["scale"] = measure_rules(*((500, 60) if chosen.quick else (chosen.people, chosen.responses)), seed=0)
        write_result("decisions", result, quick=chosen.quick)
    if "real" in chosen.parts:
        result.setdefault("real", {})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DataWarning)  # few answers a person: known
            for name in SETS[:1] if chosen.quick else chosen.sets:
                try:
                    data = load(name, chosen.data)
                except FileNotFoundError as error:
                    sys.exit(str(error))
                result["real"][name] = measure_set(data, range(1 if chosen.quick else chosen.seeds))
                print(name, {rule: one["held-out"] for rule, one in result["real"][name]["rules"].items()}, flush=True)
                write_result("decisions", result, quick=chosen.quick)


if __name__ == "__main__":
    main()
