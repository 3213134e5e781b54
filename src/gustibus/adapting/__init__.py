"""New people: their exact place among the prototypes from 0..n answers, with its uncertainty."""

from gustibus.adapting.answers import Answers
from gustibus.adapting.atom_prior import AtomPrior
from gustibus.adapting.by_atoms import adapt_by_atoms
from gustibus.adapting.dirichlet import DirichletPrior
from gustibus.adapting.empirical_bayes import PriorFit, fit_dirichlet_prior
from gustibus.adapting.gaussian_em import GaussianFit, ItemPairs, fit_gaussian_prior
from gustibus.adapting.gaussian_posterior import GaussianPosterior, GaussianPosteriors, adapt_gaussian, population_of
from gustibus.adapting.gaussian_prior import GaussianPrior
from gustibus.adapting.map_weights import MapSolution, solve_map
from gustibus.adapting.posterior import Posterior, Posteriors, adapt
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
    "Posterior",
    "Posteriors",
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
    "solve_map",
    "tastes_from_arrays",
]
