"""Placing people when the reward is not linear in their weights: reweighted draws, approximate."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from gustibus.adapting import Answers, DirichletPrior, adapt, fit_atom_prior
from gustibus.comparisons import Progress
from gustibus.fitting.records import Judgements
from gustibus.fitting.user_step import PlacedPeople, answers_with, held_out_of
from gustibus.models import PreferenceModel

__all__ = ["answers_at", "place_people_by_atoms"]

FloatArray = npt.NDArray[np.float64]


def place_people_by_atoms(
    model: PreferenceModel,
    features: npt.NDArray[np.float32],
    offsets: FloatArray | None,
    judgements: Judgements,
    *,
    factor: float,
    n_draws: int,
    seed: int,
    progress: Progress | None = None,
) -> PlacedPeople:
    """Give each person possible weights, reweighted by how well each explains their answers.

    Possible weights are draws that are uniform on the simplex, and its corners; how often each occurs is fitted to all
    people, which is convex whatever the model is in the weights. There is no certificate, and with many answers few
    draws keep all the weight.

    Parameters
    ----------
    model : PreferenceModel
    features : ndarray, shape (n_items, C)
    offsets : ndarray, shape (n_items,), or None
    judgements : Judgements
    factor : float
        Scores and offsets are multiplied by it.
    n_draws, seed : int
        Of the possible weights, corners included, and the seed of the draws.
    """
    k = model.n_prototypes
    atoms = np.concatenate([DirichletPrior.uniform(k).draws(n_draws - k, seed), np.eye(k)])
    answers = answers_at(atoms, model, features, offsets, judgements, factor=factor, progress=progress)
    prior = fit_atom_prior(answers, atoms, seed=seed)
    training = np.flatnonzero(~judgements.terms.validation)
    of_training = fit_atom_prior(answers.take_records(training), atoms, seed=seed)
    return PlacedPeople(prior, adapt(answers, prior), factor, held_out_of(answers, judgements, of_training))


def answers_at(
    atoms: FloatArray,
    model: PreferenceModel,
    features: npt.NDArray[np.float32],
    offsets: FloatArray | None,
    judgements: Judgements,
    *,
    factor: float,
    progress: Progress | None = None,
) -> Answers:
    """Terms of judgements as log-odds of people with the given weights ``(A, K)``, one column an atom."""
    items = torch.from_numpy(features)
    rewards = np.empty((len(features), len(atoms)))
    with torch.no_grad():
        for column, weights in enumerate(torch.from_numpy(atoms.astype(np.float32))):
            rewards[:, column] = model.reward(items, weights).numpy() * factor
            if progress is not None:
                progress("placing people", column + 1, len(atoms))
    if offsets is not None:
        rewards += offsets[:, None] * factor
    terms = judgements.terms
    return answers_with(terms, rewards[terms.a] - rewards[terms.b], None)
