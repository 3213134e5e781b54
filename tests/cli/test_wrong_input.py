"""What ``gustibus convert`` and ``gustibus data get`` say of wrong input: where, what, why, and what to type."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command_line import invoke

HEADER = "user_id,response_a,response_b,choice\n"
SOUND = HEADER + "ann,tea,gin,a\nben,tea,gin,b\n"
PARQUET = io.BytesIO()
pq.write_table(pa.Table.from_pylist([{"user_id": "a", "response_a": "x", "response_b": "y", "choice": "a"}]), PARQUET)
MIXED = [{"user_id": user, "response_a": "x", "response_b": "y", "choice": "a"} for user in (1, "1")]
TASK = {"data": {"text": "x"}, "annotations": [{"completed_by": 1, "result": []}]}

WRONG: list[tuple[str, str | bytes, list[str], str]] = [
    # file, its content, further words, what is said of it
    ("x.csv", "worker,one,other,pick\nw,x,y,x\n", [], "nearest: 'worker'"),
    ("x.csv", SOUND, ["--columns", "user_id=person"], "has no column 'person', which --columns names for 'user_id'"),
    ("x.csv", SOUND, ["--columns", "users=user_id"], "--columns says where 'users' is, but there is no field"),
    ("x.csv", SOUND, ["--columns", "user_id"], "Write FIELD=COLUMN, such as --columns user_id=worker"),
    ("x.csv", SOUND, ["--aspects", "helpful"], "no column 'helpful', which --aspects names"),
    ("x.csv", SOUND, ["--format", "crowdkit"], "--format crowdkit is not known. Did you mean 'crowd-kit'?"),
    ("x.csv", SOUND, ["--pairs-per-user", "3"], "--pairs-per-user draws from derived pairs"),
    ("x.csv", SOUND.replace("ben", "bén").encode("latin-1"), [], "byte 0xe9 at offset 52 (line 3)"),
    ("x.csv", SOUND.replace("response_b", "response_a"), [], "more than one column named 'response_a'"),
    ("x.csv", SOUND.replace(",", ";"), [], "Name a file with tabs .tsv; else write it again with ','."),
    ("x.csv", "", [], "x.csv is empty (0 bytes). Make or copy the file again."),
    ("x.csv", HEADER, [], "holds no judgement (0 rows)"),
    (
        "x.csv",
        SOUND.replace(",b\n", ",70\n"),
        [],
        "row 2, column 'choice', value '70' is not a probability from 0 to 1",
    ),
    ("x.csv", SOUND.replace(",b\n", ",B?\n"), [], "read with --skip-bad to keep the good rows"),
    ("x.jsonl", json.dumps(MIXED[0] | {"choice": float("nan")}), [], "row 1, column 'choice', value nan is missing"),
    ("x.json", json.dumps(MIXED), [], "holds both the number 1 and the text '1'"),
    ("x.json", json.dumps(MIXED[:1] * 2 + [MIXED[0] | {"weight": -2}]), [], "row 3, column 'weight', value -2"),
    ("x.csv", "response_a,response_b,votes_a,votes_b\nx,y,0,0\n", [], "column 'votes_a', value '0' is one of no votes"),
    (
        "x.csv",
        "user_id,ranking\nu,x > y > x\n",
        [],
        "row 1, column 'ranking', value 'x > y > x' names a response twice",
    ),
    (
        "x.csv",
        "model_a,model_b,winner\nm1,m2,model_c\n",
        [],
        "value 'model_c' is no winner. Write model_a, model_b, tie",
    ),
    ("x.json", '[{"response_1": "x"}]', ["--format", "argilla"], "none of 1 record has a submitted answer"),
    ("x.json", json.dumps([TASK]), ["--format", "label-studio"], "Say which hold the responses: --columns response_a="),
    (
        "x.jsonl",
        '{"chosen": [{"content": "x"}], "rejected": "y"}',
        ["--format", "openrlhf"],
        'Write each message as {"role"',
    ),
    ("x.parquet", PARQUET.getvalue()[:-9], [], "is cut off: it begins as parquet but cannot be read to the end"),
    ("x.csv.gz", gzip.compress(SOUND.encode(), mtime=0)[:-9], [], "is cut off: the compressed data end too early"),
    ("x.csv.zip", b"PK", [], "'.csv.zip' is not known"),
]


@pytest.mark.parametrize(("name", "content", "words", "said"), WRONG)
def test_wrong_input_is_refused_in_the_words_of_the_command_line(
    name: str, content: str | bytes, words: list[str], said: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = invoke("convert", str(path), str(tmp_path / "out.parquet"), *words)
    told = " ".join(done.stderr.split())
    assert done.exit_code == 2
    assert said in told
    assert not any(spelling in told for spelling in ("columns={", "skip_bad=", "rejects=", "pandas", "data frame"))
    assert not (tmp_path / "out.parquet").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["OUT.xlsx"], "'.xlsx' is not known"),
        (["nowhere/OUT.parquet"], "there is no folder"),
        (["OUT.parquet", "--skip-bad", "--rejects", "IN.csv"], "is the file to be read. Name another file."),
        (["OUT.parquet", "--skip-bad", "--rejects", "nowhere/r.jsonl"], "in a writable folder with --rejects FILE."),
    ],
)
def test_a_place_that_cannot_be_written_is_refused(words: list[str], said: str, tmp_path: Path) -> None:
    path = tmp_path / "IN.csv"
    path.write_text(SOUND + "cy,tea,gin,left\n", encoding="utf-8")
    there = [word if word.startswith("--") else str(tmp_path / word) for word in words]
    done = invoke("convert", str(path), *there)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
    assert path.read_text(encoding="utf-8").startswith(SOUND)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["prizm"], "There is no data set 'prizm'. Did you mean 'prism'?"),
        (["prism", "--path", "nowhere.jsonl"], "There is no file nowhere.jsonl."),
        (["prism", "--path", "FILE"], "or read it with gustibus convert."),
        (["multipref", "--path", "FILE", "--aspect", "helpfulness"], "Did you mean 'helpful'?"),
        (["prism", "--path", "FILE", "--out", "x.txt"], "x.txt: the format '.txt' is not known."),
        (["hh"], "gustibus data get hh --allow-download. If you have its files, name them: --path FILE."),
    ],
)
def test_what_is_no_published_data_set_is_refused(words: list[str], said: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(SOUND, encoding="utf-8")
    done = invoke("data", "get", *(str(path) if word == "FILE" else word for word in words))
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
