"""Strings kept once: a vocabulary of distinct strings, and small integers that point into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.table_columns import blocks_of_rows
from gustibus.comparisons.text_dictionary import dictionaries_of

__all__ = ["as_vocabulary", "first_appearance", "intern_together", "merge_vocabularies", "texts_of"]

IntegerArray = np.ndarray[Any, np.dtype[np.integer[Any]]]


def as_vocabulary(name: str, strings: Sequence[str] | pa.Array) -> pa.Array:
    """Make an Arrow array of distinct, non-null strings.

    Parameters
    ----------
    name
        What the vocabulary is called in a message, for example ``"users"``.
    strings
        The strings in the order of their codes.

    Returns
    -------
    pa.Array
        ``large_string``, length ``n``.

    Raises
    ------
    GustibusError
        If a string is missing or occurs twice.

    Examples
    --------
    >>> as_vocabulary("users", ["ann", "ben"]).to_pylist()
    ['ann', 'ben']
    """
    if isinstance(strings, pa.ChunkedArray):
        strings = strings.cast(pa.large_string()).combine_chunks()
    try:
        array = (
            strings.cast(pa.large_string())
            if isinstance(strings, pa.Array)
            else pa.array(list(strings), pa.large_string())
        )
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise GustibusError(f"The vocabulary {name!r} must hold text: {error}. Give a list of str.") from error
    if array.null_count:
        raise GustibusError(f"The vocabulary {name!r} has a missing entry. Give every entry a text.")
    if pc.count_distinct(array).as_py() != len(array):
        counts = array.value_counts()
        twice = counts.filter(pc.greater(counts.field("counts"), 1))[0]["values"].as_py()
        raise GustibusError(f"The vocabulary {name!r} holds {twice!r} more than once. Give each entry once.")
    return array


def intern_together(columns: Sequence[pa.Array | pa.ChunkedArray]) -> tuple[pa.Array, list[IntegerArray]]:
    """Give several columns of strings, or of dictionaries of strings, one common vocabulary.

    Parameters
    ----------
    columns
        Columns of strings, each of length ``M``; a null means "nothing here".

    Returns
    -------
    tuple
        The vocabulary in the order of first appearance (all of the first column, then the second, ...), and for each
        column its codes ``(M,)`` int32, -1 where the column is null.

    Examples
    --------
    >>> vocabulary, (a, b) = intern_together([pa.array(["x", "y"]), pa.array(["y", None])])
    >>> vocabulary.to_pylist(), a.tolist(), b.tolist()
    (['x', 'y'], [0, 1], [1, -1])
    """
    lengths = [len(column) for column in columns]
    chunks = [
        chunk for column in columns for chunk in (column.chunks if isinstance(column, pa.ChunkedArray) else [column])
    ]
    packed = list(_packed(chunks))
    if len(packed) == 1 and not any(pa.types.is_dictionary(chunk.type) for chunk in chunks):  # distinct and in order
        vocabulary, codes = packed[0].dictionary.cast(pa.large_string()), _codes(packed[0])
    else:
        vocabulary, codes = _intern_dictionaries(packed)
    return vocabulary, [codes[start:end] for start, end in pairwise(np.cumsum([0, *lengths]))]


def _packed(chunks: Sequence[pa.Array]) -> Iterator[pa.DictionaryArray]:
    for is_packed, run in groupby(chunks, key=lambda chunk: pa.types.is_dictionary(chunk.type)):
        some = list(run)
        yield from some if is_packed else dictionaries_of(some)


def _intern_dictionaries(encoded: Sequence[pa.DictionaryArray]) -> tuple[pa.Array, IntegerArray]:
    """Join the dictionaries of the chunks instead of looking at every string again."""
    if not encoded:
        return pa.array([], pa.large_string()), np.zeros(0, np.int32)
    runs: list[list[pa.DictionaryArray]] = []  # of chunks that share one dictionary, as those of a file may
    for chunk in encoded:
        if runs and runs[-1][0].dictionary.equals(chunk.dictionary):
            runs[-1].append(chunk)
        else:
            runs.append([chunk])
    dictionaries = [run[0].dictionary.cast(pa.large_string()) for run in runs]
    [joint] = dictionaries_of([pa.concat_arrays(dictionaries)])
    joint_code = _codes(joint)
    codes = np.empty(sum(map(len, encoded)), np.int32)
    row = entry = 0
    for run, dictionary in zip(runs, dictionaries, strict=True):
        code_map = np.append(joint_code[entry : entry + len(dictionary)], np.int32(-1))  # of a null too
        unchanged = np.array_equal(code_map[:-1], np.arange(len(dictionary)))
        for chunk in run:
            rows = slice(row, row + len(chunk))
            if unchanged:
                codes[rows] = _codes(chunk)
            else:
                np.take(code_map, _codes(chunk), out=codes[rows], mode="wrap")  # -1 is the last
            row += len(chunk)
        entry += len(dictionary)
    vocabulary = joint.dictionary.cast(pa.large_string())
    if _in_order_of_appearance(codes, len(vocabulary)):
        return vocabulary, codes
    used, new_code = first_appearance([codes], len(vocabulary))  # a dictionary may list more than occurs
    return vocabulary.take(pa.array(used)), np.take(new_code.astype(np.int32), codes, mode="wrap")


def _in_order_of_appearance(codes: IntegerArray, n_entries: int) -> bool:
    """Tell whether every entry occurs, and none before those with smaller codes."""
    highest = -1
    for rows in blocks_of_rows(len(codes)):
        if highest == n_entries - 1:
            break  # all have occurred
        highest_yet = np.maximum.accumulate(codes[rows])
        steps = np.diff(np.maximum(highest_yet, highest), prepend=highest)
        if steps.max() > 1:
            return False
        highest += int(steps.sum())
    return highest == n_entries - 1


def _codes(encoded: pa.DictionaryArray) -> IntegerArray:
    indices = encoded.indices.cast(pa.int32())
    codes: IntegerArray = (indices.fill_null(-1) if indices.null_count else indices).to_numpy(zero_copy_only=False)
    return codes


def first_appearance(codes: Sequence[IntegerArray], n_entries: int) -> tuple[IntegerArray, IntegerArray]:
    """Find which entries of a vocabulary are in use, in the order in which they first appear.

    Parameters
    ----------
    codes
        Columns of codes into one vocabulary; -1 means none.
    n_entries
        Length of the vocabulary.

    Returns
    -------
    tuple
        ``used (k,)``: old codes in order of first appearance; ``new_code (n_entries + 1,)``: the new code of every old
        one, -1 for those not in use; its last entry is -1, so that indexing with -1 stays -1.

    Examples
    --------
    >>> used, new_code = first_appearance([np.array([2, 0, 2, -1])], 4)
    >>> used.tolist(), new_code[np.array([2, 0, 2, -1])].tolist()
    ([2, 0], [0, 1, 0, -1])
    """
    seen = np.zeros(n_entries + 1, bool)
    seen[n_entries] = True  # none
    found: list[IntegerArray] = []
    left = n_entries
    for column in map(np.asarray, codes):
        for rows in blocks_of_rows(len(column)):
            if not left:
                break  # all have occurred
            block = column[rows]
            fresh, first = np.unique(block[~seen[block]], return_index=True)
            if len(fresh):
                found.append(fresh[np.argsort(first)])
                seen[fresh] = True
                left -= len(fresh)
    used = np.concatenate(found).astype(np.int64) if found else np.zeros(0, np.int64)
    new_code = np.full(n_entries + 1, -1, dtype=np.int64)
    new_code[used] = np.arange(len(used))
    return used, new_code


def merge_vocabularies(vocabularies: Sequence[pa.Array]) -> tuple[pa.Array, list[IntegerArray]]:
    """Join several vocabularies into one.

    Returns
    -------
    tuple
        The joint vocabulary, and for each input a map ``(n + 1,)`` from old to new code whose last entry is -1.

    Examples
    --------
    >>> joint, maps = merge_vocabularies([pa.array(["a", "b"]), pa.array(["b", "c"])])
    >>> joint.to_pylist(), [m.tolist() for m in maps]
    (['a', 'b', 'c'], [[0, 1, -1], [1, 2, -1]])
    """
    first = vocabularies[0]
    if all(vocabulary is first or vocabulary.equals(first) for vocabulary in vocabularies):
        identity = np.append(np.arange(len(first), dtype=np.int64), -1)
        return first, [identity] * len(vocabularies)
    joint, codes = intern_together(vocabularies)
    return joint, [np.append(part.astype(np.int64), -1) for part in codes]


def texts_of(vocabulary: pa.Array, codes: IntegerArray) -> pa.Array:
    """Look codes up: strings again, null where the code is -1.

    Examples
    --------
    >>> texts_of(pa.array(["x", "y"], pa.large_string()), np.array([1, -1])).to_pylist()
    ['y', None]
    """
    codes = np.asarray(codes)
    return vocabulary.take(pa.array(codes, mask=codes < 0))
