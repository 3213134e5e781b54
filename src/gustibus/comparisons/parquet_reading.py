"""Parquet files as tables, each column of strings in the way in which it is read and interned fastest."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.text_columns import is_text_type

__all__ = ["read_parquet"]

_BYTES_OF_AN_INDEX: Final = 4
_BEST_PACKING: Final = 20


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
        If it is not parquet, or is cut off.
    """
    try:
        metadata = pq.read_metadata(path)
        schema = metadata.schema.to_arrow_schema()
        packed = [column.name for column in schema if is_text_type(column.type) and _is_packed(metadata, column.name)]
        return pq.ParquetFile(path, read_dictionary=packed, metadata=metadata).read()
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        with path.open("rb") as file:
            starts_well = file.read(4) == b"PAR1"
        what = (
            "is cut off: it begins as parquet but cannot be read to the end" if starts_well else "is not a parquet file"
        )
        reason = str(error).strip().split("\n")[0].rstrip(".")
        raise GustibusError(f"{name} {what} ({reason}). Write or copy the file again.") from error


def _is_packed(metadata: pq.FileMetaData, column: str) -> bool:
    """Tell whether (nearly) all values of a column are stored as indices into a dictionary, as far as sizes say.

    A writer whose dictionary grows too large goes on with plain texts, and the metadata do not say so. But then there
    are more bytes than the indices and a dictionary can have: the compressed dictionary's size is known, and few texts
    are compressed to less than a twentieth. A wrong guess costs time alone.
    """
    values = dictionary = whole = 0
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        for position in range(row_group.num_columns):
            part = row_group.column(position)
            if part.path_in_schema != column:
                continue
            values += part.num_values
            whole += part.total_uncompressed_size
            if part.dictionary_page_offset is not None:
                dictionary += part.data_page_offset - part.dictionary_page_offset
    return whole <= _BYTES_OF_AN_INDEX * values + _BEST_PACKING * dictionary
