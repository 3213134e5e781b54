"""Variances of responses, learned with the map: which fits have them, and the model with room for them."""

from __future__ import annotations

import torch
from torch import Tensor

from gustibus.fitting.records import Records
from gustibus.fitting.settings import FitSettings
from gustibus.likelihoods import MeanVarianceRewards
from gustibus.models import PreferenceModel, WithVariances

__all__ = ["has_variances", "with_variances"]


def has_variances(settings: FitSettings) -> bool:
    """Whether the likelihood gives responses a variance."""
    return isinstance(settings.make_likelihood(), MeanVarianceRewards)


def with_variances(model: PreferenceModel, features: Tensor, train: Records, settings: FitSettings) -> WithVariances:
    """The model with equal variances, which are anchored at the mean features of the items of the training pairs."""
    likelihood = settings.make_likelihood()
    assert isinstance(likelihood, MeanVarianceRewards)
    centre = features.index_select(0, torch.cat([train.a, train.b])).mean(0) if len(train) else None
    return WithVariances(model, centre, ridge=likelihood.ridge)
