"""Vectors in a file: which column holds the ids, and the numbers of all others."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from gustibus.comparisons import GustibusError
from gustibus.embedding.vectors import Vectors

__all__ = ["read_vectors"]

_ID_NAMES: Final = ("response", "response_id", "id", "item", "item_id", "image_uid", "uid", "prompt", "prompt_id")
_FORMATS: Final = ".parquet, .csv, .tsv or .npz"


def read_vectors(path: str | os.PathLike[str], *, ids: str | None = None) -> Vectors:
    """Read vectors of responses or prompts that somebody has made: embeddings of images, features of products.

    One row each: an id as it stands in the judgements, and columns of numbers, or one column of lists of numbers as
    embeddings are often stored. An ``.npz`` file has the arrays ``ids`` (n) and ``matrix`` (n, D), and perhaps
    ``names`` (D).

    Parameters
    ----------
    path
        A ``.parquet``, ``.csv``, ``.tsv`` or ``.npz`` file, or a folder of parquet files that belong together.
    ids
        The column of the ids. If not given it is the one called ``response``, ``response_id``, ``id``, ``item``,
        ``item_id``, ``image_uid``, ``uid``, ``prompt`` or ``prompt_id``, else the only column of texts.

    Returns
    -------
    Vectors

    Raises
    ------
    GustibusError
        If the file cannot be read, has no column of ids, or a column that holds no numbers.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "cars.csv"
    >>> _ = file.write_text("car,litres,mpg\\nmini,1,30\\nvan,3,12\\n")
    >>> read_vectors(file, ids="car")
    Vectors(2 ids, 2 dimensions)
    """
    place = Path(path).expanduser()
    if not place.exists():
        raise GustibusError(f"There is no file {place} with vectors. Check the path.")
    suffix = place.suffix.lower()
    try:
        if suffix == ".npz":
            return _from_arrays(place, ids)
        if suffix in (".parquet", ".pq") or place.is_dir():
            return _from_table(place, _parquet(place), ids)
        if suffix in (".csv", ".tsv"):
            return _from_table(place, _csv(place, "\t" if suffix == ".tsv" else ",", ids), ids)
    except GustibusError as error:
        raise GustibusError(str(error) if str(place) in str(error) else f"{place}: {error}") from error
    raise GustibusError(
        f"{place}: vectors in {suffix or 'a file without suffix'!r} cannot be read. Give {_FORMATS}, or the numbers "
        "themselves: gustibus.Vectors(ids, matrix)."
    )


def _parquet(path: Path) -> pa.Table:
    if path.is_dir() and not any(path.rglob("*.parquet")):
        raise GustibusError(f"The folder {path} holds no parquet file. Name a file: {_FORMATS}.")
    try:
        return pq.read_table(path)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OSError) as error:
        raise _unreadable(path, "parquet", error) from error


def _csv(path: Path, delimiter: str, ids: str | None) -> pa.Table:
    """The table with the id column as text: an id 007 is not the number 7."""

    def read(types: dict[str, Any]) -> pa.Table:
        return csv.read_csv(
            path,
            parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=csv.ConvertOptions(column_types=types),
        )

    try:
        table = read({})
        return read({_id_column(path, table, ids): pa.string()})
    except (pa.ArrowInvalid, OSError) as error:
        raise _unreadable(path, "csv", error) from error


def _from_table(path: Path, table: pa.Table, ids: str | None) -> Vectors:
    twice = next((name for name in table.column_names if table.column_names.count(name) > 1), None)
    if twice is not None:
        raise GustibusError(f"{path} has two columns {twice!r}. Give each column a name of its own.")
    id_column = _id_column(path, table, ids)
    names = [name for name in table.column_names if name != id_column]
    if not names:
        raise GustibusError(
            f"{path} has only the id column {id_column!r}. Give at least one column of numbers beside it."
        )
    blocks = [_numbers(path, name, table[name], id_column) for name in names]
    column = table[id_column]
    if column.null_count:
        raise GustibusError(f"{path}: {column.null_count} rows have no id in column {id_column!r}. Give every row one.")
    all_names = [
        name if block.shape[1] == 1 else f"{name}[{k}]"
        for name, block in zip(names, blocks, strict=True)
        for k in range(block.shape[1])
    ]
    return Vectors(column.to_pylist(), np.hstack(blocks), names=all_names)


def _numbers(path: Path, name: str, column: pa.ChunkedArray, id_column: str) -> npt.NDArray[np.floating]:
    """The numbers of a column, ``(n, 1)``, or of a column of lists, ``(n, D)``."""
    is_list = any(test(column.type) for test in (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list))
    if not _is_number(column.type.value_type if is_list else column.type):
        example = next((value for value in column.to_pylist() if value is not None), None)
        raise GustibusError(
            f"{path}: column {name!r} holds {column.type} such as {str(example)[:40]!r}, not numbers. Turn it into "
            f"numbers or leave it out. (The ids are taken from column {id_column!r}.)"
        )
    if column.null_count:
        row = next(i for i, value in enumerate(column.to_pylist()) if value is None)
        raise GustibusError(
            f"{path}: column {name!r} has no value in row {row + 1} ({column.null_count} such rows). Fill it in, "
            "or leave the row or the column out."
        )
    if not is_list:
        return np.asarray(column.cast(pa.float64()).to_numpy())[:, None]
    array = column.combine_chunks()
    flat = np.asarray(array.flatten().cast(pa.float32()).to_numpy(zero_copy_only=False))
    lengths = np.asarray(pc.list_value_length(array).to_numpy(zero_copy_only=False))
    odd = np.flatnonzero(lengths != lengths[0]) if len(lengths) else lengths
    if len(odd):
        raise GustibusError(
            f"{path}: column {name!r} holds {lengths[0]} numbers in row 1 and {lengths[odd[0]]} in row {odd[0] + 1}. "
            "Vectors are of one length."
        )
    return flat.reshape(len(array), -1)


def _id_column(path: Path, table: pa.Table, wanted: str | None) -> str:
    if wanted is not None:
        if wanted not in table.column_names:
            there = ", ".join(map(repr, table.column_names))
            raise GustibusError(f"{path} has no column {wanted!r}. It has {there}.")
        return wanted
    for name in _ID_NAMES:
        if name in table.column_names:
            return name
    words = [name for name in table.column_names if _is_word(table[name].type)]
    if len(words) == 1:
        return str(words[0])
    found = "none of them holds texts" if not words else f"of them {', '.join(map(repr, words))} hold no numbers"
    raise GustibusError(
        f"{path}: which column holds the ids? It has {', '.join(map(repr, table.column_names))}; {found}. Say which: "
        f"read_vectors(path, ids=...), or name it {_ID_NAMES[0]!r} or {_ID_NAMES[2]!r}."
    )


def _is_number(kind: pa.DataType) -> bool:
    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_decimal)
    return any(test(kind) for test in tests)


def _is_word(kind: pa.DataType) -> bool:
    return not _is_number(kind) and not pa.types.is_nested(kind)


def _from_arrays(path: Path, ids: str | None) -> Vectors:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise _unreadable(path, "npz", error) from error
    name = ids or "ids"
    if name not in found or "matrix" not in found:
        raise GustibusError(
            f"{path} has the arrays {', '.join(map(repr, found)) or 'none'}. Save it with "
            f"numpy.savez(path, {name}=ids, matrix=matrix)."
        )
    names = found.get("names")
    return Vectors(found[name], found["matrix"], names=None if names is None else [str(one) for one in names])


def _unreadable(path: Path, kind: str, error: Exception) -> GustibusError:
    first = str(error).strip().split("\n")[0].rstrip(".")
    return GustibusError(f"{path} cannot be read as {kind} ({first}). Write the file again.")
