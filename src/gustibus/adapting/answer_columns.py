"""The columns of answers, checked: what is no number or no code is refused by its place."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import GustibusError

__all__ = ["floats", "one_column", "refuse_where", "user_codes"]

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


def floats(values: npt.ArrayLike, name: str) -> FloatArray:
    """A float64 copy that the caller cannot change afterwards, all finite."""
    try:
        array: FloatArray = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise GustibusError(f"Answers: {name} cannot be read as numbers ({error}); give a numeric array.") from error
    bad = ~np.isfinite(array)
    if bad.any():
        where: Any = tuple(int(i) for i in np.argwhere(bad)[0])
        raise GustibusError(
            f"Answers: {name} is {array[where]} at index {where}, and {int(bad.sum())} value(s) in all are not finite; "
            "remove these records or repair the features they come from."
        )
    return array


def one_column(values: npt.ArrayLike, name: str, n_records: int) -> FloatArray:
    """One finite number a record; a single number counts for all."""
    column = floats(values, name)
    if column.ndim == 0:
        return np.full(n_records, column)
    if column.shape != (n_records,):
        raise GustibusError(f"Answers: {name} has shape {column.shape}, but z has {n_records} records; give one each.")
    return column


def user_codes(user: npt.ArrayLike, n_records: int) -> IntArray:
    """One code a record; a single one counts for all."""
    codes = np.asarray(user)
    if codes.ndim == 0:
        codes = np.full(n_records, codes)
    if codes.shape != (n_records,) or (codes.size and not np.issubdtype(codes.dtype, np.integer)):
        raise GustibusError(
            f"Answers: user has shape {codes.shape} and type {codes.dtype}, "
            f"but it needs {n_records} integer codes, one a record."
        )
    return np.array(codes, dtype=np.intp)


def refuse_where(bad: BoolArray, values: npt.NDArray[Any], name: str, wanted: str) -> None:
    """Refuse the first record of those that are bad."""
    if bad.any():
        first = int(np.argmax(bad))
        raise GustibusError(
            f"Answers: {name} is {values[first]} in record {first} ({int(bad.sum())} such); it must be {wanted}."
        )
