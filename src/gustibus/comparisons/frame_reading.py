"""Objects in memory as tables: data frames, data sets, Arrow tables, dicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.raw_table import RawTable, raw_from_columns, raw_from_rows

__all__ = ["read_object"]


def read_object(source: Any, name: str | None = None) -> RawTable:
    """Read an object in memory as it is.

    Takes, in this order: an Arrow table, record batch or reader; a ``datasets.Dataset``; anything with
    ``__arrow_c_stream__`` (pandas, polars, duckdb, ...) or ``to_arrow``; a dict of columns; an iterable of dicts.

    Raises
    ------
    GustibusError
        If it is none of these, or a collection of several data sets.

    Examples
    --------
    >>> read_object({"user_id": ["ann"], "choice": ["a"]}).table.column_names
    ['user_id', 'choice']
    """
    kind = type(source)
    label = name or f"the {kind.__name__}"
    if isinstance(source, pa.Table):
        return RawTable(label, source)
    if isinstance(source, pa.RecordBatch):
        return RawTable(label, pa.Table.from_batches([source]))
    if isinstance(source, pa.RecordBatchReader):
        return RawTable(label, source.read_all())
    if kind.__module__.partition(".")[0] == "datasets":
        return _read_dataset(source, label)
    if hasattr(source, "__arrow_c_stream__"):
        return _read_frame(source, label)
    if hasattr(source, "to_arrow"):
        return read_object(source.to_arrow(), label)
    if isinstance(source, Mapping):
        return _read_columns(source, label)
    if isinstance(source, Iterable) and not isinstance(source, str | bytes):
        return raw_from_rows(
            name or f"the {'list' if isinstance(source, list) else kind.__name__} of rows", list(source)
        )
    raise GustibusError(
        f"An object of type {kind.__name__} cannot be read. Give a path, a data frame (pandas, polars, Arrow), "
        "a datasets.Dataset, or a list of dicts."
    )


def _read_dataset(source: Any, label: str) -> RawTable:
    if isinstance(source, Mapping):
        keys = ", ".join(map(repr, source))
        first = next(iter(source), "train")
        raise GustibusError(f"{label} holds several data sets ({keys}). Pass one of them, for example data[{first!r}].")
    if hasattr(source, "with_format") and hasattr(source, "__len__"):
        table: pa.Table = source.with_format("arrow")[:]  # honours filter, select and shuffle
        return RawTable(label, table)
    return raw_from_rows(label, list(source))


def _read_frame(source: Any, label: str) -> RawTable:
    names = list(getattr(source, "columns", []))
    if len({str(name) for name in names}) < len(names):
        return RawTable(label, pa.table([pa.nulls(1)] * len(names), names=[str(name) for name in names]))
    try:
        return RawTable(label, pa.table(source))
    except (pa.ArrowException, TypeError, ValueError) as error:
        if not names or not hasattr(source, "__getitem__"):
            raise GustibusError(f"{label} cannot be handed over as an Arrow table: {error}.") from error
    return raw_from_columns(label, {str(name): list(source[name]) for name in names})


def _read_columns(source: Mapping[Any, Any], label: str) -> RawTable:
    columns: dict[str, Any] = {}
    for key, values in source.items():
        if isinstance(values, str | bytes) or not isinstance(values, Iterable):
            raise GustibusError(
                f"{label}: the value of {key!r} is a {type(values).__name__}, not a column. Give a dict of lists, or a "
                "list of dicts (for one judgement: [row])."
            )
        columns[str(key)] = values if isinstance(values, list | np.ndarray) else list(values)
    return raw_from_columns(label, columns)
