"""``gustibus disagreement`` shows where people disagree, and writes a page and judgements with votes in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command_line import World, as_json, invoke, succeed

from gustibus.comparisons import Comparisons, read, write


@pytest.fixture(scope="session")
def look(world: World) -> list[object]:
    """Words of a quick look."""
    return ["disagreement", world.judgements, "--vectors", world.features, "--models", "1", "--folds", "2"]


def test_tables_and_sentences_are_shown_and_files_written(look: list[object], world: World, tmp_path: Path) -> None:
    html, soft = tmp_path / "look.html", tmp_path / "margins.parquet"
    done = succeed(*look, "--html", html, "--write", soft, "--label", "margin", "--alpha", "2", "--votes", "ensemble")
    assert "Strata of preference strength" in done.stdout
    assert "judgements of low strength" in done.stdout
    assert "<svg" in html.read_text(encoding="utf-8")
    written = read(soft)
    assert len(written) == len(read(world.judgements))
    assert np.all(np.abs(written.margin) <= 2)
    assert "--likelihood margin" in done.stderr


def test_json_holds_the_strata_and_the_verdict(look: list[object]) -> None:
    found = as_json(*look)
    assert len(found["strength"]) == 5
    assert found["noise_or_taste"]["verdict"] in ("taste", "noise")
    assert found["ensemble"] == {"models": 1, "held_out_by": "pair"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--html", "nowhere/at/all.html"], "no folder nowhere/at"),
        (["--write", "judgements.txt"], "--write judgements.txt: rows in"),
        (["--folds", "100000"], "with one pair or more in each, and these judgements are about"),
        (["--html", "."], "--html . is a folder"),
        (["--label", "margin"], "--label says what --write writes. Add --write FILE"),
        (["--alpha", "2"], "--alpha says what --write writes"),
        (["--votes", "ensemble"], "--votes says what --write writes"),
        (["--write", "soft.parquet", "--alpha", "2"], "--label soft has none. Leave it out"),
        (["--write", "by.parquet", "--label", "strength", "--votes", "annotators"], "Leave --votes out"),
        (["--votes", "population"], "Give --models 2 or more"),
    ],
)
def test_mistakes_are_answered_with_the_fix(look: list[object], words: list[str], said: str) -> None:
    refused = invoke(*look, *words)
    assert refused.exit_code == 2
    assert said in " ".join(refused.stderr.split())


def test_the_file_that_is_read_is_not_written_over(look: list[object], world: World) -> None:
    before = world.judgements.read_bytes()
    for option in ("--write", "--html"):
        refused = invoke(*look, option, world.judgements)
        assert refused.exit_code == 2
        assert "is the file to be read" in " ".join(refused.stderr.split())
    assert world.judgements.read_bytes() == before


def test_a_judges_ties_are_looked_at(look: list[object], world: World, tmp_path: Path) -> None:
    data = read(world.judgements).take(np.arange(5))
    write(replace(data, is_tie=np.ones(5, bool), outcome=np.full(5, 0.5, np.float32)), tmp_path / "judged.parquet")
    as_json(*look, "--judged", tmp_path / "judged.parquet")
    write(Comparisons.from_rows([{**row, "response_a": "other"} for row in data.to_rows()]), tmp_path / "none.parquet")
    refused = invoke(*look, "--judged", tmp_path / "none.parquet")
    assert refused.exit_code == 2
    assert "asked about none of these pairs" in " ".join(refused.stderr.split())


def test_one_pair_is_nothing_that_a_model_could_be_new_to(look: list[object], world: World, tmp_path: Path) -> None:
    one = read(world.judgements)
    one = one.filter((one.response_a == one.response_a[0]) & (one.response_b == one.response_b[0]))
    write(one, tmp_path / "one.parquet")
    refused = invoke("disagreement", tmp_path / "one.parquet", *look[2:])
    assert refused.exit_code == 2
    assert "Give judgements of more" in " ".join(refused.stderr.split())


def test_the_population_votes_with_the_label(world: World, tmp_path: Path) -> None:
    few, soft = tmp_path / "few.parquet", tmp_path / "soft.parquet"
    write(read(world.judgements).take(np.arange(0, 900, 3)), few)
    words = ["disagreement", few, "--vectors", world.features, "--models", "2", "--folds", "2", "--votes", "population"]
    done = succeed(*words, "--write", soft)
    assert "the votes of the population and the label" in done.stderr
    shares = read(soft).outcome
    assert len(np.unique(shares)) > 100
    assert ((shares > 0) & (shares < 1)).all()
