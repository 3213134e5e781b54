"""The hierarchical model from features to people: what is left open is chosen by prefix validation."""

from __future__ import annotations

from typing import Any

import numpy as np

from gustibus.comparisons import caution
from gustibus.fitting.covariates import choose_covariates
from gustibus.fitting.defaults import OFFSET_STRENGTHS, PROBING_SCALES, SCALE, SCALES
from gustibus.fitting.hierarchical import HierarchicalSearch
from gustibus.fitting.hierarchical_fit import Base, HierarchicalFit
from gustibus.fitting.population import PopulationFit, fit_population
from gustibus.fitting.search import HANDICAP
from gustibus.fitting.task import SharedFit, Task
from gustibus.fitting.type_choice import choose_types
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE
from gustibus.models import Hierarchical

__all__ = ["choose_hierarchical"]


def choose_hierarchical(task: Task) -> SharedFit:
    """Choose features, scale and number of types, then fit once more on all judgements, those of validation included.

    A number of types above one has to predict better by more than one standard error over people; and so have people
    who differ at all, against everybody alike.
    """
    population = fit_population(
        task.choices, task.judgements, task.settings, offsets_possible=task.offsets_possible, progress=task.progress
    )
    progress = _Told(task)
    n_validation = int(task.judgements.validation.sum())
    if n_validation < ENOUGH_TO_CHOOSE:
        if (task.settings.types or 1) > 1:
            _warn_of_one_type(
                task, f"types start from validation judgements, of which there are {n_validation} of {ENOUGH_TO_CHOOSE}"
            )
        if task.covariates is not None:
            caution(
                "covariates are left out: whether they help is told by validation judgements, of which there are "
                f"{n_validation} of {ENOUGH_TO_CHOOSE}."
            )
        search = _search(task, population, population.components, population.whiten, progress)
        best = search.fit(task.settings.scale or SCALE)
        return _shared(task, population, search, best, population.components, population.whiten, [])
    components, whiten, trials = _features(task, population, progress)
    search = _search(task, population, components, whiten, progress)
    best = search.choose_scale() if task.settings.scale is None else search.fit(task.settings.scale)
    search, best = _with_better_offsets(task, search, best)
    best = choose_types(search, best, task.settings.types, scale=task.settings.scale, seed=task.settings.seed)
    if task.settings.types not in (None, best.n_components):
        _warn_of_one_type(task, f"that takes two people a type, and there are {search.train.n_users}")
    if task.covariates is not None:
        best = choose_covariates(search, best, task.covariates)
    if task.settings.scale is None and task.settings.types in (None, 1):
        best = _unless_alike(search, best)
    return _shared(task, population, search, best, components, whiten, trials + search.trials)


def _warn_of_one_type(task: Task, why: str) -> None:
    caution(f"types={task.settings.types} could not be kept, and one type was fitted: {why}.")


def _features(task: Task, population: PopulationFit, progress: _Told) -> tuple[int | None, bool, list[dict[str, Any]]]:
    """Components and whitening: how many without whitening, then whether to whiten."""
    options = task.choices.options()
    if len(options) == 1:
        return *options[0], []
    trials: list[dict[str, Any]] = []
    best, best_loss = options[0], np.inf
    plain = sorted({count for count, _ in options}, key=lambda count: count or 0)
    can_whiten = sorted({whiten for _, whiten in options})
    for count in plain:
        best, best_loss = _better(task, population, (count, can_whiten[0]), best, best_loss, trials, progress)
    if len(can_whiten) > 1:
        best, best_loss = _better(task, population, (best[0], True), best, best_loss, trials, progress)
    return *best, trials


def _better(
    task: Task,
    population: PopulationFit,
    option: tuple[int | None, bool],
    best: tuple[int | None, bool],
    best_loss: float,
    trials: list[dict[str, Any]],
    progress: _Told,
) -> tuple[tuple[int | None, bool], float]:
    search = _search(task, population, *option, progress)
    losses = [search.fit(scale).loss for scale in PROBING_SCALES]
    trials += [{"components": option[0], "whiten": option[1], **trial} for trial in search.trials]
    return (option, min(losses)) if min(losses) < best_loss - HANDICAP else (best, best_loss)


def _search(
    task: Task, population: PopulationFit, components: int | None, whiten: bool, progress: _Told
) -> HierarchicalSearch:
    features = task.choices.features(components, whiten)
    solution = population.solution
    ridge = population.choices["shared_penalty"]
    offset_ridge = population.choices["offset_penalty"]
    if (components, whiten) == (population.components, population.whiten):
        base = Base(solution.beta, solution.offsets, ridge, offset_ridge)
    else:
        base = Base.of(features, task.judgements, ridge, offset_ridge)
    return HierarchicalSearch(features, task.judgements, base, progress, task.settings.seed)


def _with_better_offsets(
    task: Task, search: HierarchicalSearch, best: HierarchicalFit
) -> tuple[HierarchicalSearch, HierarchicalFit]:
    """Item offsets once more, now that people may differ: what suits one taste for all need not suit these.

    Other strengths, and none, are tried at the chosen scale; with the best of them its neighbours are tried, too.
    """
    settings = task.settings
    wanted = task.offsets_possible if settings.item_offsets is None else settings.item_offsets
    if not wanted or settings.offset_penalty is not None:
        return search, best
    strengths = OFFSET_STRENGTHS if settings.item_offsets else (None, *OFFSET_STRENGTHS)
    chosen, tried = search, [search]
    for strength in strengths:
        if strength == search.base.offset_ridge:
            continue
        other = search.with_offsets(strength)
        tried.append(other)
        found = other.fit(best.scale)
        if found.loss < best.loss - HANDICAP:
            chosen, best = other, found
    if settings.scale is None and chosen is not search:
        at = SCALES.index(best.scale)
        for scale in (*SCALES[at + 1 : at + 2], *SCALES[max(at - 1, 0) : at]):
            found = chosen.fit(scale)
            best = found if found.loss < best.loss else best
    chosen.trials = [trial for one in tried for trial in one.trials]
    return chosen, best


def _unless_alike(search: HierarchicalSearch, best: HierarchicalFit) -> HierarchicalFit:
    """Everybody alike, unless that people differ is worth more than a standard error over people.

    Averaging over a wide distribution also cures a population model of too much confidence, which validation likes
    even where answers and people are unrelated.
    """
    alike = search.everybody_alike()
    gain, error = best.gain_over(alike)
    return best if gain > error else alike


def _shared(
    task: Task,
    population: PopulationFit,
    search: HierarchicalSearch,
    best: HierarchicalFit,
    components: int | None,
    whiten: bool,
    trials: list[dict[str, Any]],
) -> SharedFit:
    final = search.refit(best)
    choices = {
        "components": components,
        "whiten": whiten,
        "scale": best.scale,
        "types": best.n_components,
        "shared_penalty": population.choices["shared_penalty"],
        "offset_penalty": search.base.offset_ridge,
    }
    effect = None
    if task.covariates is not None:
        known = final.covariates
        choices["covariate_penalty"] = None if known is None else known.ridge
        effect = None if known is None else task.covariates.described(known.coefficients)
    return SharedFit(
        Hierarchical(search.n_features).eval(),
        final.offsets,
        1.0,
        components,
        whiten,
        choices,
        trials,
        prior=final.prior,
        held_out=best.held_out,
        covariates=effect,
        findings={} if final.ran_away is None else {"refit_ran_away": final.ran_away},
    )


class _Told:
    """Counts finished fits for the progress bar."""

    def __init__(self, task: Task) -> None:
        self.task, self.done = task, 0

    def __call__(self) -> None:
        self.done += 1
        if self.task.progress is not None:
            self.task.progress("choosing how much people differ", self.done, 0)
