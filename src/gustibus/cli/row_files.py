"""Rows of results into files: parquet, jsonl or csv, and JSON lines on standard output."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["check_row_file", "json_lines", "json_records", "write_rows"]

_ROWS_AT_ONCE = 10_000


def check_row_file(path: Path, kinds: tuple[str, ...], option: str = "--out") -> None:
    """Refuse a file that could not be written, before any work is done for it.

    Parameters
    ----------
    path, kinds
        The file, and the suffixes that it may have.
    option
        Under which option it was named, for messages.

    Raises
    ------
    GustibusError
        If the suffix is none of ``kinds``, or the folder is not there.
    """
    from gustibus.comparisons import GustibusError

    if path.suffix.lower() not in kinds:
        raise GustibusError(
            f"{option} {path}: rows in {path.suffix or 'a file without suffix'!r} cannot be written. "
            f"End the name in {' or '.join(kinds)}."
        )
    if not path.parent.is_dir():
        raise GustibusError(f"{option} {path}: there is no folder {path.parent}. Make it, or name another.")


def write_rows(table: pa.Table, path: Path) -> None:
    """Write a table in the format that the name says; the file appears only when it is complete."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        if path.suffix.lower() == ".parquet":
            import pyarrow.parquet as pq

            pq.write_table(table, partial, compression="zstd")
        elif path.suffix.lower() == ".csv":
            from pyarrow import csv

            csv.write_csv(table, partial)
        else:
            with partial.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(line + "\n" for line in json_lines(table))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def json_lines(table: pa.Table) -> Iterator[str]:
    """Each row as one JSON object, without what is absent."""
    return (json.dumps(record, ensure_ascii=False) for record in json_records(table))


def json_records(table: pa.Table) -> Iterator[dict[str, Any]]:
    """Each row as a dict of JSON-able values, without what is absent."""
    for batch in table.to_batches(_ROWS_AT_ONCE):
        for record in batch.to_pylist():
            yield {key: _plain(value) for key, value in record.items() if not _absent(value)}


def _absent(value: Any) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items() if entry is not None}
    return value.isoformat() if hasattr(value, "isoformat") else value
