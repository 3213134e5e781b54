"""``gustibus disagreement`` shows where people disagree, and writes a page and judgements with votes in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from command_line import World, as_json, invoke, succeed

from gustibus.comparisons import read


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
        (["--folds", "100000"], "one pair in each"),
    ],
)
def test_mistakes_are_answered_with_the_fix(look: list[object], words: list[str], said: str) -> None:
    refused = invoke(*look, *words)
    assert refused.exit_code == 2
    assert said in " ".join(refused.stderr.split())
