"""Columns as found, read one field after the other: what each holds, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.bad_rows import Fault
from gustibus.comparisons.caution import caution
from gustibus.comparisons.choices import choice_column, fix_for
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.interning import intern_together
from gustibus.comparisons.number_columns import number_column, time_column
from gustibus.comparisons.raw_table import RawTable
from gustibus.comparisons.record import POPULATION, SPLITS
from gustibus.comparisons.text_columns import NAMES, canonical_vocabulary, plain_text, text_column

__all__ = [
    "MISSING_FIX",
    "ColumnReading",
    "blank",
    "interned",
    "read_choice",
    "read_optional",
    "read_split_words",
    "read_texts",
    "read_users",
]

_SPLIT_WORDS = {"train": 0, "training": 0, "validation": 1, "valid": 1, "val": 1, "dev": 1, "test": 2}
_MAX_SOURCES = 127
MISSING_FIX = {
    "user_id": "Say who judged; if nobody knows, give all such rows one id of their own.",
    "response": "Write what was shown to the person, or leave the row out.",
    "choice": "Write a, b, tie, or the probability from 0 to 1 that response_a is preferred.",
    "weight": "Write 1 for a judgement that counts like any other.",
}
"""What to do where nothing is said."""


@dataclass
class ColumnReading:
    """The columns made so far, and the faults found."""

    raw: RawTable
    column_of: dict[str, str]
    columns: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    entries: dict[str, npt.NDArray[Any]] = field(default_factory=dict)

    @property
    def n_rows(self) -> int:
        """Rows of the source, unusable ones included."""
        return int(self.raw.table.num_rows)

    def fault(self, field_name: str, wrong: npt.NDArray[np.bool_], reason: str, fix: Any) -> None:
        """Note the rows that are wrong, if there are any."""
        if wrong.any():
            self.faults.append(Fault(field_name, np.flatnonzero(wrong), reason, fix))

    def text(self, field_name: str) -> pa.Array | pa.ChunkedArray:
        """The field as text, perhaps packed as a dictionary; null where missing, unusable values become faults."""
        if field_name not in self.column_of:
            return pa.nulls(self.n_rows, pa.large_string())
        column = self.column_of[field_name]
        text, faults = text_column(self.raw.name, field_name, column, self.raw.table[column])
        self.faults.extend(faults)
        self.mixed(field_name)
        return text

    def mixed(self, field_name: str) -> None:
        """Judge a column that held numbers as well as text."""
        column = self.column_of[field_name]
        mixed = self.raw.mixed.get(column)
        if mixed is None:
            return
        if mixed.merged is not None:
            raise GustibusError(
                f"{self.raw.name}: column {column!r} holds both the number {mixed.merged} and the text "
                f"{mixed.merged!r}. As text they would become one {field_name}; make them differ, or the same, first."
            )
        if mixed.number is not None and mixed.text is not None:
            caution(
                f"{self.raw.name}: column {column!r} holds numbers (such as {mixed.number!r}) and text (such as "
                f"{mixed.text!r}). All are taken as text; make the column one type if that is not meant."
            )
        self.unusable(field_name)

    def unusable(self, field_name: str) -> None:
        """Put values aside that are neither text nor numbers."""
        for position, value in self._unusable_values(field_name).items():
            fix = fix_for if field_name == "choice" else "Write it as text."
            reason = f"is of type {type(value).__name__}"
            self.faults.append(Fault(field_name, np.array([position]), reason, fix))

    def missing(self, field_name: str, where: npt.NDArray[np.bool_], fix: str) -> None:
        """Put rows aside in which nothing is said; values of a wrong type are another fault."""
        where = where.copy()
        where[list(self._unusable_values(field_name))] = False
        self.fault(field_name, where, "is missing", fix)

    def _unusable_values(self, field_name: str) -> Mapping[int, Any]:
        mixed = self.raw.mixed.get(self.column_of.get(field_name, ""))
        if mixed is None:
            return {}
        return {**mixed.unusable, **mixed.messages} if field_name in NAMES else mixed.unusable


def read_texts(reading: ColumnReading, prompt: pa.Array, response_a: pa.Array, response_b: pa.Array) -> None:
    """Intern prompts and responses; find what is missing, empty, or compared with itself."""
    has_prompt_b = "prompt_b" in reading.column_of
    prompts, found = interned([prompt, reading.text("prompt_b")] if has_prompt_b else [prompt])
    code = found[0]
    code_b = np.where(found[1] < 0, code, found[1]) if has_prompt_b else code
    blank_prompt = blank(prompts)
    fix = "Write the prompt, or nothing at all."
    reading.fault("prompt", _looked_up(blank_prompt, code), "is only white space", fix)
    if has_prompt_b:
        only_b = _looked_up(blank_prompt, code_b) & ~_looked_up(blank_prompt, code)
        reading.fault("prompt_b", only_b, "is only white space", fix)
        reading.fault(
            "prompt_b",
            (code < 0) & (code_b >= 0),
            "is a prompt for response_b while response_a has none",
            "Give both responses a prompt, or neither.",
        )
    responses, (a, b) = interned([response_a, response_b], keep_empty=True)
    empty = blank(responses)
    for field_name, codes in (("response_a", a), ("response_b", b)):
        reading.missing(field_name, codes < 0, MISSING_FIX["response"])
        reading.fault(field_name, _looked_up(empty, codes), "is empty", MISSING_FIX["response"])
    same = a == b
    if same.any():
        same &= (a >= 0) & (code == code_b) & ~empty[a]
    reading.fault(
        "response_b",
        same,
        "is the same response as response_a",
        "Leave the row out: a comparison needs two different responses.",
    )
    reading.columns |= {"prompts": prompts, "prompt": code, "prompt_b": code_b}
    reading.columns |= {"responses": responses, "response_a": a, "response_b": b}


def _looked_up(flags: npt.NDArray[np.bool_], codes: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """The flag of every row; rarely is there any, and then no row need be looked at."""
    return flags[codes] if flags.any() else np.zeros(len(codes), bool)


def interned(
    columns: list[pa.Array | pa.ChunkedArray], keep_empty: bool = False
) -> tuple[pa.Array, list[npt.NDArray[Any]]]:
    """One canonical vocabulary of several columns; an empty text counts as none unless kept."""
    vocabulary, codes = intern_together(columns)
    canonical = canonical_vocabulary(vocabulary)
    if canonical is not vocabulary:
        vocabulary, (again,) = intern_together([canonical])
        codes = [np.append(again, -1)[part] for part in codes]
    if not keep_empty:
        empty = pc.index(vocabulary, pa.scalar("", pa.large_string())).as_py()
        codes = [np.where(part == empty, -1, part) if empty >= 0 else part for part in codes]
    return vocabulary, codes


def blank(vocabulary: pa.Array) -> npt.NDArray[np.bool_]:
    """Which texts say nothing; one entry more than the vocabulary, False, for the code -1."""
    trimmed = pc.utf8_trim_whitespace(vocabulary)
    return np.append(pc.equal(trimmed, "").to_numpy(zero_copy_only=False).astype(bool), False)


def read_choice(reading: ColumnReading) -> None:
    """Outcomes and ties, from words or shares."""
    column = reading.column_of["choice"]
    choices = choice_column(reading.raw.table[column])
    reading.faults.extend(choices.faults)
    reading.unusable("choice")
    reading.missing("choice", choices.missing, MISSING_FIX["choice"])
    if choices.only_zero_and_one:
        caution(
            f"{reading.raw.name}: column {column!r} holds only the numbers 0 and 1. They are taken as the probability "
            "that response_a is preferred: 1 = a, 0 = b. Write a and b if it is the other way round."
        )
    reading.columns |= {"outcome": choices.outcome, "is_tie": choices.is_tie}


def read_users(reading: ColumnReading) -> None:
    """Who judged; one and the same person where the source does not say."""
    raw = reading.raw
    if "user_id" not in reading.column_of:  # some formats may leave it out
        caution(
            f"{raw.name} does not say who judged: everything is given to one user, "
            f'{POPULATION!r}. If a column holds people, say so: columns={{"user_id": "..."}}.'
        )
        reading.columns |= {"users": [POPULATION], "user": np.zeros(reading.n_rows, np.int32)}
        return
    users, (codes,) = intern_together([reading.text("user_id")])
    reading.missing("user_id", codes < 0, MISSING_FIX["user_id"])
    reading.fault("user_id", _looked_up(blank(users), codes), "is empty", MISSING_FIX["user_id"])
    reading.columns |= {"users": users, "user": codes}


def read_optional(reading: ColumnReading) -> None:
    """Groups, sources and whatever else is there."""
    raw, column_of = reading.raw, reading.column_of
    for name, vocabulary in (("group", "groups"), ("source", "sources")):
        if name in column_of:
            texts, (codes,) = interned([reading.text(name)])
            reading.columns |= {vocabulary: texts, name: codes}
    n_sources = len(reading.columns.get("sources", ()))
    if n_sources > _MAX_SOURCES:
        raise GustibusError(
            f"{raw.name}: column {column_of['source']!r} holds {n_sources:,} different values, but the field 'source' "
            f"says where judgements come from (human, llm, simulated) and has room for {_MAX_SOURCES}. "
            'If it means something else, leave it out: columns={"source": None}.'
        )
    if "margin" in column_of:
        reading.columns["margin"], _, faults = number_column("margin", raw.table[column_of["margin"]])
        reading.faults.extend(faults)
        reading.unusable("margin")
    if "weight" in column_of:
        weight, missing, faults = number_column("weight", raw.table[column_of["weight"]])
        if missing.all():
            weight = np.ones(reading.n_rows, np.float32)
        else:
            reading.faults.extend(faults)
            reading.unusable("weight")
            reading.missing("weight", missing, MISSING_FIX["weight"])
            reading.fault("weight", weight < 0, "is negative", "Write a weight >= 0; 0 takes the judgement out.")
        reading.columns["weight"] = weight
    if "timestamp" in column_of:
        reading.columns["timestamp"], faults = time_column("timestamp", raw.table[column_of["timestamp"]])
        reading.faults.extend(faults)
        reading.unusable("timestamp")
    if "split" in column_of:
        read_split_words(reading, plain_text(reading.text("split")))


def read_split_words(reading: ColumnReading, text: pa.Array) -> None:
    """Read train, validation and test in their usual spellings."""
    words, (codes,) = interned([pc.utf8_lower(pc.utf8_trim_whitespace(text))])
    code_of = np.array([*(_SPLIT_WORDS.get(word, len(SPLITS)) for word in words.to_pylist()), -1], np.int8)
    split = code_of[codes]
    reading.fault("split", split == len(SPLITS), "is not a split", "Write train, validation or test, or nothing.")
    reading.columns["split"] = split
