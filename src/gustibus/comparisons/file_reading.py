"""Files as tables: parquet, csv, JSON lines and JSON, and what can be wrong with a file."""

from __future__ import annotations

import codecs
import csv
import difflib
import gzip
import io
import json
import sys
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.json as pa_json

from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.json_types import sniffed_schema
from gustibus.comparisons.parquet_reading import read_parquet
from gustibus.comparisons.raw_table import BrokenLine, RawTable, raw_from_rows

__all__ = ["READABLE", "kind_of_file", "read_file"]

READABLE: Final = (".parquet", ".jsonl", ".csv", ".json")
_ALIASES: Final = {".pq": ".parquet", ".ndjson": ".jsonl", ".tsv": ".csv"}
_BLOCK: Final = 1 << 24
_BAD_JSON_FIX: Final = "Write one JSON object a line."


def kind_of_file(
    path: Path, fix: str = "Convert the file, or load it yourself and pass the data frame."
) -> tuple[str, bool]:
    """Tell the format from the name: the suffix, and whether it is gzipped.

    Parameters
    ----------
    path
        The file.
    fix
        What to do about another format.

    Raises
    ------
    GustibusError
        If the suffix is none of those we know.

    Examples
    --------
    >>> kind_of_file(Path("judgements.jsonl.gz"))
    ('.jsonl', True)
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    zipped = bool(suffixes) and suffixes[-1] == ".gz"
    suffix = (suffixes[:-1] if zipped else suffixes)[-1:]
    kind = _ALIASES.get(suffix[0], suffix[0]) if suffix else ""
    if kind not in READABLE or (zipped and kind == ".parquet"):
        known = "parquet, jsonl, csv, tsv, json (the text formats also with .gz)"
        raise GustibusError(
            f"{path}: the format {''.join(path.suffixes) or '(no suffix)'!r} is not known. Known are {known}. " + fix
        )
    return kind, zipped


def read_file(
    path: Path, name: str | None = None, kind: str | None = None, unpack: Callable[[Any], Any] | None = None
) -> RawTable:
    """Read a file as it is.

    Parameters
    ----------
    path
        Where it is.
    name
        What messages call it, if not its path.
    kind
        One of ``READABLE``, where its suffix says something else; told by the suffix if not given.
    unpack
        What makes rows of the content of a JSON file that nests them in some other way.

    Raises
    ------
    GustibusError
        If it is not there, is empty, is cut off, is not UTF-8, or is not what its name says.
    """
    name = name or str(path)
    if not path.exists():
        near = difflib.get_close_matches(path.name, _names_in(path.parent), n=3)
        hint = f" Nearest in that folder: {', '.join(near)}." if near else ""
        raise GustibusError(f"There is no file {name}.{hint} Check the path.")
    if path.is_dir():
        raise GustibusError(f"{name} is a folder. Name a file; for a saved data set pass datasets.load_from_disk(...).")
    told, zipped = kind_of_file(path)
    kind = kind or told
    if path.stat().st_size == 0:
        raise GustibusError(f"{name} is empty (0 bytes). Make or copy the file again.")
    if kind == ".parquet":
        return RawTable(name=name, table=read_parquet(name, path), path=path)
    data = _checked_utf8(name, _read_bytes(name, path, zipped))
    if not data.strip():
        raise GustibusError(f"{name} holds no judgement (0 rows). Give a source with at least one row.")
    if kind == ".csv":
        delimiter = "\t" if ".tsv" in [suffix.lower() for suffix in path.suffixes] else ","
        return _read_csv(name, path, data, delimiter)
    return _read_jsonl(name, path, data) if kind == ".jsonl" else _read_json(name, path, data, unpack)


def _names_in(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()] if folder.is_dir() else []


def _read_bytes(name: str, path: Path, zipped: bool) -> bytes:
    try:
        return gzip.decompress(path.read_bytes()) if zipped else path.read_bytes()
    except EOFError as error:
        raise GustibusError(f"{name} is cut off: the compressed data end too early. Copy the file again.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise GustibusError(
            f"{name} is not a sound gzip file ({error}). Copy the file again, or drop the .gz."
        ) from error
    except OSError as error:
        raise GustibusError(f"{name} cannot be read ({error.strerror}). Check the permissions.") from error


def _checked_utf8(name: str, data: bytes) -> bytes:
    """The text without a byte order mark; refuses what is not UTF-8, naming the place."""
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise GustibusError(f"{name} is UTF-16, not UTF-8. Convert it: iconv -f UTF-16 -t UTF-8 {name} > utf8-file")
    offsets = pa.py_buffer(np.array([0, len(data)], np.int64))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise GustibusError(
                f"{name} is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start:,} (line {line:,}) is not "
                f"part of a character. Convert it, for example: iconv -f WINDOWS-1252 -t UTF-8 {name} > utf8-file"
            ) from error
    return data


def _read_csv(name: str, path: Path, data: bytes, delimiter: str) -> RawTable:
    header = _csv_header(name, data, delimiter)
    if len(set(header)) < len(header):
        return RawTable(name=name, table=pa.table([pa.nulls(1)] * len(header), names=header), path=path)
    separator = next((mark for mark in (";", "\t", "|", ",") if len(header) == 1 and mark in header[0]), None)
    if separator:
        raise GustibusError(
            f"{name}: the values seem to be separated by {separator!r} instead of {delimiter!r}. Name a file with "
            f"tabs .tsv; else write it again with {delimiter!r}, or in Python pass "
            f"pandas.read_csv({name!r}, sep={separator!r}, dtype=str)."
        )
    if data.count(b'"') % 2:  # a quote is left open, which the fast reader takes for closed at the end
        return _read_csv_slowly(name, path, data, delimiter)
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(data),
            read_options=pa_csv.ReadOptions(block_size=_BLOCK),
            parse_options=pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.dictionary(pa.int32(), pa.string())),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:
        return _read_csv_slowly(name, path, data, delimiter)
    if table.num_rows and table.column_names != header:
        return _read_csv_slowly(name, path, data, delimiter)
    return RawTable(name=name, table=table, path=path)


def _csv_header(name: str, data: bytes, delimiter: str) -> list[str]:
    start = io.TextIOWrapper(io.BytesIO(data[:_BLOCK]), encoding="utf-8", errors="ignore", newline="")
    try:
        return next(row for row in csv.reader(start, delimiter=delimiter) if row)
    except (csv.Error, StopIteration) as error:
        raise GustibusError(
            f"{name} has no header line that can be read ({error}). Begin with the column names."
        ) from error


def _read_csv_slowly(name: str, path: Path, data: bytes, delimiter: str) -> RawTable:
    """Read record by record, putting those with too few or too many values aside."""
    limit = csv.field_size_limit(sys.maxsize)
    rows: list[dict[str, str | None]] = []
    numbers: list[int] = []
    broken: list[BrokenLine] = []
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), delimiter=delimiter, strict=True)
        records = (record for record in reader if record)
        header = next(records)
        for number, record in enumerate(records, start=1):
            if len(record) == len(header):
                rows.append({key: value or None for key, value in zip(header, record, strict=True)})
                numbers.append(number)
                continue
            reason = f"has {len(record)} values instead of {len(header)} (line {reader.line_num:,})"
            fix = "Write one value for each column; put text with commas, quotes or line breaks into double quotes."
            broken.append(BrokenLine(number, delimiter.join(record), reason, fix))
    except csv.Error as error:
        raise GustibusError(
            f"{name}: line {reader.line_num:,}, data row {len(rows) + len(broken) + 1:,}: {error}. If the file is cut "
            "off, copy it again; a double quote inside quoted text is written twice."
        ) from error
    finally:
        csv.field_size_limit(limit)
    if not rows:
        rows_of_nothing = pa.table({key: pa.array([], pa.large_string()) for key in header})
        return RawTable(name=name, table=rows_of_nothing, path=path, broken=broken)
    return raw_from_rows(name, rows, path=path, row_numbers=np.array(numbers), broken=broken)


def _read_jsonl(name: str, path: Path, data: bytes) -> RawTable:
    schema = sniffed_schema(data)
    if schema is None:
        return _read_jsonl_slowly(name, path, data)
    try:
        table = pa_json.read_json(
            pa.BufferReader(data),
            read_options=pa_json.ReadOptions(block_size=_BLOCK),
            parse_options=pa_json.ParseOptions(explicit_schema=schema, newlines_in_values=False),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return _read_jsonl_slowly(name, path, data)
    return RawTable(name=name, table=table, path=path)


def _read_jsonl_slowly(name: str, path: Path, data: bytes) -> RawTable:
    """Read line by line, putting those that are no records aside."""
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    broken: list[BrokenLine] = []
    lines = data.split(b"\n")
    number = 0
    for position, line in enumerate(lines):
        if not line.strip():
            continue
        number += 1
        text = line.decode("utf-8").strip()
        try:
            record = json.loads(text, object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            cut_off = position == len(lines) - 1 and text.startswith("{") and not text.endswith("}")
            why = "the line ends in the middle of a record: the file is cut off" if cut_off else _first_line(error)
            fix = "Copy the file again, or remove its last line." if cut_off else _BAD_JSON_FIX
            broken.append(BrokenLine(number, text, f"(line {position + 1:,}) is not JSON: {why}", fix))
            continue
        if isinstance(record, dict):
            rows.append(record)
            numbers.append(number)
        else:
            reason = f"(line {position + 1:,}) is a {type(record).__name__}, not an object"
            broken.append(BrokenLine(number, text, reason, _BAD_JSON_FIX))
    if not rows:
        first = broken[0]
        raise GustibusError(
            f"{name}: no line is a record; row {first.row}: {first.text[:60]!r} {first.reason}. {first.fix}"
        )
    return raw_from_rows(name, rows, path=path, row_numbers=np.array(numbers), broken=broken)


def _read_json(name: str, path: Path, data: bytes, unpack: Callable[[Any], Any] | None) -> RawTable:
    try:
        content = json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        cut_off = data.lstrip()[:1] == b"[" and data.rstrip()[-1:] != b"]"
        hint = "The file is cut off: copy it again." if cut_off else "If it holds one object a line, name it .jsonl."
        raise GustibusError(f"{name} is not JSON: {_first_line(error)}. {hint}") from error
    content = content if unpack is None else unpack(content)
    if not isinstance(content, list):
        raise GustibusError(
            f"{name} holds a {type(content).__name__}, not a list. Write a list of objects, one a judgement: "
            '[{"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"}].'
        )
    return raw_from_rows(name, content, path=path)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON in which no name occurs twice, which Python would take and forget the first."""
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise ValueError(f"an object names {twice!r} twice")
    return made


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")
