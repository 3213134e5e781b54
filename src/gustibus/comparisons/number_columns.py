"""Columns of numbers and of times, from whatever type a source gives them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.bad_rows import Fault
from gustibus.comparisons.record import NO_TIMESTAMP
from gustibus.comparisons.text_columns import decoded, is_text_type

__all__ = ["NUMBER", "exact_number_column", "number_column", "numbers_in_text", "time_column"]

NUMBER: Final = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
"""A decimal number in text."""

_ZONE: Final = r"(Z|[+-]\d\d:?\d\d)$"
_LAST_SECOND: Final = 253_402_300_799  # the end of the year 9999; more is not Unix seconds but a finer unit
_TIME_FIX: Final = "Write ISO 8601 such as 2026-01-31T12:00:00Z, or Unix seconds (divide milliseconds by 1000)."

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def numbers_in_text(text: pa.Array) -> tuple[Floats, npt.NDArray[np.float32], Flags]:
    """Read numbers written in digits.

    Returns
    -------
    tuple
        ``(M,)`` values in double and, rounded once from the digits, in single precision (nan where there is no
        number), and where a text is no number.
    """
    trimmed = pc.utf8_trim_whitespace(text)
    is_number = pc.match_substring_regex(trimmed, NUMBER).fill_null(False)
    digits = pc.if_else(is_number, trimmed, pa.scalar(None, trimmed.type))
    double = digits.cast(pa.float64()).to_numpy(zero_copy_only=False)
    single = digits.cast(pa.float32()).to_numpy(zero_copy_only=False)
    nothing = pc.equal(trimmed, "").fill_null(True)
    wrong = pc.and_not(pc.invert(is_number), nothing).to_numpy(zero_copy_only=False)
    return double, single, wrong


def number_column(field: str, column: pa.ChunkedArray) -> tuple[npt.NDArray[np.float32], Flags, list[Fault]]:
    """Turn a column into finite numbers.

    Returns
    -------
    tuple
        ``(M,)`` float32 values, where they are missing (null, nan or empty), and the faults found.
    """
    _, single, missing, faults = _both_precisions(field, column)
    return single, missing, faults


def exact_number_column(field: str, column: pa.ChunkedArray) -> tuple[Floats, Flags, list[Fault]]:
    """The same as :func:`number_column` in double precision."""
    double, _, missing, faults = _both_precisions(field, column)
    return double, missing, faults


def _both_precisions(field: str, column: pa.ChunkedArray) -> tuple[Floats, npt.NDArray[np.float32], Flags, list[Fault]]:
    column = decoded(column)
    kind = column.type
    fix = "Write a finite number in digits."
    if is_text_type(kind):
        text = column.cast(pa.large_string()).combine_chunks()
        double, single, wrong = numbers_in_text(text)
        wrong &= ~pc.is_in(pc.utf8_lower(text), pa.array(["nan"], pa.large_string())).to_numpy(zero_copy_only=False)
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind):
        double = column.cast(pa.float64(), safe=False).fill_null(np.nan).to_numpy()
        with np.errstate(over="ignore"):
            single = double.astype(np.float32)
        wrong = np.zeros(len(double), bool)
    else:
        missing, faults = _of_wrong_type(field, column, "a number", fix)
        nothing = np.full(len(column), np.nan)
        return nothing, nothing.astype(np.float32), missing, faults
    wrong |= np.isinf(single) | np.isinf(double)
    faults = [Fault(field, np.flatnonzero(wrong), "is not a finite number", fix)] if wrong.any() else []
    single = np.where(wrong, np.nan, single).astype(np.float32)
    return np.where(wrong, np.nan, double), single, np.isnan(single) & ~wrong, faults


def time_column(field: str, column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int64], list[Fault]]:
    """Turn a column into microseconds since 1970 UTC.

    Times with a zone are converted to UTC, times without one are taken as UTC; numbers are Unix seconds; finer than
    microseconds is cut off.

    Returns
    -------
    tuple
        ``(M,)`` int64, the smallest int64 where there is no time, and the faults found.
    """
    column = decoded(column)
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        times = column.cast(pa.timestamp("us", tz=getattr(kind, "tz", None)), safe=False).cast(pa.int64())
        return times.fill_null(NO_TIMESTAMP).to_numpy(), []
    if is_text_type(kind):
        return _times_in_text(field, column.cast(pa.large_string()).combine_chunks())
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind):
        return _unix_seconds(field, column.cast(pa.float64(), safe=False).fill_null(np.nan).to_numpy())
    return np.full(len(column), NO_TIMESTAMP), _of_wrong_type(field, column, "a time", _TIME_FIX)[1]


def _of_wrong_type(field: str, column: pa.ChunkedArray, wanted: str, fix: str) -> tuple[Flags, list[Fault]]:
    """Where such a column is missing, and a fault for all its other values."""
    missing: Flags = column.is_null().to_numpy()
    wrong = np.flatnonzero(~missing)
    return missing, [Fault(field, wrong, f"is of type {column.type}, not {wanted}", fix)] if len(wrong) else []


def _unix_seconds(field: str, seconds: Floats) -> tuple[npt.NDArray[np.int64], list[Fault]]:
    missing = np.isnan(seconds)
    wrong = ~missing & ~(np.abs(seconds) <= _LAST_SECOND)
    exact = np.where(missing | wrong, 0, seconds)
    whole = np.floor(exact)
    micros = whole.astype(np.int64) * 1_000_000 + np.round((exact - whole) * 1e6).astype(np.int64)
    faults = [Fault(field, np.flatnonzero(wrong), "is not a time", _TIME_FIX)] if wrong.any() else []
    return np.where(missing | wrong, NO_TIMESTAMP, micros), faults


def _times_in_text(field: str, text: pa.Array) -> tuple[npt.NDArray[np.int64], list[Fault]]:
    trimmed = pc.utf8_trim_whitespace(text)
    trimmed = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, trimmed.type), trimmed)
    has_zone = pc.match_substring_regex(trimmed, _ZONE)
    nothing = pa.scalar(None, trimmed.type)
    try:
        zoned = pc.if_else(has_zone, trimmed, nothing).cast(pa.timestamp("us", tz="UTC")).cast(pa.int64())
        plain = pc.if_else(has_zone, nothing, trimmed).cast(pa.timestamp("us")).cast(pa.int64())
        return pc.coalesce(zoned, plain).fill_null(NO_TIMESTAMP).to_numpy(zero_copy_only=False), []
    except pa.ArrowInvalid:
        pass  # some text is written in another way: one by one
    encoded = trimmed.dictionary_encode()
    known = [_one_time(value) for value in encoded.dictionary.to_pylist()]
    times = np.array([*(NO_TIMESTAMP if value is None else value for value in known), NO_TIMESTAMP], np.int64)
    is_wrong = np.array([*(value is None for value in known), False])
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    wrong = np.flatnonzero(is_wrong[codes])
    return times[codes], [Fault(field, wrong, "is not a time", _TIME_FIX)] if len(wrong) else []


def _one_time(text: str) -> int | None:
    try:
        if (seconds := _number(text)) is not None:
            times, faults = _unix_seconds("timestamp", np.array([seconds]))
            return None if faults else int(times[0])
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _number(text: str) -> float | None:
    return float(text) if pc.match_substring_regex(pa.scalar(text), NUMBER).as_py() else None
