"""Does a fit of a million judgements by 5,000 people stay within memory, and where does its time go?

``python -m benchmarks.million`` makes a synthetic world (50,000 items with 128 features, 200 judgements a person, 10
held-out ones), writes it to files, fits PAL-A with K = 4 and default settings in a process of its own with a progress
bar on standard error, and writes ``benchmarks/results/million.json``: peak resident memory beside the size of the
feature matrix, seconds by part, held-out accuracy beside its ceiling.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import gustibus as gs
from benchmarks.recording import ROOT, write_result
from gustibus.evaluation import Interval

QUESTION = "Does a fit of a million judgements by 5,000 people stay within memory, and where does its time go?"


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--quick", action="store_true", help="50,000 judgements by 500 people; to results/quick")
    quick = parser.parse_args().quick
    people, each, items = (500, 100, 5_000) if quick else (5_000, 200, 50_000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        about = _write_world(folder, people, each, items)
        result = folder / "result.json"
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.million.one_fit", str(folder), str(result)]
        subprocess.run(command, check=True, cwd=ROOT)
        figures = _with_intervals(json.loads(result.read_text()))
    path = write_result("million", {"question": QUESTION, "seeds": [0], "world": about} | figures, quick=quick)
    print(
        f"{people * each:,} judgements: {figures['seconds']['cpu']:.0f} s, at most "
        f"{figures['memory_of_fit']['peak_mib']:,.0f} MiB (features {figures['feature_matrix_mib']:,.0f} MiB), "
        f"accuracy {figures['model']['accuracy']}, ceiling {about['ceiling']:.3f} ({path.name})"
    )


def _write_world(folder: Path, people: int, each: int, items: int) -> dict[str, Any]:
    world = gs.ideal_point_world(
        n_users=people, n_items=items, n_held_out_items=2_000, n_features=128, n_informative=64,
        comparisons_per_user=each, held_out_per_user=10, seed=0,
    )  # fmt: skip
    gs.write(world.comparisons, folder / "judgements.parquet")
    gs.write(world.held_out, folder / "held_out.parquet")
    np.save(folder / "vectors.npy", world.vectors.matrix)
    (folder / "items.json").write_text(json.dumps(world.vectors.ids))
    return {
        "judgements": len(world.comparisons),
        "people": people,
        "items": items,
        "features": world.vectors.n_dimensions,
        "held_out_judgements": len(world.held_out),
        "ceiling": world.bayes_accuracy(world.held_out),
        "one_taste_ceiling": world.truth.one_taste_accuracy(world.held_out),
    }


def _with_intervals(figures: dict[str, Any]) -> dict[str, Any]:
    for name in ("model", "population"):
        figures[name] = {metric: Interval(**interval) for metric, interval in figures[name].items()}
    return figures


if __name__ == "__main__":
    main()
