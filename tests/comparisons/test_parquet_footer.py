"""The footer of a parquet file, read beside pyarrow, says the same; damaged in any way it says nothing or a little."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gustibus.comparisons.parquet_footer import StoredColumn, columns_of_first_row_group

TABLE = pa.table(
    {
        "user_id": [f"person {i % 4}" for i in range(40)],
        "weight": [float(i) for i in range(40)],
        "words": [["x", str(i)] for i in range(40)],
        "said": [{"deep": {"deeper": None if i % 3 else "y"}} for i in range(40)],
    }
)
WAYS: tuple[dict[str, Any], ...] = (
    {},
    {"use_dictionary": False, "compression": "none", "row_group_size": 7},
    {"use_dictionary": ["user_id"], "compression": "zstd", "version": "1.0"},
    {"write_statistics": False, "data_page_version": "2.0", "write_page_index": True, "write_page_checksum": True},
)


def as_pyarrow_says(path: Path) -> list[StoredColumn]:
    group = pq.read_metadata(path).row_group(0)
    return [
        StoredColumn(
            path=tuple(part.path_in_schema.split(".")),
            n_values=part.num_values,
            n_bytes=part.total_uncompressed_size,
            dictionary_bytes=part.data_page_offset - part.dictionary_page_offset if part.has_dictionary_page else 0,
            indexed_pages=float(part.has_dictionary_page),
        )
        for part in map(group.column, range(group.num_columns))
    ]


@pytest.mark.parametrize("way", WAYS)
def test_a_sound_footer_says_what_pyarrow_says(way: dict[str, Any], tmp_path: Path) -> None:
    pq.write_table(TABLE, tmp_path / "x.parquet", **way)
    found = columns_of_first_row_group(tmp_path / "x.parquet")
    assert found == as_pyarrow_says(tmp_path / "x.parquet")
    assert len(found) == 4


def test_pages_of_plain_text_after_those_of_indices_are_counted(tmp_path: Path) -> None:
    """pyarrow gives the dictionary up when it outgrows its limit."""
    many = pa.table({"text": [f"text {i}" for i in range(3000)] * 2})
    pq.write_table(many, tmp_path / "x.parquet", dictionary_pagesize_limit=9000, data_page_size=2000)
    [column] = columns_of_first_row_group(tmp_path / "x.parquet")
    assert column.indexed_pages is not None
    assert 0 < column.indexed_pages < 1


def test_a_file_without_rows_holds_no_values(tmp_path: Path) -> None:
    pq.write_table(TABLE.slice(0, 0), tmp_path / "x.parquet")
    assert not any(column.n_values for column in columns_of_first_row_group(tmp_path / "x.parquet"))


def test_no_damage_to_a_footer_raises_anything(tmp_path: Path) -> None:
    chance = random.Random(0)
    path = tmp_path / "x.parquet"
    pq.write_table(TABLE, path, compression="none")
    sound = path.read_bytes()
    begin = len(sound) - 8 - int.from_bytes(sound[-8:-4], "little")
    fewer = 0
    for _ in range(1000):
        damaged = bytearray(sound)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(begin, len(sound))] = chance.choice(
                (0, 1, 12, 0x7F, 0x80, 0xFF, chance.randrange(256))
            )
        path.write_bytes(damaged)
        found = columns_of_first_row_group(path)
        assert all(isinstance(number, int) for part in found for number in (part.n_values, part.n_bytes))
        fewer += not found
    assert fewer > 100
