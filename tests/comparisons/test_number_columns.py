from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pyarrow as pa
import pytest

from gustibus.comparisons import NO_TIMESTAMP
from gustibus.comparisons.number_columns import number_column, time_column

NOON = 1_709_210_096_000_000  # 2024-02-29T12:34:56 UTC


def column(*values: object, kind: pa.DataType | None = None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, kind)])


def test_numbers_in_digits_and_as_numbers_are_equal() -> None:
    digits, missing, faults = number_column("margin", column("0.1", " 2 ", None, "", "NaN", "1e-3"))
    numbers, _, _ = number_column("margin", column(0.1, 2, None, None, float("nan"), 1e-3))
    np.testing.assert_array_equal(digits, numbers)
    assert missing.tolist() == [False, False, True, True, True, False]
    assert not faults


def test_what_is_no_finite_number_is_a_fault() -> None:
    _, missing, (fault,) = number_column("margin", column("1", "x", "inf", "1e39"))
    assert fault.positions.tolist() == [1, 2, 3]
    assert not missing.any()
    assert number_column("margin", column(1e39))[2][0].positions.tolist() == [0]
    assert number_column("margin", column(True))[2][0].reason == "is of type bool, not a number"


@pytest.mark.parametrize(
    "value",
    [
        "2024-02-29T12:34:56Z",
        "2024-02-29 12:34:56",
        "2024-02-29T13:34:56+01:00",
        "2024-02-29T13:34:56+0100",
        "20240229T123456",
        "1709210096",
        "1709210096.0",
        1709210096,
        1709210096.0,
        datetime(2024, 2, 29, 12, 34, 56),
        datetime(2024, 2, 29, 12, 34, 56, tzinfo=UTC),
        datetime(2024, 2, 29, 14, 34, 56, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_a_moment_is_the_same_however_it_is_written(value: object) -> None:
    times, faults = time_column("timestamp", column(value))
    assert times.tolist() == [NOON]
    assert not faults


def test_microseconds_are_kept_and_finer_ones_cut_off() -> None:
    kind = pa.timestamp("ns")
    assert time_column("t", pa.chunked_array([pa.array([NOON * 1000 + 1789], kind)]))[0].tolist() == [NOON + 1]
    assert time_column("t", column("2024-02-29T12:34:56.000001Z"))[0].tolist() == [NOON + 1]
    assert time_column("t", column("2024-02-29T12:34:56.0000019Z"))[0].tolist() == [NOON + 1]


def test_days_and_times_before_1970_count() -> None:
    assert time_column("t", column(date(1969, 12, 31)))[0].tolist() == [-86_400_000_000]
    assert time_column("t", column(-0.5))[0].tolist() == [-500_000]


def test_missing_times_and_wrong_times_are_told_apart() -> None:
    times, (fault,) = time_column("t", column("2024-02-29T12:34:56Z", None, "", "yesterday"))
    assert times.tolist() == [NOON, NO_TIMESTAMP, NO_TIMESTAMP, NO_TIMESTAMP]
    assert fault.positions.tolist() == [3]
    assert time_column("t", column(1_709_210_096_000))[1][0].positions.tolist() == [0], "milliseconds are no seconds"
    assert time_column("t", column(True))[1][0].reason == "is of type bool, not a time"
