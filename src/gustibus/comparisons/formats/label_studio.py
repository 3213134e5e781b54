"""Exports of Label Studio's pairwise templates: JSON with annotations, JSON_MIN, and CSV.

Source: the documentation of Label Studio, "Export annotated data" and the tag ``Pairwise``, whose result says
``{"type": "pairwise", "value": {"selected": "left"}}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from gustibus.comparisons.caution import caution
from gustibus.comparisons.choices import side_of_word
from gustibus.comparisons.formats.format import Format, Unnested
from gustibus.comparisons.formats.nested import (
    CARRIED,
    PROMPT_NAMES,
    UnusableRecord,
    carried,
    flattened,
    pair_names,
    person_of,
    text_of,
)
from gustibus.comparisons.messages import json_in_text
from gustibus.comparisons.raw_table import RawTable
from gustibus.comparisons.record import FIELDS
from gustibus.comparisons.wording import counted

__all__ = ["LABEL_STUDIO"]

_OWN: Final = {
    "id",
    "annotator",
    "annotation_id",
    "created_at",
    "updated_at",
    "lead_time",
    "agreement",
    "was_cancelled",
}
_FIX: Final = 'Say which control holds the answer: columns={"choice": "..."}.'


def _unnest(raw: RawTable, columns: Mapping[str, str | None]) -> Unnested:
    nested = {"data", "annotations"} <= set(raw.table.column_names)
    rows_of = _rows_of_task if nested else _rows_of_min
    cancelled = drafts = 0

    def counting(record: Mapping[str, Any]) -> Iterable[Mapping[str, Any] | UnusableRecord]:
        nonlocal cancelled, drafts
        if nested:
            cancelled += sum(_is_cancelled(annotation) for annotation in _listed(record["annotations"]))
            drafts += len(_listed(record.get("drafts")))
        elif _is_cancelled(record):
            cancelled += 1
            return []
        return rows_of(record, columns)

    flat = flattened(raw, counting, what="an annotation")
    if cancelled:
        caution(f"{raw.name}: {counted(cancelled, 'annotation')} left out: cancelled.")
    if drafts:
        caution(f"{raw.name}: {counted(drafts, 'draft')} left out: not submitted.")
    return Unnested(flat, "gustibus")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_cancelled(annotation: Any) -> bool:
    said = annotation.get("was_cancelled") if isinstance(annotation, Mapping) else None
    return said.strip().lower() in ("true", "1") if isinstance(said, str) else bool(said)


def _rows_of_task(
    task: Mapping[str, Any], columns: Mapping[str, str | None]
) -> Iterable[Mapping[str, Any] | UnusableRecord]:
    data, annotations = task["data"], task["annotations"]
    if not isinstance(data, Mapping):
        raise UnusableRecord("has no data", "Export the tasks with their data.")
    if not isinstance(annotations, list | None):
        raise UnusableRecord("has annotations that are no list", "Export as JSON.")
    said = annotations or []
    submitted = [(number, one) for number, one in enumerate(said, start=1) if not _is_cancelled(one)]
    if not submitted:
        return
    texts = {field: text_of(data[name]) for field, name in _texts(data, columns).items()}
    for number, annotation in submitted:
        try:
            yield texts | _row_of_annotation(annotation, task, columns)
        except UnusableRecord as error:
            yield error.of({**task, "annotations": [annotation]}, f"annotation {number} of {len(said)}")


def _row_of_annotation(annotation: Any, task: Mapping[str, Any], columns: Mapping[str, str | None]) -> dict[str, Any]:
    """Who said what in one annotation, and what is said beside it."""
    if not isinstance(annotation, Mapping):
        raise UnusableRecord("has something that is no object", "Export as JSON.")
    places = (annotation, task["data"], task.get("meta"), task)
    person = person_of(columns, "completed_by", *places)
    answer = _answer(annotation.get("result"), columns.get("choice"))
    return {name: _person(value) for name, value in person.items()} | {"choice": answer} | _beside(columns, *places)


def _beside(columns: Mapping[str, str | None], annotation: Mapping[str, Any], *about: Any) -> dict[str, Any]:
    """Margin, weight, group, source and split as they are called, and when it was annotated."""
    said = carried(columns, annotation, *about)
    if "timestamp" not in columns and annotation.get("created_at") is not None:
        said["timestamp"] = annotation["created_at"]
    return said


def _texts(data: Mapping[str, Any], columns: Mapping[str, str | None]) -> dict[str, str]:
    """Which name of the data holds the prompt, if any, and the two responses."""
    a, b = pair_names([name for name, value in data.items() if value is not None], columns)
    if "prompt" in columns:
        prompt = columns["prompt"]
        if prompt is not None and prompt not in data:
            raise UnusableRecord(f"has no {prompt!r} in its data", 'Name the prompt: columns={"prompt": "..."}.')
    else:
        prompt = next((name for name in PROMPT_NAMES if data.get(name) is not None), None)
    return ({} if prompt is None else {"prompt": prompt}) | {"response_a": a, "response_b": b}


def _person(completed_by: Any) -> Any:
    """Who annotated: an id, or an object with one."""
    if isinstance(completed_by, Mapping):
        return completed_by.get("email") or completed_by.get("id")
    return completed_by


def _answer(results: Any, control: str | None) -> str:
    """The side that the results of one annotation name."""
    if not isinstance(results, list) or not results or not all(isinstance(result, Mapping) for result in results):
        raise UnusableRecord("has no result", "Annotate it again, or remove that annotation.")
    said = {
        str(result.get("from_name")): side
        for result in results
        if (control is None or result.get("from_name") == control) and (side := _side(result.get("value"))) is not None
    }
    if not said:
        raise UnusableRecord("does not say left or right", _FIX)
    if len(said) > 1:
        raise UnusableRecord(f"answers {' and '.join(map(repr, said))}", _FIX)
    return next(iter(said.values()))


def _side(value: Any) -> str | None:
    """What a value says: ``{"selected": "left"}``, ``{"choices": ["tie"]}``, either in a list or as JSON, or a word."""
    if isinstance(value, str):
        if value.lstrip()[:1] in ("[", "{"):
            try:
                return _side(json_in_text(value))
            except ValueError:
                return None
        return side_of_word(value)
    if isinstance(value, list):
        return _side(value[0]) if len(value) == 1 else None
    if isinstance(value, Mapping):
        return _side(next((value[name] for name in ("selected", "choices") if value.get(name)), None))
    return None


def _rows_of_min(record: Mapping[str, Any], columns: Mapping[str, str | None]) -> Iterable[Mapping[str, Any]]:
    """The one row of a flat export, where the controls are columns beside the data."""
    texts = _texts({name: value for name, value in record.items() if name not in _OWN}, columns)
    taken = {*texts.values(), *_OWN, columns.get("user_id")}
    taken |= {columns.get(field, field) for field in CARRIED}
    control = columns.get("choice")
    controls = [control] if control else [name for name in record if name not in taken]
    said = {name: side for name in controls if (side := _side(record.get(name))) is not None}
    if not said:
        raise UnusableRecord("does not say left or right", _FIX)
    if len(said) > 1:
        raise UnusableRecord(f"answers {' and '.join(map(repr, said))}", _FIX)
    row = {field: text_of(record[name]) for field, name in texts.items()}
    row |= person_of(columns, "annotator", record) | {"choice": next(iter(said.values()))}
    yield row | _beside(columns, record)


def _is_nested(names: frozenset[str]) -> bool:
    return {"data", "annotations"} <= names or {"annotator", "annotation_id"} <= names


LABEL_STUDIO = Format(
    name="label-studio",
    about="Label Studio's export of a pairwise template: JSON, JSON_MIN or CSV",
    fields={
        "user_id": "who judged, if not annotator (flat exports) or completed_by",
        "prompt": "the name of the prompt in the data",
        "response_a": "the name of the left response in the data",
        "response_b": "the name of the right response in the data",
        "choice": "the name of the control that was answered (from_name)",
    }
    | {name: FIELDS[name] for name in CARRIED},
    required=(),
    unnest=_unnest,
    is_nested=_is_nested,
)
"""Tasks with ``data`` and ``annotations``, or flat rows with ``annotator`` and ``annotation_id``."""
