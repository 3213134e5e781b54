from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gustibus.comparisons.choices import choice_column


def column(*values: object, kind: pa.DataType | None = None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, kind)])


def test_sides_are_read_in_any_case_and_with_spaces() -> None:
    choices = choice_column(column("A", " b", "TIE ", "tie"))
    assert choices.outcome.tolist() == [1, 0, 0.5, 0.5]
    assert choices.is_tie.tolist() == [False, False, True, True]
    assert not choices.faults


@given(st.lists(st.floats(0, 1, width=32), min_size=1))
def test_probabilities_are_the_same_as_numbers_and_as_digits(shares: list[float]) -> None:
    as_numbers = choice_column(column(*shares))
    as_digits = choice_column(column(*(repr(share) for share in shares)))
    assert as_numbers.outcome.tolist() == as_digits.outcome.tolist() == [np.float32(share) for share in shares]


def test_one_half_in_digits_is_a_share_and_not_a_tie() -> None:
    choices = choice_column(column("0.5", "tie"))
    assert choices.outcome.tolist() == [0.5, 0.5]
    assert choices.is_tie.tolist() == [False, True]


@pytest.mark.parametrize(
    ("value", "fix"),
    [
        ("left", "Write 'a'"),
        ("Response B", "Write 'b'"),
        ("tie (bothbad)", "Write 'tie'"),
        ("2", "If 1 means the first response and 2 the second"),
        ("75%", "divide by 100: 0.75"),
        ("60", "divide by 100: 0.6"),
        ("-0.1", "Write a, b, tie"),
        ("banana", "Write a, b, tie"),
        ("inf", "Write a, b, tie"),
        ("1e400", "Write a, b, tie"),
    ],
)
def test_what_is_no_choice_gets_the_nearest_fix(value: str, fix: str) -> None:
    choices = choice_column(column("a", value))
    (fault,) = choices.faults
    assert fault.positions.tolist() == [1]
    assert not isinstance(fault.fix, str)
    assert fix in fault.fix(value)
    assert np.isnan(choices.outcome[1])


def test_missing_choices_are_told_from_wrong_ones() -> None:
    choices = choice_column(column("a", None, "", "nan", "x"))
    assert choices.missing.tolist() == [False, True, True, True, False]
    assert choices.faults[0].positions.tolist() == [4]


def test_truth_values_and_other_types_are_refused() -> None:
    assert "True and False" in choice_column(column(True)).faults[0].fix(True)  # type: ignore[operator]
    assert choice_column(column(b"a")).faults[0].positions.tolist() == [0]


def test_only_zeros_and_ones_are_noticed() -> None:
    assert choice_column(column(0, 1)).only_zero_and_one
    assert choice_column(column("0", "1")).only_zero_and_one
    assert choice_column(column(Decimal(1))).only_zero_and_one
    assert not choice_column(column("0", "a")).only_zero_and_one
    assert not choice_column(column("a", "b")).only_zero_and_one
    assert not choice_column(column(0.0, 0.5)).only_zero_and_one


def test_a_number_that_rounds_to_one_must_still_be_within_bounds() -> None:
    assert choice_column(column(1 + 1e-12)).faults
    assert choice_column(column("1.000000000001")).faults


def test_a_dictionary_of_choices_is_read_as_text() -> None:
    packed = pa.chunked_array([pa.array(["a", "b", None]).dictionary_encode()])
    assert choice_column(packed).outcome[:2].tolist() == [1, 0]
