"""Refusing a source that has rows which cannot be used, or putting such rows aside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gustibus.comparisons.bad_rows import BadRow, BadRows, bad_row, describe, examples_of, write_rejects
from gustibus.comparisons.caution import caution
from gustibus.comparisons.column_reading import ColumnReading
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.raw_table import RawTable
from gustibus.comparisons.wording import counted

__all__ = ["usable_rows"]


def usable_rows(reading: ColumnReading, skip_bad: bool, rejects: Path | None) -> npt.NDArray[np.bool_]:
    """Refuse the source if a row cannot be used, or put such rows aside; returns the rows to keep."""
    raw, faults = reading.raw, reading.faults
    bad = np.zeros(reading.n_rows, bool)
    for fault in faults:
        bad[fault.positions] = True
    total, n_rows = int(bad.sum()) + len(raw.broken), reading.n_rows + len(raw.broken)
    if not total:
        return ~bad
    place = (reading.column_of, raw.row_number, raw.value_at)
    broken = [
        BadRow(line.row, "line" if line.record is None else "record", line.text, line.reason, line.fix)
        for line in raw.broken
    ]
    shown = sorted([*broken[:5], *examples_of(faults, *place)], key=lambda row: row.row)[:5]
    if not skip_bad:
        raise BadRows(raw.name, shown, total, n_rows, _advice(raw, rejects))
    assert rejects is not None, "the caller names a file for the rejected rows"
    reasons: dict[int, list[BadRow]] = {}
    for fault in faults:
        for position in fault.positions.tolist():
            reasons.setdefault(position, []).append(bad_row(fault, position, *place))
    bad_positions = sorted(reasons)
    lines: list[tuple[Mapping[str, Any], list[BadRow]]] = [
        (record, reasons[position])
        for position, record in zip(bad_positions, raw.records_at(bad_positions), strict=True)
    ]
    lines += [
        ({"rejected_line": line.text} if line.record is None else line.record, [row])
        for line, row in zip(raw.broken, broken, strict=True)
    ]
    write_rejects(rejects, sorted(lines, key=lambda line: line[1][0].row))
    share = f"{total:,} of {counted(n_rows, 'row')}"
    message = f"{raw.name}: {share} cannot be used and were written, with reasons, to {rejects}.\n"
    if total == n_rows:
        raise GustibusError(message + describe(shown, total) + "\nNo usable row is left.")
    caution(message + describe(shown, total))
    return ~bad


def _advice(raw: RawTable, rejects: Path | None) -> str:
    where = f"to {rejects}" if rejects is not None else 'to a file: skip_bad=True, rejects="rejects.jsonl"'
    skip = "skip_bad=True (--skip-bad)" if raw.path is not None else "skip_bad=True"
    return f"Correct them, or read with {skip} to keep the good rows and write the others, with reasons, {where}."
