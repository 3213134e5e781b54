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
from gustibus.comparisons.formats import Derivation, format_named
from gustibus.comparisons.frame_reading import read_object
from gustibus.comparisons.interpreting import interpret
from gustibus.comparisons.raw_table import RawTable
from gustibus.comparisons.table import Comparisons

__all__ = ["raw_source", "read"]


def read(
    source: Any,
    *,
    format: str | None = None,
    columns: Mapping[str, str | None] | None = None,
    pairs_per_user: int | None = None,
    seed: int = 0,
    skip_bad: bool = False,
    rejects: str | os.PathLike[str] | None = None,
    source_name: str | None = None,
) -> Comparisons:
    """Read judgements from a file, a data frame, a data set or a list of dicts.

    One record is one judgement: ``user_id``, ``response_a``, ``response_b`` and ``choice`` (``a``, ``b``, ``tie``, or
    the probability from 0 to 1 that a is preferred), and if there are any ``prompt``, ``margin``, ``weight``,
    ``group``, ``source``, ``timestamp``, ``split`` and ``prompt_b``. Other columns are ignored.

    Other formats are recognised by their columns, or named with ``format``: TRL, OpenRLHF, Crowd-Kit, arena votes,
    counts of votes, ratings, rankings, choices among several, the Stanford Human Preferences, the data of PAL and LoRe,
    exports of Argilla and Label Studio. If they do not say who judged, all judgements are given to one user,
    "population", with a warning. Where a row is not one judgement, pairs are made of it and their ``source`` says
    "derived".

    Parameters
    ----------
    source
        A path to parquet, jsonl, csv, tsv or json (text formats also gzipped); a pandas, polars or other Arrow-capable
        frame; a ``datasets.Dataset``; a dict of columns; a list of dicts.
    format
        One of ``gustibus.comparisons.FORMATS``; told by the columns if not given.
    columns
        Where the names differ: field to column, as ``{"user_id": "worker"}``. None leaves a field out.
    pairs_per_user
        Of ratings, rankings and choices: keep at most so many pairs of each person, drawn at random; None keeps all.
    seed
        Of that draw.
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
    if columns is not None and not isinstance(columns, Mapping):
        raise GustibusError(f'columns={columns!r:.60}: give field to column, as {{"user_id": "worker"}}.')
    if isinstance(source, Comparisons):
        if columns or format:
            raise GustibusError(
                "These are Comparisons already: their fields have their names. Leave out columns= and format=."
            )
        return source
    raw, target = raw_source(source, format, skip_bad, rejects, source_name)
    derivation = Derivation(pairs_per_user, seed)
    data = interpret(raw, columns=columns, format=format, derivation=derivation, skip_bad=skip_bad, rejects=target)
    choice = (columns or {}).get("choice") or "choice"
    says_who_won = choice in raw.table.column_names and not is_preference_format(raw.table.column_names, columns or {})
    warn_of_cautions(raw.name, data, choice if says_who_won else None)
    return data


def raw_source(
    source: Any, format: str | None, skip_bad: bool, rejects: str | os.PathLike[str] | None, source_name: str | None
) -> tuple[RawTable, Path | None]:
    """What a source holds, before anybody asks what it means, and where its rejected rows go.

    Raises
    ------
    GustibusError
        If it cannot be read, or rejected rows have nowhere to go.
    """
    path = _path_of(source)
    if skip_bad and rejects is None and path is None:
        raise GustibusError(
            'For data in memory say where the rejected rows go: skip_bad=True, rejects="rejects.jsonl". '
            "Nothing is dropped without a trace."
        )
    unpack = format_named(format).unpack if format is not None else None
    if path is None and unpack is not None:
        source = unpack(source)
    raw = read_object(source, source_name) if path is None else read_file(path, source_name, unpack=unpack)
    target = Path(rejects) if rejects is not None else None
    if target is None and path is not None:
        target = path.with_name(path.name + ".rejects.jsonl")
    if skip_bad and path is not None and target is not None and target.resolve() == path.resolve():
        raise GustibusError(f"rejects={str(target)!r} is the file to be read. Name another file.")
    return raw, target


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
