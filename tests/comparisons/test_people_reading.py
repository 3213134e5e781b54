"""What is said of people is read one row a person, and refused where it is said twice or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from gustibus.comparisons import BadRows, GustibusError, read_groups, read_weights


def test_files_and_rows_say_the_same(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("user_id,group,weight\nann,old,2\n7,young,0.5\n")
    assert read_groups(path) == {"ann": "old", "7": "young"}
    assert read_weights(path) == {"ann": 2.0, "7": 0.5}
    assert read_weights([{"who": "ann", "mass": 3}], columns={"user_id": "who", "weight": "mass"}) == {"ann": 3.0}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ann,old,1\nann,young,1\n", r"row 2, column 'user_id', value 'ann' is named above already"),
        ("ann,old,1\n,young,1\n", r"row 2, column 'user_id', value .* is missing"),
        ("ann,old,1\nbob,young,-2\n", r"row 2, column 'weight', value '?-2'? is negative\. Write a number >= 0"),
        ("ann,old,1\nbob,young,many\n", r"row 2, column 'weight', value 'many' is not a finite number"),
        ("ann,old,1\nbob,young,\n", r"row 2, column 'weight', value .* is missing\. Write 1"),
    ],
)
def test_bad_rows_are_refused_with_row_column_reason_and_fix(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text("user_id,group,weight\n" + text)
    with pytest.raises(BadRows, match=said):
        read_weights(path)


def test_a_person_without_a_group_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRows, match=r"row 2, column 'group', value \(missing\) is missing\. Give the person a group"):
        read_groups([{"user_id": "ann", "group": "old"}, {"user_id": "bob", "group": None}])
    with pytest.raises(GustibusError, match="has no column 'group'"):
        read_groups([{"user_id": "ann"}])
