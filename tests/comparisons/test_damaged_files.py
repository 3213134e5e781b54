"""Damaged files of every kind: refused with a message that says what to do, or repaired as documented."""

from __future__ import annotations

import codecs
import gzip
import io
import subprocess
import sys
import warnings
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gustibus.comparisons import GustibusError, read
from gustibus.comparisons.parquet_reading import refuse_damaged

HEADER = "user_id,response_a,response_b,choice\n"
ROW = {"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"}
LINE = b'{"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"}'


def parquet(table: pa.Table, **options: object) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file.getvalue()


SOUND = parquet(pa.Table.from_pylist([ROW] * 40), row_group_size=10, use_dictionary=False, compression="none")
NO_CHOICE = pa.Table.from_pylist([ROW]).drop_columns("choice")

DAMAGED: dict[str, list[tuple[bytes, str]]] = {
    ".parquet": [
        (b"", "is empty (0 bytes)"),
        (b"PAR1", "is cut off"),
        (SOUND[:-1], "is cut off"),
        (SOUND[: len(SOUND) // 2], "is cut off"),
        (SOUND[4:], "is not a parquet file"),
        (SOUND[:-8] + b"\xff\xff\xff\x7f" + SOUND[-4:], "is cut off"),
        (HEADER.encode() + b"ann,tea,gin,a\n", "is not a parquet file"),
        (gzip.compress(SOUND, mtime=0), "is not a parquet file"),
        (parquet(pa.Table.from_pylist([ROW]).slice(0, 0)), "holds no judgement (0 rows)"),
        (parquet(NO_CHOICE), "has no column 'choice'"),
        (parquet(NO_CHOICE.append_column("choice", pa.array([[1]]))), "is of type list<"),
        (SOUND.replace(b"tea", b"t\xffa"), "row 1, column 'response_a' is damaged or not UTF-8 text"),
    ],
    ".csv": [
        (b"", "is empty (0 bytes)"),
        (b" \n\n", "0 rows"),
        (codecs.BOM_UTF8, "0 rows"),
        (HEADER.encode(), "holds no judgement (0 rows)"),
        (HEADER.encode() + b'ann,"tea,gin,a\n', "unexpected end of data"),
        (HEADER.encode() + b"ann,tea,gin\n", "has 3 values instead of 4 (line 2)"),
        (HEADER.encode() + b"ann,tea,gin,a,b\n", "has 5 values instead of 4 (line 2)"),
        (HEADER.encode() + "ann,thé,gin,a\n".encode("latin-1"), "byte 0xe9 at offset 43 (line 2)"),
        ((HEADER + "ann,tea,gin,a\n").encode("utf-16"), "is UTF-16"),
        (HEADER.replace("response_b", "response_a").encode() + b"ann,tea,gin,a\n", "more than one column"),
        (HEADER.replace(",", ";").encode() + b"ann;tea;gin;a\n", "separated by ';'"),
        (codecs.BOM_UTF8 + HEADER.encode() + b"ann,tea,gin,a\n", ""),  # the byte order mark is taken off
    ],
    ".jsonl": [
        (b"", "is empty (0 bytes)"),
        (b"\n", "0 rows"),
        (codecs.BOM_UTF8 + b"\n", "0 rows"),
        (LINE + b"\n" + LINE[:-7], "the file is cut off"),
        (LINE + b"\n[1]\n", "is a list, not an object"),
        (LINE + b"\nnull\n", "is a NoneType, not an object"),
        (LINE.replace(b'"', b"'"), "is not JSON"),
        (b"[" + LINE + b"]", "no line is a record"),
        (LINE.replace(b"tea", "thé".encode("latin-1")), "is not UTF-8"),
        (LINE.replace(b"tea", b"\\ud800"), "half a character"),
        (LINE + b"\n" + b'{"user_id":' * 5000, "is not JSON"),
        (LINE[:-1] + b', "user_id": "ben"}', "names 'user_id' twice"),
        (codecs.BOM_UTF8 + LINE, ""),
    ],
    ".json": [
        (b"", "is empty (0 bytes)"),
        (b"[]", "0 rows"),
        (codecs.BOM_UTF8, "0 rows"),
        (b"[" + LINE, "The file is cut off"),
        (LINE, "holds a dict, not a list"),
        (LINE + b"\n" + LINE, "name it .jsonl"),
        (b"[1]", "is of type int, not a dict"),
        (b"[" + LINE + b", null]", "is of type NoneType, not a dict"),
        (b"3", "holds a int, not a list"),
        (b"[" * 5000, "is not JSON"),
        (b"[" + LINE[:-1] + b', "user_id": "ben"}]', "names 'user_id' twice"),
        (b"[" + LINE.replace(b"tea", "thé".encode("latin-1")) + b"]", "is not UTF-8"),
        (b"[" + LINE.replace(b"user_id", b"us\\ud800r") + b"]", "half a character"),
        (codecs.BOM_UTF8 + b"[" + LINE + b"]", ""),
    ],
}
CASES = [
    pytest.param(kind, content, said, id=f"{kind[1:]}-{number}")
    for kind, cases in DAMAGED.items()
    for number, (content, said) in enumerate(cases)
]


@pytest.mark.parametrize(("kind", "content", "said"), CASES)
def test_a_damaged_file_is_refused_with_what_is_wrong(kind: str, content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / f"file{kind}"
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not said:
            assert len(read(path)) == 1
            return
        with pytest.raises(GustibusError) as refused:
            read(path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("column", list(ROW))
@pytest.mark.parametrize("packed", [False, True])
def test_bytes_that_are_no_text_are_found_in_any_column_of_parquet(column: str, packed: bool, tmp_path: Path) -> None:
    rows = [dict(ROW) for _ in range(30)]
    rows[17][column] = "here"
    content = parquet(pa.Table.from_pylist(rows), row_group_size=10, use_dictionary=packed, compression="none")
    (tmp_path / "x.parquet").write_bytes(content.replace(b"here", b"h\xe9re"))
    with pytest.raises(GustibusError, match=rf"row 18, column '{column}' is damaged or not UTF-8"):
        read(tmp_path / "x.parquet")


def test_a_dictionary_whose_indices_were_damaged_is_refused(tmp_path: Path) -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0, 0, 6]), pa.array(["tea"]), safe=False)
    with pytest.raises(GustibusError, match=r"x: row 3, column 'response_a' is damaged"):
        refuse_damaged("x", pa.table({"response_a": column}))


def test_damaged_size_statistics_are_refused_and_do_not_end_the_process(tmp_path: Path) -> None:
    """pyarrow's own ``metadata.row_group(0).column(0)`` aborts Python on this file."""
    two_levels, three_levels = b"\x26\x00\xd0\x0f", b"\x36\x00\x50\x0f"  # 0, 1000 and 0, 40, -8 as Thrift has them
    sound = parquet(pa.Table.from_pylist([ROW] * 1000), compression="none")
    assert sound.count(two_levels) == len(ROW)
    path = tmp_path / "file.parquet"
    path.write_bytes(sound.replace(two_levels, three_levels, 1))
    program = (
        f"import gustibus as gs\ntry:\n    gs.read({str(path)!r})\nexcept gs.GustibusError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "cannot be read to the end" in done.stdout
    assert "histogram size mismatch" in done.stdout


@pytest.mark.parametrize("kind", [".csv", ".jsonl", ".json"])
def test_compressed_text_is_read_and_what_is_cut_off_is_refused(kind: str, tmp_path: Path) -> None:
    content = {".csv": HEADER.encode() + b"ann,tea,gin,a\n", ".jsonl": LINE, ".json": b"[" + LINE + b"]"}[kind]
    path = tmp_path / f"file{kind}.gz"
    path.write_bytes(gzip.compress(content))
    assert len(read(path)) == 1
    path.write_bytes(gzip.compress(content)[:-9])
    with pytest.raises(GustibusError, match="is cut off"):
        read(path)
    path.write_bytes(content)
    with pytest.raises(GustibusError, match="not a sound gzip file"):
        read(path)


def test_every_kind_of_file_has_ten_damaged_ones() -> None:
    assert all(len(cases) >= 10 for cases in DAMAGED.values())
