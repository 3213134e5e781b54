from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from gustibus.comparisons import Comparisons, DataWarning, GustibusError, read

pytestmark = pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")

ROWS: list[dict[str, Any]] = [
    {"user_id": "ann", "prompt": "A drink?", "response_a": "tea", "response_b": "gin", "choice": "a", "margin": 1.5},
    {"user_id": "ben", "prompt": None, "response_a": "tea", "response_b": "ale", "choice": "tie", "margin": None},
]


class OnlyToArrow:
    """What older data frame libraries offer."""

    def to_arrow(self) -> pa.Table:
        return pa.Table.from_pylist(ROWS)


@pytest.mark.parametrize(
    "source",
    [
        ROWS,
        tuple(ROWS),
        (row for row in ROWS),
        {name: [row[name] for row in ROWS] for name in ROWS[0]},
        {name: np.array([row[name] for row in ROWS], object) for name in ROWS[0]},
        pa.Table.from_pylist(ROWS),
        pa.RecordBatch.from_pylist(ROWS),
        pa.Table.from_pylist(ROWS).to_reader(),
        pd.DataFrame(ROWS),
        pd.DataFrame(ROWS, index=[5, 7]),
        pd.DataFrame(ROWS).astype({"user_id": "category"}),
        pl.DataFrame(ROWS),
        pl.DataFrame(ROWS).with_columns(pl.col("user_id").cast(pl.Categorical)),
        OnlyToArrow(),
    ],
    ids=lambda source: type(source).__name__,
)
def test_every_kind_of_table_gives_the_same_judgements(source: Any) -> None:
    assert read(source) == Comparisons.from_rows(ROWS)


def test_a_dataset_is_read_as_it_was_filtered_and_shuffled() -> None:
    datasets = pytest.importorskip("datasets")
    dataset = datasets.Dataset.from_list(ROWS * 2)
    assert read(dataset) == Comparisons.from_rows(ROWS * 2)
    assert read(dataset.select([3, 0])) == Comparisons.from_rows([ROWS[1], ROWS[0]])
    assert read(dataset.to_iterable_dataset()) == Comparisons.from_rows(ROWS * 2)
    with pytest.raises(GustibusError, match=r"several data sets \('train', 'test'\).*data\['train'\]"):
        read(datasets.DatasetDict({"train": dataset, "test": dataset}))


def test_comparisons_are_read_as_themselves() -> None:
    data = Comparisons.from_rows(ROWS)
    assert read(data) is data
    with pytest.raises(GustibusError, match="Leave out columns="):
        read(data, columns={"user_id": "worker"})


def test_numbers_that_pandas_made_fractions_are_ids_again() -> None:
    frame = pd.DataFrame(ROWS).assign(group=[1, None])
    assert read(frame).groups.to_pylist() == ["1"]


def test_ids_of_two_types_become_text_with_a_warning() -> None:
    with pytest.warns(DataWarning, match=r"'user_id' holds numbers \(such as 7\) and text \(such as 'ann'\)"):
        data = read([ROWS[0], ROWS[1] | {"user_id": 7}])
    assert data.user_ids == ["ann", "7"]
    with pytest.warns(DataWarning, match="numbers"):
        assert read(pd.DataFrame([ROWS[0], ROWS[1] | {"user_id": 7}])) == data


def test_two_ids_are_never_made_one() -> None:
    with pytest.raises(GustibusError, match=r"both the number 1 and the text '1'.*make them differ"):
        read([ROWS[0] | {"user_id": 1}, ROWS[1] | {"user_id": "1"}])


def test_the_warning_points_at_the_callers_line() -> None:
    with pytest.warns(DataWarning) as caught:
        read([{**ROWS[0], "user_id": "nan"}])
    assert Path(caught[0].filename) == Path(__file__)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (5, "An object of type int cannot be read"),
        ([], r"0 rows"),
        (pd.DataFrame(), r"0 rows"),
        ([1, 2], "row 1 is of type int, not a dict"),
        ([{1: "x"}], "field name 1 is not text"),
        (ROWS[0], "is a str, not a column"),
        ({"user_id": ["a", "b"], "choice": ["a"]}, "differ in length"),
        ([ROWS[0] | {"user_id": "\ud800"}], "row 1, column 'user_id' holds half a character"),
        ([ROWS[0] | {"user_id": 1.5}], "holds fractions"),
        ([ROWS[0] | {"user_id": ["x"]}], "must be text. Turn the column into text"),
        ([ROWS[0] | {"prompt": ["x"]}], "must be text or a list of messages"),
        (pd.DataFrame([["x", "y"]], columns=["user_id", "user_id"]), "more than one column named 'user_id'"),
        ([ROWS[0] | {"user_id": b"\xff"}], "bytes that are not UTF-8"),
    ],
)
def test_objects_that_cannot_be_read_say_why(source: Any, message: str) -> None:
    with pytest.raises(GustibusError, match=message):
        read(source)
