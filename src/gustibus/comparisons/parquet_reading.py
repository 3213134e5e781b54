"""Parquet files as tables, each column of strings in the way in which it is read and interned fastest."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.parquet_footer import StoredColumn, columns_of_first_row_group
from gustibus.comparisons.text_columns import is_text_type
from gustibus.comparisons.text_dictionary import packed

__all__ = ["read_parquet", "refuse_damaged"]

_NEARLY_ALL: Final = 0.9
_BYTES_OF_AN_INDEX: Final = 4
_BEST_PACKING: Final = 20
_MOST_DISTINCT: Final = 0.25
"""Share of distinct texts in a row group up to which it pays to find them there, and then again among row groups."""


def read_parquet(name: str, path: Path) -> pa.Table:
    """Read a parquet file; strings that are stored as a dictionary stay one.

    Parameters
    ----------
    name
        What messages call it.
    path
        Where it is.

    Raises
    ------
    GustibusError
        If it is not parquet, is cut off, or holds text that is not UTF-8.
    """
    try:
        metadata = pq.read_metadata(path)
        table = _read_row_groups(path, metadata)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        with path.open("rb") as file:
            starts_well = file.read(4) == b"PAR1"
        what = (
            "is cut off: it begins as parquet but cannot be read to the end" if starts_well else "is not a parquet file"
        )
        reason = str(error).strip().split("\n")[0].rstrip(".")
        raise GustibusError(f"{name} {what} ({reason}). Write or copy the file again.") from error
    refuse_damaged(name, table)
    return table


def _read_row_groups(path: Path, metadata: pq.FileMetaData) -> pa.Table:
    """Read row groups side by side, each of whose texts are packed as soon as they are read.

    So the texts of the whole file are never in memory at once, and the memory of one row group serves the next, which
    saves more time than finding the distinct texts of each group, and then of all groups, takes. Columns in which the
    first row group hardly repeats itself stay as they are.
    """
    schema = metadata.schema.to_arrow_schema()
    texts = [column.name for column in schema if is_text_type(column.type) and schema.names.count(column.name) == 1]
    packed_ones = {column.path for column in columns_of_first_row_group(path) if _is_packed(column)}
    stored = [name for name in texts if (name,) in packed_ones]
    if metadata.num_row_groups <= 1:
        return pq.ParquetFile(path, read_dictionary=stored, metadata=metadata).read()

    def read(group: int) -> pa.Table:
        with pq.ParquetFile(path, read_dictionary=stored, metadata=metadata) as file:
            return file.read_row_group(group, use_threads=group == 0)

    def read_packed(group: int) -> pa.Table:
        table = read(group)
        return _with_columns(table, {name: packed(table[name]) for name in worthwhile})

    with ThreadPoolExecutor(pa.cpu_count()) as threads:
        first = read(0)
        plain = [name for name in texts if name not in stored]
        columns = dict(zip(plain, threads.map(lambda name: packed(first[name]), plain), strict=True))
        worthwhile = [name for name in plain if _entries(columns[name]) <= _MOST_DISTINCT * len(first)]
        others = threads.map(read_packed, range(1, metadata.num_row_groups))
        return pa.concat_tables([_with_columns(first, {name: columns[name] for name in worthwhile}), *others])


def refuse_damaged(name: str, table: pa.Table) -> None:
    """Refuse a table with bytes that are no text, which nobody has looked at so far, or indices that point nowhere.

    Raises
    ------
    GustibusError
        Naming the first such row and its column.
    """
    for column, values in zip(table.column_names, table.columns, strict=True):
        try:
            values.validate(full=True)
        except pa.ArrowInvalid as error:
            row = next((row for row, value in enumerate(values, start=1) if not _is_sound(value)), None)
            where = f"column {column!r}" if row is None else f"row {row:,}, column {column!r}"
            raise GustibusError(
                f"{name}: {where} is damaged or not UTF-8 text ({error}). Write it again, with its texts as UTF-8."
            ) from error


def _is_sound(value: pa.Scalar) -> bool:
    try:
        value.as_py()
    except (UnicodeDecodeError, pa.ArrowException):
        return False
    return True


def _entries(column: pa.ChunkedArray) -> int:
    return sum(len(chunk.dictionary) for chunk in column.chunks)


def _with_columns(table: pa.Table, columns: Mapping[str, pa.ChunkedArray]) -> pa.Table:
    for name, column in columns.items():
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def _is_packed(column: StoredColumn) -> bool:
    """Tell whether (nearly) all values of a column are stored as indices into a dictionary.

    A writer whose dictionary grows too large goes on with plain texts. Where it does not say on how many pages, sizes
    tell it: then there are more bytes than the indices and a dictionary can have, as the compressed dictionary's size
    is known and few texts are compressed to less than a twentieth. A wrong guess costs time alone.
    """
    if column.indexed_pages is not None:
        return column.indexed_pages >= _NEARLY_ALL
    most = _BYTES_OF_AN_INDEX * column.n_values + _BEST_PACKING * column.dictionary_bytes
    return column.n_bytes <= most
