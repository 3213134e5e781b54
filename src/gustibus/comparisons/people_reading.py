"""Reading what is said of people: which group they belong to, and how much they count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from gustibus.comparisons.column_names import columns_of
from gustibus.comparisons.column_reading import ColumnReading, interned, read_users
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.number_columns import exact_number_column
from gustibus.comparisons.reading import raw_source
from gustibus.comparisons.reward_reading import bad_rows_of

__all__ = ["read_groups", "read_weights"]

_FIELDS: Final = {
    "user_id": "who the person is",
    "group": "a group the person belongs to",
    "weight": "how much the person counts, a number >= 0",
}
_ADVICE: Final = "Correct them and read again: one row for each person."


def read_groups(source: Any, *, columns: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """Read people's groups, one row a person: columns ``user_id`` and ``group``.

    Parameters
    ----------
    source, columns
        As of :func:`gustibus.read`.

    Raises
    ------
    BadRows
        Somebody is named twice, or has no group.
    GustibusError
        The source cannot be read.

    Examples
    --------
    >>> read_groups([{"user_id": "ann", "group": "old"}, {"user_id": "bob", "group": "young"}])
    {'ann': 'old', 'bob': 'young'}
    """
    reading, people = _reading(source, "group", columns)
    names, (code,) = interned([reading.text("group")])
    reading.missing("group", code < 0, "Give the person a group.")
    _refuse_faults(reading)
    groups = names.to_pylist()
    return {person: groups[i] for person, i in zip(people, code.tolist(), strict=True)}


def read_weights(source: Any, *, columns: Mapping[str, str | None] | None = None) -> dict[str, float]:
    """Read how much people count, one row a person: columns ``user_id`` and ``weight``.

    Parameters
    ----------
    source, columns
        As of :func:`gustibus.read`.

    Raises
    ------
    BadRows
        Somebody is named twice, or a weight is missing, no number or negative.
    GustibusError
        The source cannot be read.

    Examples
    --------
    >>> read_weights([{"user_id": "ann", "weight": 2}, {"user_id": "bob", "weight": 0.5}])
    {'ann': 2.0, 'bob': 0.5}
    """
    reading, people = _reading(source, "weight", columns)
    values, missing, faults = exact_number_column("weight", reading.raw.table[reading.column_of["weight"]])
    reading.faults.extend(faults)
    reading.missing("weight", missing, "Write 1 for a person who counts like any other.")
    reading.fault("weight", values < 0, "is negative", "Write a number >= 0: 0 leaves the person out.")
    _refuse_faults(reading)
    return dict(zip(people, values.tolist(), strict=True))


def _reading(source: Any, field: str, columns: Mapping[str, str | None] | None) -> tuple[ColumnReading, list[str]]:
    raw, _ = raw_source(source, None, False, None, None)
    names = raw.table.column_names
    if raw.table.num_rows == 0 and not raw.broken:
        raise GustibusError(f"{raw.name} names nobody (0 rows). Give one row for each person.")
    fields = {name: _FIELDS[name] for name in ("user_id", field)}
    named = {name: column for name, column in (columns or {}).items() if name in fields}
    column_of = columns_of(
        raw.name, names, named, fields=fields, required=tuple(fields), format_name=f"a table of people's {field}s"
    )
    reading = ColumnReading(raw, column_of)
    read_users(reading)
    user = reading.columns["user"]
    first = np.zeros(reading.n_rows, bool)
    first[np.unique(user, return_index=True)[1]] = True
    reading.fault("user_id", ~first & (user >= 0), "is named above already", "Leave one of the two rows out.")
    ids = reading.columns["users"].to_pylist()
    return reading, [ids[i] if i >= 0 else "" for i in user.tolist()]


def _refuse_faults(reading: ColumnReading) -> None:
    if reading.faults or reading.raw.broken:
        raise bad_rows_of(reading, _ADVICE)
