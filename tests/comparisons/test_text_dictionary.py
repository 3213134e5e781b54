from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gustibus.comparisons import BadRows, Comparisons, DataWarning, GustibusError, read, text_dictionary
from gustibus.comparisons.parquet_reading import read_parquet

columns = st.lists(st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=6), max_size=4)


@given(columns, st.sampled_from([pa.string(), pa.large_string()]))
def test_packed_texts_are_the_texts(texts: list[list[str | None]], kind: pa.DataType) -> None:
    chunks = [pa.array(column, kind) for column in texts]
    packed = list(text_dictionary.dictionaries_of(chunks))
    assert [text for part in packed for text in part.to_pylist()] == [text for column in texts for text in column]
    for part in packed:
        codes = [code for code in part.indices.to_pylist() if code is not None]
        assert list(dict.fromkeys(codes)) == list(range(len(part.dictionary)))  # in order of appearance
        assert part.dictionary.null_count == 0
        assert len(set(part.dictionary.to_pylist())) == len(part.dictionary)


def test_more_texts_than_fit_are_packed_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_dictionary, "_MOST_BYTES", 100)
    texts = [f"text {i % 7}" for i in range(60)]
    chunks = [pa.array(texts[:5]), pa.array(texts[5:10]), pa.array(texts[10:50]), pa.array(texts[50:])]
    packed = list(text_dictionary.dictionaries_of(chunks))
    assert len(packed) > 2
    assert [text for part in packed for text in part.to_pylist()] == texts


@pytest.mark.parametrize("limit", [64, 1 << 20])
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_a_file_reads_the_same_however_its_texts_are_stored(tmp_path: Path, limit: int, kind: pa.DataType) -> None:
    rng = np.random.default_rng(0)
    n = 5_000
    rows = {
        "user_id": [f"person {i}" for i in rng.integers(40, size=n)],
        "response_a": [f"response {i}, which says one thing in some words" for i in rng.integers(900, size=n)],
        "response_b": [f"response {i}, which says another in some words" for i in rng.integers(900, size=n)],
        "choice": rng.choice(["a", "b"], n).tolist(),
    }
    table = pa.table({name: pa.array(values, kind) for name, values in rows.items()})
    sizes = {"dictionary_pagesize_limit": limit, "row_group_size": 2_000, "write_batch_size": 10}
    pq.write_table(table, tmp_path / "x.parquet", **sizes)
    found = read_parquet("x", tmp_path / "x.parquet")
    assert pa.types.is_dictionary(found["response_a"].type) == (limit > 64)
    assert pa.types.is_dictionary(found["choice"].type)
    assert read(tmp_path / "x.parquet") == Comparisons.from_rows(table.to_pylist())


@pytest.mark.parametrize("n_responses", [50, 100_000])
def test_row_groups_are_packed_one_by_one_where_texts_recur(tmp_path: Path, n_responses: int) -> None:
    rng = np.random.default_rng(1)
    n = 4_000
    first = rng.integers(n_responses, size=n)
    other = (first + rng.integers(1, n_responses, size=n)) % n_responses
    table = pa.table(
        {
            "user_id": [f"person {i}" for i in rng.integers(40, size=n)],
            "prompt": [None if i % 7 == 0 else f"prompt {i % 90}" for i in range(n)],
            "response_a": [f"response {i}" for i in first],
            "response_b": [f"response {i}" for i in other],
            "choice": rng.choice(["a", "b", "tie"], n).tolist(),
        }
    )
    pq.write_table(table, tmp_path / "x.parquet", row_group_size=900, use_dictionary=False)
    found = read_parquet("x", tmp_path / "x.parquet")
    assert pa.types.is_dictionary(found["response_a"].type) == (n_responses == 50)
    assert found.cast(table.schema) == table
    with pytest.warns(DataWarning, match="have no prompt"):
        data = read(tmp_path / "x.parquet")
    expected = Comparisons.from_rows(table.to_pylist())
    for name in ("users", "prompts", "responses"):
        assert getattr(data, name).equals(getattr(expected, name))
    for name in ("user", "prompt", "response_a", "response_b", "outcome"):
        assert np.array_equal(getattr(data, name), getattr(expected, name))


def test_bad_rows_of_a_later_row_group_are_named(tmp_path: Path) -> None:
    rows = [{"user_id": f"p{i % 3}", "response_a": "tea", "response_b": "gin", "choice": "a"} for i in range(50)]
    rows[41]["response_b"] = ""
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "x.parquet", row_group_size=20, use_dictionary=False)
    with pytest.raises(BadRows, match=r"row 42, column 'response_b', value '' is empty"):
        read(tmp_path / "x.parquet")
    with pytest.warns(DataWarning, match="1 of 50 rows"):
        assert len(read(tmp_path / "x.parquet", skip_bad=True)) == 49
    assert '"rejected_row": 42' in (tmp_path / "x.parquet.rejects.jsonl").read_text(encoding="utf-8")


def test_a_parquet_file_with_a_column_twice_is_refused(tmp_path: Path) -> None:
    column = pa.array(["tea"] * 30)
    table = pa.Table.from_arrays([column, column], names=["response_a", "response_a"])
    pq.write_table(table, tmp_path / "x.parquet", row_group_size=10, use_dictionary=False)
    with pytest.raises(GustibusError, match="more than one column named 'response_a'"):
        read(tmp_path / "x.parquet")


def test_a_parquet_file_whose_column_names_are_damaged_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"response_a": ["tea"]}), tmp_path / "x.parquet")
    damaged = (tmp_path / "x.parquet").read_bytes().replace(b"response_a", b"respons\xc1_a")
    (tmp_path / "x.parquet").write_bytes(damaged)
    with pytest.raises(GustibusError, match=r"x\.parquet"):
        read(tmp_path / "x.parquet")


def test_a_name_with_half_a_character_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(r'{"pro\ud800": "x", "user_id": "ann"}' + "\n")
    with pytest.raises(GustibusError, match="lone surrogate"):
        read(tmp_path / "x.jsonl")
