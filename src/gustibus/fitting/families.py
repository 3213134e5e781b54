"""How each member of the family learns what its people share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch

from gustibus.adapting import ParticlePrior
from gustibus.fitting.circles import circles_of
from gustibus.fitting.classification import fit_classification
from gustibus.fitting.defaults import OFFSET_RIDGES, TYPE_RIDGES
from gustibus.fitting.far_ideal_point import far_away_unless_near
from gustibus.fitting.hierarchical_choice import choose_hierarchical
from gustibus.fitting.joint_gaussian import fit_jointly
from gustibus.fitting.joint_lattice import fit_mixed_rewards
from gustibus.fitting.mixture_choice import choose_mixture
from gustibus.fitting.pair_input import fit_pair_input
from gustibus.fitting.population import fit_population
from gustibus.fitting.search import HANDICAP
from gustibus.fitting.setting_uses import BT_BY_DESCENT, CYCLIC, ModelName
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.task import SharedFit, Task
from gustibus.fitting.taste_search import fit_tastes
from gustibus.fitting.variances import has_variances
from gustibus.models import BradleyTerry, MixtureOfBradleyTerry, PreferenceModel

__all__ = ["fit_shared"]


def fit_shared(task: Task) -> SharedFit:
    """Fit the model that the settings name; open choices are made on validation judgements."""
    if has_variances(task.settings):
        task = replace(task, offsets_possible=False)  # offsets would stand beside the spread, not within it
    if task.settings.model == "bt" and (task.settings.hidden or _has_no_solution(task.settings)):
        return _by_descent(task)
    return _FAMILIES[task.settings.model](task)


def _has_no_solution(settings: FitSettings) -> bool:
    """Whether Bradley-Terry takes a descent with this likelihood, even a linear one."""
    return settings.make_likelihood().name in BT_BY_DESCENT


class _Chosen(Protocol):
    """What every search says about how it chose."""

    @property
    def components(self) -> int | None: ...
    @property
    def whiten(self) -> bool: ...
    @property
    def choices(self) -> dict[str, Any]: ...
    @property
    def trials(self) -> list[dict[str, Any]]: ...


def _shared(
    found: _Chosen, model: PreferenceModel, offsets: npt.NDArray[np.float64] | None, factor: float = 1.0, **more: Any
) -> SharedFit:
    return SharedFit(model.eval(), offsets, factor, found.components, found.whiten, found.choices, found.trials, **more)


def _population(task: Task) -> SharedFit:
    found = fit_population(
        task.choices,
        task.judgements,
        task.settings,
        offsets_possible=task.offsets_possible,
        progress=task.progress,
    )
    return _shared(found, BradleyTerry.linear(torch.from_numpy(found.solution.beta)), found.solution.offsets)


def _by_descent(task: Task) -> SharedFit:
    tastes = fit_tastes(
        task.choices,
        task.judgements,
        task.settings,
        n_items=task.n_items,
        offsets_possible=task.offsets_possible,
        device=task.device,
        progress=task.progress,
        checkpoint=task.checkpoint,
        start=task.start,
    )
    joint = tastes.trained.joint.cpu().eval()
    offsets = None if joint.offsets is None else joint.offsets.detach().numpy().astype(np.float64)
    found = _shared(tastes, joint.model, offsets, tastes.trained.factor, history=tastes.trained.history, trained=joint)
    if task.settings.model in CYCLIC:
        return replace(found, findings={"circles": circles_of(found, joint, task)})
    if task.settings.n_prototypes == 1 and task.settings.model != "bt" and not has_variances(task.settings):
        found = far_away_unless_near(found, task)
    if task.settings.inference == "point" or task.settings.model == "bt":
        return found
    return fit_mixed_rewards(found, task) if task.settings.prior == "particles" else fit_jointly(found, task)


def _mixture(task: Task) -> SharedFit:
    settings, choices = task.settings, task.choices
    best = None
    trials = []
    for components, whiten in choices.options():
        chosen = choose_mixture(
            choices.features(components, whiten),
            task.judgements,
            settings.n_prototypes,
            offsets_possible=task.offsets_possible if settings.item_offsets is None else settings.item_offsets,
            n_restarts=settings.restarts,
            seed=settings.seed,
            progress=task.progress,
            ridges=TYPE_RIDGES if settings.shared_penalty is None else (settings.shared_penalty,),
            offset_ridges=OFFSET_RIDGES if settings.offset_penalty is None else (settings.offset_penalty,),
        )
        trials += [{"components": components, "whiten": whiten, **trial} for trial in chosen.trials]
        if best is None or chosen.validation_log_loss < best[0].validation_log_loss - HANDICAP:
            best = chosen, components, whiten
    assert best is not None
    chosen, components, whiten = best
    return SharedFit(
        MixtureOfBradleyTerry.of_heads(torch.from_numpy(chosen.fit.heads.astype(np.float32))).eval(),
        chosen.fit.offsets,
        1.0,
        components,
        whiten,
        {
            "components": components,
            "whiten": whiten,
            "shared_penalty": chosen.ridge,
            "offset_penalty": chosen.offset_ridge,
        },
        trials,
        prior=ParticlePrior(np.eye(settings.n_prototypes), chosen.fit.log_weights),
    )


def _classification(task: Task) -> SharedFit:
    settings = task.settings
    found = fit_classification(
        task.choices,
        task.judgements,
        settings.classifier,
        offsets_possible=task.offsets_possible,
        item_offsets=settings.item_offsets,
        offset_penalty=settings.offset_penalty,
        seed=settings.seed,
        progress=task.progress,
    )
    return _shared(found, found.model, found.offsets, found.factor)


def _pair_input(task: Task) -> SharedFit:
    found = fit_pair_input(
        task.choices,
        task.judgements,
        task.settings,
        n_items=task.n_items,
        offsets_possible=task.offsets_possible,
        plain=task.settings.plain,
        device=task.device,
        progress=task.progress,
        checkpoint=task.checkpoint,
    )
    findings = {} if found.inconsistency is None else {"inconsistency": asdict(found.inconsistency)}
    return _shared(found, found.model.cpu(), found.offsets, found.factor, history=found.history, findings=findings)


_FAMILIES: dict[ModelName, Callable[[Task], SharedFit]] = {
    "bt": _population,
    "pal-a": _by_descent,
    "pal-b": _by_descent,
    "low-rank": _by_descent,
    "mixture": _mixture,
    "hierarchical": choose_hierarchical,
    "classification": _classification,
    "pair-input": _pair_input,
    "gpm": _by_descent,
    "scalar-cyclic": _by_descent,
    "plural-gpm": _by_descent,
}
