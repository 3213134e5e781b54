"""TRL's preference format: ``prompt``, ``chosen`` and ``rejected``, as text or as message lists.

Source: the documentation of TRL (von Werra et al. 2020), "Dataset formats": standard and conversational preference,
with explicit or implicit prompt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.bad_rows import Fault
from gustibus.comparisons.conversation_columns import conversations_of, is_conversation_type
from gustibus.comparisons.messages import json_in_text
from gustibus.comparisons.raw_table import RawTable
from gustibus.comparisons.shared_prefix import split_conversations, split_texts
from gustibus.comparisons.text_columns import decoded, is_text_type, plain_text, text_column

__all__ = ["PreferenceTexts", "preference_texts"]

_FIELDS: Final = ("prompt", "chosen", "rejected")


@dataclass(frozen=True)
class PreferenceTexts:
    """Prompt, preferred and other response of each row as text, null where missing.

    Attributes
    ----------
    prompt
        None where the source has no prompts at all.
    chosen, rejected
        ``(M,)`` text.
    faults
        What is wrong with the message lists.
    """

    prompt: pa.Array | pa.ChunkedArray | None
    chosen: pa.Array | pa.ChunkedArray
    rejected: pa.Array | pa.ChunkedArray
    faults: list[Fault] = field(default_factory=list)


def preference_texts(raw: RawTable, column_of: dict[str, str], *, shared_text: bool = True) -> PreferenceTexts:
    """Read the texts of a preference table.

    An explicit prompt is taken as it is, also an empty one ("no prompt"). Without one the prompt is what ``chosen`` and
    ``rejected`` share at their beginning: whole messages, or text up to a white space (:func:`split_texts`). Where the
    prompt is text but the responses are conversations that repeat it, the shared messages are the prompt, as in TRL.
    With ``shared_text=False`` (OpenRLHF) text without an explicit prompt has none.

    Examples
    --------
    >>> table = pa.table({"chosen": ["Q: tea? yes"], "rejected": ["Q: tea? no"]})
    >>> texts = preference_texts(RawTable("x", table), {"chosen": "chosen", "rejected": "rejected"})
    >>> texts.prompt.to_pylist(), texts.chosen.to_pylist()
    (['Q: tea? '], ['yes'])
    """
    columns = {name: _unpacked(raw.table[column]) for name, column in column_of.items() if name in _FIELDS}
    conversational = is_conversation_type(columns["chosen"].type) and is_conversation_type(columns["rejected"].type)
    explicit: pa.Array | pa.ChunkedArray | None = None
    faults: list[Fault] = []
    if "prompt" in columns:
        explicit, faults = text_column(raw.name, "prompt", column_of["prompt"], columns["prompt"])
    if conversational and (explicit is None or not is_conversation_type(columns["prompt"].type)):
        chosen, rejected = conversations_of(columns["chosen"]), conversations_of(columns["rejected"])
        for name, part in (("chosen", chosen), ("rejected", rejected)):
            bad = np.flatnonzero(part.malformed)
            if len(bad):
                faults.append(Fault(name, bad, "has a message without a role", "Give every message a role."))
        prompt, better, worse = split_conversations(chosen, rejected)
        return PreferenceTexts(
            prompt if explicit is None else pc.coalesce(prompt, plain_text(explicit)), better, worse, faults
        )
    chosen_text, faults_chosen = text_column(raw.name, "chosen", column_of["chosen"], columns["chosen"])
    rejected_text, faults_rejected = text_column(raw.name, "rejected", column_of["rejected"], columns["rejected"])
    faults = [*faults, *faults_chosen, *faults_rejected]
    if explicit is not None or not shared_text:
        return PreferenceTexts(explicit, chosen_text, rejected_text, faults)
    return PreferenceTexts(*split_texts(plain_text(chosen_text), plain_text(rejected_text)), faults)


def _unpacked(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column, as message lists where every text in it is one in JSON (as in csv files)."""
    column = decoded(column)
    if not is_text_type(column.type) or not len(column):
        return column
    if not pc.all(pc.match_substring_regex(column, r'^\s*\[\s*\{(?s:.*)"role"')).as_py():
        return column
    try:
        parsed = [None if text is None else json_in_text(text) for text in column.to_pylist()]
    except ValueError:
        return column  # some text only looks like message lists: all are taken as text
    lists = pa.chunked_array([pa.array(parsed)])
    return lists if is_conversation_type(lists.type) else column
