"""TRL's preference format: ``prompt``, ``chosen`` and ``rejected``, as text or as message lists.

Source: the documentation of TRL (von Werra et al. 2020), "Dataset formats": standard and conversational preference,
with explicit or implicit prompt.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.bad_rows import Fault
from gustibus.comparisons.conversation_columns import conversations_of, is_conversation_type
from gustibus.comparisons.raw_table import RawTable
from gustibus.comparisons.shared_prefix import split_conversations, split_texts
from gustibus.comparisons.text_columns import decoded, text_column

__all__ = ["PreferenceTexts", "preference_texts"]


@dataclass(frozen=True)
class PreferenceTexts:
    """Prompt, preferred and other response of each row as text, null where missing.

    Attributes
    ----------
    prompt
        None where the source has no prompts at all.
    chosen, rejected
        ``(M,)`` large_string.
    faults
        What is wrong with the message lists.
    """

    prompt: pa.Array | None
    chosen: pa.Array
    rejected: pa.Array
    faults: list[Fault] = field(default_factory=list)


def preference_texts(raw: RawTable, column_of: dict[str, str]) -> PreferenceTexts:
    """Read the texts of a preference table.

    An explicit prompt is taken as it is, also an empty one ("no prompt"). Without one the prompt is what ``chosen`` and
    ``rejected`` share at their beginning: whole messages, or text up to a white space (:func:`split_texts`). Where the
    prompt is text but the responses are conversations that repeat it, the shared messages are the prompt, as in TRL.

    Examples
    --------
    >>> table = pa.table({"chosen": ["Q: tea? yes"], "rejected": ["Q: tea? no"]})
    >>> texts = preference_texts(RawTable("x", table), {"chosen": "chosen", "rejected": "rejected"})
    >>> texts.prompt.to_pylist(), texts.chosen.to_pylist()
    (['Q: tea? '], ['yes'])
    """
    columns = {name: decoded(raw.table[column]) for name, column in column_of.items() if name in _FIELDS}
    conversational = is_conversation_type(columns["chosen"].type) and is_conversation_type(columns["rejected"].type)
    explicit: pa.Array | None = None
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
        return PreferenceTexts(prompt if explicit is None else pc.coalesce(prompt, explicit), better, worse, faults)
    chosen_text, faults_chosen = text_column(raw.name, "chosen", column_of["chosen"], columns["chosen"])
    rejected_text, faults_rejected = text_column(raw.name, "rejected", column_of["rejected"], columns["rejected"])
    faults = [*faults, *faults_chosen, *faults_rejected]
    if explicit is not None:
        return PreferenceTexts(explicit, chosen_text, rejected_text, faults)
    return PreferenceTexts(*split_texts(chosen_text, rejected_text), faults)


_FIELDS = ("prompt", "chosen", "rejected")
