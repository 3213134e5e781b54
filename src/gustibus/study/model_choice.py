"""What is to be compared: models by their names and, where wanted, settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from gustibus.comparisons import GustibusError
from gustibus.fitting import COUNTED, TAKEN_BY, FitSettings, ModelName

__all__ = ["ModelChoice", "model_choices"]

# One taste for all, then people; with the one that decides for itself at the end.
_FAMILY = (
    "bt",
    "classification",
    "pair-input",
    "pal-a",
    "pal-a-joint",
    "pal-b",
    "low-rank",
    "low-rank-joint",
    "low-rank-lattice",
    "mixture",
    "hierarchical",
    "gpm",
    "scalar-cyclic",
    "plural-gpm",
    "auto",
)
_JOINT = "-joint"
_LATTICE: dict[str, Any] = {"model": "low-rank", "inference": "joint", "prior": "particles"}
"""Of ``"low-rank-lattice"``: rewards that people mix, fitted together with how often each mixture occurs."""


@dataclass(frozen=True)
class ModelChoice:
    """One model of a comparison.

    Attributes
    ----------
    name
        As it is printed.
    options
        For :func:`gustibus.fit`: ``model`` and any of its settings.
    """

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)


def model_choices(models: Sequence[str] | Mapping[str, Mapping[str, Any]] | None) -> tuple[ModelChoice, ...]:
    """Read what is to be compared.

    Parameters
    ----------
    models
        Names such as ``"pal-a"``, or ``"pal-a:8"`` for 8 prototypes and ``"pal-a:auto"`` for a number that is chosen;
        ``"pal-a-joint"``, ``"pal-b-joint"`` and ``"low-rank-joint"`` (with free weights) have ``inference="joint"``,
        and ``"low-rank-lattice"`` (with weights on the simplex) ``prior="particles"`` as well; or a mapping from a name
        of one's own to options for :func:`gustibus.fit`; or None for the whole family.

    Raises
    ------
    GustibusError
        If there are none, one occurs twice, or there is no such model or setting.

    Examples
    --------
    >>> [choice.options for choice in model_choices(["bt", "pal-a:8"])]
    [{'model': 'bt'}, {'model': 'pal-a', 'prototypes': 8}]
    >>> model_choices(["pal-a-joint:2"])[0].options
    {'model': 'pal-a', 'inference': 'joint', 'prototypes': 2}
    """
    if models is None:
        models = _FAMILY
    if isinstance(models, str):
        raise GustibusError(f"models={models!r} is one text. Give a list of names, such as models=['bt', 'pal-a'].")
    told = models.values() if isinstance(models, Mapping) else models
    kind = Mapping if isinstance(models, Mapping) else str
    if not isinstance(told, Iterable) or not all(isinstance(one, kind) for one in told):
        raise GustibusError(
            f"models={models!r:.80}: give a list of names, such as models=['bt', 'pal-a'], or a mapping from names to "
            "settings, such as models={'one taste': {'model': 'bt'}}."
        )
    if isinstance(models, Mapping):
        if not all(isinstance(name, str) and name.strip() for name in models):
            raise GustibusError(f"models: names must be texts that say something, got {list(models)!r:.80}")
        chosen = [ModelChoice(name, dict(options)) for name, options in models.items()]
    else:
        chosen = [_named(name) for name in models]
    if not chosen:
        raise GustibusError("there are no models to compare: give at least one, such as models=['bt', 'pal-a']")
    names = [choice.name for choice in chosen]
    for name in names:
        if names.count(name) > 1:
            raise GustibusError(f"the model {name!r} occurs twice. Give each once; 'pal-a:8' is PAL-A with K = 8.")
    for choice in chosen:
        _check(choice)
    return tuple(chosen)


def _named(name: str) -> ModelChoice:
    model, colon, number = name.partition(":")
    options: dict[str, Any] = {"model": model}
    joint = model.removesuffix(_JOINT)
    if model == "low-rank-lattice":
        model, options = "low-rank", dict(_LATTICE)
    elif joint != model and joint in TAKEN_BY["inference"]:
        model, options = joint, {"model": joint, "inference": "joint"}
        if joint == "low-rank":
            options["weights"] = "free"
    if not colon:
        return ModelChoice(name, options)
    if model in get_args(ModelName) and model not in (*COUNTED, "auto"):
        raise GustibusError(
            f"model {name!r}: {model} has no number of prototypes to give. Leave {colon}{number} out, or take one of "
            f"{', '.join(COUNTED)}."
        )
    if number == "auto":
        return ModelChoice(name, {**options, "prototypes": "auto"})
    if not number.isdigit() or int(number) < 1:
        raise GustibusError(
            f"model {name!r}: after the colon stands the number of prototypes, such as {model}:8 or {model}:auto"
        )
    return ModelChoice(name, {**options, "prototypes": int(number)})


def _check(choice: ModelChoice) -> None:
    """Names and values are looked at before hours are spent."""
    known = set(FitSettings.__dataclass_fields__)
    unknown = sorted(set(choice.options) - known)
    if unknown:
        raise GustibusError(
            f"model {choice.name!r}: fit has no setting {unknown[0]!r}. Settings are: {', '.join(sorted(known))}."
        )
    if choice.options.get("person") == "group":
        raise GustibusError(
            f"model {choice.name!r}: who is new is drawn among the users of the table, so person='group' cannot stand "
            "beside models of people. Compare models of groups on data.with_groups_as_users()."
        )
    try:
        FitSettings(**choice.options)
    except GustibusError as error:
        raise GustibusError(f"model {choice.name!r}: {error}") from error
