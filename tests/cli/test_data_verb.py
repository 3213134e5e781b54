"""``gustibus data``: what there is, under which terms, and getting it from files that are here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import as_json, invoke, succeed

import gustibus as gs
from gustibus.catalog import DATASETS


@pytest.fixture
def rated(tmp_path: Path) -> Path:
    """Two rated answers with the columns of PRISM."""
    shown = {"user_id": "ann", "conversation_id": "c1", "turn": 0, "user_prompt": "A drink?"}
    answers = [("tea", 80, True), ("gin", 30, False)]
    rows = [shown | {"model_response": text, "score": score, "if_chosen": took} for text, score, took in answers]
    file = tmp_path / "utterances.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    return file


def test_the_list_shows_licence_and_citation_of_every_data_set() -> None:
    shown = succeed("data", "list").stdout
    for data in DATASETS.values():
        assert data.name in shown
        assert data.licence in shown
        assert str(data.citation) in shown
    assert [entry["name"] for entry in as_json("data", "list")] == list(DATASETS)


def test_get_writes_judgements_and_says_under_which_terms(rated: Path, tmp_path: Path) -> None:
    out = tmp_path / "prism.parquet"
    done = succeed("data", "get", "prism", "--path", rated, "--out", out)
    assert "rating: 1 judgement by 1 person" in done.stdout
    words = " ".join(done.stderr.split())
    assert "cite: Kirk et al. (2024)" in words
    assert "must not be used commercially" in words
    assert f"revision {DATASETS['prism'].revision}" in words
    assert gs.read(out).to_rows()[0]["response_a"] == "tea"


def test_all_aspects_get_a_file_each(rated: Path, tmp_path: Path) -> None:
    done = as_json("data", "get", "prism", "--path", rated, "--aspect", "all", "--out", tmp_path / "p.parquet")
    assert {part: about["judgements"] for part, about in done["read"].items()} == {"rating": 1, "choice": 1}
    assert (tmp_path / "p.choice.parquet").exists()


def test_without_files_it_is_refused_with_the_command_that_fetches_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("huggingface_hub")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    done = invoke("data", "get", "prism")
    assert done.exit_code == 2
    assert DATASETS["prism"].fetch_command() in " ".join(done.stderr.split())


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    done = invoke("data", "get", "prsm")
    assert done.exit_code == 2
    assert "Did you mean 'prism'" in " ".join(done.stderr.split())
