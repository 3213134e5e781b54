"""One fit on stored embeddings, from arrays to a fitted model with its people placed."""

from __future__ import annotations

import hashlib
import os
import time
import warnings
from dataclasses import dataclass, field
from typing import Any, TypedDict

import numpy as np
import numpy.typing as npt
import torch

from gustibus.adapting import DirichletPrior, Posteriors, adapt
from gustibus.comparisons import DataWarning, GustibusError, Progress
from gustibus.fitting.atoms import place_people_by_atoms
from gustibus.fitting.checkpoint import Checkpoint
from gustibus.fitting.feature_choices import FeatureChoices, InputKind, PromptVectors
from gustibus.fitting.features import FeatureMap
from gustibus.fitting.population import fit_population
from gustibus.fitting.records import Judgements
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.taste_search import fit_tastes
from gustibus.fitting.user_step import PlacedPeople, answers_of, place_people
from gustibus.likelihoods import equal_people_weights
from gustibus.models import BradleyTerry, PreferenceModel

__all__ = ["FitInputs", "FitResult", "fit_arrays"]

FloatArray = npt.NDArray[np.float64]
# Mean appearances in training judgements from which items count as recurring, so that an offset each can be learned.
RECURRING = 4.0
FEW_ANSWERS = 5


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
    """

    embeddings: npt.NDArray[np.float32]
    extra: npt.NDArray[np.float32] | None
    kind: InputKind
    judgements: Judgements
    prompt_embeddings: npt.NDArray[np.float32] | None = None
    prompt_kind: InputKind = "embedding"

    def fingerprint(self, settings: FitSettings) -> str:
        """A digest of all inputs and settings, by which an interrupted fit is recognised."""
        digest = hashlib.blake2b(repr(settings).encode(), digest_size=16)
        j = self.judgements
        kinds = f"{self.kind} {self.prompt_kind}"
        inputs = (self.embeddings, self.extra, self.prompt_embeddings)
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
    model : PreferenceModel
        On the CPU, in evaluation mode.
    feature_map : FeatureMap
        Of items, or of responses alone where there is a ``prompt_map``.
    offsets : ndarray, shape (n_items,), or None
        Reward offsets of the items, before ``factor``.
    factor : float
        Log-odds are ``factor`` times the model's scores.
    prior : DirichletPrior
        Over people's weights.
    posteriors : Posteriors
        Of the people, in the order of their numbers.
    choices : dict
        What was chosen on validation judgements.
    trials : list of dict
        Everything that was tried, with its validation log loss.
    validation_log_loss : float
        Of the final predictions; nan where there were too few validation judgements.
    history : list of (step, validation log loss)
    seconds : dict
        Wall-clock seconds of each part.
    prompt_map : FeatureMap or None
        Of prompts; their features follow those of the response.
    """

    settings: FitSettings
    model: PreferenceModel
    feature_map: FeatureMap
    offsets: FloatArray | None
    factor: float
    prior: DirichletPrior
    posteriors: Posteriors
    choices: dict[str, Any]
    trials: list[dict[str, Any]]
    validation_log_loss: float
    history: list[tuple[int, float]]
    seconds: dict[str, float] = field(default_factory=dict)
    prompt_map: FeatureMap | None = None


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
    if settings.model == "bt" and not settings.hidden:
        fitted = _fit_convex(choices, judgements, settings, recurring, progress)
    else:
        fitted = _fit_by_descent(choices, judgements, settings, recurring, len(inputs.embeddings), progress, state)
    clock.lap("map")
    features = choices.features(fitted.components, fitted.whiten)
    people = _place(fitted, features, judgements, settings, progress)
    clock.lap("people")
    return FitResult(
        settings=settings,
        model=fitted.model,
        feature_map=choices.feature_map(fitted.components, fitted.whiten),
        offsets=fitted.offsets,
        factor=people.factor,
        prior=people.prior,
        posteriors=people.posteriors,
        choices=fitted.choices,
        trials=fitted.trials,
        validation_log_loss=people.validation_log_loss,
        history=fitted.history,
        seconds=clock.laps,
        prompt_map=choices.prompt_map,
    )


@dataclass(frozen=True)
class _Map:
    """The shared part of a fit, whichever way it was fitted."""

    model: PreferenceModel
    offsets: FloatArray | None
    factor: float
    components: int | None
    whiten: bool
    choices: dict[str, Any]
    trials: list[dict[str, Any]]
    history: list[tuple[int, float]]
    validation_log_loss: float


def _fit_convex(
    choices: FeatureChoices,
    judgements: Judgements,
    settings: FitSettings,
    recurring: bool,
    progress: Progress | None,
) -> _Map:
    population = fit_population(choices, judgements, settings, offsets_possible=recurring, progress=progress)
    model = BradleyTerry.linear(torch.from_numpy(population.solution.beta))
    return _Map(
        model.eval(),
        population.solution.offsets,
        1.0,
        population.components,
        population.whiten,
        population.choices,
        population.trials,
        [],
        population.validation_log_loss,
    )


def _fit_by_descent(
    choices: FeatureChoices,
    judgements: Judgements,
    settings: FitSettings,
    recurring: bool,
    n_items: int,
    progress: Progress | None,
    checkpoint: Checkpoint | None,
) -> _Map:
    tastes = fit_tastes(
        choices,
        judgements,
        settings,
        n_items=n_items,
        offsets_possible=recurring,
        device=_device(settings.device),
        progress=progress,
        checkpoint=checkpoint,
    )
    joint = tastes.trained.joint.cpu().eval()
    offsets = None if joint.offsets is None else joint.offsets.detach().numpy().astype(np.float64)
    return _Map(
        joint.model,
        offsets,
        tastes.trained.factor,
        tastes.components,
        tastes.whiten,
        tastes.choices,
        tastes.trials,
        tastes.trained.history,
        tastes.trained.validation_log_loss,
    )


def _place(
    fitted: _Map,
    features: npt.NDArray[np.float32],
    judgements: Judgements,
    settings: FitSettings,
    progress: Progress | None,
) -> PlacedPeople:
    if fitted.model.n_prototypes == 1:
        # One taste: everybody has weight 1 on it, and the answers only bear witness to how well it fits them.
        with torch.no_grad():
            scores = fitted.model.prototype_scores(torch.from_numpy(features)).double().numpy() * fitted.factor
        offsets = None if fitted.offsets is None else fitted.offsets * fitted.factor
        everybody = DirichletPrior.uniform(1)
        certain = adapt(answers_of(scores, offsets, judgements), everybody)
        return PlacedPeople(everybody, certain, fitted.factor, fitted.validation_log_loss)
    options = _PlacingOptions(
        factor=fitted.factor, n_draws=settings.posterior_draws, seed=settings.seed, progress=progress
    )
    if not fitted.model.linear_in_weights:
        return place_people_by_atoms(fitted.model, features, fitted.offsets, judgements, **options)
    with torch.no_grad():
        scores = fitted.model.prototype_scores(torch.from_numpy(features)).double().numpy()
    return place_people(scores, fitted.offsets, judgements, **options)


class _PlacingOptions(TypedDict):
    factor: float
    n_draws: int
    seed: int
    progress: Progress | None


def _check(inputs: FitInputs, settings: FitSettings) -> None:
    judgements, embeddings = inputs.judgements, inputs.embeddings
    if len(judgements) == 0:
        raise GustibusError("there is nothing to fit: the comparisons are empty")
    if not judgements.weight[~judgements.validation].sum() > 0:
        raise GustibusError("all training judgements have weight 0; give some of them a positive weight")
    if (inputs.prompt_embeddings is not None) != (settings.model == "pal-b"):
        raise GustibusError(
            "model='pal-b' needs prompt_embeddings, one row an item; use model='pal-a' where there are no prompts"
            if settings.model == "pal-b"
            else f"model={settings.model!r} does not keep prompts apart; leave prompt_embeddings out"
        )
    finite = np.isfinite(embeddings).all(axis=1)
    if inputs.prompt_embeddings is not None:
        finite &= np.isfinite(inputs.prompt_embeddings).all(axis=1)
    if not finite.all():
        raise GustibusError(
            f"item {int(np.flatnonzero(~finite)[0])} has features that are not finite numbers "
            f"({int((~finite).sum())} such items in all). Correct or leave out these items."
        )
    if settings.n_prototypes == 1:
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
