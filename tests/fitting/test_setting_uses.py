"""A setting that a model has no use for is refused; every other one is taken."""

from dataclasses import fields
from typing import Any, get_args

import pytest

import gustibus as gs
from gustibus.comparisons import GustibusError
from gustibus.fitting import TAKEN_BY, FitSettings, ModelName

ANOTHER: dict[str, Any] = {
    "gate": "softmax", "temperature": 0.2, "unit_norm": True, "cyclic_ratio": 20.0,
    "prototypes": 3, "dimensions": 6, "hidden": (6,), "activation": "gelu", "residual": True, "placement": "mixed",
    "distance": "cosine", "prototype_scale": 0.7, "similarity": "cosine", "assignment": "partition",
    "initial_scale": 2.0, "scale_learning_rate": 0.1, "weights": "free", "inference": "joint", "prior": "dirichlet",
    "scale": 0.3, "types": 2, "restarts": 2, "classifier": "mlp", "plain": True, "user_penalty": 0.4,
    "shared_penalty": 0.4, "posterior_draws": 64, "learning_rate": 0.01,
    "map_learning_rate": 0.01, "map_weight_decay": 0.1, "max_steps": 7, "evaluate_every": 3, "patience": 2,
    "batch_size": 8,
}  # fmt: skip
MODELS = get_args(ModelName)


@pytest.mark.parametrize("name", ANOTHER)
@pytest.mark.parametrize("model", MODELS)
def test_a_setting_is_taken_by_the_models_of_the_table_and_refused_by_the_others(model: ModelName, name: str) -> None:
    beside = {"hidden": (6,)} if model == "bt" else {}
    value = "signed" if (model, name) == ("plural-gpm", "gate") else ANOTHER[name]
    given: dict[str, Any] = {**beside, name: value}
    if model in TAKEN_BY[name]:
        assert getattr(FitSettings(model=model, **given), name) == value
    else:
        with pytest.raises(GustibusError, match=f"{name}=.*[Ll]eave it out, or take .*"):
            FitSettings(model=model, **given)


def test_the_table_names_settings_and_models_that_there_are() -> None:
    assert set(TAKEN_BY) <= {field.name for field in fields(FitSettings)}
    assert {model for models in TAKEN_BY.values() for model in models} <= set(MODELS)
    assert set(ANOTHER) == set(TAKEN_BY)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "common", [{"item_offsets": False}, {"components": 8}, {"whiten": True}, {"validation": 0.2}, {"person": "group"}]
)
def test_settings_beside_the_table_are_for_all(model: ModelName, common: dict[str, Any]) -> None:
    given = FitSettings(model=model, **common)
    assert {name: getattr(given, name) for name in common} == common


@pytest.mark.parametrize(
    ("given", "idle"),
    [
        ({"model": "bt", "max_steps": 9}, "max_steps"),
        ({"item_offsets": False, "offset_penalty": 2.0}, "offset_penalty"),
        ({"model": "pal-a", "residual": True, "dimensions": 4}, "dimensions"),
        ({"model": "pal-b", "hidden": (0,), "dimensions": 4}, "dimensions"),
        ({"model": "pal-a", "placement": "mapped", "prototype_scale": 0.5}, "prototype_scale"),
        ({"model": "pal-a", "inference": "joint", "prior": "particles"}, "prior"),
        ({"model": "low-rank", "weights": "free", "prior": "particles"}, "prior"),
        ({"model": "pal-a", "distance": "euclidean", "prior": "particles"}, "prior"),
        ({"model": "pal-b", "assignment": "partition", "prior": "particles"}, "prior"),
    ],
)
def test_a_setting_that_another_leaves_without_a_use_is_refused_with_the_reason(
    given: dict[str, Any], idle: str
) -> None:
    with pytest.raises(GustibusError, match=f"no use for {idle}=.*: .*; leave it out"):
        FitSettings(**given)


def test_fit_refuses_before_it_reads_anything_even_where_the_value_is_the_usual_one() -> None:
    for model, given in (("pal-a", {"types": 3}), ("hierarchical", {"prototypes": 4}), ("bt", {"prototypes": 1})):
        with pytest.raises(GustibusError, match=f"model='{model}' has no use for"):
            gs.fit("no such file", model=model, **given)  # type: ignore[arg-type]


def test_settings_go_to_another_model_without_what_it_has_no_use_for() -> None:
    base = FitSettings(model="pal-a", prototypes=2, dimensions=4, prior="dirichlet", max_steps=20, seed=7)
    for model in MODELS:
        taken = base.for_model(model)
        assert (taken.model, taken.seed) == (model, 7)
        assert taken.dimensions == (3 if model in TAKEN_BY["dimensions"] else None)
    with pytest.raises(GustibusError, match="no use for types"):
        base.for_model("bt", types=2)


def test_settings_of_an_earlier_file_that_had_no_use_are_left_behind() -> None:
    saved = FitSettings(model="bt").to_dict() | {"prototypes": 4, "max_steps": 20, "plain": True}
    assert FitSettings.from_dict(saved) == FitSettings(model="bt")
