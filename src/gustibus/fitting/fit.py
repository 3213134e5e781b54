"""One fit on stored embeddings, from arrays to a fitted model with its people placed."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch

from gustibus.comparisons import GustibusError, Progress
from gustibus.fitting.automatic import choose_model
from gustibus.fitting.checkpoint import Checkpoint
from gustibus.fitting.covariates import Covariates
from gustibus.fitting.defaults import RECURRING
from gustibus.fitting.families import fit_shared
from gustibus.fitting.feature_choices import FeatureChoices, PromptVectors
from gustibus.fitting.fit_inputs import FitInputs
from gustibus.fitting.fit_result import FitResult
from gustibus.fitting.input_checks import check_fit, check_weights
from gustibus.fitting.placing import place
from gustibus.fitting.prototype_choice import PrototypeChoice, choose_prototypes
from gustibus.fitting.records import Judgements
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.task import SharedFit, Task
from gustibus.fitting.tie_rounds import settle_ties, with_likelihood
from gustibus.fitting.user_step import PlacedPeople
from gustibus.likelihoods import equal_people_weights

__all__ = ["fit_arrays"]


def fit_arrays(
    inputs: FitInputs,
    settings: FitSettings,
    *,
    progress: Progress | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
) -> FitResult:
    """Fit a model on embeddings and judgements.

    Features, regularisation and dimensions that the settings leave open are chosen on validation judgements; the map
    is fitted; then, with the map held still, the prior over people and everybody's posterior are computed.

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
        For empty or non-finite inputs, weights far from 1, more prototypes than people, and if an optimisation fails.

    Warns
    -----
    DataWarning
        When people have too few answers to tell tastes apart, or validation is too small to choose by.
    """
    check_fit(inputs, settings)
    clock = _Clock()
    judgements = _weighted(inputs.judgements, settings)
    check_weights(judgements)
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
        validation_drawn=inputs.validation_drawn,
    )
    task = with_likelihood(task)
    members: dict[str, FitResult] = {}
    counted = None
    if settings.model == "auto":
        chosen, everyone = choose_model(task)
        clock.lap("models")
        members = {
            one.name: _result(one.settings, one.shared, one.people, one.task.choices, {}, one.task.judgements)
            for one in everyone
        }
        task = replace(task, choices=chosen.task.choices, judgements=chosen.task.judgements)
        settled, shared, people = settle_ties(task, chosen.shared, chosen.people, chosen.settings)
        result = _result(chosen.settings, shared, people, task.choices, clock.laps, settled)
    else:
        counted = choose_prototypes(task) if settings.prototypes == "auto" else None
        if counted is not None:
            task = counted.task
            clock.lap("number of tastes")
        shared = fit_shared(task)
        clock.lap("map")
        people = place(shared, task)
        clock.lap("people")
        settled, shared, people = settle_ties(task, shared, people, task.settings)
        clock.lap("ties")
        result = _result(settings, shared, people, choices, clock.laps, settled, counted)
    return replace(result, members=members)


def _result(
    settings: FitSettings,
    shared: SharedFit,
    people: PlacedPeople,
    choices: FeatureChoices,
    seconds: dict[str, float],
    judgements: Judgements,
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
        likelihood=judgements.likelihood,
        tie_levels=_tie_levels(judgements),
        n_validation=int(judgements.validation.sum()),
    )


def _tie_levels(judgements: Judgements) -> npt.NDArray[np.float64] | None:
    """Of each group."""
    if judgements.tie_level is None or judgements.group is None:
        return None
    first = np.unique(judgements.group, return_index=True)
    return np.array([judgements.tie_level[row] for code, row in zip(*first, strict=True) if code >= 0], np.float64)


def _weighted(judgements: Judgements, settings: FitSettings) -> Judgements:
    if not settings.equal_people:
        return judgements
    weight = equal_people_weights(torch.from_numpy(judgements.user), torch.from_numpy(judgements.weight)).numpy()
    return replace(judgements, weight=weight)


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise GustibusError(f"device={name!r}: there is no CUDA here. Use device='auto' or 'cpu'.")
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
