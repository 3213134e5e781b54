"""Tables of features: the id column is found, numbers are numbers, and mistakes are named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gustibus.comparisons import GustibusError
from gustibus.embedding import read_vectors


def write_csv(folder: Path, text: str) -> Path:
    path = folder / "features.csv"
    path.write_text(text)
    return path


def test_all_formats_give_the_same_vectors(tmp_path: Path) -> None:
    matrix = np.array([[1.0, 2.5], [3.0, -1.0]])
    pq.write_table(pa.table({"id": ["x", "y"], "p": matrix[:, 0], "q": matrix[:, 1]}), tmp_path / "f.parquet")
    np.savez(tmp_path / "f.npz", ids=np.array(["x", "y"]), matrix=matrix, names=np.array(["p", "q"]))
    csv = write_csv(tmp_path, "id,p,q\nx,1,2.5\ny,3,-1\n")
    for path in (tmp_path / "f.parquet", tmp_path / "f.npz", csv):
        vectors = read_vectors(path)
        assert (vectors.ids, vectors.names) == (("x", "y"), ("p", "q"))
        np.testing.assert_array_equal(vectors.matrix, matrix)


def test_the_only_text_column_holds_the_ids(tmp_path: Path) -> None:
    assert read_vectors(write_csv(tmp_path, "size,car\n1,mini\n2,van\n")).ids == ("mini", "van")


def test_ids_that_look_like_numbers_stay_as_they_are_written(tmp_path: Path) -> None:
    assert read_vectors(write_csv(tmp_path, "id,p\n007,1\n8,2\n")).ids == ("007", "8")
    pq.write_table(pa.table({"id": [7, 8], "p": [1.0, 2.0]}), tmp_path / "f.parquet")
    assert read_vectors(tmp_path / "f.parquet").ids == ("7", "8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("size,weight\n1,2\n", "which column holds the ids"),
        ("car,colour,size\nmini,red,1\n", "which column holds the ids"),
        ("id,colour\nmini,red\n", "column 'colour' holds string such as 'red'"),
        ("id,p\nmini,1\nvan,\n", "no value in row 2"),
        ("id,p\nmini,1\nmini,2\n", "'mini' stands for more than one row"),
        ("id\nmini\n", "only the id column"),
        ("", "cannot be read as csv"),
    ],
)
def test_a_wrong_table_is_refused_with_its_name_and_the_fix(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(GustibusError, match=r"features\.csv") as raised:
        read_vectors(write_csv(tmp_path, text))
    assert said in str(raised.value)


@pytest.mark.parametrize("name", ["f.parquet", "f.npz", "f.xlsx"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("nothing of the sort")
    with pytest.raises(GustibusError, match=name):
        read_vectors(tmp_path / name)


def test_arrays_without_ids_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "f.npz", x=np.zeros((2, 2)))
    with pytest.raises(GustibusError, match=r"numpy\.savez"):
        read_vectors(tmp_path / "f.npz")
