"""How the columns of a parquet file are stored, from the file's own footer.

pyarrow tells the same, but its ``RowGroupMetaData.column`` ends the whole process where a footer is damaged in its size
statistics: nobody catches what Arrow throws there. Reading does not have this fault. So the bytes themselves are asked:
they are Apache Thrift's compact protocol, with the fields of Apache Parquet's ``FileMetaData``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

__all__ = ["StoredColumn", "columns_of_first_row_group"]

_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_INTEGERS: Final = (4, 5, 6)
_LONG_LIST: Final = 15
_FOOTER_END: Final = 8
_ROW_GROUPS, _COLUMNS, _META_DATA = 4, 1, 3
_PATH, _VALUES, _UNCOMPRESSED, _DATA_PAGE, _DICTIONARY_PAGE, _PAGES = 3, 5, 6, 9, 11, 13
_PAGE_TYPE, _ENCODING, _COUNT = 1, 2, 3
"""The numbers of the fields of FileMetaData, RowGroup, ColumnChunk, ColumnMetaData and PageEncodingStats."""
_DATA_PAGES: Final = (0, 3)
_INDICES: Final = (2, 8)
"""Types of pages that hold values, and encodings in which these are indices into a dictionary."""

Fields = dict[int, Any]


@dataclass(frozen=True)
class StoredColumn:
    """A column of a row group as it is stored.

    Parameters
    ----------
    path
        Its name, and those of the levels inside it.
    n_values
        Number of values.
    n_bytes
        Bytes of all its pages before compression.
    dictionary_bytes
        Bytes of its dictionary as it is stored; 0 if it has none.
    indexed_pages
        Share of its pages of values that hold indices into the dictionary; None if that is not said.
    """

    path: tuple[str, ...]
    n_values: int
    n_bytes: int
    dictionary_bytes: int
    indexed_pages: float | None = None


def columns_of_first_row_group(path: Path) -> list[StoredColumn]:
    """Read how the columns of the first row group are stored; a footer that is damaged may say nothing.

    Parameters
    ----------
    path
        A parquet file.

    Examples
    --------
    >>> import tempfile, pyarrow as pa, pyarrow.parquet as pq
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "people.parquet"
    ...     pq.write_table(pa.table({"user_id": ["ann", "ben", "ann"]}), file)
    ...     [(column.path, column.n_values) for column in columns_of_first_row_group(file)]
    [(('user_id',), 3)]
    """
    try:
        parts = _CompactThrift(_footer(path)).first_of(_ROW_GROUPS).get(_COLUMNS, [])
        return [_column(part[_META_DATA]) for part in parts]
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return []


def _footer(path: Path) -> bytes:
    """The footer, before the last four bytes of length and the four that say what it is."""
    with path.open("rb") as file:
        end = file.seek(-_FOOTER_END, os.SEEK_END)
        size = int.from_bytes(file.read(4), "little")
        file.seek(max(0, end - size))
        return file.read(size)


def _column(fields: Fields) -> StoredColumn:
    numbers = [fields[_VALUES], fields[_UNCOMPRESSED], fields[_DATA_PAGE], fields.get(_DICTIONARY_PAGE)]
    if any(not isinstance(number, int | None) for number in numbers):
        raise TypeError(f"Not all of {numbers} are numbers.")
    n_values, n_bytes, data, dictionary = numbers
    pages = [(kind[_ENCODING], kind[_COUNT]) for kind in fields.get(_PAGES, []) if kind[_PAGE_TYPE] in _DATA_PAGES]
    n_pages = sum(count for _, count in pages)
    return StoredColumn(
        path=tuple(part.decode() for part in fields[_PATH]),
        n_values=n_values,
        n_bytes=n_bytes,
        dictionary_bytes=0 if dictionary is None else data - dictionary,
        indexed_pages=sum(count for how, count in pages if how in _INDICES) / n_pages if n_pages else None,
    )


class _CompactThrift:
    """What is written in Thrift's compact protocol, as dicts by the number of the field."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def first_of(self, field: int) -> Fields:
        """The first struct in the list that is a field of the outermost struct; nothing after it is looked at."""
        for number, kind in self._headers():
            if number == field and kind == _LIST:
                n, _ = self._list_header()
                return self._struct() if n else {}
            self._value(kind)
        return {}

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _varint(self) -> int:
        whole = shift = 0
        while True:
            byte = self._byte()
            whole |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return whole

    def _headers(self) -> Iterator[tuple[int, int]]:
        """Number and kind of each field; each value has to be read before the next."""
        number = 0
        while header := self._byte():
            step = header >> 4
            number = number + step if step else self._integer()
            yield number, header & 0xF

    def _list_header(self) -> tuple[int, int]:
        header = self._byte()
        n = header >> 4
        return (self._varint() if n == _LONG_LIST else n), header & 0xF

    def _struct(self) -> Fields:
        return {number: self._value(kind) for number, kind in self._headers()}

    def _integer(self) -> int:
        zigzag = self._varint()
        return zigzag >> 1 ^ -(zigzag & 1)

    def _value(self, kind: int) -> Any:
        if kind in (_TRUE, _FALSE):
            return kind == _TRUE
        if kind in _INTEGERS:
            return self._integer()
        if kind == _STRUCT:
            return self._struct()
        if kind in (_LIST, _SET):
            n, of = self._list_header()
            return [self._byte() if of in (_TRUE, _FALSE) else self._value(of) for _ in range(n)]
        sizes = {_BYTE: 1, _DOUBLE: 8}
        size = self._varint() if kind == _BINARY else sizes[kind]
        self._at += size
        return self._data[self._at - size : self._at]
