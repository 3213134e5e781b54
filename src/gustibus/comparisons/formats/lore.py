"""The data that LoRe prepares: summaries with a winner and a loser, and conversations with the answers not taken.

Source: the names of the fields in the data of Bose et al. (2025), LoRe: Personalizing LLMs via Low-Rank Reward
Modeling, arXiv 2504.14439.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gustibus.comparisons.formats.format import Format, Unnested
from gustibus.comparisons.formats.nested import UnusableRecord, flattened, text_of
from gustibus.comparisons.raw_table import RawTable

__all__ = ["LORE"]

_SUMMARIES = frozenset({"text", "winning_summary", "losing_summary"})


def _unnest(raw: RawTable, columns: Mapping[str, str | None]) -> Unnested:
    if set(raw.table.column_names) >= _SUMMARIES:
        person = columns.get("user_id") or "worker"
        return Unnested(flattened(raw, lambda record: [_summary(record, person)], what="a summary"), "trl")
    return Unnested(flattened(raw, _turn, what="an answer that was taken"), "choices")


def _summary(record: Mapping[str, Any], person: str) -> Mapping[str, Any]:
    return {
        "user_id": record.get(person),
        "prompt": record["text"],
        "chosen": record["winning_summary"],
        "rejected": record["losing_summary"],
    }


def _turn(record: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
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
    prompt = text_of(record.get("prompt"))
    row = {"user_id": about.get("user_id"), "prompt": prompt, "options": options, "chosen": options[0]}
    return [row | {"split": about.get("split")}]


def _unpack(source: Any) -> Any:
    """Rows of a dict of people; anything else stays as it is."""
    if not isinstance(source, Mapping) or not source:
        return source
    if not all(isinstance(held, list) and held and isinstance(held[0], Mapping) for held in source.values()):
        return source
    keep = sorted(_SUMMARIES)
    return [
        {"worker": person} | {name: entry.get(name) for name in keep}
        for person, held in source.items()
        for entry in held
    ]


def _is_nested(names: frozenset[str]) -> bool:
    return names >= _SUMMARIES or {"extra_info", "prompt", "data_source"} <= names


LORE = Format(
    name="lore",
    about="LoRe's prepared data: summaries with winner and loser by worker, or turns with what was taken and what not",
    fields={"user_id": "the column that holds the worker, in the summaries"},
    required=(),
    answer=None,
    unnest=_unnest,
    is_nested=_is_nested,
    unpack=_unpack,
)
"""``worker, text, winning_summary, losing_summary``, or ``prompt, extra_info``."""
