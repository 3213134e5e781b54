"""One fit on stored embeddings, from arrays to a fitted model with its people placed."""

from __future__ import annotations

import hashlib
import os
import time
import warnings
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from gustibus.adapting import GaussianPosteriors, Posteriors, Prior
from gustibus.comparisons import DataWarning, GustibusError, Progress
from gustibus.fitting.automatic import choose_model
from gustibus.fitting.checkpoint import Checkpoint
from gustibus.fitting.covariates import CovariateEffect, Covariates
from gustibus.fitting.defaults import FEW_ANSWERS, RECURRING
from gustibus.fitting.families import fit_shared
from gustibus.fitting.feature_choices import FeatureChoices, InputKind, PromptVectors
from gustibus.fitting.features import FeatureMap
from gustibus.fitting.held_out import HeldOut
from gustibus.fitting.placing import place
from gustibus.fitting.prototype_choice import PrototypeChoice, choose_prototypes
from gustibus.fitting.records import Judgements
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.task import SharedFit, Task
from gustibus.fitting.user_step import PlacedPeople
from gustibus.likelihoods import equal_people_weights
from gustibus.models import PreferenceModel

__all__ = ["FitInputs", "FitResult", "fit_arrays"]

FloatArray = npt.NDArray[np.float64]
WITH_COVARIATES = ("hierarchical", "auto")


@dataclass(frozen=True)
class FitInputs:
    """What a fit learns from.

    Attributes
    ----------
    embeddings : ndarray, shape (n_items, D)
    extra : ndarray, shape (n_items, E), or None
        Further numeric columns beside the embedding, such as the logarithm of the length.
    kind : {"embedding", "numeric", "indicator"}
        What the embeddings are, which decides how they become features.
    judgements : Judgements
    prompt_embeddings : ndarray, shape (n_items, P), or None
        The prompt of each item, for models that keep prompt and response apart (``model="pal-b"``); the embeddings are
        then those of the responses alone.
    prompt_kind : {"embedding", "numeric", "indicator"}
        What the prompts' embeddings are.
    covariates : ndarray, shape (U, Q), or None
        Numbers known of each person beside their answers; NaN for people of whom nothing is known.
    """

    embeddings: npt.NDArray[np.float32]
    extra: npt.NDArray[np.float32] | None
    kind: InputKind
    judgements: Judgements
    prompt_embeddings: npt.NDArray[np.float32] | None = None
    prompt_kind: InputKind = "embedding"
    covariates: FloatArray | None = None

    def fingerprint(self, settings: FitSettings) -> str:
        """A digest of all inputs and settings, by which an interrupted fit is recognised."""
        digest = hashlib.blake2b(repr(settings).encode(), digest_size=16)
        j = self.judgements
        kinds = f"{self.kind} {self.prompt_kind}"
        inputs = (self.embeddings, self.extra, self.prompt_embeddings, self.covariates)
        for array in (*inputs, j.a, j.b, j.user, j.outcome, j.weight, j.validation):
            if array is not None:
                digest.update(f"{kinds} {j.n_users} {array.shape} {array.dtype}".encode())
                digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()


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


def fit_arrays(
    inputs: FitInputs,
    settings: FitSettings,
    *,
    progress: Progress | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
) -> FitResult:
    """Fit a model on embeddings and judgements.

    Features, regularisation and dimensions that the settings leave open are chosen on validation judgements; the map
    is fitted; then, with the map held still, the prior over people and everybody's posterior are computed exactly.

    Parameters
    ----------
    inputs : FitInputs
    settings : FitSettings
    progress : callable, optional
    checkpoint : path-like, optional
        A folder that keeps the state of the fit; an interrupted fit called again with equal inputs goes on from it and
        ends with the same result.

    Raises
    ------
    GustibusError
        For empty or non-finite inputs, and if an optimisation fails.

    Warns
    -----
    DataWarning
        When people have too few answers to tell tastes apart, or validation is too small to choose by.
    """
    _check(inputs, settings)
    clock = _Clock()
    judgements = _weighted(inputs.judgements, settings)
    training = judgements.take(~judgements.validation)
    items = np.unique(np.concatenate([training.a, training.b]))
    prompts = None
    if inputs.prompt_embeddings is not None:
        prompts = PromptVectors.of(inputs.prompt_embeddings, inputs.prompt_kind)
    choices = FeatureChoices(inputs.embeddings, inputs.extra, inputs.kind, items, settings, progress, prompts)
    recurring = 2 * len(training) / len(items) >= RECURRING and inputs.kind != "indicator"
    clock.lap("features")
    state = None if checkpoint is None else Checkpoint(checkpoint, inputs.fingerprint(settings))
    task = Task(
        choices,
        judgements,
        settings,
        offsets_possible=recurring,
        n_items=len(inputs.embeddings),
        device=_device(settings.device),
        progress=progress,
        checkpoint=state,
        covariates=None if inputs.covariates is None else Covariates.of(inputs.covariates),
    )
    members: dict[str, FitResult] = {}
    counted = None
    if settings.model == "auto":
        chosen, everyone = choose_model(task)
        clock.lap("models")
        members = {one.name: _result(one.settings, one.shared, one.people, choices, {}) for one in everyone}
        result = _result(chosen.settings, chosen.shared, chosen.people, choices, clock.laps)
    else:
        counted = choose_prototypes(task) if settings.prototypes == "auto" else None
        if counted is not None:
            task = counted.task
            clock.lap("number of tastes")
        shared = fit_shared(task)
        clock.lap("map")
        people = place(shared, task)
        clock.lap("people")
        result = _result(settings, shared, people, choices, clock.laps, counted)
    return replace(result, members=members)


def _result(
    settings: FitSettings,
    shared: SharedFit,
    people: PlacedPeople,
    choices: FeatureChoices,
    seconds: dict[str, float],
    counted: PrototypeChoice | None = None,
) -> FitResult:
    return FitResult(
        settings=settings,
        model=shared.model,
        feature_map=choices.feature_map(shared.components, shared.whiten),
        offsets=shared.offsets,
        factor=people.factor,
        prior=people.prior,
        posteriors=people.posteriors,
        choices=shared.choices | ({} if counted is None else {"prototypes": counted.n_prototypes}),
        trials=shared.trials if counted is None else counted.trials + shared.trials,
        held_out=people.held_out,
        history=shared.history,
        seconds=seconds,
        prompt_map=choices.prompt_map,
        findings=shared.findings | people.findings | ({} if counted is None else {"prototypes": counted.curve}),
        covariates=shared.covariates,
    )


def _check(inputs: FitInputs, settings: FitSettings) -> None:
    judgements, embeddings = inputs.judgements, inputs.embeddings
    if len(judgements) == 0:
        raise GustibusError("there is nothing to fit: the comparisons are empty")
    if not judgements.weight[~judgements.validation].sum() > 0:
        raise GustibusError("all training judgements have weight 0; give some of them a positive weight")
    if judgements.validation.any() and not judgements.weight[judgements.validation].sum() > 0:
        raise GustibusError(
            f"all {int(judgements.validation.sum())} validation judgements have weight 0, so nothing can be chosen by "
            "them; give some of them a positive weight, or leave out judgements of weight 0"
        )
    if (inputs.prompt_embeddings is not None) != (settings.model == "pal-b"):
        raise GustibusError(
            "model='pal-b' needs prompt_embeddings, one row an item; use model='pal-a' where there are no prompts"
            if settings.model == "pal-b"
            else f"model={settings.model!r} does not keep prompts apart; leave prompt_embeddings out"
        )
    if inputs.covariates is not None and settings.model not in WITH_COVARIATES:
        raise GustibusError(
            f"model={settings.model!r} has no use for what is known of people; covariates are taken by model="
            f"{' and model='.join(map(repr, WITH_COVARIATES))}"
        )
    finite = np.isfinite(embeddings).all(axis=1)
    if inputs.prompt_embeddings is not None:
        finite &= np.isfinite(inputs.prompt_embeddings).all(axis=1)
    if not finite.all():
        raise GustibusError(
            f"item {int(np.flatnonzero(~finite)[0])} has features that are not finite numbers "
            f"({int((~finite).sum())} such items in all). Correct or leave out these items."
        )
    if settings.one_taste:
        return
    counts = np.bincount(judgements.user, minlength=judgements.n_users)
    typical = float(np.median(counts[counts > 0]))
    if typical < FEW_ANSWERS:
        warnings.warn(
            f"people gave {typical:g} answers each (median); below {FEW_ANSWERS} their tastes can hardly be told "
            "apart. Compare with model='bt', and collect more answers per person rather than more people.",
            DataWarning,
            stacklevel=4,
        )


def _weighted(judgements: Judgements, settings: FitSettings) -> Judgements:
    if not settings.equal_people:
        return judgements
    weight = equal_people_weights(torch.from_numpy(judgements.user), torch.from_numpy(judgements.weight)).numpy()
    j = judgements
    return Judgements(j.a, j.b, j.user, j.outcome, weight, j.validation, j.n_users)


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        return torch.device(name)
    except RuntimeError as error:
        raise GustibusError(f"device={name!r} is not a device; use 'auto', 'cpu' or 'cuda'") from error


class _Clock:
    """Seconds between laps."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = now - self._last
        self._last = now
