"""How fast judgements are read from parquet, beside pyarrow that reads the same file and asks nothing.

Writes files of many judgements into a temporary folder and reads each with ``gustibus.read`` and with
``pyarrow.parquet.read_table``, as plain texts and as dictionaries, in turn; the best of several runs counts. Reading
judgements includes interning every text, checking every row, and looking for contradictions. Writes
benchmarks/results/reading.json.

Run: python -m benchmarks.reading [--rows 10000000] [--runs 3]
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import gustibus as gs
from benchmarks.recording import write_result

PEOPLE, PROMPTS = 50_000, 20_000
LAYOUTS = {
    "items that recur, written by pyarrow": {"responses": 2_000, "by": "pyarrow"},
    "many texts, written by gustibus": {"responses": 200_000, "by": "gustibus"},
    "many texts, written by pyarrow": {"responses": 200_000, "by": "pyarrow"},
}


def judgements(n: int, n_responses: int, seed: int) -> gs.Comparisons:
    """Judgements by people on prompts, at random."""
    rng = np.random.default_rng(seed)
    first = rng.integers(n_responses, size=n, dtype=np.int32)
    kind = rng.integers(3, size=n, dtype=np.int8)
    return gs.Comparisons.from_arrays(
        users=[f"person {i}" for i in range(PEOPLE)],
        prompts=[f"prompt number {i}, which says what is asked in some words" for i in range(PROMPTS)],
        responses=[f"response number {i}, which answers it in some words" for i in range(n_responses)],
        user=rng.integers(PEOPLE, size=n, dtype=np.int32),
        prompt=rng.integers(PROMPTS, size=n, dtype=np.int32),
        response_a=first,
        response_b=(first + rng.integers(1, n_responses, size=n, dtype=np.int32)) % n_responses,
        outcome=kind / np.float32(2),
        is_tie=kind == 1,
    )


def seconds_of(read: Callable[[], Any]) -> tuple[float, float]:
    """Seconds by the clock and on the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    read()
    return time.perf_counter() - wall, time.process_time() - cpu


def measure(path: Path, runs: int) -> dict[str, Any]:
    """The best of some runs of all readers, in turn."""
    texts = ["user_id", "prompt", "response_a", "response_b", "choice"]
    readers: dict[str, Callable[[], Any]] = {
        "gustibus": lambda: gs.read(path),
        "pyarrow": lambda: pq.read_table(path),
        "pyarrow, texts as dictionaries": lambda: pq.read_table(path, read_dictionary=texts),
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in readers}
    for _ in range(runs):
        for name, read in readers.items():
            times[name].append(seconds_of(read))
    best = {
        name: dict(zip(("wall", "cpu"), map(min, zip(*found, strict=True)), strict=True))
        for name, found in times.items()
    }
    rates = {
        f"beside {name}": {kind: best[name][kind] / best["gustibus"][kind] for kind in ("wall", "cpu")}
        for name in readers
        if name != "gustibus"
    }
    return {"seconds": best, "rate": rates, "megabytes": path.stat().st_size / 1e6}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    rows = 200_000 if options.quick else options.rows
    warnings.simplefilter("ignore", gs.DataWarning)
    whole = {"rows": rows, "runs": options.runs, "people": PEOPLE, "prompts": PROMPTS, "threads": pa.cpu_count()}
    figures: dict[str, Any] = {}
    for name, layout in LAYOUTS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "judgements.parquet"
            data = judgements(rows, layout["responses"], seed=0)
            if layout["by"] == "gustibus":
                gs.write(data, path)
            else:
                pq.write_table(pa.table(data), path)
            del data
            figures[name] = layout | measure(path, options.runs)
        rates = figures[name]["rate"]["beside pyarrow"]
        print(f"{name:40s} {rates['wall']:.2f} of pyarrow's rate by the clock, {rates['cpu']:.2f} by processor time")
        write_result("reading", whole | {"layouts": figures}, quick=options.quick)


if __name__ == "__main__":
    main()
