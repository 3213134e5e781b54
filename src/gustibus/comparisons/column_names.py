"""Which column holds which field."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Final

from gustibus.comparisons.caution import caution
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.record import FIELDS, OPTIONAL_FIELDS, REQUIRED_FIELDS

__all__ = ["PREFERENCE_FIELDS", "columns_of", "is_preference_format", "refuse_duplicates", "what_there_is"]

PREFERENCE_FIELDS: Final = {"chosen": "the preferred response", "rejected": "the other response"}
"""The two fields of TRL's preference format that stand for response_a, response_b and choice."""

_KINDRED: Final = {
    "user_id": (
        "user",
        "worker",
        "worker_id",
        "annotator",
        "annotator_id",
        "rater",
        "rater_id",
        "judge",
        "person",
        "uid",
    ),
    "response_a": ("item_a", "answer_a", "option_a", "completion_a", "output_a", "text_a", "left", "a", "response_1"),
    "response_b": ("item_b", "answer_b", "option_b", "completion_b", "output_b", "text_b", "right", "b", "response_2"),
    "choice": ("winner", "label", "preference", "preferred", "outcome", "vote", "judgement", "judgment", "answer"),
    "chosen": ("winner", "preferred", "better"),
    "rejected": ("loser", "worse"),
    "prompt": ("question", "instruction", "context", "query", "prompt_id"),
}


def is_preference_format(names: Sequence[str], columns: Mapping[str, str | None]) -> bool:
    """Tell whether the columns are those of TRL's preference format: ``chosen`` and ``rejected``."""
    if "chosen" in columns or "rejected" in columns:
        return True
    native = any(field in names or columns.get(field) for field in ("response_a", "response_b"))
    return not native and "chosen" in names and "rejected" in names


def columns_of(
    source: str,
    names: Sequence[str],
    columns: Mapping[str, str | None] | None,
    *,
    fields: Mapping[str, str] = FIELDS,
    required: Sequence[str] = REQUIRED_FIELDS,
    usual: Mapping[str, Sequence[str]] | None = None,
    format_name: str | None = None,
) -> dict[str, str]:
    """Find the column of every field.

    Parameters
    ----------
    source
        What messages call the source.
    names
        The columns there are.
    columns
        Field to column where the names differ; a field that maps to None is left out.
    fields
        The fields there may be, and what each holds.
    required
        Those that must be there.
    usual
        Field to the names under which its column is looked for; its own name if not given.
    format_name
        What messages call the format, if it is not our own.

    Returns
    -------
    dict
        Field to column name, for the fields found.

    Raises
    ------
    GustibusError
        If a column occurs twice, a field or column is unknown, or a required one is missing; the nearest existing names
        are given.

    Examples
    --------
    >>> columns_of("x.csv", ["worker", "response_a", "response_b", "choice"], {"user_id": "worker"})["user_id"]
    'worker'
    """
    wanted, usual = dict(columns or {}), usual or {}
    refuse_duplicates(source, names)
    where = f" in {format_name}" if format_name else ""
    for field, column in wanted.items():
        if field not in fields:
            near = difflib.get_close_matches(str(field), fields, n=1)
            raise GustibusError(
                f"columns= says where {field!r} is, but there is no field {field!r}{where}. "
                f"{f'Did you mean {near[0]!r}? ' if near else ''}The fields are: {', '.join(fields)}."
            )
        if column is not None and column not in names:
            raise GustibusError(
                f"{source} has no column {column!r}, which columns= names for {field!r}. "
                + what_there_is(column, names)
            )
    present: dict[str, str] = {}
    for field in fields:
        looked_for = [wanted[field]] if field in wanted else usual.get(field, (field,))
        found = next((name for name in looked_for if name is not None and name in names), None)
        if found is not None:
            present[field] = found
    missing = [field for field in required if field not in present]
    left_out = [field for field in missing if field in wanted]
    if left_out:
        raise GustibusError(_left_out(source, left_out, fields, where))
    if missing:
        raise GustibusError(_missing(source, missing, names, fields, usual, where))
    _warn_of_near_misses(source, names, present, fields, wanted)
    return present


def refuse_duplicates(source: str, names: Sequence[str]) -> None:
    """Refuse a source with a column that occurs twice."""
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise GustibusError(
            f"{source} has more than one column named {', '.join(map(repr, twice))}. Rename or remove all but one."
        )


def _left_out(source: str, left_out: Sequence[str], fields: Mapping[str, str], where: str) -> str:
    said = " and ".join(f"{field!r} ({fields[field]})" for field in left_out)
    unknown = " If nobody knows who judged, add a column with one id for all." if "user_id" in left_out else ""
    return (
        f"{source}: columns= leaves out {said}, without which no judgement{where} can be read. Take it out of "
        f"columns=, or name its column there.{unknown}"
    )


def _missing(
    source: str,
    missing: Sequence[str],
    names: Sequence[str],
    fields: Mapping[str, str],
    usual: Mapping[str, Sequence[str]],
    where: str,
) -> str:
    if {"completion", "label"} <= set(names) and "choice" in missing:
        return (
            f"{source} looks like unpaired preferences (completion, label). A judgement compares two responses: pair "
            "the completions of each prompt first."
        )
    taken: set[str] = set()
    said, examples = [], []
    for field in missing:
        nearest = [name for name in _nearest(field, names) if name not in taken and name not in fields]
        taken.update(nearest[:1])
        near = f"; nearest: {', '.join(map(repr, nearest))}" if nearest else ""
        name = usual.get(field, (field,))[0]
        said.append(f"{name!r} ({fields[field]}{near})")
        examples.append(f'"{field}": "{nearest[0] if nearest else "..."}"')
    unknown = " If nobody knows who judged, add a column with one id for all." if "user_id" in missing else ""
    return (
        f"{source} has no column {', no column '.join(said)}{where and f', as expected{where}'}. It has: "
        f"{', '.join(map(repr, names)) or 'no columns'}. "
        f"If other columns hold these, say so: columns={{{', '.join(examples)}}}.{unknown}"
    )


def _nearest(field: str, names: Sequence[str]) -> list[str]:
    by_lower = {name.strip().lower(): name for name in names}
    kindred = [by_lower[word] for word in (field, *_KINDRED.get(field, ())) if word in by_lower]
    close = [by_lower[word] for word in difflib.get_close_matches(field, list(by_lower), n=3, cutoff=0.6)]
    return list(dict.fromkeys([*kindred, *close]))[:3]


def what_there_is(column: str, names: Sequence[str]) -> str:
    """The names nearest to one that is not there, and all that are."""
    near = difflib.get_close_matches(column, list(names), n=3)
    hint = f"Nearest: {', '.join(map(repr, near))}. " if near else ""
    return f"{hint}It has: {', '.join(map(repr, names)) or 'no columns'}."


def _warn_of_near_misses(
    source: str,
    names: Sequence[str],
    present: Mapping[str, str],
    fields: Mapping[str, str],
    wanted: Mapping[str, str | None],
) -> None:
    """Say so when an ignored column looks like a misspelt optional field."""
    taken = set(present.values())
    optional = [field for field in OPTIONAL_FIELDS if field in fields]
    for name in names:
        if name in taken or name in FIELDS:
            continue
        near = difflib.get_close_matches(name.strip().lower(), optional, n=1, cutoff=0.8)
        if near and near[0] not in present and near[0] not in wanted:
            caution(
                f"{source}: column {name!r} is ignored. If it holds the field {near[0]!r}, say so: "
                f'columns={{"{near[0]}": "{name}"}}.'
            )
