"""What it costs to find the distinct texts of a column, in each of the ways that were tried.

Writes one column of texts with pyarrow's defaults, whose dictionary is given up when it outgrows a megabyte, and times
every way of getting from the file to the distinct texts and the place of each row's among them, in turn, on one thread;
the best of several runs counts. Writes benchmarks/results/reading_ways.json.

Run: python -m benchmarks.reading_ways [--rows 10000000] [--runs 3]
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import gustibus as gs
from benchmarks.reading import judgements, seconds_of
from benchmarks.recording import write_result
from gustibus.comparisons.interning import intern_together
from gustibus.comparisons.parquet_reading import read_parquet
from gustibus.comparisons.text_dictionary import packed

N_RESPONSES = 200_000
WORD = 8


def by_row_groups(path: Path, use: Callable[[pa.Table], Any]) -> list[Any]:
    """What is made of each row group; the row groups themselves are let go."""
    with pq.ParquetFile(path) as file:
        return [use(file.read_row_group(group, use_threads=False)) for group in range(file.num_row_groups)]


def numbers_of_texts(column: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """A number for each text, from its words of eight bytes taken by numpy; equal texts have equal numbers."""
    [chunk] = column.chunks
    _, offsets, data = chunk.buffers()
    ends = np.frombuffer(offsets, np.int64)[: len(chunk) + 1]
    words = np.ndarray((len(data) - WORD + 1,), "<u8", data, strides=(1,))
    lengths = np.diff(ends)
    numbers = lengths.astype(np.uint64)
    for start in range(0, int(lengths.max()), WORD):
        at = np.minimum(ends[:-1] + start, ends[1:] - WORD)  # the last word overlaps the one before
        numbers = (numbers ^ words[np.maximum(at, 0)]) * np.uint64(0x9E3779B97F4A7C15)
        numbers ^= numbers >> np.uint64(29)
    return numbers


WAYS: dict[str, Callable[[Path], Any]] = {
    "pyarrow reads the texts, and no more": lambda path: pq.read_table(path, use_threads=False),
    "the same, each row group let go": lambda path: by_row_groups(path, lambda _: None),
    "texts, then Arrow's dictionary_encode": lambda path: pq.read_table(path, use_threads=False)[0].dictionary_encode(),
    "pyarrow reads them as dictionaries, then joined": lambda path: intern_together(
        [pq.read_table(path, use_threads=False, read_dictionary=["response_a"])[0]]
    ),
    "texts, then Arrow's grouping of all rows": lambda path: packed(pq.read_table(path, use_threads=False)[0]),
    "numbers made of the words by numpy, Arrow's dictionary_encode of these; equality not checked": lambda path: (
        pa.array(np.concatenate(by_row_groups(path, lambda table: numbers_of_texts(table[0])))).dictionary_encode()
    ),
    "grouping of each row group, then joined (what read does)": lambda path: intern_together(
        [read_parquet("x", path)[0]]
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    rows = 200_000 if options.quick else options.rows
    warnings.simplefilter("ignore", gs.DataWarning)
    pa.set_cpu_count(1)
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.parquet"
        pq.write_table(judgements(rows, N_RESPONSES, seed=0).to_table().select(["response_a"]), path)
        for _ in range(options.runs):
            for name, way in WAYS.items():
                times[name].append(seconds_of(lambda way=way: way(path)))  # type: ignore[misc]
    seconds = {
        name: dict(zip(("wall", "cpu"), map(min, zip(*found, strict=True)), strict=True))
        for name, found in times.items()
    }
    whole = {"rows": rows, "runs": options.runs, "distinct": N_RESPONSES, "threads": 1, "seconds": seconds}
    for name, found in seconds.items():
        print(f"{found['wall']:6.2f} s, {found['cpu']:6.2f} on the processor: {name}")
    write_result("reading_ways", whole, quick=options.quick)


if __name__ == "__main__":
    main()
