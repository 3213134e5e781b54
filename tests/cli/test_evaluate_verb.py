"""``gustibus evaluate`` scores people the model knows and new ones, and says what was compared with what."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from command_line import World, as_json, invoke, succeed

from gustibus.comparisons import Comparisons, read, write
from gustibus.diagnosis import CELLS
from gustibus.evaluation import evaluate as evaluate_model
from gustibus.fitted import load


def test_the_figures_are_those_of_the_library(world: World, model: Path) -> None:
    found = as_json("evaluate", model, world.newcomers, "--shots", "0,5", "--seed", "3")
    report = evaluate_model(load(model), read(world.newcomers), shots=(0, 5), seed=3)
    assert found["unseen"]["5"]["log_loss"] == report["unseen"][5].log_loss
    assert found["unseen"]["0"]["accuracy"] == report["unseen"][0].accuracy


def test_the_table_has_a_row_for_every_number_of_answers(world: World, model: Path) -> None:
    shown = succeed("evaluate", model, world.newcomers, "--shots", "0,1,5").stdout
    assert "6 new people" in shown
    assert all(row in shown for row in ("as the population", "1 answer ", "5 answers"))


def test_the_report_file_has_the_figures_of_every_person(world: World, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    succeed("evaluate", model, world.newcomers, "--shots", "0,5", "--out", out)
    people = json.loads(out.read_text())["unseen"]["5"]["per_user"]["user"]
    assert sorted(people) == sorted(world.new)


def test_judgements_that_the_model_learned_from_are_called_so(world: World, model: Path) -> None:
    done = succeed("evaluate", model, world.judgements)
    assert "too good" in done.stderr
    assert "30 people the model knows" in done.stdout


def test_two_models_are_compared_on_the_same_judgements(world: World, model: Path, tmp_path: Path) -> None:
    other = tmp_path / "bt"
    succeed("fit", world.judgements, "--vectors", world.features, "--model", "bt", "--out", other)
    shown = succeed("evaluate", model, world.newcomers, "--against", other, "--shots", "0,5").stdout
    assert f"against {other}" in shown


def test_pairs_that_several_people_judged_are_set_against_their_votes(
    world: World, model: Path, tmp_path: Path
) -> None:
    table = pq.read_table(world.newcomers)
    one = table.filter(pc.equal(table["user_id"], world.new[0]))
    at = table.column_names.index("user_id")
    voters = [one.set_column(at, "user_id", pa.array([f"voter {i}"] * len(one))) for i in range(3)]
    pq.write_table(pa.concat_tables(voters), tmp_path / "votes.parquet")
    shown = succeed("evaluate", model, tmp_path / "votes.parquet", "--shots", "0,5").stdout
    assert "Against the shares of 90 votes" in shown
    found = as_json("evaluate", model, tmp_path / "votes.parquet", "--shots", "0,5")["votes"]
    assert found["population"]["n_pairs"] == 30
    assert "Against" not in succeed("evaluate", model, world.newcomers, "--shots", "0,5").stdout


def test_judgements_marked_test_are_taken_alone(world: World, model: Path, tmp_path: Path) -> None:
    table = pq.read_table(world.newcomers)
    marks = ["test" if row % 2 else "train" for row in range(len(table))]
    pq.write_table(table.append_column("split", pa.array(marks)), tmp_path / "marked.parquet")
    done = succeed("evaluate", model, tmp_path / "marked.parquet", "--shots", "0,5")
    assert "90 of 180 judgements are marked test" in done.stderr
    everything = as_json("evaluate", model, tmp_path / "marked.parquet", "--shots", "0,5", "--split", "all")
    assert everything["unseen"]["5"]["n_records"] == 6 * (30 - 5)
    refused = invoke("evaluate", model, tmp_path / "marked.parquet", "--split", "validation")
    assert refused.exit_code == 2
    assert "validation" in refused.stderr


@pytest.mark.parametrize("shots", ["", "five", "-1", "0,1.5"])
def test_numbers_of_answers_are_whole(world: World, model: Path, shots: str) -> None:
    refused = invoke("evaluate", model, world.newcomers, "--shots", shots)
    assert refused.exit_code == 2
    assert "--shots" in refused.stderr


def test_figures_are_broken_down_by_the_kinds_of_judgements(world: World, model: Path, tmp_path: Path) -> None:
    table = pq.read_table(world.newcomers)
    rows = table.to_pylist()
    said = [
        {**row, "user_id": f"voter {i}", "group": "odd" if i % 2 else "even", "prompt": f"p{n % 6}"}
        | ({"choice": {"a": "b", "b": "a"}[row["choice"]]} if i == 2 and n % 6 < 3 else {})
        for n, row in enumerate(rows[:40])
        for i in range(3)
    ]
    write(Comparisons.from_rows(said), tmp_path / "votes.parquet")
    words = ["evaluate", model, tmp_path / "votes.parquet", "--shots", "0"]
    found = as_json(*words, "--by", "taxonomy")
    assert set(found["parts"]) <= set(CELLS)
    assert len(found["parts"]) > 1
    assert "Only: plural prompt" in succeed(*words, "--by", "taxonomy").stdout
    assert set(as_json(*words, "--by", "group")["parts"]) == {"even", "odd"}
    refused = invoke("evaluate", model, world.newcomers, "--shots", "0", "--by", "group")
    assert refused.exit_code == 2
    assert "--by group" in refused.stderr
