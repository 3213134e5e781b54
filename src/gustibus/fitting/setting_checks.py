"""What is wrong with the settings of a fit, said before anything is read."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any, Final, get_args

import numpy as np

from gustibus.adapting import PriorFamily
from gustibus.comparisons import GustibusError
from gustibus.fitting.likelihood_uses import LIKELIHOOD_USES, likelihood_use
from gustibus.fitting.setting_uses import COUNTED, CYCLIC, ONE_TASTE, TAKEN_BY, ModelName, idle_settings
from gustibus.likelihoods import Likelihood, MeanVarianceRewards, TieLikelihood, UnbiasedFlip, likelihood_of
from gustibus.models import Assignment, Distance, Gate, Placement, Similarity, WeightSpace

__all__ = ["check_settings", "refuse_idle"]

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "model": get_args(ModelName),
    "placement": get_args(Placement),
    "distance": get_args(Distance),
    "similarity": get_args(Similarity),
    "assignment": get_args(Assignment),
    "weights": get_args(WeightSpace),
    "gate": (*get_args(Gate), "signed"),
    "inference": ("point", "joint"),
    "person": ("user", "group"),
    "activation": ("relu", "gelu"),
}
# Whether None leaves it to validation judgements.
_FLAGS: Final = {
    "whiten": True,
    "item_offsets": True,
    "raw_features": False,
    "residual": False,
    "plain": False,
    "unit_norm": False,
    "equal_people": False,
}
_COUNTS: Final = (
    "prototypes",
    "dimensions",
    "components",
    "max_steps",
    "evaluate_every",
    "patience",
    "batch_size",
    "types",
    "restarts",
    "posterior_draws",
)
_NOT_NEGATIVE: Final = (
    "user_penalty",
    "shared_penalty",
    "offset_penalty",
    "map_weight_decay",
    "map_learning_rate",
    "scale_learning_rate",
)
_POSITIVE: Final = (
    "prototype_scale",
    "initial_scale",
    "temperature",
    "cyclic_ratio",
    "offset_penalty",
    "scale",
    "learning_rate",
)
_LARGEST: Final = 1e9
_MOST_DIMENSIONS: Final = 10_000
_NUMBERS: Final = (*dict.fromkeys((*_NOT_NEGATIVE, *_POSITIVE)), "validation")


def check_settings(values: Mapping[str, Any]) -> None:
    """Refuse values that no fit can have.

    Parameters
    ----------
    values : mapping
        Every setting by its name.

    Raises
    ------
    GustibusError
    """
    for name, choices in _CHOICES.items():
        if values[name] not in choices:
            raise GustibusError(f"{name}={values[name]!r} is not known; choose one of {', '.join(choices)}")
    prior = values["prior"]
    if prior is not None and prior not in get_args(PriorFamily):
        raise GustibusError(f"prior={prior!r} is not known; choose one of {', '.join(get_args(PriorFamily))}")
    _check_counts(values)
    _check_numbers(values)
    _check_together(values)


def refuse_idle(values: Mapping[str, Any], names: set[str]) -> None:
    """Refuse settings that were given to a model that has no use for them.

    Parameters
    ----------
    values : mapping
        Every setting by its name.
    names : set of str
        Those that were given.

    Raises
    ------
    GustibusError
        With the models that do take it.
    """
    idle = idle_settings(values)
    for name in sorted(names & set(idle)):
        raise GustibusError(f"model={values['model']!r} has no use for {name}={values[name]!r}: {idle[name]}.")


def _check_counts(values: Mapping[str, Any]) -> None:
    for name, may_be_chosen in _FLAGS.items():
        value = values[name]
        if not isinstance(value, bool | np.bool_) and not (may_be_chosen and value is None):
            raise GustibusError(f"{name} must be True or False{', or None' * may_be_chosen}, got {value!r}")
    for name in _COUNTS:
        value = values[name]
        if value is None or (name == "prototypes" and value == "auto"):
            continue
        if name == "dimensions" and isinstance(value, tuple):
            if not value or not all(_is_whole(one) and one >= 1 for one in value):
                raise GustibusError(f"dimensions must be whole numbers of at least 1, got {value!r}")
            continue
        if not _is_whole(value) or value < 1:
            hint = ", or 'auto'" if name == "prototypes" else ""
            raise GustibusError(f"{name} must be a whole number of at least 1{hint}, got {value!r}")
    dimensions = values["dimensions"] or 1
    widest = max(dimensions) if isinstance(dimensions, tuple) else dimensions
    if widest > _MOST_DIMENSIONS:
        raise GustibusError(f"dimensions must be at most {_MOST_DIMENSIONS:,}, got {widest:,}; a few suffice as a rule")
    seed, hidden = values["seed"], values["hidden"]
    if isinstance(seed, bool) or not isinstance(seed, Integral) or int(seed) < 0:
        raise GustibusError(f"seed must be a whole number of at least 0, got {seed!r}")
    if not isinstance(hidden, tuple | list) or not all(_is_whole(width) and width >= 0 for width in hidden):
        raise GustibusError(f"hidden must be the widths of the layers, such as hidden=(64,), got {hidden!r}")


def _check_numbers(values: Mapping[str, Any]) -> None:
    for name in _NUMBERS:
        value = values[name]
        if value is not None and (isinstance(value, bool) or not isinstance(value, Real)):
            raise GustibusError(f"{name} must be a number, got {value!r}")
        if value is not None and not abs(float(value)) < float("inf"):
            raise GustibusError(f"{name} must be a finite number, got {value}")
        if value is not None and abs(float(value)) > _LARGEST:
            raise GustibusError(f"{name} must be at most {_LARGEST:.0e}, got {value}")
    for name in _NOT_NEGATIVE:
        if values[name] is not None and not values[name] >= 0:
            raise GustibusError(f"{name} must not be negative, got {values[name]}")
    for name in _POSITIVE:
        if values[name] is not None and not values[name] > 0:
            raise GustibusError(f"{name} must be positive, got {values[name]}")
        if values[name] is not None and values[name] < 1 / _LARGEST:
            raise GustibusError(f"{name} must be at least {1 / _LARGEST:.0e}, got {values[name]}")
    if not 0 < values["validation"] < 0.5:
        raise GustibusError(f"validation must be a share between 0 and 0.5, got {values['validation']}")


def _check_together(values: Mapping[str, Any]) -> None:
    """Values that are fine by themselves but not with this model."""
    model = values["model"]
    if values["prototypes"] == "auto" and model not in COUNTED:
        why = "has coefficients for each person instead; its number of types is chosen anyway (types=None)"
        if model in ONE_TASTE:
            why = "has one for everybody"
        elif model == "auto":
            why = "chooses among whole models instead"
        raise GustibusError(
            f"prototypes='auto' counts tastes, and model={model!r} {why}; leave prototypes out, or use model='pal-a'"
        )
    dimensions = values["dimensions"]
    tried = dimensions if isinstance(dimensions, tuple) else (dimensions or 2,)
    if model in CYCLIC and any(width % 2 for width in tried):
        raise GustibusError(
            f"dimensions={dimensions}: circles lie in planes, which take two dimensions each; give 2, 4, 6, ..."
        )
    if values["gate"] != "none" and (values["gate"] == "signed") != (model == "plural-gpm"):
        raise GustibusError(
            f"gate={values['gate']!r} does not go with model={model!r}: 'signed' is the gate of plural-gpm, where "
            "tastes may go round a circle in opposite directions, and the only one it has"
        )
    if values["inference"] == "joint" and model not in TAKEN_BY["inference"]:
        raise GustibusError(
            f"inference='joint' is another way to fit {', '.join(TAKEN_BY['inference'])}; model={model!r} has its own. "
            "Leave it out, or take one of these."
        )
    if values["inference"] == "joint" and values["prototypes"] == 1:
        raise GustibusError(
            "inference='joint' fits a map together with people's weights on several tastes, and prototypes=1 leaves "
            "none to tell apart. Leave inference out, or give prototypes=2 or more."
        )
    if values["prior"] == "particles" and values["inference"] == "joint" and values["shared_penalty"] == 0:
        raise GustibusError(
            "inference='joint' with prior='particles' needs a ridge on the shared rewards: leave shared_penalty out, "
            "or give a positive one"
        )
    likelihood = likelihood_of(values["likelihood"])
    use = likelihood_use(model, likelihood)
    if use.kind == "refused":
        taken = [name for name, models in LIKELIHOOD_USES.items() if models[model].kind != "refused"]
        raise GustibusError(
            f"model={model!r} does not take likelihood={likelihood.name!r}: {use.why}. Use likelihood="
            f"{', '.join(map(repr, taken))}"
        )
    _check_tie_groups(values["tie_by"], likelihood)
    if isinstance(likelihood, MeanVarianceRewards):
        _check_variances(values)
    if isinstance(likelihood, UnbiasedFlip) and 0 in (values["shared_penalty"], values["user_penalty"]):
        raise GustibusError(
            "likelihood='unbiased-flip' is unbounded below, so nothing may go without a penalty; leave shared_penalty "
            "and user_penalty out, or give positive ones"
        )


def _check_variances(values: Mapping[str, Any]) -> None:
    """What variances of responses cannot stand beside."""
    not_linear = {
        "pal-a": values["distance"] != "squared" or values["placement"] == "mapped",
        "pal-b": values["similarity"] == "cosine",
    }
    if not_linear.get(values["model"], False):
        raise GustibusError(
            "likelihood='mean-variance' needs log-odds that are linear in people's weights: take distance='squared' "
            "with placement='latent' or 'mixed', or similarity='linear'"
        )
    for name, wanted in (("item_offsets", True), ("inference", "joint"), ("plain", True)):
        if values[name] == wanted:
            raise GustibusError(f"likelihood='mean-variance' does not go with {name}={wanted!r}; leave it out")


def _check_tie_groups(tie_by: object, likelihood: Likelihood) -> None:
    """Ties by group take a parameter that is learned."""
    if tie_by is None:
        return
    if tie_by != "group":
        raise GustibusError(f"tie_by={tie_by!r} is not known; use tie_by='group', or leave it out")
    if not isinstance(likelihood, TieLikelihood):
        raise GustibusError(
            f"tie_by='group' does not go with likelihood={likelihood.name!r}: it has no parameter for ties. Use "
            "likelihood='rao-kupper' or likelihood='davidson'."
        )
    if likelihood.learned:
        raise GustibusError(
            f"tie_by='group' learns how common ties are, which {likelihood} gives already; use "
            f"likelihood={likelihood.name!r}, or leave tie_by out"
        )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
