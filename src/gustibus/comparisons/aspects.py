"""Several aspects of one judgement, as helpfulness and safety: one table an aspect."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.caution import caution
from gustibus.comparisons.cautions import warn_of_cautions
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.formats import FORMATS, Derivation, Format, format_named, told_by
from gustibus.comparisons.interpreting import interpret
from gustibus.comparisons.raw_table import RawTable
from gustibus.comparisons.reading import raw_source
from gustibus.comparisons.table import Comparisons
from gustibus.comparisons.text_columns import decoded
from gustibus.comparisons.wording import counted

__all__ = ["read_aspects"]


def read_aspects(
    source: Any,
    aspects: Iterable[str] | Mapping[str, str] | None = None,
    *,
    format: str | None = None,
    columns: Mapping[str, str | None] | None = None,
    pairs_per_user: int | None = None,
    seed: int = 0,
    skip_bad: bool = False,
    rejects: str | os.PathLike[str] | None = None,
    source_name: str | None = None,
) -> dict[str, Comparisons]:
    """Read judgements of several aspects, one table an aspect.

    Either each aspect has a column with what was said about it (``aspects`` names them), or a column ``aspect`` says
    which one a row is about.

    Parameters
    ----------
    source
        See :func:`read`.
    aspects
        The columns, or aspect to column: ``["helpful", "safe"]``, ``{"safety": "safe"}``. None splits by the column
        ``aspect``, or by the one that ``columns={"aspect": ...}`` names.
    format, columns, pairs_per_user, seed, source_name
        See :func:`read`. Of Argilla and Label Studio the aspects are the questions.
    skip_bad, rejects
        See :func:`read`; every aspect has its own file of rejects, with its name before the suffix.

    Returns
    -------
    dict
        Aspect to Comparisons, in the order given or of first appearance. A row whose cell is empty says nothing about
        that aspect, and is left out of its table.

    Raises
    ------
    BadRows, GustibusError
        See :func:`read`.

    Examples
    --------
    >>> rows = [{"user_id": "ann", "response_a": "tea", "response_b": "gin", "taste": "a", "health": "a"},
    ...         {"user_id": "ben", "response_a": "tea", "response_b": "gin", "taste": "b", "health": "a"}]
    >>> {aspect: data.outcome.tolist() for aspect, data in read_aspects(rows, ["taste", "health"]).items()}
    {'taste': [1.0, 0.0], 'health': [1.0, 1.0]}
    """
    raw, target = raw_source(source, format, skip_bad, rejects, source_name)
    fields = dict(columns or {})
    by_column = aspects is None
    if by_column:
        parts = _rows_of_aspects(raw, fields.pop("aspect", None) or "aspect")
    else:
        parts = _columns_of_aspects(raw, aspects or (), fields, format)
    if not parts:
        raise GustibusError(f"{raw.name}: no aspect is named. Give their columns: aspects=[...].")
    tables = {}
    for aspect, (part, mapped) in parts.items():
        data = interpret(
            part,
            columns=fields | mapped,
            format=format,
            derivation=Derivation(pairs_per_user, seed),
            skip_bad=skip_bad,
            rejects=None if target is None else _with_aspect(target, aspect),
        )
        warn_of_cautions(part.name, data)
        tables[aspect] = data
    return tables


Parts = dict[str, tuple[RawTable, dict[str, str | None]]]


def _rows_of_aspects(raw: RawTable, column: str) -> Parts:
    """The rows of each aspect, where a column names it."""
    if column not in raw.table.column_names:
        raise GustibusError(
            f"{raw.name} has no column {column!r}. Name the column that says which aspect a row is about, "
            'columns={"aspect": "..."}, or the columns of the aspects, aspects=[...]. It has: '
            f"{', '.join(map(repr, raw.table.column_names))}."
        )
    words = decoded(raw.table[column]).cast(pa.large_string())
    if words.null_count:
        row = int(np.flatnonzero(words.is_null().to_numpy())[0])
        raise GustibusError(
            f"{raw.name}: {counted(words.null_count, 'row')} without an aspect; the first is row "
            f"{raw.row_number(row):,}. Say in column {column!r} what each row is about."
        )
    return {
        aspect: (_part(raw, pc.equal(words, aspect).to_numpy(), aspect), {}) for aspect in pc.unique(words).to_pylist()
    }


def _columns_of_aspects(
    raw: RawTable, aspects: Iterable[str] | Mapping[str, str], fields: Mapping[str, str | None], name: str | None
) -> Parts:
    """The same rows for each aspect, with another column in the place of what was said."""
    if isinstance(aspects, str):
        raise GustibusError(f"aspects={aspects!r} is one text. Give a list: aspects=[{aspects!r}].")
    column_of = dict(aspects) if isinstance(aspects, Mapping) else {aspect: aspect for aspect in aspects}
    parts: Parts = {}
    for aspect, column in column_of.items():
        known = _format_of(raw, fields, column, name)
        if known.answer is None:
            raise GustibusError(
                f"In the format {known.name} no column says who won, so it has no aspects. Read each part by itself."
            )
        part = raw
        if known.unnest is None and column not in raw.table.column_names:
            there = list(raw.table.column_names)
            near = difflib.get_close_matches(column, there, n=3)
            raise GustibusError(
                f"{raw.name} has no column {column!r}, which aspects= names for {aspect!r}. "
                + (f"Nearest: {', '.join(map(repr, near))}. " if near else "")
                + f"It has: {', '.join(map(repr, there))}."
            )
        if known.unnest is None:
            empty = _is_empty(raw.table[column])
            if empty.any():
                caution(f"{raw.name}: {counted(int(empty.sum()), 'row')} say nothing about {aspect!r}.")
            part = _part(raw, ~empty, aspect)
        parts[aspect] = (replace(part, name=f"{raw.name} ({aspect})"), {known.answer: column})
    return parts


def _format_of(raw: RawTable, fields: Mapping[str, str | None], column: str, name: str | None) -> Format:
    """The format: the one named, or the one that fits with this column in the place of what was said."""
    if name is not None:
        return format_named(name)
    answers = dict.fromkeys(known.answer for known in FORMATS.values() if known.answer)
    for answer in answers:
        found = told_by(raw.table.column_names, {**fields, answer: column})
        if found is not None and found.answer == answer:
            return found
    return FORMATS["gustibus"]


def _is_empty(column: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.bool_]]:
    empty: np.ndarray[Any, np.dtype[np.bool_]] = decoded(column).is_null(nan_is_null=True).to_numpy()
    return empty


def _part(raw: RawTable, keep: np.ndarray[Any, np.dtype[np.bool_]], aspect: str) -> RawTable:
    """Some rows, under their numbers."""
    rows = np.flatnonzero(keep)
    numbers = rows + 1 if raw.row_numbers is None else raw.row_numbers[rows]
    place = {int(row): new for new, row in enumerate(rows)}
    mixed = {
        name: replace(what, unusable={place[row]: value for row, value in what.unusable.items() if row in place})
        for name, what in raw.mixed.items()
    }
    table = raw.table.take(pa.array(rows))
    return replace(raw, name=f"{raw.name} ({aspect})", table=table, row_numbers=numbers, mixed=mixed)


def _with_aspect(path: Path, aspect: str) -> Path:
    return path.with_name(f"{path.stem}.{aspect}{path.suffix}")
