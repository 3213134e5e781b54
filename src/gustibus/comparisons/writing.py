"""Writing judgements to files."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

import numpy.typing as npt
import pyarrow as pa

from gustibus.comparisons.arguments import check_comparisons
from gustibus.comparisons.arrow import table_of
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.file_reading import kind_of_file
from gustibus.comparisons.formats.writers import WRITERS
from gustibus.comparisons.interning import texts_of
from gustibus.comparisons.table import Comparisons

__all__ = ["check_target", "write"]

_ROWS_AT_ONCE = 10_000
_ROWS_OF_A_GROUP = 1 << 20
_MOST_DISTINCT = 0.25
_MOST_TEXT_KEPT_ONCE = 1 << 27


def write(
    data: Comparisons,
    path: str | os.PathLike[str],
    *,
    format: Literal["gustibus", "trl", "openrlhf", "crowd-kit", "arena"] | None = None,
    drop_inexpressible: bool = False,
) -> None:
    """Write judgements to a file, in the format that its name says.

    Parquet, jsonl and csv (the last two also gzipped) hold every field and come back as equal records through
    :func:`gustibus.read`. Fields that no record uses are left out. The file appears under its name only when it is
    complete.

    Parameters
    ----------
    data
        What to write. Only people and texts that occur in the records are written.
    path
        ``*.parquet``, ``*.jsonl``, ``*.csv``, ``*.tsv`` or ``*.json``.
    format
        ``"gustibus"``, the default, writes our own fields. ``"trl"`` and ``"openrlhf"`` write ``prompt``, ``chosen``,
        ``rejected`` and the other fields: as message lists if any prompt or response is one, else as text.
        ``"crowd-kit"`` writes ``worker``, ``left``, ``right`` and ``label``; ``"arena"`` writes ``model_a``,
        ``model_b``, ``winner`` and ``judge``.
    drop_inexpressible
        The other formats have no probabilities and no pairs across prompts, and only the arena's has ties. Such
        judgements are refused with their counts; True leaves them out with a warning instead.

    Raises
    ------
    GustibusError
        If the suffix is unknown, the file cannot be written, or the format cannot say something.

    Examples
    --------
    >>> import tempfile
    >>> from gustibus.comparisons import Comparisons, read
    >>> row = {"response_a": "tea", "response_b": "gin", "choice": 0.25}
    >>> data = Comparisons.from_rows([row | {"user_id": "ann"}, row | {"user_id": "ben"}])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(data, folder + "/judgements.parquet")
    ...     read(folder + "/judgements.parquet") == data
    True
    """
    check_comparisons(data)
    if format == "gustibus":
        format = None
    if format is not None and format not in WRITERS:
        raise GustibusError(
            f"format={format!r} is not known. Leave it out (the suffix of the file decides), or give one of "
            f"{', '.join(map(repr, ('gustibus', *WRITERS)))}."
        )
    target = Path(path)
    kind, zipped = check_target(target)
    if kind == ".parquet" and format is None:
        with _completed(target) as partial:
            _write_parquet(table_of(data.compact(), _entries_of), partial, store_schema=False)
        return
    table = data.to_table() if format is None else WRITERS[format](data, drop_inexpressible)
    if kind == ".csv" and any(pa.types.is_list(column.type) for column in table.schema):
        raise GustibusError(f"{target}: csv cannot hold message lists. Write them to .jsonl or .parquet.")
    if kind == ".parquet":
        with _completed(target) as partial:
            _write_parquet(table, partial)
        return
    delimiter = "\t" if ".tsv" in [suffix.lower() for suffix in target.suffixes] else ","
    writers: dict[str, Callable[[IO[bytes]], None]] = {
        ".csv": lambda file: _write_csv(table, file, delimiter),
        ".jsonl": lambda file: _write_lines(table, file),
        ".json": lambda file: _write_list(table, file),
    }
    with _completed(target) as partial, gzip.open(partial, "wb") if zipped else partial.open("wb") as file:
        writers[kind](file)  # type: ignore[arg-type]


def check_target(target: Path) -> tuple[str, bool]:
    """Refuse a file that could not be written, as can be known before there is anything to write.

    Returns
    -------
    tuple
        Its kind, and whether it is to be gzipped.

    Raises
    ------
    GustibusError
        If the suffix is unknown or the folder is not there.
    """
    kind, zipped = kind_of_file(target, "End the name of the file in one of these.")
    if not target.parent.is_dir():
        raise GustibusError(f"{target}: there is no folder {target.parent}. Make it, or name another.")
    return kind, zipped


@contextmanager
def _completed(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its place once it is complete."""
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    try:
        try:
            yield partial
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise GustibusError(
            f"{target} cannot be written ({error.strerror or error}). Name a file in a writable folder that exists."
        ) from error


def _entries_of(vocabulary: pa.Array, codes: npt.NDArray[Any]) -> pa.Array:
    """Texts as entries of their vocabulary, if every row group may hold all of it without being much larger for it."""
    n_groups = -(-len(codes) // _ROWS_OF_A_GROUP)
    if n_groups > 1 and n_groups * len(vocabulary) > _MOST_DISTINCT * len(codes):
        return texts_of(vocabulary, codes)
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32(), mask=codes < 0), vocabulary)


def _write_parquet(table: pa.Table, path: Path, *, store_schema: bool = True) -> None:
    """Write texts that recur once a row group, even if there are many: the file is smaller, and read much faster.

    Without Arrow's own schema in the file, everybody reads texts as texts, also those that are entries here.
    """
    import pyarrow.parquet as pq

    pq.write_table(
        table,
        path,
        row_group_size=_ROWS_OF_A_GROUP,
        compression="zstd",
        dictionary_pagesize_limit=_MOST_TEXT_KEPT_ONCE,
        store_schema=store_schema,
    )


def _write_csv(table: pa.Table, file: IO[bytes], delimiter: str) -> None:
    import pyarrow.csv as pa_csv

    pa_csv.write_csv(table, file, pa_csv.WriteOptions(delimiter=delimiter))


def _records(table: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in table.to_batches(_ROWS_AT_ONCE):
        for record in batch.to_pylist():
            yield {key: _as_json(value) for key, value in record.items() if value is not None}


def _as_json(value: Any) -> Any:
    if isinstance(value, list):
        return [{key: part for key, part in message.items() if part is not None} for message in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _write_lines(table: pa.Table, file: IO[bytes]) -> None:
    for record in _records(table):
        file.write(json.dumps(record, ensure_ascii=False).encode("utf-8") + b"\n")


def _write_list(table: pa.Table, file: IO[bytes]) -> None:
    file.write(json.dumps(list(_records(table)), ensure_ascii=False, indent=1).encode("utf-8"))
