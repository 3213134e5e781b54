"""A saved model is the same model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gustibus.catalog import IdealPointWorld
from gustibus.comparisons import GustibusError
from gustibus.fitted import FittedModel, fit, load


def test_round_trip_is_exact(model: FittedModel, world: IdealPointWorld, tmp_path: Path) -> None:
    model.save(tmp_path / "model")
    again = load(tmp_path / "model")
    before, after = model.predict(world.comparisons), again.predict(world.comparisons)
    for name in ("log_odds", "sd", "probability"):
        assert np.array_equal(getattr(before, name), getattr(after, name))
    assert again.user_ids == model.user_ids
    assert again.settings == model.settings
    assert again.summary == json.loads(json.dumps(model.summary))


def test_newcomers_are_placed_the_same_after_a_round_trip(
    model: FittedModel, world: IdealPointWorld, tmp_path: Path
) -> None:
    answers = world.comparisons.for_users(world.comparisons.user_ids[-1])
    model.save(tmp_path / "model")
    assert np.array_equal(load(tmp_path / "model").adapt(answers).weights, model.adapt(answers).weights)


def test_a_model_can_be_published_without_its_people(model: FittedModel, tmp_path: Path) -> None:
    model.save(tmp_path / "public", users=False)
    written = b"".join(path.read_bytes() for path in (tmp_path / "public").rglob("*") if path.is_file())
    assert not (tmp_path / "public" / "users").exists()
    assert model.user_ids[0].encode() not in written
    assert load(tmp_path / "public").user_ids == ()


def test_no_pickle_and_a_card_are_written(model: FittedModel, tmp_path: Path) -> None:
    model.save_pretrained(tmp_path / "model")
    names = sorted(path.relative_to(tmp_path / "model").as_posix() for path in (tmp_path / "model").rglob("*"))
    assert names == [
        "README.md",
        "config.json",
        "model.safetensors",
        "users",
        "users/people.json",
        "users/posteriors.safetensors",
    ]
    card = (tmp_path / "model" / "README.md").read_text()
    assert f"{model.summary['judgements']:,} judgements" in card
    assert FittedModel.from_pretrained(tmp_path / "model").n_prototypes == model.n_prototypes


@pytest.mark.parametrize(
    "options",
    [
        {"model": "bt", "hidden": (4,)},
        {"prototypes": 2, "distance": "euclidean", "placement": "mapped", "dimensions": 3},
    ],
)
def test_every_kind_of_model_comes_back(world: IdealPointWorld, tmp_path: Path, options: dict[str, object]) -> None:
    fitted = fit(world.comparisons, encoder=world.vectors, max_steps=20, **options)  # type: ignore[arg-type]
    fitted.save(tmp_path / "m")
    again = load(tmp_path / "m")
    assert np.array_equal(again.predict(world.held_out).log_odds, fitted.predict(world.held_out).log_odds)


def test_one_hot_models_come_back(tmp_path: Path) -> None:
    rows = [
        {"user_id": f"u{i % 7}", "response_a": "tea", "response_b": ["gin", "milk"][i % 2], "choice": "ab"[i % 7 > 4]}
        for i in range(90)
    ]
    fitted = fit(rows, model="bt", encoder="one-hot")
    fitted.save(tmp_path / "m")
    assert np.array_equal(load(tmp_path / "m").reward(None, ["tea", "gin"]), fitted.reward(None, ["tea", "gin"]))


def test_saving_again_replaces_a_model_but_never_other_files(model: FittedModel, tmp_path: Path) -> None:
    model.save(tmp_path / "m")
    model.save(tmp_path / "m", users=False)
    assert load(tmp_path / "m").user_ids == ()
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("years of work")
    with pytest.raises(GustibusError, match="not a saved model"):
        model.save(tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter.tex").read_text() == "years of work"
    assert {path.name for path in tmp_path.iterdir()} == {"m", "thesis"}


def damage_version(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "format_version": 99}))


def damage_weights(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])


def damage_config(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def damage_nothing_there(folder: Path) -> None:
    (folder / "config.json").unlink()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (damage_version, "version 99"),
        (damage_weights, "cannot be read"),
        (damage_config, "damaged"),
        (damage_nothing_there, "no saved model"),
    ],
)
def test_what_cannot_be_loaded_says_why(model: FittedModel, tmp_path: Path, damage: object, message: str) -> None:
    model.save(tmp_path / "m")
    damage(tmp_path / "m")  # type: ignore[operator]
    with pytest.raises(GustibusError, match=message):
        load(tmp_path / "m")
