"""The prompt that two responses share at their beginning (TRL's implicit prompt)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.conversation_columns import Conversations
from gustibus.comparisons.interning import intern_together

__all__ = ["shared_lengths", "split_conversations", "split_texts"]

_WINDOW: Final = 128
_ROWS_AT_ONCE: Final = 8_192
_TURN: Final = b"\n\nAssistant:"
_IS_SPACE: Final = np.isin(np.arange(256), np.frombuffer(b" \n\t\r", np.uint8))

Positions = npt.NDArray[np.int64]


def shared_lengths(
    a: npt.NDArray[Any], start_a: Positions, b: npt.NDArray[Any], start_b: Positions, limit: Positions
) -> Positions:
    """Count how many elements two runs share from their beginning.

    Parameters
    ----------
    a, b
        Flat values.
    start_a, start_b
        ``(n,)``: where run i begins in each.
    limit
        ``(n,)``: how far to look.

    Returns
    -------
    np.ndarray
        ``(n,)`` lengths, at most ``limit``.

    Examples
    --------
    >>> a, b = np.frombuffer(b"teapot", np.uint8), np.frombuffer(b"teacup", np.uint8)
    >>> shared_lengths(a, np.array([0]), b, np.array([0]), np.array([6])).tolist()
    [3]
    """
    padding = np.zeros(_WINDOW, a.dtype)
    windows_a = np.lib.stride_tricks.sliding_window_view(np.concatenate([a, padding]), _WINDOW)
    windows_b = np.lib.stride_tricks.sliding_window_view(np.concatenate([b, padding]), _WINDOW)
    shared = limit.copy()
    for first in range(0, len(limit), _ROWS_AT_ONCE):
        rows = np.arange(first, min(first + _ROWS_AT_ONCE, len(limit)))
        done = 0
        while len(rows):
            rows = rows[limit[rows] > done]
            differs = windows_a[start_a[rows] + done] != windows_b[start_b[rows] + done]
            found = differs.any(axis=1)
            hit = rows[found]
            shared[hit] = np.minimum(limit[hit], done + differs[found].argmax(axis=1))
            rows = rows[~found]
            done += _WINDOW
    return shared


def split_texts(chosen: pa.Array, rejected: pa.Array) -> tuple[pa.ChunkedArray, pa.ChunkedArray, pa.ChunkedArray]:
    """Split pairs of texts into their shared beginning and the two rests.

    The prompt ends after the last shared ``\\n\\nAssistant:`` (dialogues in the style of HH-RLHF), else after the last
    shared white space, so that no word is cut in two; where nothing is shared there is no prompt. Neither rest is left
    empty.

    Parameters
    ----------
    chosen, rejected
        ``(M,)`` large_string.

    Returns
    -------
    tuple
        Prompt (null where there is none), rest of chosen and rest of rejected, each ``(M,)`` large_string.

    Examples
    --------
    >>> chosen, rejected = (pa.array([text], pa.large_string()) for text in ("Q: tea? yes", "Q: tea? no"))
    >>> prompt, a, b = split_texts(chosen, rejected)
    >>> prompt.to_pylist(), a.to_pylist(), b.to_pylist()
    (['Q: tea? '], ['yes'], ['no'])
    """
    chunks = [
        _split_some(chosen.slice(first, _ROWS_AT_ONCE), rejected.slice(first, _ROWS_AT_ONCE))
        for first in range(0, len(chosen), _ROWS_AT_ONCE)
    ]
    prompt, rest_a, rest_b = (
        pa.chunked_array([chunk[part] for chunk in chunks], pa.large_string()) for part in range(3)
    )
    return prompt, rest_a, rest_b


def _split_some(chosen: pa.Array, rejected: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
    """:func:`split_texts` on so few rows that the work stays small in memory."""
    bytes_a, offsets_a = _bytes_of(chosen)
    bytes_b, offsets_b = _bytes_of(rejected)
    start_a, start_b = offsets_a[:-1], offsets_b[:-1]
    limit = np.minimum(np.diff(offsets_a), np.diff(offsets_b))
    shared = shared_lengths(bytes_a, start_a, bytes_b, start_b, np.maximum(limit - 1, 0))
    cut = _last_at(_ends_of_turns(bytes_a), start_a, shared)
    spaces = np.flatnonzero(_IS_SPACE[bytes_a]) + 1
    cut = np.where(cut > 0, cut, _last_at(spaces, start_a, shared))
    prompt = _pieces(bytes_a, start_a, start_a + cut)
    blank = pc.equal(pc.ascii_trim_whitespace(prompt), "").to_numpy(zero_copy_only=False).astype(bool)
    cut = np.where(blank, 0, cut)
    rest_a = _pieces(bytes_a, start_a + cut, offsets_a[1:])
    rest_b = _pieces(bytes_b, start_b + cut, offsets_b[1:])
    none = pa.scalar(None, pa.large_string())
    return (
        pc.if_else(pa.array(blank), none, prompt),
        pc.if_else(chosen.is_null(), none, rest_a),
        pc.if_else(rejected.is_null(), none, rest_b),
    )


def split_conversations(chosen: Conversations, rejected: Conversations) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Split pairs of conversations into their shared first messages and the two rests, none of which is left empty.

    Returns
    -------
    tuple
        Prompt (null where no message is shared), rest of chosen, rest of rejected: canonical texts ``(M,)``.
    """
    _, (codes_a, codes_b) = intern_together([chosen.messages, rejected.messages])
    start_a, start_b = chosen.offsets[:-1], rejected.offsets[:-1]
    limit = np.minimum(np.diff(chosen.offsets), np.diff(rejected.offsets))
    shared = shared_lengths(codes_a, start_a, codes_b, start_b, np.maximum(limit - 1, 0))
    prompt = chosen.texts(stop=shared)
    prompt = pc.if_else(pa.array(shared == 0), pa.scalar(None, pa.large_string()), prompt)
    return prompt, chosen.texts(start=shared), rejected.texts(start=shared)


def _bytes_of(text: pa.Array) -> tuple[npt.NDArray[np.uint8], Positions]:
    """The flat bytes of some texts, and where each begins and the last one ends."""
    filled = text.fill_null("")
    _, offsets, data = filled.buffers()
    starts = np.frombuffer(offsets, np.int64)[filled.offset : filled.offset + len(filled) + 1]
    everything = np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8)
    return everything[starts[0] : starts[-1]], starts - starts[0]


def _ends_of_turns(data: npt.NDArray[np.uint8]) -> Positions:
    """Where ``\\n\\nAssistant:`` ends in the flat bytes."""
    ends = np.flatnonzero(data == _TURN[-1]) + 1
    for back, byte in enumerate(reversed(_TURN[:-1]), start=2):
        ends = ends[ends >= back]
        ends = ends[data[ends - back] == byte]
    return ends


def _last_at(ends: Positions, start: Positions, length: Positions) -> Positions:
    """The last of some sorted positions within ``start .. start + length``, relative to start; 0 if there is none."""
    if not len(ends):
        return np.zeros(len(start), np.int64)
    index = np.searchsorted(ends, start + length, side="right") - 1
    found = ends[np.maximum(index, 0)] - start
    return np.where((index >= 0) & (found > 0), found, 0)


def _pieces(data: npt.NDArray[np.uint8], start: Positions, stop: Positions) -> pa.Array:
    """The texts ``data[start[i]:stop[i]]``."""
    offsets = np.concatenate([[0], np.cumsum(stop - start)])
    positions = np.repeat(start - offsets[:-1], stop - start) + np.arange(offsets[-1])
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data[positions])]
    return pa.Array.from_buffers(pa.large_string(), len(start), buffers)
