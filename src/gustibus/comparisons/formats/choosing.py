"""Which format a source has: the one that was named, or the one that its columns tell."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Final

from gustibus.comparisons.caution import caution
from gustibus.comparisons.column_names import columns_of, is_preference_format, refuse_duplicates
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.formats.arena import ARENA
from gustibus.comparisons.formats.argilla import ARGILLA
from gustibus.comparisons.formats.crowd_kit import CROWD_KIT
from gustibus.comparisons.formats.format import Format
from gustibus.comparisons.formats.label_studio import LABEL_STUDIO
from gustibus.comparisons.formats.lore import LORE
from gustibus.comparisons.formats.native import GUSTIBUS, OPENRLHF, TRL
from gustibus.comparisons.formats.orders import CHOICES, RANKINGS
from gustibus.comparisons.formats.pal import PAL
from gustibus.comparisons.formats.rated_rows import CHOICE_ROWS, RANKS, RATINGS
from gustibus.comparisons.formats.shp import SHP
from gustibus.comparisons.formats.votes import VOTES
from gustibus.comparisons.raw_table import RawTable
from gustibus.comparisons.record import OPTIONAL_FIELDS

__all__ = ["FORMATS", "format_named", "laid_out", "told_by"]

FORMATS: Final[dict[str, Format]] = {
    known.name: known
    for known in (
        GUSTIBUS,
        TRL,
        OPENRLHF,
        CROWD_KIT,
        ARENA,
        VOTES,
        RATINGS,
        RANKS,
        RANKINGS,
        CHOICES,
        CHOICE_ROWS,
        SHP,
        PAL,
        LORE,
        ARGILLA,
        LABEL_STUDIO,
    )
}
"""Every format that can be read, by name."""

_ASK_FIRST: Final = (CROWD_KIT, ARENA, VOTES, RATINGS, RANKS, RANKINGS, CHOICES, CHOICE_ROWS, SHP, PAL)
_NESTED: Final = (LORE, ARGILLA, LABEL_STUDIO)


def format_named(name: str) -> Format:
    """The format of that name.

    Raises
    ------
    GustibusError
        If there is none; the nearest is named.
    """
    if name in FORMATS:
        return FORMATS[name]
    near = difflib.get_close_matches(name.lower().replace("_", "-"), FORMATS, n=1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    raise GustibusError(f"format={name!r} is not known.{meant} The formats are: {', '.join(FORMATS)}.")


def laid_out(
    raw: RawTable, columns: Mapping[str, str | None] | None, name: str | None
) -> tuple[RawTable, Format, dict[str, str]]:
    """Find the format of a source, flatten it if it is nested, and find the column of every field.

    Parameters
    ----------
    raw
        What was found.
    columns
        Field to column where the names differ.
    name
        The format, None to tell it by the columns.

    Returns
    -------
    tuple
        The table, its format, and field to column.

    Raises
    ------
    GustibusError
        If the format is unknown, or fields that it needs are not there.
    """
    names = raw.table.column_names
    refuse_duplicates(raw.name, names)
    chosen = format_named(name) if name is not None else _told_or_nearest(names, columns or {})
    wanted = _fields_of(chosen, columns or {})
    if chosen.unnest is not None:
        _refuse_unknown_fields(chosen, wanted)
        flat = chosen.unnest(raw, wanted)
        raw, chosen, wanted = flat.raw, FORMATS[flat.format], {}
    label = {"gustibus": None, "trl": "the preference format"}.get(chosen.name, f"the format {chosen.name}")
    column_of = columns_of(
        raw.name,
        raw.table.column_names,
        wanted,
        fields=chosen.fields,
        required=chosen.required,
        usual=chosen.usual,
        format_name=label,
    )
    for field in OPTIONAL_FIELDS:
        if field not in chosen.fields and field in raw.table.column_names and field not in column_of.values():
            caution(f"{raw.name}: column {field!r} is ignored: the format {chosen.name} has no such field.")
    return raw, chosen, column_of


def told_by(names: Sequence[str], columns: Mapping[str, str | None]) -> Format | None:
    """The one format that the columns fit, None if none does.

    Raises
    ------
    GustibusError
        If they fit several.
    """
    there = frozenset(names)
    if _fits(GUSTIBUS, there, columns):
        return GUSTIBUS
    if is_preference_format(names, columns) and _fits(TRL, there, columns):
        return TRL
    for known in _NESTED:
        if known.is_nested is not None and known.is_nested(there) and set(columns) <= set(known.fields):
            return known
    fitting = [known for known in _ASK_FIRST if _fits(known, there, columns)]
    if len(fitting) > 1:
        raise GustibusError(
            f"The columns {', '.join(map(repr, names))} fit several formats: "
            f"{', '.join(known.name for known in fitting)}. Say which: format={fitting[0].name!r}."
        )
    return fitting[0] if fitting else None


def _told_or_nearest(names: Sequence[str], columns: Mapping[str, str | None]) -> Format:
    """The format that fits, or the one whose message will say best what is missing."""
    found = told_by(names, columns)
    if found is not None:
        return found
    known_fields = set(_fields_of(TRL, columns)) <= set(TRL.fields)
    if is_preference_format(names, {}) or (is_preference_format(names, columns) and known_fields):
        return TRL
    return _nearest(frozenset(names), columns)


def _fields_of(known: Format, columns: Mapping[str, str | None]) -> dict[str, str | None]:
    """The same mapping with the format's fields: ``user`` is ``user_id``, and usual column names stand for fields."""
    meant: dict[str, str | None] = {}
    for key, column in columns.items():
        owners = [field for field, usual in known.usual.items() if key in usual]
        field = key
        if key not in known.fields:
            field = (
                "user_id" if key == "user" and "user_id" in known.fields else (owners[0] if len(owners) == 1 else key)
            )
        if field in meant:
            raise GustibusError(f"columns= names two columns for {field!r}: {meant[field]!r} and {column!r}.")
        meant[field] = column
    return meant


def _resolved(known: Format, names: frozenset[str], columns: Mapping[str, str | None]) -> set[str]:
    """The fields of a format whose columns are there."""
    wanted = _fields_of(known, columns)
    return {
        field
        for field in known.fields
        if any(name in names for name in ([wanted[field]] if field in wanted else known.names_of(field)) if name)
    }


def _fits(known: Format, names: frozenset[str], columns: Mapping[str, str | None]) -> bool:
    found = _resolved(known, names, columns)
    named = all(column is None or column in names for column in columns.values())
    return named and set(_fields_of(known, columns)) <= set(known.fields) and found >= set(known.required)


def _nearest(names: frozenset[str], columns: Mapping[str, str | None]) -> Format:
    """The format of which most is there; our own unless another is clearly nearer."""

    def share(known: Format) -> float:
        knows = all(field in known.fields for field in _fields_of(known, columns))
        found = _resolved(known, names, columns) & set(known.required)
        return len(found) / len(known.required) if knows else -1.0

    best = max((GUSTIBUS, *_ASK_FIRST), key=share)
    return best if share(best) > max(share(GUSTIBUS), 0.5) else GUSTIBUS


def _refuse_unknown_fields(known: Format, wanted: Mapping[str, str | None]) -> None:
    for field in wanted:
        if field not in known.fields:
            near = difflib.get_close_matches(field, known.fields, n=1)
            meant = f"Did you mean {near[0]!r}? " if near else ""
            raise GustibusError(
                f"columns= says where {field!r} is, but there is no field {field!r} in the format "
                f"{known.name}. {meant}The fields are: "
                f"{', '.join(known.fields)}."
            )
