"""Pairs to score: judgements, or the same without what was said, and perhaps without who is asked."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gustibus.cli.judgements import column_names, read_judgements

if TYPE_CHECKING:
    import pyarrow as pa

    from gustibus.comparisons import Comparisons

__all__ = ["NOBODY", "read_pairs"]

NOBODY: Final = "(nobody)"
"""The user of pairs that do not say who is asked."""


def read_pairs(
    file: Path, columns: Sequence[str] | None = None, *, skip_bad: bool = False, rejects: Path | None = None
) -> tuple[Comparisons, frozenset[str]]:
    """Read pairs, and tell which of ``choice`` and ``user_id`` the file does not have.

    Raises
    ------
    GustibusError
        If the file, or rows of it, cannot be used.
    """
    from gustibus.comparisons import read

    fields = column_names(columns) or {}
    missing = _missing(_header(file), fields)
    if not missing:
        return read_judgements(file, columns, skip_bad=skip_bad, rejects=rejects), missing
    filled = {"choice": 0.5, "user_id": NOBODY}
    data = read(
        _filled(file, {field: filled[field] for field in missing}),
        columns={field: column for field, column in fields.items() if field not in missing} or None,
        skip_bad=skip_bad,
        rejects=rejects if rejects is not None else file.with_name(file.name + ".rejects.jsonl"),
        source_name=str(file),
    )
    return data, missing


def _missing(names: Sequence[str], fields: Mapping[str, str | None]) -> frozenset[str]:
    """What has to be filled in; nothing if the file is of another kind, which the reader explains."""
    present = {name for name in names if name in ("response_a", "response_b")} | (
        fields.keys() & {"response_a", "response_b"}
    )
    if len(present) < 2:
        return frozenset()
    return frozenset(
        field
        for field in ("choice", "user_id")
        if (field not in fields and field not in names) or fields.get(field, "") is None
    )


def _header(file: Path) -> list[str]:
    """The column names; empty where the reader of judgements had better say what is wrong."""
    kind = _kind(file)
    try:
        if kind == ".parquet":
            import pyarrow.parquet as pq

            return [str(name) for name in pq.read_schema(file).names]
        if kind in (".csv", ".tsv"):
            return [str(name) for name in _csv_table(file, kind).column_names]
        if kind == ".jsonl":
            with _open(file) as lines:
                return list(json.loads(next(line for line in lines if line.strip())))
    except (OSError, ValueError, StopIteration, TypeError):
        return []
    return []


def _filled(file: Path, values: Mapping[str, Any]) -> Any:
    """The file's rows with columns that are the same in all of them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kind = _kind(file)
    if kind == ".jsonl":
        with _open(file) as lines:
            return [json.loads(line) | values for line in lines if line.strip()]
    table = pq.read_table(file) if kind == ".parquet" else _csv_table(file, kind)
    for name, value in values.items():
        table = table.append_column(name, pa.array([value] * len(table)))
    return table


def _csv_table(file: Path, kind: str) -> pa.Table:
    """All columns as text, as in files of judgements."""
    import pyarrow as pa
    from pyarrow import csv

    parse = csv.ParseOptions(delimiter="\t" if kind == ".tsv" else ",", newlines_in_values=True)
    names = csv.open_csv(file, parse_options=parse).schema.names
    types = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True)
    return csv.read_csv(file, parse_options=parse, convert_options=types)


def _kind(file: Path) -> str:
    name = file.name.lower().removesuffix(".gz")
    return next((end for end in (".parquet", ".jsonl", ".csv", ".tsv") if name.endswith(end)), "")


def _open(file: Path) -> Any:
    return gzip.open(file, "rt", encoding="utf-8") if file.name.lower().endswith(".gz") else file.open(encoding="utf-8")
