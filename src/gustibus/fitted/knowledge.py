"""A table of what is known about people, as numbers."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import GustibusError
from gustibus.embedding import Vectors

__all__ = ["people_table"]

_ID_NAMES: Final = ("user_id", "user", "person", "worker", "worker_id", "annotator", "annotator_id", "rater", "id")
_MOST_VALUES: Final = 50

Column = npt.NDArray[np.float64]


def people_table(source: Any, *, like: Vectors | None = None) -> Vectors:
    """Covariates of people, from a file or a data frame with a column ``user_id`` and one for each thing known.

    Numbers and truth values stay as they are, a missing number becomes the mean of its column. Words become columns
    of zeros and ones, ``gender=female`` and so on; somebody whose word is missing has zeros in all of them.

    Parameters
    ----------
    source : path-like, data frame, Arrow table, dict of columns, or list of dicts
    like : Vectors, optional
        A table made before, whose columns this one is to have: a model asks for those that it was fitted to.

    Returns
    -------
    Vectors
        One row a person, named columns; what ``gustibus.fit`` takes as ``covariates``.

    Raises
    ------
    GustibusError
        If there is no column of ids, an id is missing or stands twice, a column of words has more than 50 different
        ones, or a column of ``like`` is missing.

    Examples
    --------
    >>> table = people_table({"user_id": ["ann", "bob"], "age": [31, 47], "job": ["cook", None]})
    >>> table.names, table.matrix.tolist()
    (('age', 'job=cook'), [[31.0, 1.0], [47.0, 0.0]])
    """
    from gustibus.comparisons.file_reading import read_file
    from gustibus.comparisons.frame_reading import read_object

    is_path = isinstance(source, str | os.PathLike)
    raw = read_file(Path(source)) if is_path else read_object(source, "the table of people")
    held = {name: raw.table[name].to_pylist() for name in raw.table.column_names}
    ids = _ids(raw.name, held)
    columns: dict[str, Column] = {}
    for name, values in held.items():
        columns |= _numbers_of(raw.name, name, values)
    if like is not None and like.names is not None:
        columns = _like(raw.name, columns, held, like.names, len(ids))
    if not columns:
        raise GustibusError(f"{raw.name} holds ids but nothing about the people. Add a column.")
    return Vectors(ids, np.column_stack(list(columns.values())), names=list(columns))


def _ids(source: str, held: dict[str, list[Any]]) -> list[str]:
    """The ids, whose column is taken out of ``held``."""
    name = next((name for name in _ID_NAMES if name in held), None)
    if name is None:
        raise GustibusError(
            f"{source}: no column of ids among {', '.join(map(repr, held))}. Name the one that says who it is "
            "'user_id'."
        )
    ids = held.pop(name)
    missing = next((row for row, one in enumerate(ids) if one is None or str(one).strip() == ""), None)
    if missing is not None:
        raise GustibusError(f"{source}: row {missing + 1} has no {name}. Give every row one, or leave the row out.")
    texts = [str(one) for one in ids]
    twice, count = Counter(texts).most_common(1)[0] if texts else ("", 0)
    if count > 1:
        raise GustibusError(f"{source}: {name} {twice!r} stands in {count} rows. Give each person one row.")
    if not texts:
        raise GustibusError(f"{source} has no rows. Give one for each person.")
    return texts


def _numbers_of(source: str, name: str, values: list[Any]) -> dict[str, Column]:
    """One column of numbers, or one of zeros and ones for each word."""
    given = [value for value in values if value is not None and value != ""]
    parsed = [_as_number(value) for value in values]
    if given and sum(math.isfinite(number) for number in parsed) == len(given):
        column = np.array(parsed)
        missing = np.isnan(column)
        column[missing] = column[~missing].mean()
        return {name: column}
    words = sorted({str(value) for value in given})
    if len(words) > _MOST_VALUES:
        raise GustibusError(
            f"{source}: column {name!r} holds {len(words)} different values, such as {words[0][:30]!r}, which are no "
            f"numbers; at most {_MOST_VALUES} become columns of their own. Group them, or leave the column out."
        )
    return {
        f"{name}={word}": np.array([value is not None and str(value) == word for value in values], float)
        for word in words
    }


def _as_number(value: Any) -> float:
    if value is None or value == "":
        return math.nan
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.inf


def _like(
    source: str, columns: dict[str, Column], held: dict[str, list[Any]], names: Sequence[str], n_rows: int
) -> dict[str, Column]:
    """The columns of another table; a word that nobody has here is a column of zeros."""
    lacking = [name for name in names if name not in columns and name.rpartition("=")[0] not in held]
    if lacking:
        raise GustibusError(
            f"{source} has no column {lacking[0]!r}, to which the model was fitted; it has {', '.join(held)}."
        )
    return {name: columns.get(name, np.zeros(n_rows)) for name in names}
