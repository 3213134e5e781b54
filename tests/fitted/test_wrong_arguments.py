"""What is not what a function takes is refused with what to give, never with a raw error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gustibus as gs
from gustibus.fitting import FitSettings

ROWS = [
    {"user_id": f"u{i % 4}", "response_a": "tea", "response_b": "gin", "choice": "ab"[i // 4 % 2]} for i in range(24)
]
DATA = gs.Comparisons.from_rows(ROWS)


@pytest.fixture(scope="module")
def model() -> gs.FittedModel:
    return gs.fit(DATA, model="hierarchical", types=1, scale=1.0, encoder="one-hot")


FIT: dict[str, tuple[dict[str, Any], str]] = {
    "an array for an encoder": ({"encoder": np.ones((2, 2))}, "is of type ndarray"),
    "a dict for settings": ({"settings": {"model": "bt"}}, "FitSettings"),
    "a missing file for validation": ({"validation": "nowhere.csv"}, "nowhere.csv"),
    "a word for a truth": ({"whiten": "yes"}, "whiten must be True or False, or None"),
    "another word for a truth": ({"item_offsets": "maybe"}, "item_offsets must be True or False"),
    "a negative seed": ({"seed": -1}, "seed must be a whole number"),
    "no prototypes": ({"prototypes": 0}, "prototypes must be a whole number of at least 1"),
    "no such model": ({"model": "pala"}, "model='pala' is not known"),
    "a device that is not there": ({"model": "pal-a", "prototypes": 2, "device": "tpu"}, "not a device"),
    "a file for a checkpoint": ({"model": "pal-a", "prototypes": 2, "checkpoint": __file__}, "is a file"),
    "a number beyond all sums": ({"model": "hierarchical", "scale": 1e300}, r"scale must be at most 1e\+09"),
    "a number next to nothing": ({"model": "hierarchical", "scale": 1e-300}, "scale must be at least 1e-09"),
    "a word for a store": ({"store": "x"}, r"EmbeddingStore\(folder\)"),
    "a number for progress": ({"progress": 3}, r"called with \(stage, done, total\)"),
    "a number for a checkpoint": ({"model": "pal-a", "prototypes": 2, "checkpoint": 3}, "checkpoint must be a path"),
    "components of raw features": ({"raw_features": True, "components": 3}, "takes the embeddings as they are"),
    "a number that is none": ({"model": "pal-a", "learning_rate": float("nan")}, "finite number"),
}


@pytest.mark.parametrize("case", FIT)
def test_fit_says_what_to_give(case: str) -> None:
    given, said = FIT[case]
    with pytest.raises(gs.GustibusError, match=said):
        gs.fit(DATA, **{"encoder": "one-hot", **given})


CALLS: dict[str, tuple[Callable[[gs.FittedModel], object], str]] = {
    "a number for a person": (lambda m: m.rank(None, ["tea", "gin"], 5), "5 is nobody"),  # type: ignore[arg-type]
    "no responses": (lambda m: m.rank(None, None), "responses must be a text or a list"),  # type: ignore[arg-type]
    "numbers for responses": (lambda m: m.log_odds(None, 1, 2), "responses_a must be a text"),  # type: ignore[arg-type]
    "a number for prompts": (lambda m: m.log_odds(5, "tea", "gin"), "prompts must be a text"),  # type: ignore[arg-type]
    "rows to predict": (lambda m: m.predict(ROWS), r"got list. Read them first"),  # type: ignore[arg-type]
    "rows of many people": (lambda m: m.adapt_users(ROWS), r"got list. Read them first"),  # type: ignore[arg-type]
    "one text for ids": (lambda m: m.adapt_users(DATA, user_ids="u1"), "is one text"),
    "a negative seed": (lambda m: m.adapt_users(DATA, seed=-1), "seed must be"),
    "a word for a person": (lambda m: m.with_users("ann"), "no adapted person"),  # type: ignore[arg-type]
    "a word for an update": (lambda m: m.adapt(DATA.for_users("u0")).update("x"), "got str"),  # type: ignore[arg-type]
    "a word for a test": (lambda m: gs.evaluate(m, "x"), "got str"),  # type: ignore[arg-type]
    "a number for shots": (lambda m: gs.evaluate(m, DATA, shots=5), "shots=5: give numbers"),  # type: ignore[arg-type]
    "negative shots": (lambda m: gs.evaluate(m, DATA, shots=(-1,)), "cannot be negative"),
    "a seed of evaluation": (lambda m: gs.evaluate(m, DATA, seed=-1), "seed must be"),
    "a number for models": (lambda m: gs.compare(DATA, 5), "give a list of names"),  # type: ignore[arg-type]
    "names for settings": (lambda m: gs.compare(DATA, {"a": "bt"}), "give a list of names"),  # type: ignore[dict-item]
    "a file for a folder": (lambda m: gs.compare(DATA, folder=__file__, shots=(0,), mint=1), "is a file"),
    "a number for a folder": (lambda m: gs.compare(DATA, folder=3), "folder must be a path"),  # type: ignore[arg-type]
    "a word for a store": (lambda m: gs.compare(DATA, store="x"), "EmbeddingStore"),  # type: ignore[arg-type]
    "progress of a study": (lambda m: gs.compare(DATA, progress=3), "progress must be"),  # type: ignore[arg-type]
    "progress of a test": (lambda m: gs.evaluate(m, DATA, progress=3), "progress must be"),  # type: ignore[arg-type]
    "progress of predictions": (lambda m: m.predict(DATA, progress=3), "progress must be"),  # type: ignore[arg-type]
    "a seed of a split": (lambda m: gs.split(DATA, by="user", seed=-1), "seed must be"),
    "a list for columns": (lambda m: gs.read(ROWS, columns=["user_id"]), "give field to column"),  # type: ignore[arg-type]
    "nothing to write": (lambda m: gs.write(None, "x.csv"), "got NoneType"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("case", CALLS)
def test_a_call_says_what_to_give(case: str, model: gs.FittedModel) -> None:
    call, said = CALLS[case]
    with pytest.raises(gs.GustibusError, match=said):
        call(model)


@pytest.mark.parametrize("written", ["{", "[]", "5", '{"kind": "other"}'])
def test_a_model_file_that_cannot_be_read_is_named(model: gs.FittedModel, tmp_path: Path, written: str) -> None:
    model.save(tmp_path / "m")
    (tmp_path / "m" / "config.json").write_text(written)
    with pytest.raises(gs.GustibusError, match=r"config\.json"):
        gs.load(tmp_path / "m")


def test_truths_of_numpy_are_taken() -> None:
    assert FitSettings(item_offsets=None, whiten=np.True_).whiten  # type: ignore[arg-type]


def test_settings_and_fit_mean_the_same_if_nothing_is_said() -> None:
    assert FitSettings().model == "auto"
    assert FitSettings(prototypes=2).model == "pal-a"
    assert FitSettings.from_dict(FitSettings().to_dict()) == FitSettings()


def test_more_components_than_there_are_is_said() -> None:
    rng = np.random.default_rng(0)
    drinks = gs.Vectors(["tea", "gin", "ale"], rng.normal(size=(3, 4)))
    with pytest.warns(gs.DataWarning, match=r"components=500 were asked for, but vectors of 4 dimensions"):
        gs.fit(DATA, model="bt", encoder=drinks, components=500)


def test_one_group_is_called_a_group() -> None:
    rows = [row | {"group": "guests"} for row in ROWS]
    with pytest.warns(gs.DataWarning, match="by one group, which does not tell how groups differ"):
        gs.fit(rows, encoder="one-hot", person="group")
