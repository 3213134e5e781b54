"""A table as it was found, before anybody asks what it means."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.messages import canonical_messages, is_message_list

__all__ = [
    "BrokenLine",
    "MixedColumn",
    "RawTable",
    "column_from_values",
    "is_unicode",
    "raw_from_columns",
    "raw_from_rows",
]


@dataclass(frozen=True)
class BrokenLine:
    """A line of a file that is no record at all, or a record of an export that holds no judgement.

    Attributes
    ----------
    row, text, reason, fix
        Which, what it says, what is wrong, and what to do.
    record
        The record, where it is one.
    """

    row: int
    text: str
    reason: str
    fix: str
    record: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class MixedColumn:
    """A column that held values of several types and was turned into text.

    Attributes
    ----------
    number, text
        An example of a number and of a text in it, None where there is none.
    merged
        A text that stands for two different values, as "1" does for 1 and "1"; None where there is none.
    unusable
        0-based positions of values that have no text, and these values.
    messages
        The same of lists of messages, whose text is their JSON.
    """

    number: int | float | None
    text: str | None
    merged: str | None
    unusable: Mapping[int, Any]
    messages: Mapping[int, Any]


@dataclass(frozen=True)
class RawTable:
    """Columns as found in a source.

    Attributes
    ----------
    name
        What messages call the source.
    table
        The columns; those of several Python types are text here.
    path
        The file, None for an object in memory.
    row_numbers
        1-based data row of each record, where that is not simply its position + 1.
    mixed
        What was found in columns of several types.
    broken
        Lines that are no records.
    """

    name: str
    table: pa.Table
    path: Path | None = None
    row_numbers: npt.NDArray[np.int64] | None = None
    mixed: Mapping[str, MixedColumn] = field(default_factory=dict)
    broken: Sequence[BrokenLine] = ()

    def row_number(self, position: int) -> int:
        """The 1-based data row of the record at a position."""
        return position + 1 if self.row_numbers is None else int(self.row_numbers[position])

    def value_at(self, column: str, position: int) -> Any:
        """The value as found, None for a column that is not there."""
        if column in self.mixed:
            mixed = self.mixed[column]
            if position in mixed.unusable or position in mixed.messages:
                return mixed.unusable.get(position, mixed.messages.get(position))
        return self.table[column][position].as_py() if column in self.table.column_names else None

    def records_at(self, positions: Sequence[int]) -> list[dict[str, Any]]:
        """The records as found."""
        records: list[dict[str, Any]] = self.table.take(pa.array(positions, pa.int64())).to_pylist()
        for position, record in zip(positions, records, strict=True):
            record.update((name, self.value_at(name, position)) for name in self.mixed)
        return records


def raw_from_rows(name: str, rows: Sequence[Mapping[str, Any]], **extra: Any) -> RawTable:
    """Turn dicts into columns; a key that a row lacks is missing there.

    Raises
    ------
    GustibusError
        If a row is not a dict or a key is not text.
    """
    keys: dict[str, None] = {}
    for position, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise GustibusError(
                f"{name}: row {position + 1} is of type {type(row).__name__}, not a dict. Give every judgement as a "
                'dict such as {"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"}.'
            )
        keys.update(dict.fromkeys(row))
    for key in keys:
        if not isinstance(key, str):
            raise GustibusError(f"{name}: the field name {key!r} is not text. Name the fields with strings.")
        if not is_unicode(key):
            raise GustibusError(f"{name}: the field name {key!r} holds half a character (a lone surrogate). Rename it.")
    return raw_from_columns(name, {key: [row.get(key) for row in rows] for key in keys}, **extra)


def raw_from_columns(name: str, columns: Mapping[str, Sequence[Any]], **extra: Any) -> RawTable:
    """Turn columns of Python values into an Arrow table.

    Raises
    ------
    GustibusError
        If columns differ in length or hold text that is not Unicode.
    """
    arrays: dict[str, pa.Array] = {}
    mixed: dict[str, MixedColumn] = {}
    for key, values in columns.items():
        arrays[str(key)], what = column_from_values(name, str(key), values)
        if what is not None:
            mixed[str(key)] = what
    lengths = {key: len(array) for key, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        raise GustibusError(f"{name}: the columns differ in length: {lengths}. Give every column one value a row.")
    return RawTable(name=name, table=pa.table(arrays), mixed=mixed, **extra)


def column_from_values(name: str, column: str, values: Sequence[Any]) -> tuple[pa.Array, MixedColumn | None]:
    """Make one Arrow column; where the values are of several types, of text.

    Examples
    --------
    >>> column_from_values("rows", "user_id", [1, "ann"])[0].to_pylist()
    ['1', 'ann']
    """
    values = values if isinstance(values, list | np.ndarray) else list(values)
    try:
        return pa.array(values), None
    except UnicodeEncodeError:
        pass  # named with its row below
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        pass  # values of several types: text below
    texts: list[str | None] = []
    unusable: dict[int, Any] = {}
    messages: dict[int, Any] = {}
    numbers: dict[str, int | float] = {}
    strings: dict[str, str] = {}
    for position, value in enumerate(values):
        text = _as_text(value)
        texts.append(text)
        if isinstance(value, str):
            strings.setdefault(value, value)
        elif text is None and not _is_missing(value):
            unusable[position] = value
        elif isinstance(value, list):
            messages[position] = value
        elif text is not None and isinstance(value, int | float | np.number):
            numbers.setdefault(text, value.item() if isinstance(value, np.number) else value)
    try:
        array = pa.array(texts, pa.large_string())
    except UnicodeEncodeError as error:
        row = next(i for i, text in enumerate(texts, start=1) if text is not None and not is_unicode(text))
        raise GustibusError(
            f"{name}: row {row}, column {column!r} holds half a character (a lone surrogate), which no file can store. "
            r'Remove it, for example with text.encode("utf-8", "replace").decode().'
        ) from error
    merged = next((text for text in numbers if text in strings), None)
    number = next(iter(numbers.values()), None)
    text = next(iter(strings), None)
    return array, MixedColumn(number=number, text=text, merged=merged, unusable=unusable, messages=messages)


def _as_text(value: Any) -> str | None:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | np.bool_) or _is_missing(value):
        return None
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    if is_message_list(value):
        return canonical_messages(value)
    return None


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float | np.floating) and math.isnan(value))


def is_unicode(text: str) -> bool:
    """Tell whether a text holds whole characters only, no lone surrogate."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
