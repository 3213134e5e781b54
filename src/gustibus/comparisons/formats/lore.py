"""The data that LoRe prepares: summaries with a winner and a loser, and conversations with the answers not taken.

Source: the names of the fields in the data of Bose et al. (2025), LoRe: Personalizing LLMs via Low-Rank Reward
Modeling, arXiv 2504.14439.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np

from gustibus.comparisons.column_names import what_there_is
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.formats.format import Format, Unnested
from gustibus.comparisons.formats.nested import CARRIED, UnusableRecord, carried, flattened, person_of, text_of
from gustibus.comparisons.raw_table import RawTable
from gustibus.comparisons.record import FIELDS

__all__ = ["LORE"]

_SUMMARIES = frozenset({"winning_summary", "losing_summary"})
_PROMPTS = ("text", "prompt")


def _unnest(raw: RawTable, columns: Mapping[str, str | None]) -> Unnested:
    names = raw.table.column_names
    if not set(names) >= _SUMMARIES:
        return Unnested(
            flattened(raw, lambda record: _turn(record, columns), what="an answer that was taken"), "choices"
        )
    prompt = columns["prompt"] if "prompt" in columns else next((name for name in _PROMPTS if name in names), "text")
    if prompt is not None and prompt not in names:
        raise GustibusError(
            f"{raw.name} has no column {prompt!r} that says what was summarised. It has: "
            f'{", ".join(map(repr, names))}. Name it: columns={{"prompt": "..."}}; None if there is none.'
        )
    person = columns.get("user_id")
    if person is not None and person not in names:
        raise GustibusError(
            f"{raw.name} has no column {person!r}, which columns= names for 'user_id'. {what_there_is(person, names)}"
        )

    def summary(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        row = {"chosen": record["winning_summary"], "rejected": record["losing_summary"]}
        row |= person_of(columns, "worker", record)
        return [row | {"prompt": None if prompt is None else record[prompt]} | carried(columns, record)]

    return Unnested(flattened(raw, summary, what="a summary"), "trl")


def _turn(record: Mapping[str, Any], columns: Mapping[str, str | None]) -> Iterable[Mapping[str, Any]]:
    """One turn of a conversation: the answer taken, and those that were not."""
    about = record.get("extra_info")
    if not isinstance(about, Mapping):
        raise UnusableRecord("has no extra_info", "Give who answered and what was taken there.")
    chosen, others = about.get("chosen_utterance"), about.get("rejected_utterance")
    if chosen is None:
        return []  # the last turn of a conversation has none
    if not isinstance(others, list) or not others:
        raise UnusableRecord("has no rejected_utterance", "List the answers that were not taken, or leave it out.")
    said = [text_of(answer) for answer in (chosen, *others) if answer is not None]
    if any(isinstance(answer, list | Mapping) for answer in said):
        raise UnusableRecord("has an answer that is no text", "Write each answer as text, or as a list of messages.")
    options = list(dict.fromkeys(said))
    name = columns.get("prompt", "prompt")
    if name is not None and "prompt" in columns and name not in record:
        raise UnusableRecord(f"has no {name!r}", 'Name the prompt: columns={"prompt": "..."}.')
    prompt = None if name is None else text_of(record.get(name))
    row = {"prompt": prompt, "options": options, "chosen": options[0]}
    return [person_of(columns, "user_id", about) | row | carried(columns, about, record)]


def _unpack(source: Any) -> Any:
    """Rows of a dict of people; anything else stays as it is."""
    if not isinstance(source, Mapping) or not source:
        return source
    if not all(isinstance(held, list) and held and isinstance(held[0], Mapping) for held in source.values()):
        return source
    return [{"worker": person} | _entry(entry) for person, held in source.items() for entry in held]


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The texts of an entry and whatever else is one value; vectors stay behind."""
    texts = {*_SUMMARIES, *_PROMPTS}
    return {
        name: value
        for name, value in entry.items()
        if name in texts or isinstance(value, str | int | float | date | np.generic)
    }


def _is_nested(names: frozenset[str]) -> bool:
    return names >= _SUMMARIES or {"extra_info", "prompt", "data_source"} <= names


LORE = Format(
    name="lore",
    about="LoRe's prepared data: summaries with winner and loser by worker, or turns with what was taken and what not",
    fields={
        "user_id": "the column that holds the worker, in the summaries; else the name of the user in extra_info",
        "prompt": "the text that was summarised, or what was said before",
    }
    | {name: FIELDS[name] for name in CARRIED},
    required=(),
    answer=None,
    unnest=_unnest,
    is_nested=_is_nested,
    unpack=_unpack,
)
"""``worker, text, winning_summary, losing_summary``, or ``prompt, extra_info``."""
