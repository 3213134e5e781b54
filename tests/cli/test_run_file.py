"""``--config run.yaml``: every option by its name, the command line first, mistakes named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import World, as_json, invoke, succeed

from gustibus.cli.judgements import column_names
from gustibus.comparisons import GustibusError


def test_keys_may_have_dashes_or_underscores(world: World, tmp_path: Path) -> None:
    run = tmp_path / "run.yaml"
    for key in ("skip-bad", "skip_bad"):
        run.write_text(f"file: {world.judgements}\n{key}: true\njson: true\n")
        assert json.loads(succeed("info", "--config", run).stdout)["n_users"] == 30


def test_columns_are_a_mapping_in_a_file_and_pairs_on_the_command_line(tmp_path: Path) -> None:
    data = tmp_path / "votes.csv"
    data.write_text('worker,"won, really",response_a,response_b\nann,a,tea,gin\nben,b,tea,gin\n')
    run = tmp_path / "run.yaml"
    run.write_text(f"file: {data}\ncolumns:\n  user_id: worker\n  choice: won, really\n")
    assert as_json("info", "--config", run)["n_users"] == 2
    assert as_json("info", data, "--columns", "user_id=worker,choice=won, really")["n_users"] == 2


def test_columns_of_the_command_line_replace_those_of_the_file(tmp_path: Path) -> None:
    data = tmp_path / "votes.csv"
    data.write_text("worker,user_id,choice,response_a,response_b\nann,x,a,tea,gin\nben,x,b,tea,gin\n")
    run = tmp_path / "run.yaml"
    run.write_text(f"file: {data}\ncolumns: {{user_id: worker}}\n")
    assert as_json("info", "--config", run, "--columns", "user_id=user_id")["n_users"] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prototype: 4\n", "Did you mean 'prototypes'?"),
        ("modle: bt\n", "Did you mean 'model'?"),
        ("config: other.yaml\n", "no option"),
        ("- 4\n", "holds a list"),
        ("prototypes: [1, 2\n", "not YAML"),
        ("seed: {a: 1}\n", "takes one value"),
    ],
)
def test_a_wrong_file_is_refused_with_the_fix(world: World, tmp_path: Path, text: str, said: str) -> None:
    run = tmp_path / "run.yaml"
    run.write_text(text)
    refused = invoke("fit", world.judgements, "--config", run)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert "run.yaml" in refused.stderr


def test_a_value_of_the_wrong_type_is_refused_like_a_typed_one(world: World, tmp_path: Path) -> None:
    run = tmp_path / "run.yaml"
    run.write_text("seed: many\n")
    refused = invoke("fit", world.judgements, "--config", run)
    assert refused.exit_code == 2
    assert "--seed" in refused.stderr


def test_a_missing_file_is_named() -> None:
    refused = invoke("info", "x.csv", "--config", "nowhere.yaml")
    assert refused.exit_code == 2
    assert "nowhere.yaml" in refused.stderr


@pytest.mark.parametrize("text", ["user_id", "=worker", "user_id=a,user_id=b"])
def test_columns_that_say_nothing_are_refused(text: str) -> None:
    with pytest.raises(GustibusError, match="--columns"):
        column_names([text])
