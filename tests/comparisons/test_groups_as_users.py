"""Groups in place of people."""

from __future__ import annotations

import pytest

from gustibus.comparisons import Comparisons, GustibusError

ROWS = [
    {"user_id": "ann", "group": "north", "response_a": "tea", "response_b": "gin", "choice": "a"},
    {"user_id": "ben", "group": "north", "response_a": "tea", "response_b": "gin", "choice": "b"},
    {"user_id": "ann", "group": "south", "response_a": "gin", "response_b": "tea", "choice": "a"},
]


def test_each_judgement_is_its_groups_and_nothing_else_changes() -> None:
    data = Comparisons.from_rows(ROWS)
    mapped = data.with_groups_as_users()
    assert [row["user_id"] for row in mapped.to_rows()] == ["north", "north", "south"]
    people_left_out = [{k: v for k, v in row.items() if k != "user_id"} for row in data.to_rows()]
    assert [{k: v for k, v in row.items() if k != "user_id"} for row in mapped.to_rows()] == people_left_out


def test_names_of_people_are_gone() -> None:
    mapped = Comparisons.from_rows(ROWS).with_groups_as_users()
    assert mapped.users.to_pylist() == ["north", "south"]


def test_doing_it_twice_changes_nothing() -> None:
    once = Comparisons.from_rows(ROWS).with_groups_as_users()
    assert once.with_groups_as_users() == once


def test_judgements_without_a_group_are_counted_and_named() -> None:
    data = Comparisons.from_rows([ROWS[0], {**ROWS[1], "group": None}, ROWS[2], {**ROWS[2], "group": None}])
    with pytest.raises(
        GustibusError, match=r"2 judgements of 4 have no group \(numbers 2, 4, counted from 1\).*data.filter"
    ):
        data.with_groups_as_users()
    assert len(data.filter(data.group >= 0).with_groups_as_users()) == 2
