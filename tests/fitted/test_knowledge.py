"""A table of people becomes numbers, or is refused with what to do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gustibus as gs


def test_numbers_stay_and_words_become_columns(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("user_id,age,smokes,country\n007,31,1,FR\n8,,0,DE\nx,47,1,\n")
    table = gs.people_table(path)
    assert table.ids == ("007", "8", "x")
    assert table.names == ("age", "smokes", "country=DE", "country=FR")
    np.testing.assert_array_equal(table.matrix, [[31, 1, 0, 1], [39, 0, 1, 0], [47, 1, 0, 0]])


def test_another_table_has_the_columns_of_the_first() -> None:
    first = gs.people_table({"user_id": ["a", "b"], "job": ["cook", "nurse"], "age": [30, 40]})
    later = gs.people_table({"age": [50], "job": ["pilot"], "user_id": ["c"]}, like=first)
    assert later.names == first.names == ("job=cook", "job=nurse", "age")
    np.testing.assert_array_equal(later.matrix, [[0, 0, 50]])


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"name_of": ["a"], "age": [1]}, "no column of ids"),
        ({"user_id": ["a", "a"], "age": [1, 2]}, "'a' stands in 2 rows"),
        ({"user_id": ["a", None], "age": [1, 2]}, "row 2 has no user_id"),
        ({"user_id": ["a"]}, "nothing about the people"),
        ({"user_id": [], "age": []}, "no rows"),
        ({"user_id": [f"u{i}" for i in range(60)], "essay": [f"text {i}" for i in range(60)]}, "60 different values"),
    ],
)
def test_tables_that_cannot_be_used_are_refused(table: dict[str, list[object]], said: str) -> None:
    with pytest.raises(gs.GustibusError, match=said):
        gs.people_table(table)


def test_a_column_that_the_model_needs_is_named() -> None:
    first = gs.people_table({"user_id": ["a"], "age": [30]})
    with pytest.raises(gs.GustibusError, match="no column 'age', to which the model was fitted"):
        gs.people_table({"user_id": ["a"], "height": [180]}, like=first)
