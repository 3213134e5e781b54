"""``gustibus compare`` says which model to take, goes on where it was, and writes JSON and a page."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import World, as_json, invoke, succeed


@pytest.fixture(scope="session")
def kept(world: World) -> list[object]:
    """Words of a comparison whose fits are kept, so that only the first call takes time."""
    folder = world.folder / "fits"
    return [
        "compare", world.judgements, "--vectors", world.features, "--models", "bt,pal-a:2", "--seeds", "1",
        "--shots", "0,5", "--folder", folder,
    ]  # fmt: skip


def test_tables_costs_and_a_sentence_are_shown(kept: list[object]) -> None:
    shown = succeed(*kept).stdout
    assert all(part in shown for part in ("log loss (nats)", "new 5", "pal-a:2", "shared numbers", "In brackets"))
    assert shown.strip().splitlines()[-1].startswith("Take ")
    assert max(map(len, shown.split("In brackets")[0].splitlines())) < 160


def test_json_holds_the_figures_and_the_recommendation(kept: list[object]) -> None:
    found = as_json(*kept)
    assert found["recommendation"]["model"] in ("bt", "pal-a:2")
    assert [row["name"] for row in found["rows"]] == ["bt", "pal-a:2"]
    assert found["shots"] == [0, 5]
    assert found["rows"][1]["unseen"]["5"]["log_loss_change"]["n_users"] == found["about"]["new people"][0]


def test_the_page_is_written(kept: list[object], tmp_path: Path) -> None:
    done = succeed(*kept, "--html", tmp_path / "models.html")
    assert "<svg" in (tmp_path / "models.html").read_text(encoding="utf-8")
    assert "models.html" in done.stderr


def test_what_is_kept_is_not_fitted_again(world: World, kept: list[object]) -> None:
    succeed(*kept)
    before = {path.name: path.stat().st_mtime_ns for path in (world.folder / "fits").iterdir()}
    succeed(*kept, "--seeds", "0,3")
    after = {path.name: path.stat().st_mtime_ns for path in (world.folder / "fits").iterdir()}
    assert {name: after[name] for name in before} == before
    assert sorted(name.split("-")[-2] for name in after if name not in before) == ["seed3", "seed3"]


def test_models_that_need_what_is_not_there_are_named(kept: list[object]) -> None:
    shown = succeed(*kept, "--models", "bt,pal-b").stdout
    assert "pal-b was left out" in shown
    assert "prompts" in shown


def test_options_may_come_from_a_file(world: World, kept: list[object], tmp_path: Path) -> None:
    run = tmp_path / "run.yaml"
    run.write_text(
        f"vectors: {world.features}\nmodels: [bt, 'pal-a:2']\nseeds: 1\nshots: [0, 5]\nfolder: {world.folder}/fits\n"
    )
    assert as_json("compare", world.judgements, "--config", run) == as_json(*kept)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--models", "bt,pall-a"], "choose one of"),
        (["--models", "bt,bt"], "occurs twice"),
        (["--seeds", "0"], "at least 1"),
        (["--shots", "0,5,40"], "--shots 0,5 leaves 30 people"),
        (["--reference", "pal-b"], "--reference pal-b is none of the models"),
        (["--html", "nowhere/at/all.html"], "no folder nowhere/at"),
        (["--folder", __file__], "is a file"),
    ],
)
def test_mistakes_are_answered_with_the_fix(kept: list[object], words: list[str], said: str) -> None:
    refused = invoke(*kept, *words)
    assert refused.exit_code == 2
    assert said in " ".join(refused.stderr.split())
