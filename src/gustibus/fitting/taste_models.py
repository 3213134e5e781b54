"""The untrained module that the settings of a fit describe."""

from __future__ import annotations

from typing import Any

import torch

from gustibus.fitting.defaults import CYCLIC_START
from gustibus.fitting.setting_uses import CYCLIC
from gustibus.fitting.settings import FitSettings
from gustibus.models import (
    BradleyTerry,
    GeneralPreference,
    IdealPoint,
    LowRank,
    PairwiseModel,
    PluralGeneralPreference,
    PreferenceModel,
    PromptIdealPoint,
    ScalarPlusCyclic,
)

__all__ = ["build_model"]


def build_model(
    settings: FitSettings,
    n_features: int,
    dimensions: int,
    prototype_scale: float,
    *,
    cyclic_ratio: float | None = None,
    n_prompt_features: int = 0,
    row_length: float = 1.0,
) -> PreferenceModel:
    """The untrained module that the settings describe, drawn with their seed.

    The last ``n_prompt_features`` of the features are the prompt's, for models that keep it apart; ``row_length`` is
    the root mean square length of a row of them.
    """
    width = n_features - n_prompt_features
    hidden = settings.hidden or ((width, width) if settings.residual else ())
    hidden = tuple(layer or width for layer in hidden)
    if settings.full_width:
        dimensions = width
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        if settings.model == "bt":
            return BradleyTerry(n_features, hidden=hidden)
        if settings.model == "low-rank":
            return LowRank(n_features, settings.n_prototypes, weights=settings.weights)
        if settings.model == "pal-b":
            return PromptIdealPoint(
                n_features,
                n_prompt_features,
                settings.n_prototypes,
                dimensions,
                similarity=settings.similarity,
                assignment=settings.assignment,
                hidden=hidden,
                activation=settings.activation,
                initial_scale=settings.initial_scale,
            )
        if settings.model in CYCLIC:
            shape: dict[str, Any] = {
                "dimensions": dimensions,
                "n_prompt_features": n_prompt_features,
                "temperature": settings.temperature,
                "hidden": hidden,
                "initial_scale": CYCLIC_START / row_length,
            }
            return _cyclic(
                settings, n_features, shape | ({} if cyclic_ratio is None else {"cyclic_ratio": cyclic_ratio})
            )
        return IdealPoint(
            n_features,
            settings.n_prototypes,
            dimensions,
            placement=settings.placement,
            distance=settings.distance,
            hidden=hidden,
            activation=settings.activation,
            residual=settings.residual,
            prototype_scale=prototype_scale,
        )


def _cyclic(settings: FitSettings, n_features: int, shape: dict[str, Any]) -> PairwiseModel:
    if settings.model == "plural-gpm":
        return PluralGeneralPreference(n_features, settings.n_prototypes, **shape)
    made = GeneralPreference if settings.model == "gpm" else ScalarPlusCyclic
    assert settings.gate != "signed"
    return made(n_features, gate=settings.gate, unit_norm=settings.unit_norm, **shape)
