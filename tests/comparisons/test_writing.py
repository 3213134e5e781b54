from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gustibus.comparisons import NO_TIMESTAMP, Comparisons, GustibusError, read, write

pytestmark = pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1).filter(str.strip)
optional_float = st.none() | st.floats(width=32, allow_nan=False, allow_infinity=False)
records = st.fixed_dictionaries(
    {
        "user_id": texts,
        "prompt": texts,
        "response_a": texts.map(lambda text: text + "a"),
        "response_b": texts.map(lambda text: text + "b"),
        "choice": st.sampled_from(["a", "b", "tie"]) | st.floats(0, 1, width=32),
        "margin": optional_float,
        "weight": st.floats(0, 2.0**100, width=32),
        "group": st.none() | texts,
        "source": st.sampled_from([None, "human", "llm"]),
        "timestamp": st.none() | st.datetimes(),
        "split": st.sampled_from([None, "train", "validation", "test"]),
        "prompt_b": st.none() | texts,
    }
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    rows=st.lists(records, min_size=1, max_size=4), suffix=st.sampled_from([".parquet", ".jsonl", ".json", ".csv.gz"])
)
def test_whatever_is_written_comes_back_exactly(tmp_path: Path, rows: list[dict[str, Any]], suffix: str) -> None:
    data = Comparisons.from_rows(rows)
    write(data, tmp_path / f"x{suffix}")
    assert read(tmp_path / f"x{suffix}") == data


def test_every_field_comes_back_from_every_format(tmp_path: Path, everything: Comparisons) -> None:
    for suffix in (".parquet", ".jsonl", ".json", ".csv", ".tsv.gz"):
        write(everything, tmp_path / f"x{suffix}")
        back = read(tmp_path / f"x{suffix}")
        assert back == everything, suffix
        np.testing.assert_array_equal(back.timestamp == NO_TIMESTAMP, [False, True, True, True])
        assert back.to_rows() == everything.to_rows()


def test_people_who_are_not_in_a_subset_are_not_written(tmp_path: Path, everything: Comparisons) -> None:
    write(everything.for_users("007"), tmp_path / "x.parquet")
    assert pq.read_table(tmp_path / "x.parquet")["user_id"].to_pylist() == ["007"]
    assert b"ann" not in (tmp_path / "x.parquet").read_bytes()


def test_row_groups_of_parquet_share_their_texts_and_everybody_reads_texts(tmp_path: Path) -> None:
    n = (1 << 20) + 5
    rng = np.random.default_rng(0)
    first = rng.integers(30, size=n)
    data = Comparisons.from_arrays(
        users=["unused", "ann", "ben"],
        responses=[f"response {i}" for i in range(30)],
        user=rng.integers(1, 3, size=n),
        response_a=first,
        response_b=(first + rng.integers(1, 30, size=n)) % 30,
        outcome=rng.integers(2, size=n).astype(np.float32),
    )
    write(data, tmp_path / "x.parquet")
    file = pq.ParquetFile(tmp_path / "x.parquet", read_dictionary=["user_id", "response_a"])
    groups = [file.read_row_group(group) for group in range(file.num_row_groups)]
    assert len(groups) == 2
    for column in ("user_id", "response_a"):
        assert groups[0][column].chunk(0).dictionary.equals(groups[1][column].chunk(0).dictionary)
    assert set(pq.read_schema(tmp_path / "x.parquet").types) == {pa.string()}
    again = read(tmp_path / "x.parquet")
    assert again == data
    assert set(again.user_ids) == {"ann", "ben"}


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, everything: Comparisons) -> None:
    write(everything, tmp_path / "x.csv")
    before = (tmp_path / "x.csv").read_bytes()
    with pytest.raises(GustibusError, match="cannot say"):
        write(everything, tmp_path / "x.csv", format="trl")
    assert (tmp_path / "x.csv").read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.csv"]


def test_wrong_places_and_formats_are_refused(tmp_path: Path, everything: Comparisons) -> None:
    with pytest.raises(GustibusError, match=r"x\.csv: there is no folder .*nowhere\. Make it"):
        write(everything, tmp_path / "nowhere" / "x.csv")
    with pytest.raises(GustibusError, match=r"'\.xlsx' is not known\. .* End the name of the file in one of these"):
        write(everything, tmp_path / "x.xlsx")
    with pytest.raises(GustibusError, match="format='csv' is not known"):
        write(everything, tmp_path / "x.csv", format="csv")  # type: ignore[arg-type]
