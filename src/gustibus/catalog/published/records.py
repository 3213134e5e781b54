"""One record of a published file, read column by column; what is wrong with it is said with its column."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from gustibus.comparisons.formats.nested import UnusableRecord
from gustibus.comparisons.messages import canonical_messages, is_message_list
from gustibus.comparisons.wording import shorten

__all__ = ["Plan", "Record", "Row", "Wish"]

Row = Mapping[str, Any]
"""A judgement, a rating or a choice under the names of our fields."""


@dataclass(frozen=True)
class Wish:
    """What is wanted of a data set.

    Attributes
    ----------
    aspect
        What was judged.
    people_each, statements_each, personas, seed
        Of personas alone: see :func:`load_dataset`.
    """

    aspect: str
    people_each: int = 10
    statements_each: int = 50
    personas: tuple[str, ...] | None = None
    seed: int = 0


@dataclass(frozen=True)
class Record:
    """One record as published.

    Attributes
    ----------
    values
        Column to value.
    file
        Its file's name without suffixes.
    split
        What its file is, None where the publication does not say.
    left_out
        Counts what is left out on purpose, by reason; shared by all records of a data set.
    """

    values: Mapping[str, Any]
    file: str = ""
    split: str | None = None
    left_out: Counter[str] = field(default_factory=Counter)

    def get(self, *path: str | int) -> Any:
        """The value at a path, None where there is none; text in JSON (as in csv) is entered."""
        value: Any = self.values
        for step in path:
            if isinstance(value, str) and value[:1] in ("{", "["):
                value = _parsed(value)
            if isinstance(step, int):
                value = value[step] if isinstance(value, Sequence) and -len(value) <= step < len(value) else None
            else:
                value = value.get(step) if isinstance(value, Mapping) else None
        return value

    def text(self, *path: str | int) -> str:
        """Text, or a conversation as canonical text; refused if missing or empty."""
        value = self.get(*path)
        if is_message_list(value):
            return canonical_messages(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is None or (isinstance(value, str) and not value.strip()):
            self.fail(path, value, "is missing", "Copy the file again, or leave the record out.")
        if not isinstance(value, str):
            self.fail(path, value, f"is of type {type(value).__name__}", "Write it as text.")
        return value

    def number(self, *path: str | int) -> float:
        """A finite number; refused if it is none."""
        value = self.get(*path)
        try:
            found = math.nan if value is None or isinstance(value, bool) else float(value)
        except (TypeError, ValueError):
            found = math.nan
        if not math.isfinite(found):
            self.fail(path, value, "is no number", "Write a number.")
        return found

    def one_of(self, meanings: Mapping[str, Any], *path: str | int) -> Any:
        """What a word or number means; refused if it is none of those known."""
        value = self.get(*path)
        key = str(value)
        if isinstance(value, float) and value.is_integer():
            key = str(int(value))
        if key not in meanings:
            self.fail(path, value, "is not known", f"Write one of {', '.join(meanings)}.")
        return meanings[key]

    def flag(self, *path: str | int) -> bool:
        """Yes or no, in any spelling."""
        words = {"True": True, "False": False, "true": True, "false": False, "1": True, "0": False}
        return bool(self.one_of(words, *path))

    def list_at(self, *path: str | int) -> Sequence[Any]:
        """A list; refused if it is none."""
        value = self.get(*path)
        if isinstance(value, str):
            value = _parsed(value)
        if not isinstance(value, list):
            self.fail(path, value, "is no list", "Copy the file again: a list belongs here.")
        return value

    def fail(self, path: tuple[str | int, ...], value: Any, reason: str, fix: str) -> NoReturn:
        """Refuse the record because of the value at a path."""
        raise UnusableRecord(f"has in column {spelled(path)!r} {shorten(value)}, which {reason}", fix)

    def without(self, reason: str) -> tuple[Row, ...]:
        """Nothing, for this reason, which is counted."""
        self.left_out[reason] += 1
        return ()

    def pair(self, a: str, b: str, row: Row) -> tuple[Row, ...]:
        """A judgement of two responses; left out if they are the same."""
        if a == b:
            return self.without("both responses are the same")
        return ({"split": self.split, **row, "response_a": a, "response_b": b},)


@dataclass(frozen=True)
class Plan:
    """How the records of a data set become judgements.

    Attributes
    ----------
    format
        The format of the rows that are made.
    rows_of
        The rows of a record.
    """

    format: str
    rows_of: Callable[[Record], Iterable[Row]]


def spelled(path: tuple[str | int, ...]) -> str:
    """A path as people write it.

    Examples
    --------
    >>> spelled(("summaries", 0, "text"))
    'summaries[0].text'
    """
    said = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return said.removeprefix(".")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
