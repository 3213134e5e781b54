"""Exports in which a record holds many judgements, as flat tables."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import numpy as np

from gustibus.comparisons.caution import caution
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.messages import canonical_messages, is_message_list
from gustibus.comparisons.raw_table import BrokenLine, RawTable, raw_from_rows
from gustibus.comparisons.wording import counted, shorten

__all__ = [
    "CARRIED",
    "PROMPT_NAMES",
    "UnusableRecord",
    "bare",
    "carried",
    "flattened",
    "pair_names",
    "person_of",
    "text_of",
]

PROMPT_NAMES: Final = ("prompt", "question", "instruction", "query", "context", "input")
"""The names under which a prompt is looked for."""

CARRIED: Final = ("margin", "weight", "group", "source", "timestamp", "split")
"""What every record may say beside the judgement, under these names."""

_PAIRS: Final = (
    ("response_a", "response_b"),
    ("response_1", "response_2"),
    ("answer_a", "answer_b"),
    ("answer1", "answer2"),
    ("completion_a", "completion_b"),
    ("completion_1", "completion_2"),
    ("output_a", "output_b"),
    ("output_1", "output_2"),
    ("generation_a", "generation_b"),
    ("generation_1", "generation_2"),
    ("option_a", "option_b"),
    ("option_1", "option_2"),
    ("text_a", "text_b"),
    ("text1", "text2"),
    ("item_a", "item_b"),
    ("image1", "image2"),
    ("left", "right"),
)


class UnusableRecord(Exception):
    """A record from which no judgement can be made.

    Attributes
    ----------
    reason, fix
        What is wrong, to follow the record, and what to do.
    record
        What cannot be used of a record of which the rest can be, as a record; None if it is all of it.
    """

    def __init__(self, reason: str, fix: str, record: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.reason, self.fix, self.record = reason, fix, record

    def of(self, record: Mapping[str, Any], where: str) -> UnusableRecord:
        """The same, said of one judgement of many: ``where`` it is, and the record with nothing else in it."""
        return UnusableRecord(f"{self.reason} in {where}", self.fix, record)


def flattened(
    raw: RawTable, rows_of: Callable[[Mapping[str, Any]], Iterable[Mapping[str, Any] | UnusableRecord]], *, what: str
) -> RawTable:
    """One row for each judgement of each record.

    Parameters
    ----------
    raw
        The export.
    rows_of
        The rows of a record, under the names of our fields; none where nobody has said anything yet. An
        :class:`UnusableRecord` among them puts one judgement aside, raised it puts aside the whole record.
    what
        What a record without rows lacks, for the warning: ``"an annotation"``.

    Raises
    ------
    GustibusError
        If no record holds a judgement, and none is unusable either.
    """
    rows: list[Mapping[str, Any]] = []
    numbers: list[int] = []
    broken = list(raw.broken)
    silent = 0
    for position, record in enumerate(raw.records_at(range(raw.table.num_rows))):
        try:
            found = list(rows_of(record))
        except UnusableRecord as error:
            found = [error]
        silent += not found
        for row in found:
            if isinstance(row, UnusableRecord):
                unusable = record if row.record is None else row.record
                text = json.dumps(unusable, ensure_ascii=False, default=str)
                broken.append(BrokenLine(raw.row_number(position), text, row.reason, row.fix, unusable))
            else:
                rows.append(row)
                numbers.append(raw.row_number(position))
    if not rows and not broken:
        raise GustibusError(
            f"{raw.name}: none of {counted(silent, 'record')} has {what}. Export again once there is one."
        )
    if silent:
        caution(f"{raw.name}: {counted(silent, 'record')} of {raw.table.num_rows:,} without {what} left out.")
    if not rows:
        first = broken[0]
        raise GustibusError(
            f"{raw.name}: no record holds a judgement; record {first.row:,}: {shorten(first.text)} {first.reason}. "
            f"{first.fix}"
        )
    return raw_from_rows(raw.name, rows, path=raw.path, row_numbers=np.array(numbers), broken=broken)


def pair_names(names: Iterable[str], columns: Mapping[str, str | None]) -> tuple[str, str]:
    """The names of the two responses: those given, or a usual pair.

    Raises
    ------
    UnusableRecord
        If neither is there.
    """
    there = list(names)
    given = (columns.get("response_a"), columns.get("response_b"))
    by_bare = {bare(name): name for name in there}
    pairs = [(given[0] or "", given[1] or "")] if any(given) else _PAIRS
    for a, b in pairs:
        if a in there and b in there:
            return a, b
        if not any(given) and bare(a) in by_bare and bare(b) in by_bare:
            return by_bare[bare(a)], by_bare[bare(b)]
    missing = " and ".join(repr(name) for name in given if name) or "two responses"
    raise UnusableRecord(
        f"has no {missing} among {', '.join(map(repr, there)) or 'no names'}",
        'Say which hold the responses: columns={"response_a": "...", "response_b": "..."}.',
    )


def carried(columns: Mapping[str, str | None], *places: Any) -> dict[str, Any]:
    """Margin, weight, group, source, timestamp and split, each from the first place that says it.

    Parameters
    ----------
    columns
        Field to name where the names differ; None leaves a field out.
    places
        The objects to look in; whatever is no object is passed over.

    Raises
    ------
    UnusableRecord
        If a name that was given is nowhere.

    Examples
    --------
    >>> carried({"split": "part"}, {"weight": None}, {"weight": 3.0, "part": "test"})
    {'weight': 3.0, 'split': 'test'}
    """
    found: dict[str, Any] = {}
    for field in CARRIED:
        name = columns.get(field, field)
        there = [place[name] for place in places if isinstance(place, Mapping) and name in place]
        if field in columns and name is not None and not there:
            raise UnusableRecord(
                f"has no {name!r}, which columns= names for {field!r}",
                f'Name what holds it: columns={{"{field}": "..."}}.',
            )
        said = [value for value in there if value is not None]
        if field not in columns:  # by chance a question or a control may be called so
            said = [value for value in said if not isinstance(value, list | Mapping)]
        if said:
            found[field] = said[0]
    return found


def person_of(columns: Mapping[str, str | None], usual: str, *places: Any) -> dict[str, Any]:
    """Who judged, from the first place that says it under the name that was given, or under the usual one.

    Parameters
    ----------
    columns
        Field to name; None for ``user_id`` leaves it out.
    usual
        The name if none was given.
    places
        The objects to look in; whatever is no object is passed over.

    Raises
    ------
    UnusableRecord
        If a name that was given is nowhere; the nearest ones are named.
    """
    if "user_id" in columns and columns["user_id"] is None:
        return {}
    name = columns.get("user_id") or usual
    objects = [place for place in places if isinstance(place, Mapping)]
    said = [place[name] for place in objects if name in place]
    if not said and "user_id" in columns:
        there = list(dict.fromkeys(key for place in objects for key in place))
        near = difflib.get_close_matches(name, there, n=3)
        hint = f"Nearest: {', '.join(map(repr, near))}. " if near else ""
        raise UnusableRecord(
            f"has no {name!r}, which columns= names for 'user_id'",
            f"{hint}There are: {', '.join(map(repr, there))}.",
        )
    return {"user_id": next((value for value in said if value is not None), None)}


def bare(name: str) -> str:
    """A name without case and punctuation.

    Examples
    --------
    >>> bare("Response-1"), bare("response_1")
    ('response1', 'response1')
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())


def text_of(value: Any) -> Any:
    """A value of an export as a cell: conversations as canonical text, numbers and texts as they are."""
    return canonical_messages(value) if is_message_list(value) else value
