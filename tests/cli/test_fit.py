"""``gustibus fit`` learns, saves, says what it chose, and can be repeated."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from command_line import World, as_json, invoke, succeed

from gustibus.comparisons import Comparisons, read, write
from gustibus.fitted import load


def weights_of(folder: Path) -> bytes:
    return (folder / "model.safetensors").read_bytes()


def test_fit_saves_a_model_that_knows_the_people(world: World, model: Path) -> None:
    fitted = load(model)
    assert set(fitted.user_ids) == set(world.seen)
    assert fitted.n_prototypes == 2


def test_the_run_file_repeats_the_run(model: Path, tmp_path: Path) -> None:
    succeed("fit", "--config", model / "run.yaml", "--out", tmp_path / "again")
    assert weights_of(tmp_path / "again") == weights_of(model)


def test_the_command_line_wins_over_the_run_file(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "other"
    succeed("fit", "--config", model / "run.yaml", "--out", out, "--seed", "5", "--set", "dimensions=3")
    settings = load(out).settings
    assert (settings.seed, settings.dimensions, settings.max_steps) == (5, 3, 60)
    written = yaml.safe_load((out / "run.yaml").read_text())
    assert (written["seed"], written["set"]["dimensions"]) == (5, "3")


def test_several_numbers_of_prototypes_make_one_table_and_a_folder_each(
    world: World, quick_fit: list[object], tmp_path: Path
) -> None:
    out = tmp_path / "models"
    shown = succeed(*quick_fit, "--prototypes", "1,2", "--out", out, "--test", "0.2").stdout
    assert shown.index("PAL-A, K = 1") < shown.index("PAL-A, K = 2")
    assert "against PAL-A, K = 1" in shown
    assert [load(out / name).n_prototypes for name in ("k1", "k2")] == [1, 2]
    again = tmp_path / "k2-again"
    succeed("fit", "--config", out / "k2" / "run.yaml", "--out", again)
    assert weights_of(again) == weights_of(out / "k2")


def test_held_out_judgements_are_evaluated_and_written(world: World, quick_fit: list[object], tmp_path: Path) -> None:
    test = tmp_path / "test.parquet"
    found = as_json(
        *quick_fit, "--out", tmp_path / "model", "--test", "0.2", "--test-by", "user", "--test-out", test,
        "--shots", "0,5",
    )  # fmt: skip
    (one,) = found["models"]
    assert set(one["test"]["unseen"]) == {"0", "5"}
    held_out = set(read(test).user_ids)
    assert len(held_out) == 6
    assert not held_out & set(load(tmp_path / "model").user_ids)


def test_bradley_terry_has_no_prototypes_to_choose(world: World, tmp_path: Path) -> None:
    words = ["fit", world.judgements, "--vectors", world.features, "--model", "bt", "--out", tmp_path / "bt"]
    found = as_json(*words)
    assert found["models"][0]["prototypes"] == 1
    refused = invoke(*words, "--prototypes", "2")
    assert refused.exit_code == 2
    assert "--prototypes" in refused.stderr


def test_a_model_is_not_overwritten_unawares(model: Path, quick_fit: list[object]) -> None:
    before = weights_of(model)
    refused = invoke(*quick_fit, "--out", model, "--seed", "9")
    assert refused.exit_code == 2
    assert "--overwrite" in refused.stderr
    assert weights_of(model) == before


def test_a_folder_with_other_files_is_left_alone_even_with_overwrite(quick_fit: list[object], tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    refused = invoke(*quick_fit, "--out", tmp_path, "--overwrite")
    assert refused.exit_code == 2
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_an_interrupted_fit_goes_on_from_its_checkpoint(
    world: World, quick_fit: list[object], model: Path, tmp_path: Path
) -> None:
    checkpoint = tmp_path / "state"
    succeed(*quick_fit, "--out", tmp_path / "a", "--checkpoint", checkpoint)
    assert any(checkpoint.iterdir())
    succeed(*quick_fit, "--out", tmp_path / "b", "--checkpoint", checkpoint)
    assert weights_of(tmp_path / "a") == weights_of(tmp_path / "b") == weights_of(model)


def test_the_published_preset_is_what_the_paper_used(world: World, tmp_path: Path) -> None:
    succeed(
        "fit", world.judgements, "--vectors", world.features, "--preset", "published", "--prototypes", "2",
        "--set", "max_steps=20", "--set", "evaluate_every=10", "--set", "posterior_draws=32",
        "--out", tmp_path / "published",
    )  # fmt: skip
    settings = load(tmp_path / "published").settings
    assert (settings.placement, settings.distance, settings.likelihood) == ("mapped", "euclidean", "hinge")
    assert settings.max_steps == 20


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("dimension=8", "dimensions"),
        ("dimensions=many", "whole number"),
        ("dimensions", "NAME=VALUE"),
        ("prototypes=3", "--prototypes 3"),
        ("whiten=perhaps", "yes or no"),
        ("likelihood=probit", "logistic"),
    ],
)
def test_a_wrong_setting_is_refused_with_the_fix(
    world: World, quick_fit: list[object], tmp_path: Path, pair: str, said: str
) -> None:
    refused = invoke(*quick_fit, "--out", tmp_path / "model", "--set", pair)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert not (tmp_path / "model").exists()


def test_judgements_marked_test_are_kept_out_and_evaluated(
    world: World, quick_fit: list[object], tmp_path: Path
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(world.judgements)
    marks = ["test" if row % 10 == 0 else "train" for row in range(len(table))]
    pq.write_table(table.append_column("split", pa.array(marks)), tmp_path / "marked.parquet")
    words = [*quick_fit, "--out", tmp_path / "model", "--json"]
    words[1] = tmp_path / "marked.parquet"
    done = succeed(*words)
    assert "90 of 900 judgements are marked test" in done.stderr
    refused = invoke(*words, "--overwrite", "--test", "0.2")
    assert refused.exit_code == 2
    assert "--test" in refused.stderr


def test_a_likelihood_is_named_on_the_command_line_and_told_in_the_model(
    world: World, quick_fit: list[object], tmp_path: Path
) -> None:
    done = invoke(*quick_fit, "--likelihood", "label-smoothing:0.05", "--out", tmp_path / "model")
    assert done.exit_code == 0, done.stderr
    assert str(load(tmp_path / "model").likelihood) == "label-smoothing (epsilon=0.05)"
    refused = invoke(*quick_fit, "--likelihood", "probit", "--out", tmp_path / "other")
    assert refused.exit_code == 2
    assert "rao-kupper" in refused.stderr


def test_ties_by_group_are_learned_said_and_kept(world: World, tmp_path: Path) -> None:
    rows = read(world.judgements).to_rows()
    for number, row in enumerate(rows):
        row["group"] = "north" if int(row["user_id"][-1], 36) % 2 else "south"
        if number % (3 if row["group"] == "north" else 12) == 0:
            row["choice"] = "tie"
    write(Comparisons.from_rows(rows), tmp_path / "ties.parquet")
    words = ["fit", tmp_path / "ties.parquet", "--vectors", world.features, "--model", "bt", "--out", tmp_path / "bt"]
    davidson = succeed(*words, "--likelihood", "davidson", "--tie-by", "group")
    assert "Ties by davidson (nu=" in davidson.stdout
    assert "(south) to" in davidson.stdout
    done = succeed(*words, "--likelihood", "rao-kupper", "--tie-by", "group", "--overwrite")
    assert "Ties by rao-kupper (theta=" in done.stdout
    assert "(south) to" in done.stdout
    kept = load(tmp_path / "bt")
    assert kept.tie_levels is not None
    assert set(kept.tie_levels.groups) == {"north", "south"}
    assert yaml.safe_load((tmp_path / "bt" / "run.yaml").read_text())["tie-by"] == "group"
    assert "gustibus adapt" not in done.stderr  # one taste for all: nobody is placed
    assert "gustibus rank" in done.stderr
    assert "count as half a win" in succeed(*words, "--overwrite").stdout
    refused = invoke(*words, "--overwrite", "--tie-by", "group")
    assert refused.exit_code == 2
    assert "rao-kupper" in refused.stderr
