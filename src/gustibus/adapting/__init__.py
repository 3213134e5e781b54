"""New people: their exact place among the prototypes from 0..n answers, with its uncertainty."""

from gustibus.adapting.answers import Answers
from gustibus.adapting.atom_prior import AtomPrior
from gustibus.adapting.by_atoms import adapt_by_atoms
from gustibus.adapting.dirichlet import DirichletPrior
from gustibus.adapting.empirical_bayes import PriorFit, fit_dirichlet_prior
from gustibus.adapting.gaussian_em import GaussianFit, ItemPairs, fit_gaussian_prior
from gustibus.adapting.gaussian_posterior import GaussianPosterior, GaussianPosteriors, adapt_gaussian
from gustibus.adapting.gaussian_prior import GaussianPrior
from gustibus.adapting.logistic import sigmoid
from gustibus.adapting.map_weights import MapSolution, solve_map
from gustibus.adapting.particles import ParticlePrior
from gustibus.adapting.people_prior import PeoplePrior
from gustibus.adapting.people_tastes import Prior, population_of, tastes_of
from gustibus.adapting.posterior import Posterior
from gustibus.adapting.posteriors import Posteriors, adapt
from gustibus.adapting.prediction import moment_log_odds, moment_probability
from gustibus.adapting.tastes import AtomTastes, MomentTastes, NormalTastes, PairMoments, Tastes, tastes_from_arrays

__all__ = [
    "Answers",
    "AtomPrior",
    "AtomTastes",
    "DirichletPrior",
    "GaussianFit",
    "GaussianPosterior",
    "GaussianPosteriors",
    "GaussianPrior",
    "ItemPairs",
    "MapSolution",
    "MomentTastes",
    "NormalTastes",
    "PairMoments",
    "ParticlePrior",
    "PeoplePrior",
    "Posterior",
    "Posteriors",
    "Prior",
    "PriorFit",
    "Tastes",
    "adapt",
    "adapt_by_atoms",
    "adapt_gaussian",
    "fit_dirichlet_prior",
    "fit_gaussian_prior",
    "moment_log_odds",
    "moment_probability",
    "population_of",
    "sigmoid",
    "solve_map",
    "tastes_from_arrays",
    "tastes_of",
]
