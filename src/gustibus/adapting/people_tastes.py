"""From posteriors and priors to the tables that predictions read."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from gustibus.adapting.atom_prior import AtomPrior
from gustibus.adapting.gaussian_posterior import GaussianPosterior, GaussianPosteriors
from gustibus.adapting.gaussian_prior import GaussianPrior
from gustibus.adapting.particles import ParticlePrior
from gustibus.adapting.people_prior import PeoplePrior
from gustibus.adapting.posterior import Posterior
from gustibus.adapting.posteriors import Posteriors
from gustibus.adapting.tastes import AtomTastes, MomentTastes, NormalTastes, Tastes

__all__ = ["Prior", "population_of", "tastes_of"]

POPULATION_DRAWS = 512
# Where people come from: on the simplex, or with free coefficients.
Prior: TypeAlias = "PeoplePrior | GaussianPrior"


def tastes_of(posteriors: Posteriors | GaussianPosteriors | Posterior | GaussianPosterior) -> Tastes:
    """What is known of some people, or of one, as a table.

    Examples
    --------
    >>> from gustibus.adapting import Answers, DirichletPrior, adapt
    >>> nobody = adapt(Answers.none(n_users=2, n_prototypes=3), DirichletPrior.uniform(3))
    >>> tastes_of(nobody).mean.round(2)
    array([[0.33, 0.33, 0.33],
           [0.33, 0.33, 0.33]])
    """
    if isinstance(posteriors, (GaussianPosterior, GaussianPosteriors)):
        return posteriors.tastes
    mass, prior = posteriors.atom_mass, posteriors.prior
    if mass is not None and isinstance(prior, (AtomPrior, ParticlePrior)):
        return AtomTastes(np.atleast_2d(mass).astype(np.float32), prior.atoms)
    if isinstance(posteriors, Posterior):
        mean, covariance = posteriors.weights[None], posteriors.covariance[None]
    else:
        mean, covariance = posteriors.mean, posteriors.covariance
    return MomentTastes(mean.astype(np.float32), covariance.astype(np.float32))


def population_of(prior: Prior) -> Tastes:
    """The prior itself, as a table of one person about whom nothing is known.

    Families without finitely many atoms or normal components are represented by a fixed, evenly spread set of draws.
    """
    if isinstance(prior, GaussianPrior):
        starts = np.zeros(prior.n_components + 1, np.int64)
        no_rows = np.zeros((0, prior.n_prototypes), np.float32)
        mass, means = prior.mass[None].astype(np.float32), prior.means[None].astype(np.float32)
        return NormalTastes(mass, means, prior.root, no_rows, starts)
    if isinstance(prior, (AtomPrior, ParticlePrior)):
        return AtomTastes(prior.mass[None].astype(np.float32), prior.atoms)
    if prior.n_prototypes == 1:
        return AtomTastes(np.ones((1, 1), np.float32), np.ones((1, 1)))
    draws = prior.draws(POPULATION_DRAWS, 0)
    return AtomTastes(np.full((1, len(draws)), 1 / len(draws), np.float32), draws)
