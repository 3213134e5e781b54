"""What one fit has to do, and what it comes back with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from gustibus.adapting import Prior
from gustibus.comparisons import Progress
from gustibus.fitting.checkpoint import Checkpoint
from gustibus.fitting.covariates import CovariateEffect, Covariates
from gustibus.fitting.feature_choices import FeatureChoices
from gustibus.fitting.held_out import HeldOut
from gustibus.fitting.joint import JointModel
from gustibus.fitting.records import Judgements
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.warm_start import WarmStart
from gustibus.models import PreferenceModel

__all__ = ["SharedFit", "Task"]


@dataclass(frozen=True)
class Task:
    """Judgements, the features that may be chosen from, and the settings of a fit.

    Attributes
    ----------
    choices : FeatureChoices
    judgements : Judgements
    settings : FitSettings
    offsets_possible : bool
        Whether items recur often enough to try offsets.
    n_items : int
    device : torch.device
    progress, checkpoint
        Reporting, and where to keep the state of an interrupted fit.
    start : WarmStart or None
        A fit from which this one may go on, for models that are fitted by descent.
    covariates : Covariates or None
        What is known of the people.
    validation_drawn : bool
        Whether the validation judgements were drawn, and others might have been, rather than given.
    """

    choices: FeatureChoices
    judgements: Judgements
    settings: FitSettings
    offsets_possible: bool
    n_items: int
    device: torch.device
    progress: Progress | None = None
    checkpoint: Checkpoint | None = None
    start: WarmStart | None = None
    covariates: Covariates | None = None
    validation_drawn: bool = False


@dataclass(frozen=True)
class SharedFit:
    """The shared part of a fit, whichever way it was fitted.

    Attributes
    ----------
    model : PreferenceModel
    offsets : ndarray, shape (n_items,), or None
    factor : float
        Suits the point estimates; placing people starts from it.
    components, whiten
        The features that were chosen.
    choices, trials, history
        See :class:`gustibus.fitting.FitResult`.
    prior : Prior or None
        Where it was fitted along with the shared part; else it is fitted when people are placed.
    held_out : HeldOut or None
        Where it was measured on the way.
    findings : dict
        What else was measured.
    trained : JointModel or None
        The point estimates with their people, for models that are fitted by descent.
    covariates : CovariateEffect or None
        What covariates say of people, where they help.
    """

    model: PreferenceModel
    offsets: npt.NDArray[np.float64] | None
    factor: float
    components: int | None
    whiten: bool
    choices: dict[str, Any]
    trials: list[dict[str, Any]]
    history: list[tuple[int, float]] = field(default_factory=list)
    prior: Prior | None = None
    held_out: HeldOut | None = None
    findings: dict[str, Any] = field(default_factory=dict)
    trained: JointModel | None = None
    covariates: CovariateEffect | None = None
