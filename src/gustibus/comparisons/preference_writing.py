"""Judgements in TRL's preference format."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.expressible import expressible
from gustibus.comparisons.interning import texts_of
from gustibus.comparisons.messages import is_conversation, messages
from gustibus.comparisons.table import Comparisons

__all__ = ["preference_rows", "preference_table"]


def preference_table(data: Comparisons, drop_inexpressible: bool = False) -> pa.Table:
    """Write judgements as ``prompt``, ``chosen`` and ``rejected``, the other fields beside them.

    If any prompt or response is a message list, all become message lists: a text prompt one message of the user, a
    text response one message of the assistant. A text prompt is always explicit, empty where there is none, so that
    nobody takes what two responses share at their beginning for one; of message lists TRL allows no empty one, so there
    the column is left out if no judgement has a prompt.

    Raises
    ------
    GustibusError
        If there are ties, probabilities, pairs across prompts, or conversations of which only some have a prompt, and
        they are not to be dropped, or nothing else is there.

    Examples
    --------
    >>> row = {"user_id": "ann", "prompt": "A drink?", "response_a": "tea", "response_b": "gin", "choice": "b"}
    >>> preference_table(Comparisons.from_rows([row])).to_pylist()
    [{'prompt': 'A drink?', 'chosen': 'gin', 'rejected': 'tea', 'user_id': 'ann'}]
    """
    conversational = _holds_conversations(data)
    data = _expressible(data, conversational, drop_inexpressible)
    a_wins = data.outcome == 1
    columns = {
        "prompt": texts_of(data.prompts, data.prompt),
        "chosen": texts_of(data.responses, np.where(a_wins, data.response_a, data.response_b)),
        "rejected": texts_of(data.responses, np.where(a_wins, data.response_b, data.response_a)),
    }
    if conversational:
        roles = {"prompt": "user", "chosen": "assistant", "rejected": "assistant"}
        columns = {name: _message_lists(texts, roles[name]) for name, texts in columns.items() if not _is_empty(texts)}
    else:
        columns["prompt"] = pc.fill_null(columns["prompt"], "")
    others = data.to_table()
    dropped = ("prompt", "response_a", "response_b", "choice")
    return pa.table(columns | {name: others[name] for name in others.column_names if name not in dropped})


def preference_rows(data: Comparisons, *, drop_inexpressible: bool = False) -> list[dict[str, Any]]:
    """Judgements as TRL's preference data, one dict a judgement; ``datasets.Dataset.from_list`` takes them.

    Keys are ``prompt``, ``chosen`` and ``rejected``, as message lists if any of the texts is one, and the other fields
    that judgements use. To a file: :func:`gustibus.write` with ``format="trl"``.

    Parameters
    ----------
    data
        What to turn into rows.
    drop_inexpressible
        Leave out ties, probabilities and pairs across prompts with a warning.

    Raises
    ------
    GustibusError
        There are such judgements and they are not to be dropped.

    Examples
    --------
    >>> row = {"user_id": "ann", "prompt": "A drink?", "response_a": "tea", "response_b": "gin", "choice": "b"}
    >>> preference_rows(Comparisons.from_rows([row]))
    [{'prompt': 'A drink?', 'chosen': 'gin', 'rejected': 'tea', 'user_id': 'ann'}]
    """
    rows: list[dict[str, Any]] = preference_table(data, drop_inexpressible).to_pylist()
    return rows


def _holds_conversations(data: Comparisons) -> bool:
    small = data.compact()
    return any(is_conversation(text) for part in (small.prompts, small.responses) for text in part.to_pylist())


def _is_empty(texts: pa.Array) -> bool:
    return bool(texts.null_count == len(texts))


def _expressible(data: Comparisons, conversational: bool, drop: bool) -> Comparisons:
    no_prompt = data.prompt < 0
    lost = {
        "ties": data.is_tie,
        "probabilities": (data.outcome > 0) & (data.outcome < 1),
        "pairs across prompts": data.prompt != data.prompt_b,
        "conversations without a prompt beside others with one": no_prompt
        & bool(conversational and (~no_prompt).any()),
    }
    return expressible(data, "TRL's preference format", lost, drop)


def _message_lists(texts: pa.Array, role: str) -> pa.Array:
    """Message lists; a plain text becomes one message."""
    encoded = texts.dictionary_encode()
    lists: list[list[dict[str, Any]]] = [
        messages(text) if is_conversation(text) else [{"role": role, "content": text}]
        for text in encoded.dictionary.to_pylist()
    ]
    try:
        return pa.array(lists).take(encoded.indices)
    except pa.ArrowException as error:
        raise GustibusError(
            f"The messages differ in their types, so they do not fit into one column ({error}). Give every message "
            "the same keys with values of the same types."
        ) from error
