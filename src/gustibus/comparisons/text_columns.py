"""Any column that stands for text, as text."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.bad_rows import Fault
from gustibus.comparisons.conversation_columns import conversations_of, is_conversation_type
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.messages import canonical_messages, is_message_list, json_in_text

__all__ = ["NAMES", "canonical_vocabulary", "decoded", "is_text_type", "plain_text", "text_column"]

NAMES: Final = ("user_id", "group", "source")
"""Fields that name something, so that lists of messages make no sense in them."""

_NO_MESSAGES: Final = 'Write each message as {"role": "user", "content": "..."}.'


def is_text_type(kind: pa.DataType) -> bool:
    """Tell whether an Arrow type holds strings."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Undo Arrow's packings (extension types, dictionaries, run lengths) of a column."""
    if isinstance(column.type, pa.BaseExtensionType):
        column = pa.chunked_array([chunk.storage for chunk in column.chunks], column.type.storage_type)
    if pa.types.is_run_end_encoded(column.type):
        column = pa.chunked_array([pc.run_end_decode(chunk) for chunk in column.chunks], column.type.value_type)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column


def plain_text(text: pa.Array | pa.ChunkedArray) -> pa.Array:
    """One array of strings from a text column that may still be packed as a dictionary."""
    array = text.cast(pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def text_column(
    source: str, field: str, column_name: str, column: pa.ChunkedArray
) -> tuple[pa.Array | pa.ChunkedArray, list[Fault]]:
    """Turn a column into text: strings, whole numbers and, but in names, message lists; null where nothing is said.

    Parameters
    ----------
    source, field, column_name
        For messages: the file, the field of the record and the name of the column that holds it.
    column
        ``(M,)`` of any Arrow type.

    Returns
    -------
    tuple
        ``(M,)`` text, perhaps still packed as a dictionary (:func:`plain_text` unpacks it), and the faults found.

    Raises
    ------
    GustibusError
        If the column's type cannot stand for text.
    """
    if pa.types.is_dictionary(column.type) and is_text_type(column.type.value_type):
        return column, []
    column = decoded(column)
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column, []
    if is_text_type(kind) or pa.types.is_null(kind) or pa.types.is_integer(kind):
        return column.cast(pa.large_string()), []
    if pa.types.is_floating(kind):
        return _whole_numbers(source, column_name, column)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        try:
            return column.cast(pa.large_binary()).cast(pa.large_string()), []
        except pa.ArrowInvalid as error:
            raise GustibusError(
                f"{source}: column {column_name!r} holds bytes that are not UTF-8 text. Decode them before reading."
            ) from error
    if is_conversation_type(kind) and field not in NAMES:
        conversations = conversations_of(column)
        bad = np.flatnonzero(conversations.malformed)
        faults = [Fault(field, bad, "has a message without a role", _NO_MESSAGES)] if len(bad) else []
        return conversations.texts(), faults
    raise GustibusError(
        f"{source}: column {column_name!r} holds values of type {kind}, but {field!r} must be text"
        + (
            " or a list of messages. " + _NO_MESSAGES
            if field.startswith(("prompt", "response", "chosen", "rejected"))
            else "."
        )
        + f' Turn the column into text, or name another one: columns={{"{field}": "..."}}.'
    )


def canonical_vocabulary(vocabulary: pa.Array) -> pa.Array:
    """Spell texts that are message lists in JSON in the canonical way; others stay as they are.

    Examples
    --------
    >>> canonical_vocabulary(pa.array(['[ {"role": "user", "content": "Hi"} ]', "[sic]"])).to_pylist()
    ['[{"content":"Hi","role":"user"}]', '[sic]']
    """
    suspects = np.flatnonzero(pc.match_substring_regex(vocabulary, r'^\s*\[\s*\{(?s:.*)"role"').to_numpy(False))
    if not len(suspects):
        return vocabulary
    texts: list[str] = vocabulary.take(pa.array(suspects)).to_pylist()
    changed: dict[int, str] = {}
    for position, text in zip(suspects.tolist(), texts, strict=True):
        try:
            value = json_in_text(text)
        except ValueError:
            continue  # it only looked like one: an ordinary text
        if is_message_list(value) and (canonical := canonical_messages(value)) != text:
            changed[position] = canonical
    if not changed:
        return vocabulary
    mask = np.zeros(len(vocabulary), bool)
    mask[list(changed)] = True
    return pc.replace_with_mask(vocabulary, pa.array(mask), pa.array(list(changed.values()), vocabulary.type))


def _whole_numbers(source: str, column_name: str, column: pa.ChunkedArray) -> tuple[pa.Array, list[Fault]]:
    """Numbers that a frame made floating point because some were missing: 3.0 is '3'."""
    values = column.cast(pa.float64()).fill_null(np.nan).to_numpy()
    present = ~np.isnan(values)
    whole = present & (values == np.floor(values)) & (np.abs(values) < 2.0**53)
    if (present & ~whole).any():
        row = int(np.flatnonzero(present & ~whole)[0])
        raise GustibusError(
            f"{source}: column {column_name!r} holds fractions (row {row + 1:,}: {values[row]}), but must be text or "
            "whole numbers. Turn the column into text."
        )
    numbers = pa.array(np.where(whole, values, 0).astype(np.int64), mask=~whole)
    return numbers.cast(pa.large_string()), []
