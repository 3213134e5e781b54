"""Tables say the same in markdown, text and JSON, and refuse what they cannot print."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gustibus.comparisons import GustibusError
from gustibus.evaluation import Interval
from gustibus.reporting import Column, Table, format_cell

ROWS = [["bt", Interval(0.70049, 0.69, 0.71, 0.95, 60), 1200], ["pal-a", 0.8, None]]
COLUMNS = ["model", Column("accuracy", "share right"), "judgements"]


def test_figures_have_three_digits_and_intervals_follow_in_brackets():
    assert format_cell(Interval(0.81234, 0.8031, 0.8196, 0.95, 9)) == "0.812 [0.803, 0.820]"
    assert format_cell(0.25, digits=1) == "0.2"
    assert format_cell(-1.23456) == "-1.235"


def test_an_unknown_interval_leaves_the_figure_alone():
    assert format_cell(Interval(0.5, float("nan"), float("nan"), 0.95, 1)) == "0.500"


@pytest.mark.parametrize(("cell", "text"), [(None, "–"), (float("nan"), "–"), (True, "yes"), (1234567, "1,234,567")])
def test_other_cells(cell, text):
    assert format_cell(cell) == text


def test_markdown_aligns_figures_to_the_right_and_names_units():
    lines = Table(COLUMNS, ROWS).to_markdown().splitlines()
    assert lines[0] == "| model | accuracy (share right) | judgements |"
    assert lines[1] == "| :--- | ---: | ---: |"
    assert lines[2] == "| bt | 0.700 [0.690, 0.710] | 1,200 |"
    assert lines[3] == "| pal-a | 0.800 | – |"


def test_markdown_escapes_bars():
    assert r"a\|b" in Table(["x"], [["a|b"]]).to_markdown()


def test_text_columns_line_up():
    lines = Table(COLUMNS, ROWS).to_text().splitlines()
    ends = {line.rstrip().rfind(end) + len(end) for line, end in zip(lines[1:], ("1,200", "–"), strict=True)}
    assert len(ends) == 1
    assert lines[0].startswith("model  ")


def test_json_keeps_every_digit_and_the_units():
    content = json.loads(Table(COLUMNS, ROWS).to_json())
    assert content["columns"][1] == {"name": "accuracy", "unit": "share right"}
    assert content["rows"][0]["accuracy"] == {
        "estimate": 0.70049, "low": 0.69, "high": 0.71, "level": 0.95, "n_users": 60,
    }  # fmt: skip
    assert content["rows"][1] == {"model": "pal-a", "accuracy": 0.8, "judgements": None}


def test_json_writes_nothing_for_what_is_no_number():
    assert json.loads(Table(["x"], [[float("nan")], [float("inf")]]).to_json())["rows"] == [{"x": None}, {"x": None}]


def test_numpy_numbers_become_plain_ones():
    table = Table(["n", "x"], [[np.int64(3), np.float32(0.5)]])
    assert json.loads(table.to_json())["rows"] == [{"n": 3, "x": 0.5}]
    assert table.cells() == [["3", "0.500"]]


def test_an_empty_table_still_has_its_headings():
    assert Table(["a", "b"], []).to_text() == "a  b"
    assert Table(["a"], []).to_markdown() == "| a |\n| :--- |"


def test_rows_of_the_wrong_length_are_refused():
    with pytest.raises(GustibusError, match="Row 1 has 2 cells for 1 columns"):
        Table(["a"], [["x"], ["x", "y"]])


def test_cells_that_cannot_be_printed_are_refused_by_place():
    with pytest.raises(GustibusError, match=r"Row 0, column 'b' holds a list"):
        Table(["a", "b"], [["x", [1]]])


@given(st.lists(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2), min_size=1, max_size=5))
def test_text_and_markdown_show_the_same_cells(rows):
    table = Table(["first", "second"], rows)
    shown = [line.strip("| ").split(" | ") for line in table.to_markdown().splitlines()[2:]]
    assert shown == [line.split() for line in table.to_text().splitlines()[1:]] == table.cells()
