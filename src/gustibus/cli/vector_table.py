"""A table of features in a file: which column holds the ids, and the numbers of all others."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow as pa

    from gustibus.embedding import Vectors

__all__ = ["read_vectors"]

_ID_NAMES: Final = ("response", "response_id", "id", "item", "item_id", "prompt", "prompt_id")


def read_vectors(path: Path) -> Vectors:
    """Read features of responses or prompts: one row each, an id column and numeric columns.

    The id column is the one called ``response``, ``response_id``, ``id``, ``item``, ``item_id``, ``prompt`` or
    ``prompt_id``, else the only column that is not numeric; ids are the texts as they stand in the judgements. An
    ``.npz`` file has the arrays ``ids`` (n) and ``matrix`` (n, D), and perhaps ``names`` (D).

    Raises
    ------
    GustibusError
        If the file cannot be read, has no id column, or a column that holds no numbers.
    """
    from gustibus.comparisons import GustibusError

    if not path.exists():
        raise GustibusError(f"There is no file {path}. Check the path given with --vectors.")
    suffix = path.suffix.lower()
    try:
        if suffix == ".npz":
            return _from_arrays(path)
        if suffix in (".parquet", ".pq"):
            return _from_table(path, _parquet(path))
        if suffix in (".csv", ".tsv"):
            return _from_table(path, _csv(path, "\t" if suffix == ".tsv" else ","))
    except GustibusError as error:
        raise GustibusError(str(error) if str(path) in str(error) else f"{path}: {error}") from error
    raise GustibusError(
        f"{path}: features in {suffix or 'a file without suffix'!r} cannot be read. Give .parquet, .csv or .npz."
    )


def _parquet(path: Path) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path)
    except pa.ArrowInvalid as error:
        raise _unreadable(path, "parquet", error) from error


def _csv(path: Path, delimiter: str) -> pa.Table:
    """The table with the id column as text: an id 007 is not the number 7."""
    import pyarrow as pa
    from pyarrow import csv

    def read(types: dict[str, Any]) -> pa.Table:
        return csv.read_csv(
            path,
            parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=csv.ConvertOptions(column_types=types),
        )

    try:
        table = read({})
        return read({_id_column(path, table): pa.string()})
    except pa.ArrowInvalid as error:
        raise _unreadable(path, "csv", error) from error


def _from_table(path: Path, table: pa.Table) -> Vectors:
    import numpy as np
    import pyarrow as pa

    from gustibus.comparisons import GustibusError
    from gustibus.embedding import Vectors

    id_column = _id_column(path, table)
    names = [name for name in table.column_names if name != id_column]
    if not names:
        raise GustibusError(
            f"{path} has only the id column {id_column!r}. Give at least one column of numbers beside it."
        )
    columns = []
    for name in names:
        column = table[name]
        if not _is_number(column.type):
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
        columns.append(column.cast(pa.float64()).to_numpy())
    ids = table[id_column]
    if ids.null_count:
        raise GustibusError(f"{path}: {ids.null_count} rows have no id in column {id_column!r}. Give every row one.")
    return Vectors(ids.to_pylist(), np.column_stack(columns), names=names)


def _id_column(path: Path, table: pa.Table) -> str:
    from gustibus.comparisons import GustibusError

    for name in _ID_NAMES:
        if name in table.column_names:
            return str(name)
    words = [name for name in table.column_names if not _is_number(table[name].type)]
    if len(words) == 1:
        return str(words[0])
    found = "none of them" if not words else f"of them {', '.join(map(repr, words))} hold no numbers"
    raise GustibusError(
        f"{path}: which column holds the ids? It has {', '.join(map(repr, table.column_names))}; {found}. Name the one "
        f"with the responses {_ID_NAMES[0]!r} or {_ID_NAMES[2]!r}."
    )


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa

    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_decimal)
    return any(test(kind) for test in tests)


def _from_arrays(path: Path) -> Vectors:
    import numpy as np

    from gustibus.comparisons import GustibusError
    from gustibus.embedding import Vectors

    try:
        with np.load(path, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise _unreadable(path, "npz", error) from error
    if "ids" not in found or "matrix" not in found:
        raise GustibusError(
            f"{path} has the arrays {', '.join(map(repr, found)) or 'none'}. Save it with "
            "numpy.savez(path, ids=ids, matrix=matrix)."
        )
    names = found.get("names")
    return Vectors(found["ids"], found["matrix"], names=None if names is None else [str(name) for name in names])


def _unreadable(path: Path, kind: str, error: Exception) -> Exception:
    from gustibus.comparisons import GustibusError

    first = str(error).strip().split("\n")[0].rstrip(".")
    return GustibusError(f"{path} cannot be read as {kind} ({first}). Write the file again.")
