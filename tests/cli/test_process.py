"""The installed program as a person meets it: exit codes, what goes where, pipes, bad files, Ctrl-C."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import World

PROGRAM = Path(sys.executable).with_name("gustibus")
HEADER = "user_id,response_a,response_b,choice\n"


def run(*words: object, folder: Path, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PROGRAM), *map(str, words)], cwd=folder, capture_output=True, text=True, check=False, **options
    )  # type: ignore[call-overload,no-any-return]


def test_results_and_remarks_go_to_different_places(world: World) -> None:
    done = run("info", world.judgements, "--json", folder=world.folder)
    assert done.returncode == 0
    assert done.stderr == ""
    assert json.loads(done.stdout)["n_comparisons"] == 900


def test_warnings_are_said_once_and_not_among_the_results(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(HEADER + "ann,tea,gin,a\nann,tea,ale,b\nnan,tea,ale,b\n")
    done = run("info", "one.csv", "--json", folder=tmp_path)
    assert done.returncode == 0
    assert done.stderr.count("warning: one.csv: 1 judgement by the user 'nan'") == 1
    assert json.loads(done.stdout)["n_users"] == 2


BAD_FILES = {
    "a missing file": ("judgments.csv", None, "Nearest in that folder: judgements.csv"),
    "a column by another name": (
        "votes.csv",
        HEADER.replace("user_id", "worker") + "ann,tea,gin,a\n",
        "--columns user_id=worker",
    ),
    "a choice that is none": ("votes.csv", HEADER + "ann,tea,gin,left\nben,tea,gin,a\n", "'left'"),
    "a response against itself": ("votes.csv", HEADER + "ann,tea,tea,a\nben,tea,gin,a\n", "row 1"),
    "a file that is cut off": ("votes.jsonl", '{"user_id": "ann", "respon', "cut off"),
    "the wrong encoding": ("votes.csv", HEADER.encode() + "ann,tea,café,a\n".encode("latin-1"), "iconv"),
    "nothing but a header": ("votes.csv", HEADER, "0 rows"),
    "a spreadsheet": ("votes.xlsx", "PK", "not known"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_gets_one_message_with_the_fix(tmp_path: Path, case: str) -> None:
    name, content, said = BAD_FILES[case]
    (tmp_path / "judgements.csv").write_text(HEADER + "ann,tea,gin,a\n")
    if isinstance(content, bytes):
        (tmp_path / name).write_bytes(content)
    elif content is not None:
        (tmp_path / name).write_text(content)
    done = run("info", name, folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_skipped_rows_are_written_with_their_reasons(tmp_path: Path) -> None:
    (tmp_path / "votes.csv").write_text(HEADER + "ann,tea,gin,left\nben,tea,gin,a\ncleo,tea,gin,b\n")
    done = run("info", "votes.csv", "--skip-bad", "--rejects", "bad.jsonl", "--json", folder=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["n_comparisons"] == 2
    (rejected,) = [json.loads(line) for line in (tmp_path / "bad.jsonl").read_text().splitlines()]
    assert rejected["user_id"] == "ann"
    refused = run("info", "votes.csv", "--rejects", "bad.jsonl", folder=tmp_path)
    assert refused.returncode == 2
    assert "--skip-bad" in refused.stderr


def test_debug_shows_where_an_error_comes_from(tmp_path: Path) -> None:
    done = run("info", "nowhere.csv", "--debug", folder=tmp_path)
    assert done.returncode != 0
    assert "Traceback" in done.stderr


def test_a_folder_without_a_model_is_said_to_be_so(world: World, tmp_path: Path) -> None:
    done = run("score", tmp_path, world.newcomers, folder=tmp_path)
    assert done.returncode == 2
    assert "no saved model" in done.stderr


def test_a_place_that_cannot_be_written_is_named_before_any_work(world: World, model: Path, tmp_path: Path) -> None:
    for out, said in (("nowhere/scored.parquet", "no folder nowhere"), ("scored.xlsx", ".parquet or .jsonl or .csv")):
        done = run("score", model, world.newcomers, "--out", out, folder=tmp_path)
        assert done.returncode == 2
        assert said in done.stderr


def test_a_reader_who_has_seen_enough_ends_the_program_quietly(world: World, model: Path) -> None:
    command = f"{PROGRAM} score {model} {world.judgements} 2>err.txt | head -1"
    done = subprocess.run(["bash", "-c", command], cwd=world.folder, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["scored_for"] == world.seen[0]
    assert (world.folder / "err.txt").read_text() == ""


def test_ctrl_c_ends_cleanly_and_says_how_to_go_on(world: World, tmp_path: Path) -> None:
    words = [
        "fit", world.judgements, "--vectors", world.features, "--out", tmp_path / "model",
        "--checkpoint", tmp_path / "state", "--set", "max_steps=1000000", "--set", "patience=1000000",
    ]  # fmt: skip
    process = subprocess.Popen(
        [str(PROGRAM), *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 120
    while not (tmp_path / "state").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped." in said
    assert "Run the same command to go on" in said
    assert "Traceback" not in said
    assert not (tmp_path / "model").exists()
