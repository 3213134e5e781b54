"""The models that there are, and in one table which settings each has a use for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from gustibus.likelihoods import likelihood_of

__all__ = ["COUNTED", "CYCLIC", "ONE_TASTE", "TAKEN_BY", "ModelName", "idle_settings"]

ModelName = Literal[
    "auto",
    "hierarchical",
    "pal-a",
    "pal-b",
    "low-rank",
    "mixture",
    "bt",
    "classification",
    "pair-input",
    "gpm",
    "scalar-cyclic",
    "plural-gpm",
]
ONE_TASTE: Final = ("bt", "classification", "pair-input", "gpm", "scalar-cyclic")
"""Models without people."""

BT_BY_DESCENT: Final = ("mean-variance", "flip", "hinge")
"""Likelihoods with which Bradley-Terry, even a linear one, is fitted by descent; otherwise that is solved exactly."""

CYCLIC: Final = ("gpm", "scalar-cyclic", "plural-gpm")
"""Models whose preferences may go in circles."""

_TASTES: Final = ("pal-a", "pal-b", "low-rank", "plural-gpm")
_MAPS: Final = ("pal-a", "pal-b", "low-rank")
_STEPS: Final = ("auto", *_TASTES, "bt", "pair-input", "gpm", "scalar-cyclic")
# Of a descent; Bradley-Terry has one only where it has hidden layers, or with some likelihoods.
_DESCENT: Final = (
    "learning_rate",
    "map_learning_rate",
    "map_weight_decay",
    "max_steps",
    "evaluate_every",
    "patience",
    "batch_size",
)

TAKEN_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "prototypes": ("auto", *_TASTES, "mixture"),
    "dimensions": ("auto", "pal-a", "pal-b", *CYCLIC),
    "hidden": ("auto", "pal-a", "pal-b", "bt", "pair-input", *CYCLIC),
    "activation": ("auto", "pal-a", "pal-b", "pair-input"),
    "residual": ("auto", "pal-a"),
    "placement": ("auto", "pal-a"),
    "distance": ("auto", "pal-a"),
    "prototype_scale": ("auto", "pal-a"),
    "similarity": ("pal-b",),
    "assignment": ("pal-b",),
    "initial_scale": ("pal-b",),
    "scale_learning_rate": ("pal-b",),
    "weights": ("low-rank",),
    "gate": CYCLIC,
    "temperature": CYCLIC,
    "unit_norm": ("gpm", "scalar-cyclic"),
    "cyclic_ratio": ("scalar-cyclic", "plural-gpm"),
    "inference": _MAPS,
    "prior": ("auto", *_TASTES),
    "scale": ("auto", "hierarchical"),
    "types": ("auto", "hierarchical"),
    "restarts": ("auto", "mixture"),
    "classifier": ("classification",),
    "plain": ("pair-input",),
    "user_penalty": ("auto", *_TASTES),
    "shared_penalty": ("auto", "hierarchical", *_TASTES, "mixture", "bt", "pair-input", "gpm", "scalar-cyclic"),
    "posterior_draws": ("auto", "hierarchical", *_TASTES, "mixture"),
    **dict.fromkeys(_DESCENT, _STEPS),
}
"""Models that have a use for a setting; all have one for the settings that are not named here."""

COUNTED: Final = tuple(model for model in TAKEN_BY["prototypes"] if model != "auto")
"""Models that have a number of tastes, which can be given or chosen."""


def idle_settings(values: Mapping[str, Any]) -> dict[str, str]:
    """Settings that a fit with these values would never look at, each with the reason and what to do about it.

    Parameters
    ----------
    values : mapping
        Every setting by its name, ``model`` among them.

    Examples
    --------
    >>> from gustibus.fitting.settings import FitSettings
    >>> idle_settings(vars(FitSettings(model="mixture")))["types"]
    "leave it out, or take model='hierarchical'"
    """
    idle = {name: _others(models) for name, models in TAKEN_BY.items() if values["model"] not in models}
    for names, why in _idle_beside_others(values):
        idle |= {name: f"{why}; leave it out" for name in names if name not in idle}
    return idle


def _others(models: tuple[str, ...]) -> str:
    named = [f"model={model!r}" for model in models if model != "auto"]
    return "leave it out, or take " + (named[0] if len(named) == 1 else f"{', '.join(named[:-1])} or {named[-1]}")


def _idle_beside_others(values: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Settings that another setting leaves without a use."""
    model, auto = values["model"], values["model"] == "auto"
    if model == "bt" and not values["hidden"] and likelihood_of(values["likelihood"]).name not in BT_BY_DESCENT:
        yield _DESCENT, "without hidden layers it is solved exactly, in no steps"
    if model == "pal-a" and (values["residual"] or 0 in values["hidden"]):
        yield ("dimensions",), "residual maps, and maps with a layer of width 0, keep the width of the features"
    if model == "pal-b" and 0 in values["hidden"]:
        yield ("dimensions",), "maps with a layer of width 0 keep the width of the features"
    if values["raw_features"]:
        yield ("components", "whiten"), "raw_features=True takes the embeddings as they are"
    if values["item_offsets"] is False:
        yield ("offset_penalty",), "item_offsets=False leaves no offsets to penalise"
    if values["placement"] != "latent" and not auto:
        yield ("prototype_scale",), "only prototypes with placement='latent' start with a spread"
    if values["weights"] == "free":
        yield ("prior",), "free weights are normally distributed"
    elif values["inference"] == "joint" and not (model == "low-rank" and values["prior"] in (None, "particles")):
        yield ("prior",), "weights with inference='joint' are normally distributed (low-rank: or prior='particles')"
    elif model == "pal-b" and (values["assignment"] == "partition" or values["similarity"] == "cosine"):
        yield ("prior",), "it is for mixtures of tastes that are linear in people's weights"
    elif model == "pal-a" and (values["distance"] != "squared" or values["placement"] == "mapped"):
        yield ("prior",), "it is for placements and distances that are linear in people's weights"
