"""Columns that hold a list in each row: rankings and sets of options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gustibus.comparisons.column_reading import ColumnReading
from gustibus.comparisons.messages import canonical_messages, is_message_list, json_in_text
from gustibus.comparisons.raw_table import is_unicode
from gustibus.comparisons.text_columns import decoded

__all__ = ["Lists", "list_column", "places_of_text"]

_FIX = 'Write a list of texts, such as ["tea", "gin"].'


@dataclass(frozen=True)
class Lists:
    """The entries of all lists, row after row.

    Attributes
    ----------
    row
        ``(n,)`` ascending: the row of each entry.
    text
        ``(n,)`` the entries; null where one is missing.
    place
        ``(n,)`` the place of each entry in its list, from 0; entries that share a place are tied.
    """

    row: npt.NDArray[np.int64]
    text: pa.Array
    place: npt.NDArray[np.int64]

    def sizes(self, n_rows: int) -> npt.NDArray[np.int64]:
        """``(n_rows,)`` entries in each row."""
        return np.bincount(self.row, minlength=n_rows)


def list_column(reading: ColumnReading, field: str, parse: Callable[[str], Any]) -> Lists:
    """Flatten a column of lists; unusable rows become faults and have no entries.

    Parameters
    ----------
    reading
        Where the column is, and where faults go.
    field
        The field it holds.
    parse
        From the text of a cell (in csv files) to a list, None if it is none.
    """
    rows, texts, places = [], [], []
    missing, wrong = np.zeros(reading.n_rows, bool), np.zeros(reading.n_rows, bool)
    column = reading.column_of[field]
    values = decoded(reading.raw.table[column]).to_pylist()
    for position, found in (reading.raw.mixed[column].unusable if column in reading.raw.mixed else {}).items():
        values[position] = found  # lists beside texts
    for position, found in enumerate(values):
        value = parse(found) if isinstance(found, str) and found.strip() else found
        if found is None or (isinstance(found, str) and not found.strip()):
            missing[position] = True
            continue
        entries = _entries(value)
        if entries is None:
            wrong[position] = True
            continue
        for place, text in entries:
            rows.append(position)
            texts.append(text)
            places.append(place)
    reading.fault(field, missing, "is missing", _FIX)
    reading.fault(field, wrong, "is not a list of texts", _FIX)
    return Lists(np.array(rows, np.int64), pa.array(texts, pa.large_string()), np.array(places, np.int64))


def _entries(value: Any) -> list[tuple[int, str | None]] | None:
    """Places and texts of a list, in which a list is a tie; None if it is no such list."""
    if not isinstance(value, list) or is_message_list(value):
        return None
    entries: list[tuple[int, str | None]] = []
    for place, entry in enumerate(value):
        tied = entry if isinstance(entry, list) and not is_message_list(entry) else [entry]
        for part in tied:
            text, usable = _text(part)
            if not usable:
                return None
            entries.append((place, text))
    return entries


def _text(value: Any) -> tuple[str | None, bool]:
    if value is None:
        return None, True
    if isinstance(value, str):
        return value, is_unicode(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value), True
    if is_message_list(value):
        return canonical_messages(value), True
    return None, False


def places_of_text(text: str) -> list[Any] | None:
    """Read a list in JSON, or an order such as ``tea > gin = ale``.

    Examples
    --------
    >>> places_of_text("tea > gin = ale"), places_of_text('["tea", "gin"]'), places_of_text("tea")
    ([['tea'], ['gin', 'ale']], ['tea', 'gin'], None)
    """
    if text.lstrip().startswith("["):
        try:
            found = json_in_text(text)
        except ValueError:
            found = None
        if isinstance(found, list):
            return found
    if ">" not in text and "=" not in text:
        return None
    return [[part.strip() for part in place.split("=")] for place in text.split(">")]
