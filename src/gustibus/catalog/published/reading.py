"""Records of published files, and judgements of them."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from gustibus.catalog.published.description import PublishedData
from gustibus.catalog.published.finding import PublishedFile
from gustibus.catalog.published.records import Plan, Record
from gustibus.comparisons import Comparisons, GustibusError
from gustibus.comparisons.caution import caution
from gustibus.comparisons.cautions import warn_of_cautions
from gustibus.comparisons.file_reading import kind_of_file, read_file
from gustibus.comparisons.formats import Derivation
from gustibus.comparisons.formats.nested import UnusableRecord
from gustibus.comparisons.interpreting import interpret
from gustibus.comparisons.raw_table import BrokenLine, RawTable, raw_from_rows
from gustibus.comparisons.wording import counted

__all__ = ["PublishedRecords", "judgements", "read_records"]


@dataclass(frozen=True)
class PublishedRecords:
    """All records of a data set.

    Attributes
    ----------
    name
        What messages call it.
    records
        One a row, file after file.
    rows
        The 1-based row of each in its file.
    broken
        Lines that are no records.
    path
        The file, None if there are several.
    left_out
        What the converter left out on purpose.
    """

    name: str
    records: Sequence[Record]
    rows: Sequence[int]
    broken: Sequence[BrokenLine]
    path: Path | None
    left_out: Counter[str]


def read_records(data: PublishedData, files: Sequence[PublishedFile]) -> PublishedRecords:
    """Read the columns that are needed of all files.

    Raises
    ------
    GustibusError
        If a file cannot be read or lacks a column.
    """
    left_out: Counter[str] = Counter()
    records: list[Record] = []
    rows: list[int] = []
    broken: list[BrokenLine] = []
    for file in files:
        raw = _table_of(data, file)
        _refuse_missing_columns(data, raw)
        stem = file.path.name.partition(".")[0]
        for position, values in enumerate(raw.records_at(range(raw.table.num_rows))):
            records.append(Record(values, stem, file.split, left_out))
            rows.append(raw.row_number(position))
        broken += [_in_file(line, file.name, len(files)) for line in raw.broken]
    name = files[0].name if len(files) == 1 else f"{data.name} ({len(files)} files, rows counted through)"
    return PublishedRecords(name, records, rows, broken, files[0].path if len(files) == 1 else None, left_out)


def judgements(
    data: PublishedData,
    found: PublishedRecords,
    plan: Plan,
    *,
    derivation: Derivation,
    skip_bad: bool,
    rejects: Path | None,
) -> Comparisons:
    """Judgements of the records, read as the format of the plan says.

    Raises
    ------
    BadRows
        If records cannot be used and ``skip_bad`` is False.
    GustibusError
        If no judgement is left.
    """
    found.left_out.clear()
    rows: list[Any] = []
    numbers: list[int] = []
    broken = list(found.broken)
    for number, record in enumerate(found.records, start=1):
        row = found.rows[number - 1] if found.path is not None else number
        try:
            made = list(plan.rows_of(record))
        except UnusableRecord as error:
            text = json.dumps(record.values, ensure_ascii=False, default=str)
            broken.append(BrokenLine(row, text, error.reason, error.fix, record.values))
            continue
        rows.extend(made)
        numbers.extend([row] * len(made))
    if found.left_out:
        reasons = "; ".join(f"{times:,} {reason}" for reason, times in found.left_out.most_common())
        caution(f"{found.name}: left out: {reasons}.")
    if not rows and not broken:
        raise GustibusError(
            f"{found.name} holds no judgement of {data.name} ({counted(len(found.records), 'record')}). Check that "
            f"these are its files: {', '.join(data.patterns)}."
        )
    raw = raw_from_rows(found.name, rows, path=found.path, row_numbers=np.array(numbers, np.int64), broken=broken)
    if not rows:
        first = broken[0]
        raise GustibusError(
            f"{found.name}: no record can be used; row {first.row:,}, {first.text[:60]}... {first.reason}. {first.fix}"
        )
    made_of = interpret(raw, format=plan.format, derivation=derivation, skip_bad=skip_bad, rejects=rejects)
    warn_of_cautions(found.name, made_of)
    return made_of


def _table_of(data: PublishedData, file: PublishedFile) -> RawTable:
    """The file's table; of parquet only the columns that are read, as others may hold images."""
    path = file.path
    if not path.exists():
        return read_file(path)  # which says what is near
    kind, zipped = kind_of_file(path)
    if kind == ".parquet":
        try:
            there = pq.read_schema(path).names
            wanted = [name for name in data.top_columns if name in there]
            return RawTable(file.name, pq.read_table(path, columns=wanted or there[:1]), path)
        except (OSError, ValueError):
            return read_file(path, file.name)  # which says what is wrong
    if kind == ".json" and not zipped and path.read_bytes()[:200].lstrip()[:1] == b"{":
        return read_file(path, file.name, kind=".jsonl")  # one object a line, as some data sets are published
    return read_file(path, file.name)


def _refuse_missing_columns(data: PublishedData, raw: RawTable) -> None:
    there = raw.table.column_names
    for column in data.top_columns:
        if column in there or column in data.may_lack:
            continue
        near = difflib.get_close_matches(column, there, n=1)
        meant = f" Nearest: {near[0]!r}." if near else ""
        raise GustibusError(
            f"{raw.name} has no column {column!r}, which {data.title} has.{meant} It has: "
            f"{', '.join(map(repr, there))}. Check that this is the file as published, or read it with gustibus.read."
        )


def _in_file(line: BrokenLine, name: str, n_files: int) -> BrokenLine:
    return line if n_files == 1 else replace(line, reason=f"{line.reason} (in {name})")
