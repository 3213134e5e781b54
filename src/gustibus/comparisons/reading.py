"""Reading judgements, wherever they are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gustibus.comparisons.cautions import warn_of_cautions
from gustibus.comparisons.column_names import is_preference_format
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.file_reading import read_file
from gustibus.comparisons.frame_reading import read_object
from gustibus.comparisons.interpreting import interpret
from gustibus.comparisons.table import Comparisons

__all__ = ["read"]


def read(
    source: Any,
    *,
    columns: Mapping[str, str | None] | None = None,
    skip_bad: bool = False,
    rejects: str | os.PathLike[str] | None = None,
    source_name: str | None = None,
) -> Comparisons:
    """Read judgements from a file, a data frame, a data set or a list of dicts.

    One record is one judgement: ``user_id``, ``response_a``, ``response_b`` and ``choice`` (``a``, ``b``, ``tie``, or
    the probability from 0 to 1 that a is preferred), and if there are any ``prompt``, ``margin``, ``weight``,
    ``group``, ``source``, ``timestamp``, ``split`` and ``prompt_b``. Data in TRL's preference format (``chosen``,
    ``rejected``, with or without ``prompt``; text or message lists) are recognised by their columns; if they do not say
    who judged, all judgements are given to one user, "population", with a warning. Other columns are ignored.

    Parameters
    ----------
    source
        A path to parquet, jsonl, csv, tsv or json (text formats also gzipped); a pandas, polars or other Arrow-capable
        frame; a ``datasets.Dataset``; a dict of columns; a list of dicts.
    columns
        Where the names differ: field to column, as ``{"user_id": "worker"}``. None leaves a field out.
    skip_bad
        Keep the good rows, and write the others with the reasons to ``rejects``.
    rejects
        That file, JSON lines. ``<file>.rejects.jsonl`` if not given; must be given for objects in memory.
    source_name
        What messages call the source, if not its path or type.

    Returns
    -------
    Comparisons

    Raises
    ------
    BadRows
        If rows cannot be used and ``skip_bad`` is False: the message names rows, columns, values, reasons and fixes.
    GustibusError
        If the file or a whole column cannot be used.

    Warns
    -----
    DataWarning
        If the data can be used but deserve a look: contradictory repeats, one answer throughout, several sources, rows
        put aside...

    Examples
    --------
    >>> data = read([{"worker": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"},
    ...              {"worker": "ben", "response_a": "tea", "response_b": "gin", "choice": "tie"}],
    ...             columns={"user_id": "worker"})
    >>> data.user_ids, data.is_tie.tolist()
    (['ann', 'ben'], [False, True])
    """
    if isinstance(source, Comparisons):
        if columns:
            raise GustibusError("These are Comparisons already: their fields have their names. Leave out columns=.")
        return source
    path = _path_of(source)
    if skip_bad and rejects is None and path is None:
        raise GustibusError(
            'For data in memory say where the rejected rows go: skip_bad=True, rejects="rejects.jsonl". '
            "Nothing is dropped without a trace."
        )
    raw = read_object(source, source_name) if path is None else read_file(path, source_name)
    target = Path(rejects) if rejects is not None else None
    if target is None and path is not None:
        target = path.with_name(path.name + ".rejects.jsonl")
    if skip_bad and path is not None and target is not None and target.resolve() == path.resolve():
        raise GustibusError(f"rejects={str(target)!r} is the file to be read. Name another file.")
    data = interpret(raw, columns=columns, skip_bad=skip_bad, rejects=target)
    by_order = is_preference_format(raw.table.column_names, columns or {})
    warn_of_cautions(raw.name, data, None if by_order else (columns or {}).get("choice") or "choice")
    return data


def _path_of(source: Any) -> Path | None:
    if not isinstance(source, str | os.PathLike):
        return None
    text = os.fspath(source)
    if isinstance(text, str) and "://" in text:
        raise GustibusError(
            f"{text} is an address, not a file. Download it first, or load it with "
            "datasets.load_dataset(...) and pass that."
        )
    return Path(os.fsdecode(text)).expanduser()
