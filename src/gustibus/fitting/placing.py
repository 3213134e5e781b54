"""The end of a fit: everybody placed, the way that suits the model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch

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
from gustibus.fitting.free_people import free_prior
from gustibus.fitting.held_out import HeldOut
from gustibus.fitting.records import Judgements
from gustibus.fitting.task import SharedFit, Task
from gustibus.fitting.user_step import PlacedPeople, answers_of, answers_with, held_out_of, place_people
from gustibus.models import PreferenceModel

__all__ = ["answers_under", "held_out_elsewhere", "place", "scores_of"]

FloatArray = npt.NDArray[np.float64]


def place(shared: SharedFit, task: Task) -> PlacedPeople:
    """The prior, everybody's posterior under it from all judgements, and how well that predicts.

    Parameters
    ----------
    shared : SharedFit
    task : Task
    """
    features = task.choices.features(shared.components, shared.whiten)
    model, settings = shared.model, task.settings
    if not model.scalar:
        return _one_taste(_pair_answers(shared, features, task.judgements), task.judgements, shared.factor)
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
    scores = scores_of(model, features)
    if model.n_prototypes == 1 and model.weights_on_simplex:
        return _one_taste(_answers(scores, shared, task.judgements), task.judgements, shared.factor)
    if shared.prior is not None:
        return _under(shared.prior, scores, shared, task)
    if model.one_prototype_each:
        return _under(ParticlePrior(np.eye(model.n_prototypes)), scores, shared, task)
    if not model.weights_on_simplex:
        return _under(free_prior(_answers(scores, shared, task.judgements), task.judgements), scores, shared, task)
    return place_people(
        scores,
        shared.offsets,
        task.judgements,
        factor=shared.factor,
        family=settings.prior,
        n_draws=settings.posterior_draws,
        seed=settings.seed,
        progress=task.progress,
    )


def held_out_elsewhere(shared: SharedFit, people: PlacedPeople, task: Task, judgements: Judgements) -> HeldOut | None:
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
    """
    scores = scores_of(shared.model, task.choices.features(shared.components, shared.whiten))
    return held_out_of(_answers(scores, replace(shared, factor=people.factor), judgements), judgements, people.prior)


def answers_under(shared: SharedFit, people: PlacedPeople, task: Task, judgements: Judgements) -> Answers:
    """Terms of judgements as answers under what was fitted, in the form in which its prior takes them."""
    features, placed = task.choices.features(shared.components, shared.whiten), replace(shared, factor=people.factor)
    if not shared.model.scalar:
        return _pair_answers(placed, features, judgements)
    if isinstance(people.prior, AtomPrior):
        atoms = people.prior.atoms
        return answers_at(atoms, shared.model, features, shared.offsets, judgements, factor=people.factor)
    return _answers(scores_of(shared.model, features), placed, judgements)


def scores_of(model: PreferenceModel, features: npt.NDArray[np.float32]) -> FloatArray:
    """Per-prototype scores of all items, shape (n_items, K)."""
    with torch.no_grad():
        scores: FloatArray = model.prototype_scores(torch.from_numpy(features)).double().numpy()
    return scores


def _answers(scores: FloatArray, shared: SharedFit, judgements: Judgements) -> Answers:
    offsets = None if shared.offsets is None else shared.offsets * shared.factor
    return answers_of(scores * shared.factor, offsets, judgements)


def _pair_answers(shared: SharedFit, features: npt.NDArray[np.float32], judgements: Judgements) -> Answers:
    """Answers for a model without rewards: its log-odds of each pair."""
    terms = judgements.terms
    a, b = (torch.from_numpy(codes.astype(np.int64)) for codes in (terms.a, terms.b))
    with torch.no_grad():
        nobody = torch.zeros(len(terms), dtype=torch.int64)
        s = shared.model.pair_log_odds(torch.from_numpy(features), a, b, torch.ones(1, 1), nobody).double().numpy()
    offset = None if shared.offsets is None else (shared.offsets[terms.a] - shared.offsets[terms.b]) * shared.factor
    return answers_with(terms, (s * shared.factor)[:, None], offset)


def _one_taste(answers: Answers, judgements: Judgements, factor: float) -> PlacedPeople:
    """Everybody has weight 1 on the only taste; the answers only bear witness to how well it fits them."""
    everybody = DirichletPrior.uniform(1)
    return PlacedPeople(everybody, adapt(answers, everybody), factor, held_out_of(answers, judgements, everybody))


def _under(prior: Prior, scores: FloatArray, shared: SharedFit, task: Task) -> PlacedPeople:
    """Everybody under a prior that is known already."""
    answers = _answers(scores, shared, task.judgements)
    if shared.covariates is not None and isinstance(prior, GaussianPrior):
        assert task.covariates is not None
        people: GaussianPosteriors | Posteriors = adapt_gaussian(
            answers, prior, shift=task.covariates.values @ shared.covariates.coefficients.T
        )
    else:
        people = adapt(answers, prior, n_draws=task.settings.posterior_draws, seed=task.settings.seed)
    held_out = shared.held_out
    if held_out is None:
        held_out = held_out_of(answers, task.judgements, prior)
    return PlacedPeople(prior, people, shared.factor, held_out)
