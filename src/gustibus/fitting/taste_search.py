"""Fitting shared tastes: choices on validation judgements, then the chosen fit on all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from gustibus.comparisons import Progress
from gustibus.fitting.checkpoint import Checkpoint
from gustibus.fitting.defaults import (
    CIRCLE_ERRORS,
    CYCLIC_DIMENSIONS,
    CYCLIC_PENALTIES,
    CYCLIC_RATIOS,
    DIMENSIONS,
    FREE_USER_PENALTIES,
    MAX_SEARCH_JUDGEMENTS,
    PLANE_ERRORS,
    PROTOTYPE_SCALES,
    TASTE_OFFSET_PENALTIES,
    TASTE_SHARED_PENALTY,
    USER_PENALTIES,
)
from gustibus.fitting.feature_choices import FeatureChoices
from gustibus.fitting.optimise import Trained
from gustibus.fitting.records import Judgements
from gustibus.fitting.search import Candidate, Search, grid
from gustibus.fitting.setting_uses import CYCLIC, TAKEN_BY, idle_settings
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.taste_trainer import TasteTrainer
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE, warn_of_little_validation
from gustibus.fitting.warm_start import WarmStart

__all__ = ["TasteFit", "fit_tastes"]

WITH_RATIO = TAKEN_BY["cyclic_ratio"]


@dataclass(frozen=True)
class TasteFit:
    """The chosen fit and how it was chosen."""

    trained: Trained
    components: int | None
    whiten: bool
    choices: dict[str, Any]
    trials: list[dict[str, Any]]


def fit_tastes(
    choices: FeatureChoices,
    judgements: Judgements,
    settings: FitSettings,
    *,
    n_items: int,
    offsets_possible: bool,
    device: torch.device,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
    start: WarmStart | None = None,
) -> TasteFit:
    """Fit the joint model of map, prototypes, people and offsets; ``None`` settings are chosen on validation data.

    Parameters
    ----------
    choices : FeatureChoices
    judgements : Judgements
    settings : FitSettings
    n_items : int
    offsets_possible : bool
        Whether items recur often enough to try offsets.
    device : torch.device
    progress, checkpoint
        Reporting, and where to keep the state of an interrupted fit.
    start : WarmStart, optional
        Another start for the first candidate, beside a fresh one; the better on validation judgements is kept.
    """
    searched = _some_people(judgements, settings.seed)
    trainer = TasteTrainer(choices, searched, settings, n_items, device, progress, checkpoint, start=start)
    first = _start(choices, settings, offsets_possible)
    steps = _steps(choices, settings, offsets_possible)
    wider = sorted(grid(settings.dimensions, CYCLIC_DIMENSIONS))[1:] if settings.model in CYCLIC else []
    if (steps or wider) and int(searched.validation.sum()) < ENOUGH_TO_CHOOSE:
        warn_of_little_validation(int(searched.validation.sum()))
        steps, wider = [], []
    total = 1 + sum(len(step) for step in steps) + len(wider)

    def report(done: int) -> None:
        if progress is not None and total > 1:
            progress("choosing on validation judgements", min(done, total), total)

    search: Search[Trained] = Search(trainer.fit, first, report)
    for step in steps:
        search.vary(step)
    search = _in_more_planes(search, trainer, wider)
    if steps and settings.model in WITH_RATIO and settings.cyclic_ratio is None:
        search = _unless_circles_gain(search, trainer, settings)
    report(total)
    trained = search.result
    if searched is not judgements:
        everything = TasteTrainer(choices, judgements, settings, n_items, device, progress, checkpoint, "final-", start)
        trained = everything.fit(search.best)[1]
    best = search.best
    idle = idle_settings(vars(settings))
    used = {name: value for name, value in best.describe().items() if name not in idle}
    return TasteFit(trained, best.components, best.whiten, used, search.history())


def _start(choices: FeatureChoices, settings: FitSettings, offsets_possible: bool) -> Candidate:
    components, whiten = choices.options()[0]
    wants_offsets = offsets_possible if settings.item_offsets is None else settings.item_offsets
    offset_penalty = TASTE_OFFSET_PENALTIES[0] if settings.offset_penalty is None else settings.offset_penalty
    cyclic = settings.model in CYCLIC
    shared_penalty = CYCLIC_PENALTIES[0] if cyclic else TASTE_SHARED_PENALTY
    return Candidate(
        components=components,
        whiten=whiten,
        dimensions=min(grid(settings.dimensions, CYCLIC_DIMENSIONS))
        if cyclic
        else grid(settings.dimensions, DIMENSIONS)[0],
        prototype_scale=PROTOTYPE_SCALES[0] if settings.prototype_scale is None else settings.prototype_scale,
        user_penalty=_user_penalties(settings)[0] if settings.user_penalty is None else settings.user_penalty,
        shared_penalty=shared_penalty if settings.shared_penalty is None else settings.shared_penalty,
        offset_penalty=offset_penalty if wants_offsets else None,
        cyclic_ratio=(settings.cyclic_ratio or CYCLIC_RATIOS[0]) if settings.model in WITH_RATIO else None,
    )


def _steps(choices: FeatureChoices, settings: FitSettings, offsets_possible: bool) -> list[list[dict[str, Any]]]:
    """What to vary, in order: each step is a list of changes to the best candidate so far."""
    steps: list[list[dict[str, Any]]] = []
    if settings.item_offsets is None and offsets_possible:
        steps.append([{"offset_penalty": None}])
    if settings.item_offsets is not False and offsets_possible and settings.offset_penalty is None:
        steps.append([{"offset_penalty": strength} for strength in TASTE_OFFSET_PENALTIES[1:]])
    options = choices.options()
    if len(options) > 1:
        steps.append([{"components": count, "whiten": whiten} for count, whiten in options])
    if settings.model == "pal-a" and settings.placement == "latent" and settings.n_prototypes > 1:
        scales = grid(settings.prototype_scale, PROTOTYPE_SCALES)
        steps.append([{"prototype_scale": scale} for scale in scales])
    if settings.n_prototypes > 1 or settings.free_weights:
        steps.append(
            [{"user_penalty": strength} for strength in grid(settings.user_penalty, _user_penalties(settings))]
        )
    if settings.model in ("pal-a", "pal-b") and not settings.full_width:
        steps.append([{"dimensions": d} for d in grid(settings.dimensions, DIMENSIONS)])
    if settings.model in WITH_RATIO:
        steps.append([{"cyclic_ratio": ratio} for ratio in grid(settings.cyclic_ratio, CYCLIC_RATIOS)])
    if settings.model in CYCLIC:
        steps.append([{"shared_penalty": strength} for strength in grid(settings.shared_penalty, CYCLIC_PENALTIES)])
    return [step for step in steps if len(step) > 1 or "offset_penalty" in step[0]]


def _in_more_planes(search: Search[Trained], trainer: TasteTrainer, more: list[int]) -> Search[Trained]:
    """The best in the fewest dimensions that suffice: more only where they gain two standard errors on what stands.

    Every plane more is room for circles that are noise, and a search that takes the least loss takes the widest.
    """
    for dimensions in more:
        wider = Search(trainer.fit, replace(search.best, dimensions=dimensions), search.on_trial, search.trials)
        search = wider if trainer.gains(wider, search, errors=PLANE_ERRORS) else search
    return search


def _unless_circles_gain(search: Search[Trained], trainer: TasteTrainer, settings: FitSettings) -> Search[Trained]:
    """The best without circles, unless those with some gain more than a standard error over validation judgements.

    Circles say more of the items that they know than a reward can, noise included; what a reward can say, it should.
    """
    if search.best.cyclic_ratio == CYCLIC_RATIOS[-1]:
        return search
    plain = replace(search.best, cyclic_ratio=CYCLIC_RATIOS[-1])
    without = Search(trainer.fit, plain, search.on_trial)
    without.vary([{"shared_penalty": strength} for strength in grid(settings.shared_penalty, CYCLIC_PENALTIES)])
    search.trials = without.trials = search.trials + without.trials
    return search if trainer.gains(search, without, errors=CIRCLE_ERRORS) else without


def _user_penalties(settings: FitSettings) -> tuple[float, ...]:
    return FREE_USER_PENALTIES if settings.free_weights else USER_PENALTIES


def _some_people(judgements: Judgements, seed: int) -> Judgements:
    """All judgements of as many people, drawn at random, as fit into the bound on the search."""
    if len(judgements) <= MAX_SEARCH_JUDGEMENTS:
        return judgements
    counts = np.bincount(judgements.user, minlength=judgements.n_users)
    order = np.random.default_rng(seed).permutation(judgements.n_users)
    chosen = order[: max(1, int(np.searchsorted(np.cumsum(counts[order]), MAX_SEARCH_JUDGEMENTS)))]
    inside = np.zeros(judgements.n_users, bool)
    inside[chosen] = True
    return judgements.take(inside[judgements.user])
