from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gustibus.comparisons import Comparisons, DataWarning, GustibusError, canonical_messages, read, write

pytestmark = pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")

ROWS = [
    {"user_id": "007", "prompt": "A drink?", "response_a": "tea", "response_b": "gin", "choice": "a"},
    {"user_id": "ann", "prompt": "A drink?", "response_a": "NA", "response_b": "2024-01-01", "choice": "0.25"},
    {"user_id": "ann", "prompt": 'Say:\n"two, lines"', "response_a": "é🙂", "response_b": "gin", "choice": "tie"},
]


@pytest.fixture
def rows() -> Comparisons:
    return Comparisons.from_rows(ROWS)


@pytest.mark.parametrize(
    "suffix", [".parquet", ".pq", ".jsonl", ".ndjson", ".jsonl.gz", ".csv", ".csv.gz", ".tsv", ".json"]
)
def test_every_format_gives_the_same_judgements(tmp_path: Path, rows: Comparisons, suffix: str) -> None:
    file = tmp_path / f"some.judgements{suffix}"
    write(rows, file)
    assert read(file) == rows
    assert read(str(file)) == rows


def test_csv_keeps_leading_zeros_and_words_that_look_missing(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("user_id,response_a,response_b,choice\n007,NA,null,a\n7,1.0,001,b\n", encoding="utf-8")
    data = read(file)
    assert data.user_ids == ["007", "7"]
    assert data.responses.to_pylist() == ["NA", "1.0", "null", "001"]


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path: Path, rows: Comparisons) -> None:
    file = tmp_path / "x.csv"
    plain = "user_id,response_a,response_b,choice\r\nann,tea,gin,a\r\n\r\nben,tea,gin,b\r\n"
    file.write_bytes(b"\xef\xbb\xbf" + plain.encode())
    assert [row["user_id"] for row in read(file).to_rows()] == ["ann", "ben"]


def test_jsonl_of_changing_types_is_read_like_any_other(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    talk = [{"role": "user", "content": "Hi"}]
    records = [
        {"user_id": "ann", "prompt": talk, "response_a": "tea", "response_b": "gin", "choice": "a"},
        {"user_id": "ben", "prompt": "Hi", "response_a": "tea", "response_b": "gin", "choice": 0.25, "margin": 2},
        {"user_id": "cat", "response_a": "tea", "response_b": "gin", "choice": "tie", "prompt": None},
    ]
    file.write_text("\n\n".join(json.dumps(record) for record in records), encoding="utf-8")
    data = read(file)
    assert [row["choice"] for row in data.to_rows()] == ["a", 0.25, "tie"]
    assert [row["prompt"] for row in data.to_rows()] == [canonical_messages(talk), "Hi", None]
    assert data.margin[1] == 2


def test_texts_that_look_like_times_stay_texts(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    talk = [{"role": "user", "content": "2024-01-01"}]
    record = {"user_id": "2024-01-01", "prompt": talk, "response_a": "2024-01-01", "response_b": "b", "choice": "a"}
    file.write_text((json.dumps(record) + "\n") * 2, encoding="utf-8")
    row = read(file).to_rows()[0]
    assert row["user_id"] == row["response_a"] == "2024-01-01"
    assert row["prompt"] == canonical_messages(talk)


@pytest.mark.parametrize("first", [1, "ann"])
def test_types_that_change_deep_in_a_file_are_noticed(tmp_path: Path, first: object) -> None:
    file = tmp_path / "x.jsonl"
    row = {"response_a": "x", "response_b": "y", "choice": "a"}
    ids = [first] * 500 + [7, "ben"]
    margins = [1] * 501 + [2.5]
    lines = [json.dumps(row | {"user_id": i, "margin": m}) for i, m in zip(ids, margins, strict=True)]
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.warns(DataWarning, match="holds numbers .* and text"):
        data = read(file)
    assert data.user_ids == [str(first), "7", "ben"]
    assert data.margin[-1] == 2.5
    file.write_text("\n".join([*lines, json.dumps(row | {"user_id": "7", "margin": 1})]), encoding="utf-8")
    with pytest.raises(GustibusError, match="both the number 7 and the text '7'"):
        read(file)


def test_whole_number_ids_in_json_are_text(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text('{"user_id": 1, "response_a": 10, "response_b": 11, "choice": 0.5}\n', encoding="utf-8")
    data = read(file)
    assert data.user_ids == ["1"]
    assert data.responses.to_pylist() == ["10", "11"]


def test_a_quote_within_a_plain_value_of_csv_is_a_character(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text('user_id,response_a,response_b,choice\nann,a 5" screen,gin,a\nben,tea,gin,b\n', encoding="utf-8")
    assert read(file).responses.to_pylist() == ['a 5" screen', "tea", "gin"]


def test_long_texts_survive_every_reader(tmp_path: Path) -> None:
    row = {"user_id": "ann", "response_a": "x" * 300_000, "response_b": 'y",\n' * 50_000, "choice": "a"}
    data = Comparisons.from_rows([row])
    for suffix in (".csv", ".jsonl", ".parquet"):
        write(data, tmp_path / f"x{suffix}")
        assert read(tmp_path / f"x{suffix}") == data


def test_dictionaries_and_row_groups_of_parquet_do_not_matter(tmp_path: Path, rows: Comparisons) -> None:
    file = tmp_path / "x.parquet"
    table = rows.to_table()
    packed = pa.table({name: table[name].dictionary_encode() for name in table.column_names})
    pq.write_table(packed, file, row_group_size=1)
    assert read(file) == rows


def test_columns_maps_fields_to_names_and_leaves_fields_out(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("worker,prompt,left,right,choice,source\nann,p,tea,gin,a,batch 7\n", encoding="utf-8")
    names = {"user_id": "worker", "response_a": "left", "response_b": "right", "source": None, "prompt": None}
    data = read(file, columns=names)
    assert data.to_rows() == [{"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"}]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.xlsx", b"x", r"'\.xlsx' is not known. Known are parquet"),
        ("x", b"x", "no suffix"),
        ("x.parquet.gz", b"x", "not known"),
        ("x.csv", b"", r"is empty \(0 bytes\)"),
        ("x.csv", b"\n\n", "0 rows"),
        ("x.csv", b"user_id,response_a,response_b,choice\n", r"holds no judgement \(0 rows\)"),
        ("x.json", b"[]", r"holds no judgement \(0 rows\)"),
        ("x.json", b'{"a": 1}', "holds a dict, not a list"),
        ("x.json", b'[{"a": 1}', "cut off"),
        ("x.json", b'{"a": 1}\n{"a": 1}', r"name it \.jsonl"),
        ("x.jsonl", b"[1]\n", "no line is a record"),
        ("x.parquet", b"user_id", "is not a parquet file"),
        ("x.csv.gz", b"user_id", "not a sound gzip file"),
        ("x.csv", "user_id\né".encode("latin-1"), r"byte 0xe9 at offset 8 \(line 2\).*iconv"),
        ("x.jsonl", '{"user_id": "é"}'.encode("cp1252"), r"byte 0xe9 at offset 13 \(line 1\)"),
        ("x.csv", "user_id".encode("utf-16"), "is UTF-16, not UTF-8. Convert it: iconv"),
        ("x.csv", b'user_id,response_a\nann,"tea', "line 2, data row 1: unexpected end of data.*cut off"),
        ("x.csv", b"user_id;choice\n1;a\n", "separated by ';' instead of ','.*pandas.read_csv"),
        ("x.tsv", b"user_id,choice\n1,a\n", "separated by ','"),
        ("x.csv", b"user_id,user_id\n1,2\n", "more than one column named 'user_id'"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(GustibusError, match=message) as caught:
        read(file)
    assert str(file) in str(caught.value)


def test_files_that_were_cut_off_say_so(tmp_path: Path, rows: Comparisons) -> None:
    write(rows, tmp_path / "x.parquet")
    write(rows, tmp_path / "x.csv.gz")
    for name in ("x.parquet", "x.csv.gz"):
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(content[: len(content) - 20])
        with pytest.raises(GustibusError, match="is cut off"):
            read(tmp_path / name)
    damaged = bytearray(gzip.compress(b"user_id," * 1000))
    damaged[20:30] = b"0123456789"
    (tmp_path / "y.csv.gz").write_bytes(damaged)
    with pytest.raises(GustibusError, match=r"not a sound gzip file|cut off"):
        read(tmp_path / "y.csv.gz")


def test_what_is_not_there_names_what_is(tmp_path: Path, rows: Comparisons) -> None:
    write(rows, tmp_path / "judgements.csv")
    with pytest.raises(
        GustibusError, match=r"There is no file .*judgments\.csv\. Nearest in that folder: judgements\.csv"
    ):
        read(tmp_path / "judgments.csv")
    with pytest.raises(GustibusError, match="is a folder"):
        read(tmp_path)
    with pytest.raises(GustibusError, match="is an address"):
        read("https://example.org/x.csv")


def test_source_name_is_what_messages_say(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("user_id\nann\n", encoding="utf-8")
    with pytest.raises(GustibusError, match=r"^the survey has no column"):
        read(file, source_name="the survey")
    with pytest.raises(GustibusError, match=r"^the survey has no column"):
        read([{"user_id": "ann"}], source_name="the survey")
