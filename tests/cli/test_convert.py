"""``gustibus convert``: any format in, any format out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import World, invoke, succeed

from gustibus.comparisons import FORMATS, read


@pytest.fixture
def crowd(tmp_path: Path) -> Path:
    path = tmp_path / "crowd.csv"
    path.write_text("worker,left,right,label\nann,tea,gin,tea\nben,tea,gin,gin\n", encoding="utf-8")
    return path


def test_a_file_of_another_tool_becomes_ours_and_back(crowd: Path, tmp_path: Path) -> None:
    ours, back = tmp_path / "ours.parquet", tmp_path / "back.csv"
    assert "2 judgements by 2 people" in " ".join(succeed("convert", str(crowd), str(ours)).stdout.split())
    assert read(ours) == read(crowd)
    succeed("convert", str(ours), str(back), "--to", "crowd-kit")
    assert read(back) == read(crowd)


def test_names_are_mapped_and_a_wrong_one_is_refused_with_the_nearest(crowd: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text(crowd.read_text().replace("worker", "annotator"), encoding="utf-8")
    done = invoke("convert", str(other), str(tmp_path / "x.parquet"), "--columns", "user=anotator")
    assert done.exit_code == 2
    assert "Nearest: 'annotator'" in " ".join(done.stderr.split())
    succeed("convert", str(other), str(tmp_path / "x.parquet"), "--columns", "user=annotator")
    assert read(tmp_path / "x.parquet") == read(crowd)


def test_ratings_are_paired_up_to_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "stars.csv"
    path.write_text("user_id,response,rating\n" + "".join(f"u,r{i},{i}\n" for i in range(5)), encoding="utf-8")
    words = ["convert", str(path), str(tmp_path / "pairs.jsonl"), "--pairs-per-user", "3", "--json"]
    found = json.loads(succeed(*words).stdout)
    assert list(found.values()) == [{"judgements": 3, "people": 1}]


def test_each_aspect_gets_a_file(tmp_path: Path) -> None:
    path = tmp_path / "graded.csv"
    path.write_text("user_id,response_a,response_b,taste,health\nu,x,y,a,b\nv,x,y,b,b\n", encoding="utf-8")
    succeed("convert", str(path), str(tmp_path / "out.jsonl.gz"), "--aspects", "taste,health")
    assert read(tmp_path / "out.health.jsonl.gz").outcome.tolist() == [0.0, 0.0]
    assert read(tmp_path / "out.taste.jsonl.gz").outcome.tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["crowd.csv", "crowd.csv"], "is the file to be read"),
        (["crowd.csv", "x.parquet", "--format", "crowdkit"], "Did you mean 'crowd-kit'"),
        (["crowd.csv", "x.parquet", "--pairs-per-user", "2"], "--pairs-per-user"),
        (["crowd.csv", "x.parquet", "--aspects", "a", "--aspect-column", "b"], "two ways to say the same"),
        (["crowd.csv", "x.parquet", "--rejects", "y.jsonl"], "--skip-bad"),
        (["crowd.csv", "x.parquet", "--aspects", "labell"], "labell"),
    ],
)
def test_what_cannot_be_done_is_said(words: list[str], said: str, crowd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(crowd.parent)
    done = invoke("convert", *words)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


def test_other_verbs_take_the_format_too(crowd: Path) -> None:
    shown = succeed("info", str(crowd), "--format", "crowd-kit", "--json").stdout
    assert json.loads(shown)["n_users"] == 2


def test_a_fit_is_repeated_with_its_format(world: World, tmp_path: Path) -> None:
    crowd = tmp_path / "crowd.parquet"
    succeed("convert", world.judgements, crowd, "--to", "crowd-kit")
    words = ["fit", crowd, "--format", "crowd-kit", "--model", "bt", "--vectors", world.features]
    succeed(*words, "--out", tmp_path / "one")
    assert "format: crowd-kit" in (tmp_path / "one" / "run.yaml").read_text()
    succeed("fit", "--config", tmp_path / "one" / "run.yaml", "--out", tmp_path / "two")


def test_the_help_names_every_format() -> None:
    shown = " ".join(succeed("convert", "--help").stdout.replace("│", " ").split())
    assert [name for name in FORMATS if name not in shown] == []
