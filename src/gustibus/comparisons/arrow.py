"""Comparisons with their strings again: Arrow tables, dicts, and a digest of the content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.interning import texts_of
from gustibus.comparisons.record import NO_TIMESTAMP, SPLITS

if TYPE_CHECKING:
    from gustibus.comparisons.table import Comparisons

__all__ = ["digest", "rows_of", "table_of"]


Texts = Callable[[pa.Array, npt.NDArray[Any]], pa.Array]


def table_of(data: Comparisons, texts: Texts = texts_of) -> pa.Table:
    """Write the records out as an Arrow table with one column a field.

    ``choice`` is text (``a``, ``b``, ``tie``, or the probability in digits), so that a tie and a soft share of one half
    stay different; ``prompt`` and the fields after ``choice`` appear only where some record has a value.

    Parameters
    ----------
    data
        The records.
    texts
        How a column is made of a vocabulary and codes.
    """
    columns: dict[str, pa.Array] = {"user_id": texts(data.users, data.user)}
    if (data.prompt >= 0).any():
        columns["prompt"] = texts(data.prompts, data.prompt)
    columns["response_a"] = texts(data.responses, data.response_a)
    columns["response_b"] = texts(data.responses, data.response_b)
    columns["choice"] = choice_texts(data)
    if not np.isnan(data.margin).all():
        columns["margin"] = pa.array(data.margin, mask=np.isnan(data.margin))
    if (data.weight != 1).any():
        columns["weight"] = pa.array(data.weight)
    if (data.group >= 0).any():
        columns["group"] = texts(data.groups, data.group)
    if (data.source >= 0).any():
        columns["source"] = texts(data.sources, data.source)
    if (data.timestamp != NO_TIMESTAMP).any():
        times = pa.array(data.timestamp, mask=data.timestamp == NO_TIMESTAMP)
        columns["timestamp"] = times.cast(pa.timestamp("us", tz="UTC"))
    if (data.split >= 0).any():
        columns["split"] = texts(pa.array(SPLITS, pa.large_string()), data.split)
    other_prompt = data.prompt_b != data.prompt
    if other_prompt.any():
        columns["prompt_b"] = texts(data.prompts, np.where(other_prompt, data.prompt_b, -1))
    return pa.table(columns)


def choice_texts(data: Comparisons) -> pa.Array:
    """Say each outcome in words: ``(M,)`` strings ``a``, ``b``, ``tie`` or a probability in digits."""
    words = pa.array(["b", "a", "tie"], pa.large_string())
    code = np.where(data.is_tie, 2, (data.outcome == 1).astype(np.int8))
    soft = ~data.is_tie & (data.outcome != 0) & (data.outcome != 1)
    said = words.take(pa.array(code, mask=soft))
    if not soft.any():
        return said
    return pc.coalesce(said, pc.cast(pa.array(data.outcome), pa.large_string()))


def rows_of(data: Comparisons) -> list[dict[str, Any]]:
    """Write the records out as dicts; soft outcomes are numbers, times are datetimes in UTC."""
    table = table_of(data)
    rows: list[dict[str, Any]] = table.to_pylist()
    soft = ~data.is_tie & (data.outcome != 0) & (data.outcome != 1)
    for position in np.flatnonzero(soft).tolist():
        rows[position]["choice"] = float(rows[position]["choice"])
    return rows


def digest(vocabularies: Sequence[pa.Array], columns: Sequence[npt.NDArray[Any]]) -> str:
    """A hexadecimal digest of vocabularies and columns; every nan counts as the same nan."""
    state = hashlib.blake2b(digest_size=16)
    for vocabulary in vocabularies:
        lengths = pc.binary_length(vocabulary).to_numpy(zero_copy_only=False).astype("<i8")
        state.update(np.int64(len(lengths)).astype("<i8").tobytes())
        state.update(lengths.tobytes())
        state.update("".join(vocabulary.to_pylist()).encode("utf-8"))
    for column in columns:
        if np.issubdtype(column.dtype, np.floating):
            column = np.where(np.isnan(column), np.nan, column + 0.0).astype(column.dtype)
        state.update(column.astype(column.dtype.newbyteorder("<")).tobytes())
    return state.hexdigest()
