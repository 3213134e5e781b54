"""``gustibus diagnose cycles`` and ranking by wins: the figures of the library, in words, JSON and pictures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import as_json, invoke, succeed

from gustibus.catalog import condorcet_world, cycle_world, plural_world
from gustibus.comparisons import read, write
from gustibus.diagnosis import answer_tests, diagnose_cycles


@pytest.fixture(scope="module")
def circle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cycles") / "circle.parquet"
    write(cycle_world(length=5, n_users=40).comparisons, path)
    return path


def test_the_figures_are_those_of_the_library(circle: Path) -> None:
    found = as_json("diagnose", "cycles", circle, "--null", "40", "--seed", "3", "--whose", "no")
    report = diagnose_cycles(read(circle), n_null=40, seed=3)
    assert found["shares"]["cyclic"]["share"] == report.shares["cyclic"].share
    assert found["shares"]["cyclic"]["p_value"] == report.shares["cyclic"].p_value
    assert found["found"] is True
    assert found["within_or_between"] is None


def test_every_share_is_said_with_its_null_and_cycles_are_shown(circle: Path) -> None:
    shown = succeed("diagnose", "cycles", circle, "--null", "40", "--whose", "no").stdout
    assert "Preferences go in circles" in shown
    assert all("without cycles" in line for line in shown.splitlines() if line.startswith(("gradient", "curl")))
    assert "item-0 > item-" in shown


def test_figures_and_a_file_are_written(circle: Path, tmp_path: Path) -> None:
    out = tmp_path / "cycles.json"
    words = ("diagnose", "cycles", circle, "--null", "20", "--whose", "no", "--figures", tmp_path / "f", "--out", out)
    succeed(*words)
    assert [Path(path).stat().st_size > 5000 for path in json.loads(out.read_text())["figures"]] == [True] * 3


def test_places_that_cannot_be_written_to_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "unread.csv").write_text("no judgements\n")
    for option, place, why in (
        ("--out", tmp_path / "nodir" / "x.json", "there is no folder"),
        ("--out", tmp_path, "is a folder"),
        ("--figures", tmp_path / "unread.csv", "is a file"),
        ("--figures", tmp_path / "unread.csv" / "figures", "is a file"),
    ):
        refused = invoke("diagnose", "cycles", tmp_path / "unread.csv", option, place)
        assert (refused.exit_code, option in refused.stderr, why in " ".join(refused.stderr.split())) == (2, True, True)


def test_with_few_people_it_says_why_nobody_is_blamed(tmp_path: Path) -> None:
    write(cycle_world(n_users=10).comparisons, tmp_path / "few.parquet")
    done = succeed("diagnose", "cycles", tmp_path / "few.parquet", "--null", "20")
    assert "fewer than 20 people" in done.stderr


def test_what_answers_alone_say_of_people_is_printed_without_any_fit(tmp_path: Path) -> None:
    opposite = plural_world(n_users=60, comparisons_per_user=8).comparisons
    write(opposite, tmp_path / "opposite.parquet")
    words = ("diagnose", "cycles", tmp_path / "opposite.parquet", "--null", "20", "--whose", "no")
    tests = answer_tests(opposite, seed=0)
    line = next(one for one in succeed(*words).stdout.splitlines() if one.startswith("People, on their answers alone"))
    assert line == f"People, on their answers alone: {tests}"
    found = as_json(*words)["on_answers"]
    assert (found["circles"], found["differ"]) == (tests.circles, tests.differ)
    assert max(found["circles"], found["differ"]) < 0.05


def test_answers_of_people_who_gave_one_each_are_not_spoken_of(tmp_path: Path) -> None:
    write(cycle_world(n_users=80, comparisons_per_user=1).comparisons, tmp_path / "one.parquet")
    shown = succeed("diagnose", "cycles", tmp_path / "one.parquet", "--null", "20", "--whose", "no").stdout
    assert "on their answers alone" not in shown


def test_wins_are_ranked_without_a_model_and_the_circle_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "majority.parquet"
    write(condorcet_world(n_users=300).comparisons, path)
    found = as_json("rank", path, "--rule", "lottery")
    assert found["condorcet_winner"] is None
    assert sorted(found["circle"]) == ["item-0", "item-1", "item-2"]
    assert sum(entry["weight"] for entry in found["ranking"]) == pytest.approx(1)
    assert "nobody beats all others" in succeed("rank", path, "--rule", "copeland").stdout


def test_some_of_the_compared_can_be_ranked_among_themselves(circle: Path, tmp_path: Path) -> None:
    (tmp_path / "two.txt").write_text("item-0\nitem-1\n")
    found = as_json("rank", circle, "--responses", tmp_path / "two.txt", "--rule", "copeland")
    assert [entry["response"] for entry in found["ranking"]] == ["item-0", "item-1"]
    assert found["condorcet_winner"] == "item-0"


def test_what_wins_cannot_tell_is_refused(circle: Path, tmp_path: Path) -> None:
    refused = invoke("rank", circle, "--rule", "reward")
    assert (refused.exit_code, "ranked by wins" in refused.stderr) == (2, True)
    (tmp_path / "new.txt").write_text("nobody\n")
    refused = invoke("rank", circle, "--responses", tmp_path / "new.txt")
    assert (refused.exit_code, "never compares 'nobody'" in refused.stderr) == (2, True)
    write(cycle_world(n_prompts=3, n_users=20).comparisons, tmp_path / "prompts.parquet")
    refused = invoke("rank", tmp_path / "prompts.parquet", "--rule", "borda")
    assert (refused.exit_code, "--prompt TEXT" in refused.stderr) == (2, True)
    ranked = as_json("rank", tmp_path / "prompts.parquet", "--prompt", "prompt-1")
    assert {entry["response"].split()[0] for entry in ranked["ranking"]} == {"prompt-1"}
