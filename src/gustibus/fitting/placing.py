"""The end of a fit: everybody placed, the way that suits the model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from gustibus.adapting import (
    Answers,
    AtomPrior,
    DirichletPrior,
    GaussianPosteriors,
    GaussianPrior,
    ParticlePrior,
    Posteriors,
    Prior,
    adapt,
    adapt_gaussian,
)
from gustibus.fitting.atoms import answers_at, place_people_by_atoms
from gustibus.fitting.covariates import Covariates
from gustibus.fitting.differences import Differences
from gustibus.fitting.free_people import free_prior
from gustibus.fitting.held_out import HeldOut
from gustibus.fitting.records import Judgements
from gustibus.fitting.task import SharedFit, Task
from gustibus.fitting.user_step import PlacedPeople, answers_of, held_out_of, place_people

__all__ = ["answers_under", "held_out_elsewhere", "known_shift", "place"]


def place(shared: SharedFit, task: Task) -> PlacedPeople:
    """The prior, everybody's posterior under it from all judgements, and how well that predicts.

    Parameters
    ----------
    shared : SharedFit
    task : Task
    """
    features = task.choices.features(shared.components, shared.whiten)
    model, settings = shared.model, task.settings
    if not model.linear_in_weights:
        return place_people_by_atoms(
            model,
            features,
            shared.offsets,
            task.judgements,
            factor=shared.factor,
            n_draws=settings.posterior_draws,
            seed=settings.seed,
            progress=task.progress,
        )
    differences = Differences.of(model, features)
    if model.n_prototypes == 1 and model.weights_on_simplex:
        return _one_taste(_answers(differences, shared, task.judgements), task.judgements, shared.factor)
    if shared.prior is not None:
        return _under(shared.prior, differences, shared, task)
    if model.one_prototype_each:
        return _under(ParticlePrior(np.eye(model.n_prototypes)), differences, shared, task)
    if not model.weights_on_simplex:
        prior = free_prior(_answers(differences, shared, task.judgements), task.judgements)
        return _under(prior, differences, shared, task)
    return place_people(
        differences,
        shared.offsets,
        task.judgements,
        factor=shared.factor,
        family=settings.prior,
        n_draws=settings.posterior_draws,
        seed=settings.seed,
        progress=task.progress,
    )


def held_out_elsewhere(
    shared: SharedFit,
    people: PlacedPeople,
    task: Task,
    judgements: Judgements,
    *,
    covariates: Covariates | None = None,
) -> HeldOut | None:
    """Log loss of other people's judgements, those marked as validation, after none, five and all of their others.

    Parameters
    ----------
    shared : SharedFit
        Linear in people's weights.
    people : PlacedPeople
        With the prior under which others are placed.
    task : Task
        Of the fit, for its features.
    judgements : Judgements
    covariates : Covariates, optional
        What is known of the people of these judgements.
    """
    differences = Differences.of(shared.model, task.choices.features(shared.components, shared.whiten))
    answers = _answers(differences, replace(shared, factor=people.factor), judgements)
    return held_out_of(answers, judgements, people.prior, known_shift(shared, covariates))


def known_shift(shared: SharedFit, covariates: Covariates | None) -> npt.NDArray[np.float64] | None:
    """By how much what is known of people moves the means of their coefficients, ``(U, F)``; None where nothing does.

    Parameters
    ----------
    shared : SharedFit
    covariates : Covariates or None
        Of the people who are to be placed.
    """
    if shared.covariates is None or covariates is None:
        return None
    return covariates.shift(shared.covariates)


def answers_under(shared: SharedFit, people: PlacedPeople, task: Task, judgements: Judgements) -> Answers:
    """Terms of judgements as answers under what was fitted, in the form in which its prior takes them."""
    features = task.choices.features(shared.components, shared.whiten)
    if isinstance(people.prior, AtomPrior):
        atoms = people.prior.atoms
        return answers_at(atoms, shared.model, features, shared.offsets, judgements, factor=people.factor)
    return _answers(Differences.of(shared.model, features), replace(shared, factor=people.factor), judgements)


def _answers(differences: Differences, shared: SharedFit, judgements: Judgements) -> Answers:
    offsets = None if shared.offsets is None else shared.offsets * shared.factor
    return answers_of(differences.scaled(shared.factor), offsets, judgements)


def _one_taste(answers: Answers, judgements: Judgements, factor: float) -> PlacedPeople:
    """Everybody has weight 1 on the only taste; the answers only bear witness to how well it fits them."""
    everybody = DirichletPrior.uniform(1)
    return PlacedPeople(everybody, adapt(answers, everybody), factor, held_out_of(answers, judgements, everybody))


def _under(prior: Prior, differences: Differences, shared: SharedFit, task: Task) -> PlacedPeople:
    """Everybody under a prior that is known already."""
    answers = _answers(differences, shared, task.judgements)
    shift = known_shift(shared, task.covariates)
    if shift is not None and isinstance(prior, GaussianPrior):
        people: GaussianPosteriors | Posteriors = adapt_gaussian(answers, prior, shift=shift)
    else:
        people = adapt(answers, prior, n_draws=task.settings.posterior_draws, seed=task.settings.seed)
    held_out = shared.held_out
    if held_out is None:
        held_out = held_out_of(answers, task.judgements, prior)
    return PlacedPeople(prior, people, shared.factor, held_out)
