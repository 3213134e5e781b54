"""How fast judgements are read from parquet, beside pyarrow that reads the same file and asks nothing.

Writes files of many judgements into a temporary folder and reads each with ``gustibus.read``, with
``pyarrow.parquet.read_table`` as it comes, and with the latter keeping dictionaries, in turn; the best of several runs
counts, and that of their medians stands beside. Reading judgements includes interning every text, checking every row,
and looking for contradictions. The parts of it are timed one after the other, and the most memory that each reader
takes is measured in a process of its own. Writes benchmarks/results/reading.json.

Run: python -m benchmarks.reading [--rows 10000000] [--runs 3] [--threads 2]   (threads: all processors if not given)
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import gustibus as gs
from benchmarks.recording import MemoryMeter, write_result
from gustibus.comparisons.cautions import warn_of_cautions
from gustibus.comparisons.file_reading import read_file
from gustibus.comparisons.interpreting import interpret

PEOPLE, PROMPTS = 50_000, 20_000
TEXTS = ["user_id", "prompt", "response_a", "response_b", "choice"]
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


def keeping_dictionaries(path: Path) -> pa.Table:
    """What pyarrow reads where texts may stay as dictionaries."""
    return pq.read_table(path, read_dictionary=TEXTS)


READERS: dict[str, Callable[[Path], Any]] = {
    "gustibus": gs.read,
    "pyarrow": pq.read_table,
    "pyarrow, texts as dictionaries": keeping_dictionaries,
}


def mebibytes_of(name: str, path: Path, threads: int) -> float:
    """The most memory that a reader takes beyond what the process held before; for a fresh process."""
    warnings.simplefilter("ignore", gs.DataWarning)
    pa.set_cpu_count(threads)
    memory = MemoryMeter()
    READERS[name](path)
    found = memory.read()
    return found["peak_mib"] - found["before_mib"]


def parts_of(path: Path) -> dict[str, float]:
    """Seconds of each part of reading, by the clock."""
    begun = time.perf_counter()
    raw = read_file(path)
    there = time.perf_counter()
    data = interpret(raw)
    understood = time.perf_counter()
    warn_of_cautions(raw.name, data, "choice")
    done = time.perf_counter()
    return {"read and pack": there - begun, "intern and check": understood - there, "cautions": done - understood}


def measure(path: Path, runs: int) -> dict[str, Any]:
    """All readers in turn, several times; parts and memory."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in READERS}
    for _ in range(runs):
        for name, read in READERS.items():
            times[name].append(seconds_of(lambda read=read: read(path)))  # type: ignore[misc]
    kinds = ("wall", "cpu")
    best, middle = (
        {name: dict(zip(kinds, how(np.array(found), axis=0).tolist(), strict=True)) for name, found in times.items()}
        for how in (np.min, np.median)
    )
    rates = {
        f"beside {name}": {kind: best[name][kind] / best["gustibus"][kind] for kind in kinds}
        | {"wall of medians": middle[name]["wall"] / middle["gustibus"]["wall"]}
        for name in READERS
        if name != "gustibus"
    }
    parts = [parts_of(path) for _ in range(runs)]
    memory = {}
    for name in READERS:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            memory[name] = apart.submit(mebibytes_of, name, path, pa.cpu_count()).result()
    return {
        "seconds": best,
        "medians": middle,
        "rate": rates,
        "parts": {part: min(times[part] for times in parts) for part in parts[0]},
        "peak_mib": memory,
        "megabytes": path.stat().st_size / 1e6,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    rows = 200_000 if options.quick else options.rows
    warnings.simplefilter("ignore", gs.DataWarning)
    pa.set_cpu_count(options.threads)
    whole = {"rows": rows, "runs": options.runs, "people": PEOPLE, "prompts": PROMPTS, "threads": pa.cpu_count()}
    whole["load"] = os.getloadavg()
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
