"""Types of the fields in JSON lines, so that the fast reader does not take texts that look like dates for times."""

from __future__ import annotations

import io
import json
from typing import Any, Final

import pyarrow as pa

from gustibus.comparisons.messages import is_message_list

__all__ = ["sniffed_schema"]

_SNIFFED: Final = 200


def sniffed_schema(data: bytes) -> pa.Schema | None:
    """Types of the fields of the first lines that hold texts, lists or objects; others are left to the reader.

    Returns
    -------
    pa.Schema | None
        None if a line is no record, or holds what only the slow reader can keep.

    Examples
    --------
    >>> sniffed_schema(b'{"when": "2020-01-01", "n": 1, "tags": ["2020-01-02"]}')
    when: string
    tags: list<item: string>
      child 0, item: string
    """
    seen: dict[str, list[Any]] = {}
    lines = io.BytesIO(data)
    for _ in range(_SNIFFED):
        line = lines.readline()
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            return None
        if not isinstance(record, dict):
            return None
        for key, value in record.items():
            seen.setdefault(key, []).append(value)
    try:
        return _schema_of(seen)
    except UnicodeEncodeError:
        return None  # a name holds half a character, which the slow reader says


def _schema_of(seen: dict[str, list[Any]]) -> pa.Schema | None:
    fields = []
    for key, values in seen.items():
        present = [value for value in values if value is not None]
        if any(isinstance(value, str | list | dict) for value in present):
            kind = _type_of(present)
            if kind is None:
                return None
            fields.append(pa.field(key, kind))
    return pa.schema(fields)


def _type_of(values: list[Any]) -> pa.DataType | None:
    """One type for all values, None if there is none in which nothing would be lost or changed."""
    present = [value for value in values if value is not None]
    if not present:
        return pa.null()
    if all(isinstance(value, str) for value in present):
        return pa.string()
    if all(isinstance(value, bool) for value in present):
        return pa.bool_()
    if all(isinstance(value, int) and not isinstance(value, bool) for value in present):
        return pa.int64() if all(abs(value) < 2**63 for value in present) else None
    if all(isinstance(value, float) for value in present):
        return pa.float64()
    if all(isinstance(value, list) for value in present):
        return _list_type(present)
    if all(isinstance(value, dict) for value in present):
        keys = sorted({key for value in present for key in value})
        kinds = {key: _type_of([value.get(key) for value in present]) for key in keys}
        return None if None in kinds.values() or not kinds else pa.struct(list(kinds.items()))
    return None


def _list_type(lists: list[list[Any]]) -> pa.DataType | None:
    entries = [entry for value in lists for entry in value]
    if not entries:
        return pa.list_(pa.null())
    full = [value for value in lists if value]
    if all(is_message_list(value) for value in full) and any(
        not isinstance(message.get("content"), str | None) for message in entries
    ):
        return None  # contents in parts differ from message to message
    kind = _type_of(entries)
    return None if kind is None else pa.list_(kind)
