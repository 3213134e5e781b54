"""What a fit found: the model, everybody's place, and how both were chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from gustibus.adapting import GaussianPosteriors, Posteriors, Prior
from gustibus.fitting.covariates import CovariateEffect
from gustibus.fitting.features import FeatureMap
from gustibus.fitting.held_out import HeldOut
from gustibus.fitting.settings import FitSettings
from gustibus.likelihoods import Likelihood, Logistic
from gustibus.models import PreferenceModel

__all__ = ["FitResult"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FitResult:
    """A fitted model with its people.

    Attributes
    ----------
    settings : FitSettings
        Of the chosen model where ``model="auto"`` was asked for.
    model : PreferenceModel
        On the CPU, in evaluation mode.
    feature_map : FeatureMap
        Of items, or of responses alone where there is a ``prompt_map``.
    offsets : ndarray, shape (n_items,), or None
        Reward offsets of the items, before ``factor``.
    factor : float
        Log-odds are ``factor`` times the model's scores.
    prior : Prior
        Over people's weights.
    posteriors : Posteriors or GaussianPosteriors
        Of the people, in the order of their numbers.
    choices : dict
        What was chosen on validation judgements.
    trials : list of dict
        Everything that was tried, with its validation log loss.
    held_out : HeldOut or None
        Log loss of validation judgements, people placed by 0, 5 and all of their training answers; None where there
        were too few validation judgements.
    history : list of (step, validation log loss)
    seconds : dict
        Wall-clock seconds of each part.
    prompt_map : FeatureMap or None
        Of prompts; their features follow those of the response.
    findings : dict
        What else was measured on the way.
    members : dict
        By name, everything that ``model="auto"`` had to choose from; empty for other models.
    covariates : CovariateEffect or None
        What covariates say of people, where that helps.
    likelihood : Likelihood
        With what was learned about it.
    n_validation : int
        How many judgements were kept for validation.
    tie_levels : ndarray, shape (n_groups,), or None
        How common ties are in each group, where that was asked for.
    """

    settings: FitSettings
    model: PreferenceModel
    feature_map: FeatureMap
    offsets: FloatArray | None
    factor: float
    prior: Prior
    posteriors: Posteriors | GaussianPosteriors
    choices: dict[str, Any]
    trials: list[dict[str, Any]]
    held_out: HeldOut | None
    history: list[tuple[int, float]]
    seconds: dict[str, float] = field(default_factory=dict)
    prompt_map: FeatureMap | None = None
    findings: dict[str, Any] = field(default_factory=dict)
    members: dict[str, FitResult] = field(default_factory=dict)
    covariates: CovariateEffect | None = None
    likelihood: Likelihood = field(default_factory=Logistic)
    n_validation: int = 0
    tie_levels: FloatArray | None = None

    @property
    def validation_log_loss(self) -> float:
        """Of known people, with all their training answers; nan where it was not measured."""
        return float("nan") if self.held_out is None else self.held_out.by_prefix[None]

    @property
    def n_parameters(self) -> int:
        """Free numbers of the shared part, the prior and the offsets; people's own are not counted."""
        return (
            sum(parameter.numel() for parameter in self.model.parameters())
            + sum(array.size for array in self.prior.arrays().values())
            + (0 if self.offsets is None else int(np.count_nonzero(self.offsets)))
            + (0 if self.covariates is None else self.covariates.coefficients.size)
        )
