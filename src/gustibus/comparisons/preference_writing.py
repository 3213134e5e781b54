"""Judgements in TRL's preference format."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.caution import caution
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.interning import texts_of
from gustibus.comparisons.messages import is_conversation, messages
from gustibus.comparisons.table import Comparisons

__all__ = ["preference_table"]


def preference_table(data: Comparisons, drop_inexpressible: bool = False) -> pa.Table:
    """Write judgements as ``prompt``, ``chosen`` and ``rejected``, the other fields beside them.

    If any prompt or response is a message list, all become message lists: a text prompt one message of the user, a
    text response one message of the assistant. The prompt is always explicit, empty where there is none, so that nobody
    takes what two responses share at their beginning for one.

    Raises
    ------
    GustibusError
        If there are ties, probabilities or pairs across prompts, and they are not to be dropped.

    Examples
    --------
    >>> row = {"user_id": "ann", "prompt": "A drink?", "response_a": "tea", "response_b": "gin", "choice": "b"}
    >>> preference_table(Comparisons.from_rows([row])).to_pylist()
    [{'prompt': 'A drink?', 'chosen': 'gin', 'rejected': 'tea', 'user_id': 'ann'}]
    """
    data = _expressible(data, drop_inexpressible)
    a_wins = data.outcome == 1
    prompts, chosen, rejected = (
        texts_of(data.prompts, data.prompt),
        texts_of(data.responses, np.where(a_wins, data.response_a, data.response_b)),
        texts_of(data.responses, np.where(a_wins, data.response_b, data.response_a)),
    )
    texts = pa.chunked_array([prompts, chosen, rejected]).unique()
    if any(is_conversation(text) for text in texts.to_pylist() if text is not None):
        columns = {
            "prompt": _message_lists(prompts, "user"),
            "chosen": _message_lists(chosen, "assistant"),
            "rejected": _message_lists(rejected, "assistant"),
        }
    else:
        columns = {"prompt": pc.fill_null(prompts, ""), "chosen": chosen, "rejected": rejected}
    others = data.to_table()
    dropped = ("prompt", "response_a", "response_b", "choice")
    return pa.table(columns | {name: others[name] for name in others.column_names if name not in dropped})


def _expressible(data: Comparisons, drop: bool) -> Comparisons:
    decisive = (data.outcome == 0) | (data.outcome == 1)
    across = data.prompt != data.prompt_b
    counts = {
        "ties": int(data.is_tie.sum()),
        "probabilities": int((~decisive & ~data.is_tie).sum()),
        "pairs across prompts": int((decisive & across).sum()),
    }
    n_lost = sum(counts.values())
    if not n_lost:
        return data
    what = ", ".join(f"{name} ({count:,})" for name, count in counts.items() if count)
    if not drop:
        raise GustibusError(
            f"TRL's preference format cannot say {what}: {n_lost:,} of {len(data):,} judgements. Write parquet to "
            "keep everything, or leave them out with drop_inexpressible=True."
        )
    caution(f"{n_lost:,} of {len(data):,} judgements were left out, as TRL's preference format cannot say {what}.")
    return data.filter(decisive & ~across)


def _message_lists(texts: pa.Array, role: str) -> pa.Array:
    """Message lists; a plain text becomes one message, no text an empty list."""
    encoded = texts.dictionary_encode()
    lists: list[list[dict[str, Any]]] = [
        messages(text) if is_conversation(text) else [{"role": role, "content": text}]
        for text in encoded.dictionary.to_pylist()
    ]
    kind = None if any(lists) else pa.list_(pa.struct([("content", pa.string()), ("role", pa.string())]))
    try:
        distinct = pa.array([*lists, []], kind)
    except pa.ArrowException as error:
        raise GustibusError(
            f"The messages differ in their types, so they do not fit into one column ({error}). Give every message "
            "the same keys with values of the same types."
        ) from error
    return distinct.take(encoded.indices.fill_null(len(lists)))
