"""Ties that the fit has to learn: rounds of the model given how common ties are, and the other way round."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gustibus.adapting import AtomPrior, AtomTastes, GaussianPrior, adapt, adapt_gaussian, tastes_of
from gustibus.comparisons import DataWarning, GustibusError
from gustibus.fitting.defaults import DIMENSIONS, POPULATION_RIDGE, PROTOTYPE_SCALES, SCALE, USER_PENALTIES
from gustibus.fitting.families import fit_shared
from gustibus.fitting.placing import answers_under, known_shift, place
from gustibus.fitting.records import Judgements
from gustibus.fitting.ridge_logistic import fit_ridge_logistic
from gustibus.fitting.setting_uses import ModelName, idle_settings
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.task import SharedFit, Task
from gustibus.fitting.user_step import PlacedPeople
from gustibus.likelihoods import Logistic, TieLikelihood, fit_ties, fit_ties_by_group

__all__ = ["settle_ties", "with_likelihood"]

FloatArray = npt.NDArray[np.float64]

_ROUNDS: Final = 1
# What quick fits leave unchosen.
_QUICK: Final[Mapping[ModelName, dict[str, Any]]] = {
    "hierarchical": {"scale": SCALE, "types": 1},
    "pal-a": {
        "dimensions": DIMENSIONS[0],
        "user_penalty": USER_PENALTIES[0],
        "prototype_scale": PROTOTYPE_SCALES[0],
        "prior": "dirichlet",
    },
    "low-rank": {"user_penalty": USER_PENALTIES[0]},
}
_ENOUGH_TIES: Final = 100  # for each parameter that is learned
_FOLDS: Final = 5
# A level that is off by so much, relatively and absolutely, costs less than a thousandth of a nat.
_RELATIVE, _ABSOLUTE = 0.1, 0.01


def with_likelihood(task: Task) -> Task:
    """The task with its likelihood; how common ties are, where that is to be learned, by a quick fit.

    Ties are the more common among responses that people find equally good the better a model tells the others apart. So
    the first guess is by a ridge fit of one taste, and the second by the model itself with its default settings.

    Raises
    ------
    GustibusError
        If it is to be learned and there are no ties, or nothing else.
    """
    likelihood = task.settings.make_likelihood()
    if not isinstance(likelihood, TieLikelihood) or likelihood.learned:
        return replace(task, judgements=replace(task.judgements, likelihood=likelihood))
    guess = _guessed(task, likelihood)
    task = replace(task, judgements=guess.said_of(task.judgements))
    model: ModelName = "hierarchical" if task.settings.model == "auto" else task.settings.model
    if model not in _QUICK or task.settings.prototypes == "auto":
        return task
    pinned = {name: value for name, value in _QUICK[model].items() if getattr(task.settings, name) is None}
    idle = idle_settings({**vars(task.settings), "model": model, **pinned})
    settings = task.settings.for_model(model, **{name: pinned[name] for name in pinned if name not in idle})
    quick = replace(
        task, settings=settings, choices=task.choices.only(*task.choices.options()[0]), checkpoint=None, covariates=None
    )
    with warnings.catch_warnings():
        # Said again of the fit that is kept, where it holds for that one.
        warnings.simplefilter("ignore", DataWarning)
        shared = fit_shared(quick)
        found = _learned(guess.likelihood, shared, place(shared, quick), quick)
    return replace(task, judgements=found.said_of(task.judgements))


def settle_ties(
    task: Task, shared: SharedFit, people: PlacedPeople, settings: FitSettings
) -> tuple[Judgements, SharedFit, PlacedPeople]:
    """Fit once more as long as predictions say that ties are more or less common than the fit took them to be.

    Parameters
    ----------
    task : Task
        Of the fit that was made, its likelihood with a parameter.
    shared, people
        What it found.
    settings : FitSettings
        Of the model that was fitted, which the task may have had to choose.

    Returns
    -------
    tuple
        The judgements with what was learned of their ties, and what was fitted to them.
    """
    judgements = task.judgements
    likelihood = judgements.likelihood
    if not isinstance(likelihood, TieLikelihood) or task.settings.make_likelihood().learned:
        return judgements, shared, people
    for number in range(_ROUNDS):
        found = _learned(likelihood, shared, people, task)
        if found.is_near(judgements):
            break
        judgements = found.said_of(judgements)
        likelihood = found.likelihood
        again = replace(
            task,
            judgements=judgements,
            settings=settings,
            checkpoint=None if task.checkpoint is None else task.checkpoint.part(f"ties-{number}"),
        )
        shared = fit_shared(again)
        people = place(shared, again)
    return judgements, shared, people


@dataclass(frozen=True)
class _Found:
    """How common ties are: among all, and in each group where that was asked for."""

    likelihood: TieLikelihood
    levels: FloatArray | None

    @classmethod
    def of(
        cls,
        likelihood: TieLikelihood,
        mean: FloatArray,
        variance: FloatArray,
        asked: Judgements,
        *,
        n_groups: int,
        free_scale: bool,
    ) -> _Found:
        """From predictions of judgements; without groups where ``n_groups`` is 0."""
        columns = (likelihood, mean, variance, asked.outcome, asked.is_tie, asked.weight)
        if not n_groups:
            return cls(fit_ties(*columns, free_scale=free_scale), None)
        assert asked.group is not None
        return cls(*fit_ties_by_group(*columns, asked.group, n_groups, free_scale=free_scale))

    def said_of(self, judgements: Judgements) -> Judgements:
        """The judgements with this about their ties."""
        return replace(judgements, likelihood=self.likelihood, tie_level=self._each(judgements))

    def _each(self, judgements: Judgements) -> FloatArray | None:
        if self.levels is None or judgements.group is None:
            return None
        return np.append(self.levels, self.likelihood.level)[judgements.group]

    def is_near(self, judgements: Judgements) -> bool:
        """Whether the judgements are taken to tie almost as often, on average over them."""
        assert isinstance(judgements.likelihood, TieLikelihood)
        new = self._each(judgements)
        if new is None or judgements.tie_level is None:
            new, old = np.array([self.likelihood.level]), np.array([judgements.likelihood.level])
        else:
            old = judgements.tie_level
        return float(np.abs(new - old).mean()) < _ABSOLUTE + _RELATIVE * float(np.abs(old).mean())


def _n_groups(task: Task) -> int:
    group = task.judgements.group
    return 0 if task.settings.tie_by is None or group is None else int(group.max(initial=-1)) + 1


def _guessed(task: Task, likelihood: TieLikelihood) -> _Found:
    """By a ridge fit of one taste with the usual strength, from the share of ties."""
    judgements = task.judgements
    weight = judgements.weight
    share = float(weight @ judgements.is_tie / weight.sum())
    if not 0 < share < 1:
        which = "none of them is a tie" if share <= 0 else "all of them are ties"
        raise GustibusError(
            f"likelihood={likelihood.name!r} learns how common ties are from {len(judgements)} judgements, but "
            f"{which}. Ties are judgements with the choice 'tie'. Give the likelihood its parameter, or leave it out."
        )
    guess = likelihood.of_tie_share(share)
    features = task.choices.features(*task.choices.options()[0])
    train = replace(judgements, likelihood=guess).training
    solution = fit_ridge_logistic(
        features,
        train.a,
        train.b,
        train.outcome,
        train.weight,
        ridge=POPULATION_RIDGE,
        offset=train.offset,
        link=train.link,
    )
    rewards = solution.rewards(features)
    s = rewards[judgements.a] - rewards[judgements.b]
    return _Found.of(guess, s, np.zeros(len(s)), judgements, n_groups=_n_groups(task), free_scale=False)


def _learned(likelihood: TieLikelihood, shared: SharedFit, people: PlacedPeople, task: Task) -> _Found:
    """By judgements that their people were not placed by: those of validation, or all in turn where these are few."""
    judgements = task.judgements
    wanted = _ENOUGH_TIES * max(1, _n_groups(task))
    if int(judgements.take(judgements.validation).is_tie.sum()) >= wanted:
        folds = [judgements.validation]
    else:
        part = np.random.default_rng(task.settings.seed).permutation(len(judgements)) % _FOLDS
        folds = [part == number for number in range(_FOLDS)]
    found = [_predicted(judgements, fold, shared, people, task) for fold in folds]
    mean, variance = (np.concatenate(columns) for columns in zip(*found, strict=True))
    asked = judgements.take(np.concatenate([np.flatnonzero(fold) for fold in folds]))
    return _Found.of(likelihood, mean, variance, asked, n_groups=_n_groups(task), free_scale=True)


def _predicted(
    judgements: Judgements, which: npt.NDArray[np.bool_], shared: SharedFit, people: PlacedPeople, task: Task
) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of the log-odds of some judgements, given the others of their people."""
    given = answers_under(shared, people, task, judgements.take(~which))
    wanted = answers_under(shared, people, task, replace(judgements.take(which), likelihood=Logistic()))
    shift = known_shift(shared, task.covariates)
    if shift is not None and isinstance(people.prior, GaussianPrior):
        tastes = tastes_of(adapt_gaussian(given, people.prior, shift=shift))
    else:
        tastes = tastes_of(adapt(given, people.prior, n_draws=task.settings.posterior_draws, seed=task.settings.seed))
    if isinstance(people.prior, AtomPrior) and isinstance(tastes, AtomTastes):
        found = tastes.pairs_at_atoms(wanted.z, wanted.user, wanted.offset)
    else:
        found = tastes.pairs(wanted.z, wanted.user, wanted.offset)
    return found.log_odds, found.variance
