"""Rows that cannot be used: what is wrong, where, and how to put it right."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.raw_table import is_unicode
from gustibus.comparisons.wording import counted, shorten

__all__ = ["BadRow", "BadRows", "Fault", "describe", "write_rejects"]

_SHOWN: Final = 5


@dataclass(frozen=True)
class Fault:
    """One kind of fault and the rows that have it.

    Attributes
    ----------
    field
        The field of the record, or ``"line"`` for a line that is no record at all.
    positions
        0-based positions in the table as read.
    reason
        What is wrong, to follow the value: ``"is empty"``.
    fix
        What to do; a function of the value where that makes it more helpful.
    """

    field: str
    positions: npt.NDArray[np.intp]
    reason: str
    fix: str | Callable[[Any], str]


@dataclass(frozen=True)
class BadRow:
    """One fault of one row.

    Attributes
    ----------
    row
        1-based data row: the header of a csv file does not count.
    column
        The column's name in the source.
    value
        The value found there.
    reason, fix
        What is wrong with it, and what to do.
    """

    row: int
    column: str
    value: Any
    reason: str
    fix: str

    def __str__(self) -> str:
        where = "" if self.column in ("line", "record") else f"column {self.column!r}, value "
        return f"row {self.row:,}, {where}{shorten(self.value)} {self.reason}. {self.fix}"


class BadRows(GustibusError):
    """Some rows of a source cannot be used.

    Attributes
    ----------
    source
        The file or object that was read.
    rows
        The first few faults, every kind of fault at least once where there is room.
    total
        How many rows are bad.
    """

    def __init__(self, source: str, rows: Sequence[BadRow], total: int, n_rows: int, advice: str) -> None:
        self.source = source
        self.rows = tuple(rows)
        self.total = total
        super().__init__(
            f"{source}: {total:,} of {counted(n_rows, 'row')} cannot be used.\n{describe(rows, total)}\n{advice}"
        )


def describe(rows: Sequence[BadRow], total: int) -> str:
    """List a few bad rows, one a line, and say how many more there are."""
    lines = [f"  {row}" for row in rows]
    more = total - len({row.row for row in rows})
    if more > 0:
        lines.append(f"  ... and {counted(more, 'more row')}.")
    return "\n".join(lines)


def examples_of(
    faults: Sequence[Fault],
    column_of: Mapping[str, str],
    row_number: Callable[[int], int],
    value_at: Callable[[str, int], Any],
) -> list[BadRow]:
    """Pick up to five faults to show: the first of every kind, then by row."""
    first = [(fault, int(fault.positions[0])) for fault in faults]
    rest = [(fault, int(position)) for fault in faults for position in fault.positions[1:_SHOWN]]
    rest.sort(key=lambda pair: pair[1])
    chosen = sorted((first + rest)[:_SHOWN], key=lambda pair: pair[1])
    return [bad_row(fault, position, column_of, row_number, value_at) for fault, position in chosen]


def bad_row(
    fault: Fault,
    position: int,
    column_of: Mapping[str, str],
    row_number: Callable[[int], int],
    value_at: Callable[[str, int], Any],
) -> BadRow:
    """Spell out one fault of one row."""
    column = column_of.get(fault.field, fault.field)
    value = value_at(column, position)
    fix = fault.fix if isinstance(fault.fix, str) else fault.fix(value)
    return BadRow(row=row_number(position), column=column, value=value, reason=fault.reason, fix=fix)


def write_rejects(path: Path, rejects: Sequence[tuple[Mapping[str, Any], Sequence[BadRow]]]) -> None:
    """Write rejected records, one JSON object a line.

    Each line has the fields as they were, ``rejected_row`` (1-based) and ``rejected_because``; corrected, the file can
    be read like any other, since the two extra fields are ignored.

    Raises
    ------
    GustibusError
        If the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for fields, reasons in rejects:
                because = [f"{row.column}: {shorten(row.value)} {row.reason}. {row.fix}" for row in reasons]
                record = {**fields, "rejected_row": reasons[0].row, "rejected_because": because}
                line = json.dumps(record, ensure_ascii=False, default=str)
                file.write((line if is_unicode(line) else json.dumps(record, default=str)) + "\n")
    except OSError as error:
        raise GustibusError(
            f"The rejected rows cannot be written to {path} ({error.strerror}). "
            "Name a file in a writable folder with rejects=..."
        ) from error
