"""Exports of Argilla: a question that compares two fields, or one that ranks several.

Source: the documentation and exporters of Argilla. Version 2 writes ``QUESTION.responses``, ``.responses.users`` and
``.responses.status`` (to datasets), or ``fields`` and ``responses`` (to JSON); version 1 a list of
``{"user_id", "value", "status"}`` under the name of the question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gustibus.comparisons.caution import caution
from gustibus.comparisons.choices import side_of_word
from gustibus.comparisons.formats.format import Format, Unnested
from gustibus.comparisons.formats.nested import (
    CARRIED,
    PROMPT_NAMES,
    UnusableRecord,
    bare,
    carried,
    flattened,
    pair_names,
    text_of,
)
from gustibus.comparisons.messages import json_in_text
from gustibus.comparisons.raw_table import RawTable
from gustibus.comparisons.record import FIELDS
from gustibus.comparisons.wording import counted

__all__ = ["ARGILLA"]

_SUFFIX: Final = ".responses"
_AGAIN: Final = "Export it again."
_FIX: Final = 'Say which question holds the answer: columns={"choice": "..."}.'


@dataclass(frozen=True)
class _Answer:
    person: Any
    value: Any
    status: Any


def _unnest(raw: RawTable, columns: Mapping[str, str | None]) -> Unnested:
    left_out = 0
    is_ranking = False

    def rows_of(record: Mapping[str, Any]) -> Iterable[Mapping[str, Any] | UnusableRecord]:
        nonlocal left_out, is_ranking
        fields = record["fields"] if isinstance(record.get("fields"), Mapping) else record
        question, answers = _question(record, columns.get("choice"))
        beside = _beside(record, fields, columns)
        rows: list[Mapping[str, Any] | UnusableRecord] = []
        for number, answer in enumerate(answers, start=1):
            if answer.status not in (None, "submitted") or answer.value is None:
                left_out += 1
                continue
            try:
                said = _said(answer.value, fields, question, columns)
            except UnusableRecord as error:
                if len(answers) == 1:
                    raise
                rows.append(
                    error.of(_with_only(record, fields, question, answer), f"answer {number} of {len(answers)}")
                )
                continue
            is_ranking |= "ranking" in said
            rows.append(_prompt(fields, columns) | {"user_id": answer.person} | said | beside)
        return rows

    flat = flattened(raw, rows_of, what="a submitted answer")
    if left_out:
        caution(f"{raw.name}: {counted(left_out, 'answer')} left out: a draft, discarded or empty.")
    return Unnested(flat, "rankings" if is_ranking else "gustibus")


def _beside(record: Mapping[str, Any], fields: Any, columns: Mapping[str, str | None]) -> dict[str, Any]:
    """What metadata or the record itself say beside the answers; a field of the record only if it is named."""
    about = record.get("metadata")
    if isinstance(about, str):
        try:
            about = json_in_text(about)
        except ValueError:
            about = None
    flat = {name.removeprefix("metadata."): value for name, value in record.items() if name.startswith("metadata.")}
    named = {name: value for name, value in fields.items() if name in columns.values()}
    return carried(columns, about, flat, record, named)


def _with_only(record: Mapping[str, Any], fields: Any, question: str, answer: _Answer) -> dict[str, Any]:
    """The record with one answer in it, as version 2 writes records in JSON."""
    about = {
        name: value
        for name, value in record.items()
        if name not in ("responses", question) and not name.startswith(f"{question}{_SUFFIX}")
    }
    asked = about if fields is record else dict(fields)
    said = {"user_id": answer.person, "value": answer.value, "status": answer.status}
    return {**about, "fields": asked, "responses": {question: [said]}}


def _question(record: Mapping[str, Any], wanted: str | None) -> tuple[str, list[_Answer]]:
    """The question and who said what; refuses a record with several questions that could be meant."""
    found = dict(_answers(record))
    if wanted is not None:
        return wanted, found.get(wanted, [])
    telling = {name: answers for name, answers in found.items() if any(_is_telling(one.value) for one in answers)}
    if len(telling) > 1:
        raise UnusableRecord(f"answers {' and '.join(map(repr, telling))}", _FIX)
    return next(iter(telling.items())) if telling else ("", [one for some in found.values() for one in some][:0])


def _is_telling(value: Any) -> bool:
    """A word, or an order of names; numbers are ratings."""
    return isinstance(value, str | list) and bool(value)


def _answers(record: Mapping[str, Any]) -> Iterator[tuple[str, list[_Answer]]]:
    """Every question of a record with its answers, in whichever of the three spellings."""
    nested = record.get("responses")
    if isinstance(nested, Mapping):
        for question, answers in nested.items():
            yield question, _listed(answers)
    elif isinstance(nested, list):
        yield from _answers_of_people(nested)
    for name, value in record.items():
        if name.endswith(_SUFFIX) and isinstance(value, list):
            people, states = record.get(f"{name}.users"), record.get(f"{name}.status")
            yield name.removesuffix(_SUFFIX), _side_by_side(name, people, value, states)
        elif _is_listed(value):
            yield name, _listed(value)


def _side_by_side(name: str, people: Any, values: Any, states: Any) -> list[_Answer]:
    """Answers from three lists, of which only the values must be there."""
    lists = [part if part is not None else [None] * len(values or []) for part in (people, values, states)]
    if not all(isinstance(part, list) for part in lists):
        raise UnusableRecord(f"has answers in {name!r} that are no lists", _AGAIN)
    if len({len(part) for part in lists}) > 1:
        raise UnusableRecord(f"has {len(lists[1])} answers by {len(lists[0])} people in {name!r}", _AGAIN)
    return [_Answer(*one) for one in zip(*lists, strict=True)]


def _answers_of_people(responses: list[Any]) -> Iterator[tuple[str, list[_Answer]]]:
    """Version 1 in JSON: one object a person, with all their values."""
    by_question: dict[str, list[_Answer]] = {}
    for response in responses:
        values = response.get("values") if isinstance(response, Mapping) else None
        if not isinstance(values, Mapping):
            raise UnusableRecord("has a response without values", _AGAIN)
        for question, value in values.items():
            said = value.get("value") if isinstance(value, Mapping) else value
            one = _Answer(response.get("user_id"), said, response.get("status"))
            by_question.setdefault(question, []).append(one)
    yield from by_question.items()


def _is_listed(value: Any) -> bool:
    keys = {"user_id", "value"}
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, Mapping) and keys <= one.keys() for one in value)
    return isinstance(value, Mapping) and keys <= value.keys() and isinstance(value["value"], list)


def _listed(answers: Any) -> list[_Answer]:
    """A list of objects, or an object of lists."""
    if isinstance(answers, Mapping):
        return _side_by_side("value", answers.get("user_id"), answers.get("value"), answers.get("status"))
    if not isinstance(answers, list) or not all(isinstance(one, Mapping) for one in answers):
        return []
    return [_Answer(one.get("user_id"), one.get("value"), one.get("status")) for one in answers]


def _prompt(fields: Mapping[str, Any], columns: Mapping[str, str | None]) -> dict[str, Any]:
    if "prompt" in columns:
        name = columns["prompt"]
        if name is not None and name not in fields:
            raise UnusableRecord(f"has no field {name!r}", 'Name the prompt: columns={"prompt": "..."}.')
    else:
        name = next((name for name in PROMPT_NAMES if fields.get(name) is not None), None)
    return {} if name is None else {"prompt": text_of(fields[name])}


def _said(value: Any, fields: Mapping[str, Any], question: str, columns: Mapping[str, str | None]) -> dict[str, Any]:
    """A choice between two fields, or a ranking of fields."""
    if isinstance(value, list):
        return {"ranking": _ranking(value, fields)}
    names = pair_names([name for name, held in fields.items() if isinstance(held, str | list)], columns)
    word = str(value)
    sides = {bare(names[0]): "a", bare(names[1]): "b"}
    side = sides.get(bare(word)) or side_of_word(word)
    if side is None:
        raise UnusableRecord(f"answers {question!r} with {word!r}, which is neither field", _FIX)
    return {"response_a": text_of(fields[names[0]]), "response_b": text_of(fields[names[1]]), "choice": side}


def _ranking(value: list[Any], fields: Mapping[str, Any]) -> list[list[Any]]:
    """Texts of the fields in the order of the answer; equal ranks are a tie."""
    named = {bare(name): text_of(text) for name, text in fields.items()}
    places: dict[int, list[Any]] = {}
    for position, entry in enumerate(value):
        name, rank = (entry.get("value"), entry.get("rank")) if isinstance(entry, Mapping) else (entry, position)
        text = named.get(bare(str(name)))
        if text is None:
            raise UnusableRecord(f"ranks {name!r}, which is no field of it", "Name fields and answers alike.")
        if not isinstance(rank, int | None):
            raise UnusableRecord(f"gives {name!r} the rank {rank!r}", "Write ranks as whole numbers.")
        places.setdefault(position if rank is None else rank, []).append(text)
    return [places[rank] for rank in sorted(places)]


def _is_nested(names: frozenset[str]) -> bool:
    return {"fields", "responses"} <= names or any(f"{name}.users" in names for name in names if name.endswith(_SUFFIX))


ARGILLA = Format(
    name="argilla",
    about="Argilla's export of a question that compares two fields or ranks several, version 1 or 2",
    fields={
        "prompt": "the name of the field that holds the prompt",
        "response_a": "the name of the field that holds the first response",
        "response_b": "the name of the field that holds the second response",
        "choice": "the name of the question",
    }
    | {name: FIELDS[name] for name in CARRIED},
    required=(),
    unnest=_unnest,
    is_nested=_is_nested,
)
"""Records with ``fields`` and ``responses``, or with ``QUESTION.responses`` and ``QUESTION.responses.users``."""
