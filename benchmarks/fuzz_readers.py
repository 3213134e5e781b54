"""Broken files of every format, as many as a few minutes take: nothing may crash, and no row may vanish.

Each case takes the sound example of a format (those of the tests), writes it as JSON lines, JSON, csv, tsv or parquet,
breaks it, and reads it. Values are broken before writing (other types, numbers beyond all bounds, halves of characters,
deep nesting, missing and added fields, repeated rows) and bytes afterwards (flipped, cut, inserted, repeated). Asserted
of each:

- what comes back is judgements or a ``GustibusError`` that says something, never another exception, and the process
  lives on;
- where one row is one judgement, the rows of the file are those that were read and those that were put aside;
- without ``skip_bad`` the same file is refused if, and only if, rows would be put aside, with the same number;
- what was read is written to parquet and reads as the same.

Every case is made from ``(seed, case)`` alone: ``--seeds S --case N`` repeats one. Writes
benchmarks/results/fuzz_readers.json.

Run: python -m benchmarks.fuzz_readers [--minutes 10] [--seeds 0 1 2 3 4 5 6 7]   (minutes of processor time, all seeds)
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import importlib.util
import io
import json
import random
import sys
import tempfile
import traceback
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

import gustibus as gs
from benchmarks.recording import Stopwatch, write_result
from gustibus.comparisons.file_reading import read_file
from gustibus.comparisons.formats import told_by

EXAMPLES = Path(__file__).parents[1] / "tests" / "comparisons" / "formats" / "format_examples.py"
KINDS = (".jsonl", ".jsonl", ".json", ".csv", ".tsv", ".parquet")
ONE_TO_ONE = ("gustibus", "trl", "openrlhf", "crowd-kit", "arena", "votes", "shp", "pal")
ROW_BY_ROW = ("rankings", "choices", "lore", "argilla", "label-studio")
LITTLE: Final = 12
ROWS_OF_A_GROUP: Final = 3
BATCH: Final = 250

Rows = list[dict[str, Any]]
Finding = tuple[str, str, str, dict[str, Any] | None]
"""Format, kind of file, what became of it, and what went wrong."""

DEEP: Any = []
for _ in range(60):
    DEEP = [DEEP]
ODD_VALUES: tuple[Any, ...] = (
    None, "", " ", "\t", "nan", "None", "x", "0", "1", "-1", "0.5", "1e999", "é\n", "\x00", "﻿", "a" * 5000, "\ud800",
    True, False, 0, 1, -1, 2, 3, 10**20, 10**400, -(10**30), 0.5, 1e300, -0.0, float("nan"), float("inf"), [], {},
    [None], ["x"], ["x", "x"], ["x", 1], [["x", "y"], "z"], {"role": "user"}, [{"role": "user", "content": "x"}],
    [{"role": "user", "content": None}], [{"role": None, "content": "x"}], {"a": {"b": []}}, DEEP, "[[[[", '["x", "y"]',
    '[{"role": "user", "content": "x"}]', '{"a": 1}', "x > y", "x > x", "x = y > z", "tie", "left", "a", "b", "model_a",
    "2026-01-31", "2026-13-45", 1.7e9, 1.7e18, "train", "train_test", -1.5,
)  # fmt: skip
ODD_BYTES = (
    b"", b"\x00", b"\xff", b"\xc3", b'"', b'""', b"'", b",", b"\t", b";", b"\n", b"\r", b"\r\n", b"\n\n", b"{", b"}",
    b"[", b"]", b":", b"null", b"NaN", b"Infinity", b"-", b"1e999", b"\\", b"\\ud800", b"\xef\xbb\xbf", b"\xff\xfe",
    b"PAR1", b"{}", b"[]", b"{}\n", b"[1]\n", b"1\n", b'{"a":', b" ", b"\xe2\x80\xa8",
)  # fmt: skip


def examples() -> dict[str, Rows]:
    """The sound rows of every format, from the tests."""
    spec = importlib.util.spec_from_file_location("format_examples", EXAMPLES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sound: dict[str, Rows] = module.SOUND
    return sound


def broken_rows(rows: Rows, chance: random.Random) -> Rows:
    """Some values, fields and rows changed."""
    rows = json.loads(json.dumps(rows))
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3, 5))):
        if not rows:
            break
        at = chance.randrange(len(rows))
        place: Any = rows[at]
        while True:  # a random place, however deep
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = chance.choice(keys) if keys else None
            if key is None or not isinstance(place[key], dict | list) or not place[key] or chance.random() < 0.4:
                break
            place = place[key]
        what = chance.random()
        if key is None or what < 0.05:
            rows.append(deepcopy(rows[at]))
        elif what < 0.6:
            place[key] = deepcopy(chance.choice(ODD_VALUES))
        elif what < 0.75:
            del place[key]
        elif what < 0.85 and isinstance(place, dict):
            place[chance.choice(("x", "", "choice", "user_id", "weight", "margin", "split", "timestamp"))] = deepcopy(
                chance.choice(ODD_VALUES)
            )
        elif what < 0.9 and isinstance(place, dict):
            place[str(key).upper()] = place.pop(key)
        elif what < 0.95:
            column = next(iter(rows[at]), "x")
            for row in rows:
                row[column] = deepcopy(chance.choice(ODD_VALUES))
        else:
            rows.pop(at)
    return rows


def written(rows: Rows, kind: str, path: Path) -> bool:
    """Write rows in a kind of file; False where it cannot hold them."""
    try:
        if kind == ".jsonl":
            path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        elif kind == ".json":
            path.write_text(json.dumps(rows), encoding="utf-8")
        elif kind == ".parquet":
            names = list(dict.fromkeys(key for row in rows for key in row))
            table = pa.table({name: [row.get(name) for row in rows] for name in names})
            pq.write_table(table, path, row_group_size=ROWS_OF_A_GROUP)
        else:
            names = list(dict.fromkeys(key for row in rows for key in row))
            with path.open("w", encoding="utf-8", newline="") as file:
                lines = csv.writer(file, delimiter="\t" if kind == ".tsv" else ",")
                lines.writerow(names)
                lines.writerows([_cell(row.get(name)) for name in names] for row in rows)
    except (ValueError, TypeError, OverflowError, UnicodeEncodeError, pa.ArrowException, csv.Error):
        return False
    return True


def _cell(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


def broken_bytes(data: bytes, chance: random.Random) -> bytes:
    """Some bytes changed."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        at, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        what = chance.random()
        if what < 0.3:
            data = data[:at] + chance.choice(ODD_BYTES) + data[at:]
        elif what < 0.5:
            data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
        elif what < 0.65:
            data = data[:at]
        elif what < 0.8:
            data = data[:at] + data[min(end, at + LITTLE) :]
        elif what < 0.9:
            data = data[:at] + data[at : at + 40] + data[at:]
        else:
            data = data[:at] + chance.choice(ODD_BYTES) + data[min(end, at + LITTLE) :]
    return data


def broken_footer(data: bytes, chance: random.Random) -> bytes:
    """A parquet file with bytes of its footer changed, whose length stays."""
    begin = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    broken = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        at = chance.randrange(begin, len(data) - 8)
        broken[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, broken[at] ^ 1 << chance.randrange(8)))
    return bytes(broken)


def rows_in(path: Path, kind: str) -> int | None:
    """How many rows a file holds, counted without gustibus; None where that is a matter of opinion."""
    try:
        if kind == ".jsonl":
            return len(_lines(path))
        if kind == ".json":
            return len(json.loads(path.read_bytes()))
        if kind == ".parquet":
            return int(pq.read_metadata(path).num_rows)
        text = path.read_bytes().decode("utf-8-sig")
        records = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if kind == ".tsv" else ",", strict=True)
        return sum(bool(record) for record in records) - 1
    except (ValueError, TypeError, OSError, RecursionError, csv.Error, pa.ArrowException):
        return None


class Broken(AssertionError):
    """Something that must not be."""


def format_of(path: Path) -> str:
    """The format that the columns of a readable file tell, or a question mark."""
    found = told_by(read_file(path).table.column_names, {})
    return found.name if found is not None else "?"


def refuse_lost_rows(path: Path, kind: str, name: str, n_judgements: int, n_rejects: int) -> bool:
    """Rows are judgements or rejects, where each row is one judgement; tells whether that could be counted.

    Raises
    ------
    Broken
        If some row is neither, or both.
    """
    there = rows_in(path, kind) if name in ONE_TO_ONE else None
    if there is not None and n_judgements + n_rejects != there:
        raise Broken(f"{there} rows became {n_judgements} judgements and {n_rejects} rejects")
    return there is not None


def outcome(path: Path, name: str, kind: str, told: bool, folder: Path) -> str:
    """Read a file in all ways and check what is asserted; returns what became of it."""
    rejects = folder / "rejects.jsonl"
    rejects.unlink(missing_ok=True)
    try:
        data = gs.read(path, format=name if told else None, skip_bad=True, rejects=rejects)
    except gs.GustibusError as error:
        _says_something(error)
        return "refused"
    n_rejects = rejects.read_bytes().count(b"\n") if rejects.exists() else 0
    refuse_lost_rows(path, kind, name if told else format_of(path), len(data), n_rejects)
    if told and name in ROW_BY_ROW and kind == ".jsonl":
        _each_row_counts(path, name, len(data), rejects)
    try:
        strict = gs.read(path, format=name if told else None)
    except gs.BadRows as error:
        _says_something(error)
        if error.total != n_rejects:
            raise Broken(f"{error.total} rows are refused, but {n_rejects} put aside") from error
    else:
        if n_rejects or strict != data:
            raise Broken(f"{n_rejects} rows are put aside, but none is refused")
    gs.write(data, folder / "again.parquet")
    if gs.read(folder / "again.parquet") != data:
        raise Broken("what was read, written and read again is something else")
    return "read, rows put aside" if n_rejects else "read"


def _each_row_counts(path: Path, name: str, n_judgements: int, rejects: Path) -> None:
    """Rows that were not put aside hold no more judgements when they are read one by one than all together do."""
    aside = {json.loads(line)["rejected_row"] for line in _lines(rejects)} if rejects.exists() else set()
    alone = 0
    for number, line in enumerate(_lines(path), start=1):
        if number in aside:
            continue
        with contextlib.suppress(gs.GustibusError, ValueError):
            alone += len(gs.read([json.loads(line)], format=name, skip_bad=True, rejects=rejects))
    if alone > n_judgements:  # fewer are no loss: a column of numbers alone is refused, among texts it is text
        raise Broken(f"rows one by one hold {alone} judgements, together only {n_judgements}")


def _lines(path: Path) -> list[bytes]:
    return [line for line in path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]


def _says_something(error: Exception) -> None:
    if len(str(error)) < 30 or "Traceback" in str(error):
        raise Broken(f"the message is {str(error)!r}")


def run_case(seed: int, case: int, sound: dict[str, Rows], folder: Path) -> tuple[str, str, str, str]:
    """Format, kind of file, what was broken, and what became of it."""
    chance = random.Random(f"{seed}/{case}")
    name, kind = chance.choice(sorted(sound)), chance.choice(KINDS)
    path = folder / f"case{kind}"
    in_bytes = chance.random() < 0.5
    rows = broken_rows(sound[name], chance) if not in_bytes or chance.random() < 0.3 else sound[name]
    if not written(rows, kind, path):
        return name, kind, "values", "cannot be written"
    if in_bytes:
        broken = broken_footer if kind == ".parquet" and chance.random() < 0.5 else broken_bytes
        path.write_bytes(broken(path.read_bytes(), chance))
    return name, kind, "bytes" if in_bytes else "values", outcome(path, name, kind, chance.random() < 0.8, folder)


@dataclass
class Findings:
    """What became of the cases, and what went wrong."""

    cases: int = 0
    processor_seconds: float = 0.0
    became: Counter[str] = field(default_factory=Counter)
    by_format: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    by_kind: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    wrong: list[dict[str, Any]] = field(default_factory=list)

    def add(self, others: Iterable[Finding]) -> None:
        """Count more cases, and tell those that went wrong."""
        for name, kind, what, wrong in others:
            self.cases += 1
            self.became[what] += 1
            self.by_format[name][what] += 1
            self.by_kind[kind][what] += 1
            if wrong:
                self.wrong.append(wrong)
                print(wrong, flush=True)


def some_cases(seed: int, cases: Sequence[int]) -> tuple[list[Finding], float]:
    """What became of each case, and the processor seconds it took; for a process of its own."""
    sound, watch, found = examples(), Stopwatch(), []
    with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in cases:
            try:
                name, kind, _, what = run_case(seed, case, sound, Path(place))
            except Exception as error:  # noqa: BLE001, any is a finding
                where = traceback.extract_tb(error.__traceback__)[-1]
                said = {"seed": seed, "case": case, "error": type(error).__name__, "message": str(error)[:300]}
                found.append(("?", "?", "wrong", said | {"at": f"{Path(where.filename).name}:{where.lineno}"}))
            else:
                found.append((name, kind, what, None))
    return found, watch.read()["cpu"]


def fuzz(seed: int, seconds: float, found: Findings) -> None:
    """Add one batch of cases after the other until they took enough of the processor.

    Each batch runs in a process beside this one: where that dies, its cases run again one by one, and the death is kept
    with its number like everything else that goes wrong.
    """
    workers = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    spent = 0.0
    for first in count(0, BATCH):
        if spent > seconds:
            break
        batches: list[Sequence[int]] = [range(first, first + BATCH)]
        while batches:
            batch = batches.pop(0)
            try:
                some, took = workers.submit(some_cases, seed, batch).result()
            except BrokenProcessPool:
                workers = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
                died = {"seed": seed, "case": batch[0], "error": "the process died", "message": "", "at": ""}
                some, took = ([("?", "?", "wrong", died)], 0.0) if len(batch) == 1 else ([], 0.0)
                batches = [[case] for case in batch] if len(batch) > 1 else batches
            found.add(some)
            spent += took
    workers.shutdown()
    found.processor_seconds += spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(8)))
    parser.add_argument("--case", type=int, help="repeat one case and show what goes wrong")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.case is not None:
        with tempfile.TemporaryDirectory() as place:
            print(*run_case(options.seeds[0], options.case, examples(), Path(place)), sep=", ")
        return
    seconds = 60 * (0.1 if options.quick else options.minutes) / len(options.seeds)
    found, watch = Findings(), Stopwatch()
    for number, seed in enumerate(options.seeds, start=1):
        fuzz(seed, seconds, found)
        write_result(
            "fuzz_readers",
            vars(found) | {"seconds_by_the_clock": watch.read()["wall"], "seeds": options.seeds[:number]},
            quick=options.quick,
        )
    print(f"{found.cases:,} cases: {dict(found.became)}")
    if found.wrong:
        sys.exit(1)


if __name__ == "__main__":
    main()
