from __future__ import annotations

import numpy as np
import pytest

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.comparisons.table_columns import blocks_of_rows, constant, frozen, handed_over


def small(n: int, **columns: object) -> Comparisons:
    given: dict[str, object] = {"user": np.zeros(n, int), "response_a": np.zeros(n, int), "response_b": np.ones(n, int)}
    given |= {"outcome": np.ones(n), "users": ["ann"], "responses": ["tea", "gin"]}
    return Comparisons.from_arrays(**(given | columns))  # type: ignore[arg-type]


def test_a_column_that_somebody_can_write_into_is_copied() -> None:
    outcome = np.ones(3, np.float32)
    seen_through = outcome[:]
    seen_through.flags.writeable = False  # the array behind it can still be written into
    data = small(3, outcome=seen_through)
    outcome[0] = 0
    assert data.outcome.tolist() == [1, 1, 1]


def test_a_column_that_nobody_can_write_into_is_kept_as_it_is() -> None:
    outcome = handed_over(np.ones(3, np.float32)[1:])
    assert frozen(outcome, np.float32) is outcome
    with pytest.raises(ValueError, match="read-only"):
        small(2, outcome=outcome).outcome[0] = 0


def test_a_column_in_which_nothing_is_said_takes_no_memory() -> None:
    data = small(1_000)
    assert [data.weight.strides, data.margin.strides, data.timestamp.strides, data.split.strides] == [(0,)] * 4
    assert data.take([5, 6]).weight.tolist() == [1, 1]
    assert frozen(kept := constant(1, 9, np.float32), np.float32) is kept
    assert data == small(1_000, weight=np.ones(1_000), split=np.full(1_000, -1))


@pytest.mark.parametrize("row", [0, 32_767, 32_768, 99_999])
def test_a_wrong_value_is_found_wherever_it_is(row: int) -> None:
    outcome = np.ones(100_000)
    outcome[row] = 1.5
    with pytest.raises(GustibusError, match=rf"Judgement {row}: the value 1\.5 in 'outcome' .*\(1 such judgements\)"):
        small(100_000, outcome=outcome)


def test_blocks_cover_every_row_once() -> None:
    for n in (0, 1, 32_768, 100_001):
        rows = np.arange(n)
        assert np.concatenate([rows[:0], *(rows[block] for block in blocks_of_rows(n))]).tolist() == rows.tolist()
