"""Where files are looked for: a file, a folder, the local cache; and what is refused without a network."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from published_files import summary, write_lines

import gustibus as gs
from gustibus.catalog import DATASETS, load_dataset

pytestmark = pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")
PAIR = {"chosen": "\n\nHuman: hi\n\nAssistant: tea", "rejected": "\n\nHuman: hi\n\nAssistant: gin"}


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".parquet", ".csv"])
def test_every_kind_of_file_reads_the_same(suffix: str, tmp_path: Path) -> None:
    rows = [summary("ann", "left", "right"), summary("ben", "left", "right", choice=1)]
    file = tmp_path / f"batch3{suffix}"
    if suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), file)
    elif suffix == ".csv":
        flat = [
            {key: value if isinstance(value, str) else json.dumps(value) for key, value in row.items()} for row in rows
        ]
        pa_csv.write_csv(pa.Table.from_pylist(flat), file)
    else:
        write_lines(file, rows)  # the original release has one object a line in .json as well
    data = load_dataset("tldr", path=file)
    assert [(row["user_id"], row["choice"], row["split"]) for row in data.to_rows()] == [
        ("ann", "a", "train"),
        ("ben", "b", "train"),
    ]


def test_folders_and_names_say_which_split_a_file_is(tmp_path: Path) -> None:
    for part in ("harmless-base", "helpful-base"):
        for split in ("train", "test"):
            write_lines(tmp_path / part / f"{split}.jsonl", [PAIR | {"chosen": PAIR["chosen"] + part + split}])
    write_lines(tmp_path / "red-team-attempts" / "train.jsonl", [{"transcript": "not a pair"}])
    (tmp_path / "README.md").write_text("not a table")
    assert [row["split"] for row in load_dataset("hh", path=tmp_path).to_rows()] == ["test", "train"] * 2
    assert len(load_dataset("hh", path=tmp_path / "helpful-base")) == 2


def test_tldr_is_found_as_the_hub_keeps_it_and_as_it_was_released(tmp_path: Path) -> None:
    for split in ("train", "validation"):
        folder = tmp_path / "hub" / "comparisons" / split
        folder.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist([summary("ann", "left", f"right {split}")]), folder / "0000.parquet")
    assert len(load_dataset("tldr", path=tmp_path / "hub")) == 2
    taken = [(row["response_a"], row["split"]) for row in load_dataset("tldr-length", path=tmp_path / "hub").to_rows()]
    assert sorted(split for _, split in taken) == ["test", "train"]
    write_lines(tmp_path / "released" / "comparisons" / "batch3.json", [summary("ann", "left", "right")])
    write_lines(tmp_path / "released" / "axis_evals" / "axis1.json", [{"not": "a pair"}])
    assert len(load_dataset("tldr", path=tmp_path / "released")) == 1


def test_a_folder_without_such_files_says_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(gs.GustibusError, match=r"It holds notes.txt. As published they are named .*train.jsonl.gz"):
        load_dataset("hh", path=tmp_path)


def test_a_path_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    write_lines(tmp_path / "train.jsonl", [PAIR])
    with pytest.raises(gs.GustibusError, match=r"Nearest in that folder: train.jsonl"):
        load_dataset("hh", path=tmp_path / "trian.jsonl")


@pytest.mark.parametrize("name", DATASETS)
def test_nothing_is_fetched_unasked_and_the_command_that_fetches_is_shown(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("huggingface_hub")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(gs.GustibusError) as refused:
        load_dataset(name)
    message = str(refused.value)
    assert "nothing is fetched unasked" in message
    assert DATASETS[name].fetch_command() in message
    assert f"gustibus data get {name} --allow-download" in message
    assert DATASETS[name].licence in message


def test_the_local_cache_of_the_hub_is_read_without_asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("huggingface_hub")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    repository = tmp_path / "datasets--Anthropic--model-written-evals"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit := DATASETS["personas"].revision)
    for persona in ("brave", "shy"):
        said = {"statement": f"I am {persona}", "answer_matching_behavior": " Yes"}
        write_lines(repository / "snapshots" / commit / "persona" / f"{persona}.jsonl", [said])
    data = load_dataset("personas", people_each=1)
    assert {(row["user_id"], row["prompt"], row["choice"]) for row in data.to_rows()} == {
        ("brave/0", "I am brave", "a"), ("brave/0", "I am shy", "b"),
        ("shy/0", "I am brave", "b"), ("shy/0", "I am shy", "a"),
    }  # fmt: skip
    assert load_dataset("personas", people_each=1, revision="main") == data
    with pytest.raises(gs.GustibusError, match="nothing is fetched unasked"):
        load_dataset("personas", revision="another")


def test_without_a_network_a_download_says_what_to_type_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("huggingface_hub")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(gs.GustibusError, match="could not be fetched from Anthropic/hh-rlhf") as refused:
        load_dataset("hh", download=True)
    assert DATASETS["hh"].fetch_command() in str(refused.value)


@pytest.mark.parametrize("name", DATASETS)
def test_every_description_is_whole(name: str) -> None:
    data = DATASETS[name]
    assert data.hub.count("/") == 1
    assert data.citation.arxiv.count(".") == 1
    assert data.patterns
    assert data.columns
    assert set(data.may_lack) <= set(data.top_columns)
    pinned = len(data.revision) == 40 and set(data.revision) <= set("0123456789abcdef")
    assert pinned != any("revision" in what for what in data.to_verify)
    assert data.about.endswith(".")
