"""Columns of message lists as columns of canonical text, without a Python loop where the messages are plain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.messages import canonical_messages

__all__ = ["Conversations", "conversations_of", "is_conversation_type"]

_ESCAPES: Final = (
    ("\\", "\\\\"),
    ('"', '\\"'),
    ("\n", "\\n"),
    ("\r", "\\r"),
    ("\t", "\\t"),
    ("\b", "\\b"),
    ("\f", "\\f"),
)


@dataclass(frozen=True)
class Conversations:
    """``n`` conversations as one flat array of messages.

    Attributes
    ----------
    messages
        ``large_string``: every message in canonical JSON, conversation after conversation.
    offsets
        ``(n + 1,)``: conversation i is ``messages[offsets[i]:offsets[i + 1]]``.
    missing
        ``(n,)`` bool: no conversation at all.
    malformed
        ``(n,)`` bool: some message has no role.
    """

    messages: pa.Array
    offsets: npt.NDArray[np.int64]
    missing: npt.NDArray[np.bool_]
    malformed: npt.NDArray[np.bool_]

    def texts(self, start: npt.NDArray[np.int64] | None = None, stop: npt.NDArray[np.int64] | None = None) -> pa.Array:
        """The canonical text of messages ``start[i]:stop[i]`` of conversation i (all of them if not given).

        Null where the conversation is missing or malformed; the empty text where there is no message.
        """
        first = self.offsets[:-1] + (0 if start is None else start)
        last = self.offsets[1:] if stop is None else self.offsets[:-1] + stop
        counts = np.maximum(last - first, 0)
        ends = np.concatenate([[0], np.cumsum(counts)])
        positions = np.repeat(first - ends[:-1], counts) + np.arange(ends[-1])
        lists = pa.LargeListArray.from_arrays(pa.array(ends), self.messages.take(pa.array(positions)))
        brackets = [pa.scalar(text, pa.large_string()) for text in ("[", "]", "")]
        joined = pc.binary_join(lists, pa.scalar(",", pa.large_string()))
        text = pc.binary_join_element_wise(brackets[0], joined, brackets[1], brackets[2])
        text = pc.if_else(pa.array(counts == 0), brackets[2], text)
        return pc.if_else(pa.array(self.missing | self.malformed), pa.scalar(None, pa.large_string()), text)


def is_conversation_type(kind: pa.DataType) -> bool:
    """Tell whether an Arrow type is a list of structs with a ``role``, or of nothing (all lists are empty)."""
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    if not is_list:
        return False
    inside = kind.value_type
    return bool(pa.types.is_null(inside) or (pa.types.is_struct(inside) and inside.get_field_index("role") >= 0))


def conversations_of(column: pa.ChunkedArray) -> Conversations:
    """Flatten a column of message lists; see :class:`Conversations`.

    Examples
    --------
    >>> column = pa.chunked_array([[[{"role": "user", "content": "Hello"}], None]])
    >>> conversations_of(column).texts().to_pylist()
    ['[{"content":"Hello","role":"user"}]', None]
    """
    lengths = pc.list_value_length(column)
    missing = lengths.is_null().to_numpy()
    counts = lengths.fill_null(0).to_numpy().astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    flat = pc.list_flatten(column)
    pieces = [_message_texts(chunk) for chunk in flat.chunks]
    no_role = np.ones(len(flat), bool)
    if len(flat) and not pa.types.is_null(flat.type):
        role = pc.struct_field(flat, "role")
        no_role = pc.or_(flat.is_null(), role.is_null()).to_numpy()
    malformed = np.zeros(len(column), bool)
    malformed[np.repeat(np.arange(len(column)), counts)[no_role]] = True
    texts = pa.chunked_array(pieces, pa.large_string()).combine_chunks()
    if isinstance(texts, pa.ChunkedArray):
        texts = pa.array([], pa.large_string())
    return Conversations(messages=texts, offsets=offsets, missing=missing, malformed=malformed)


def _message_texts(messages: pa.StructArray) -> pa.Array:
    """Canonical JSON of each message, null where there is none."""
    if pa.types.is_null(messages.type):
        return messages.cast(pa.large_string())
    names = sorted(field.name for field in messages.type)
    plain = {name: _plain_json(pc.struct_field(messages, name)) for name in names}
    if any(array is None for array in plain.values()):
        return pa.array([_slow_json(message) for message in messages.to_pylist()], pa.large_string())
    present = [
        pc.binary_join_element_wise(
            pa.scalar(f'"{name}":', pa.large_string()), plain[name], pa.scalar("", pa.large_string())
        )
        for name in names
    ]
    inside = pc.binary_join_element_wise(*present, pa.scalar(",", pa.large_string()), null_handling="skip")
    empty = pa.scalar("", pa.large_string())
    return pc.binary_join_element_wise(
        pa.scalar("{", pa.large_string()), inside, pa.scalar("}", pa.large_string()), empty
    )


def _plain_json(values: pa.Array) -> pa.Array | None:
    """JSON of text, whole numbers and truth values; None where only Python's json can say it."""
    kind = values.type
    if pa.types.is_null(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return values.cast(pa.large_string())
    if pa.types.is_dictionary(kind):
        return _plain_json(values.cast(kind.value_type))
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        return None
    text = values.cast(pa.large_string())
    for character, escaped in _ESCAPES:
        text = pc.replace_substring(text, character, escaped)
    if pc.any(pc.match_substring_regex(text, r"[\x00-\x1f]")).as_py():
        return None
    quote = pa.scalar('"', pa.large_string())
    return pc.binary_join_element_wise(quote, text, quote, pa.scalar("", pa.large_string()))


def _slow_json(message: dict[str, Any] | None) -> str | None:
    if message is None or not isinstance(message.get("role"), str):
        return None
    return canonical_messages([message])[1:-1]
