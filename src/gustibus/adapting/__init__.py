"""New people: their exact place among the prototypes from 0..n answers, with its uncertainty."""

from gustibus.adapting.answers import Answers
from gustibus.adapting.atom_prior import AtomPrior
from gustibus.adapting.averages import NormalMixtures
from gustibus.adapting.by_atoms import adapt_by_atoms
from gustibus.adapting.dirichlet import DirichletPrior
from gustibus.adapting.empirical_bayes import PriorFit, fit_dirichlet_prior
from gustibus.adapting.families import PriorFamily, fit_prior, prior_from_arrays
from gustibus.adapting.gaussian_em import GaussianFit, ItemPairs, fit_gaussian_prior
from gustibus.adapting.gaussian_posterior import GaussianPosterior, GaussianPosteriors, adapt_gaussian
from gustibus.adapting.gaussian_prior import GaussianPrior
from gustibus.adapting.held_out import first_answers, held_out_log_loss, held_out_losses
from gustibus.adapting.link import LOGISTIC, Link, TieLink
from gustibus.adapting.logistic import sigmoid
from gustibus.adapting.logistic_normal import LogisticNormalPrior, log_ratio_basis
from gustibus.adapting.logistic_normal_fit import LogisticNormalFit, fit_logistic_normal_prior
from gustibus.adapting.map_weights import MapSolution, solve_map
from gustibus.adapting.mean_logistic import LOGISTIC_AS_NORMALS
from gustibus.adapting.mixing_masses import MixingMasses, solve_mixing_masses
from gustibus.adapting.particle_fit import ParticleFit, fit_atom_prior, fit_particle_prior
from gustibus.adapting.particles import ParticlePrior
from gustibus.adapting.people_prior import PeoplePrior
from gustibus.adapting.people_tastes import Prior, population_of, tastes_of
from gustibus.adapting.placement import Placement
from gustibus.adapting.posterior import Posterior
from gustibus.adapting.posteriors import Posteriors, adapt
from gustibus.adapting.prediction import moment_log_odds, moment_probability
from gustibus.adapting.prior_choice import FamilyScore, PriorChoice, choose_prior
from gustibus.adapting.running import RunningPosterior
from gustibus.adapting.said import said_losses
from gustibus.adapting.tastes import AtomTastes, MomentTastes, NormalTastes, PairMoments, Tastes, tastes_from_arrays

__all__ = [
    "Answers",
    "AtomPrior",
    "AtomTastes",
    "DirichletPrior",
    "FamilyScore",
    "GaussianFit",
    "GaussianPosterior",
    "GaussianPosteriors",
    "GaussianPrior",
    "ItemPairs",
    "LogisticNormalFit",
    "LOGISTIC",
    "LOGISTIC_AS_NORMALS",
    "Link",
    "LogisticNormalPrior",
    "MapSolution",
    "MixingMasses",
    "MomentTastes",
    "NormalMixtures",
    "NormalTastes",
    "PairMoments",
    "ParticleFit",
    "ParticlePrior",
    "PeoplePrior",
    "Placement",
    "Posterior",
    "Posteriors",
    "RunningPosterior",
    "Prior",
    "PriorChoice",
    "PriorFamily",
    "PriorFit",
    "Tastes",
    "TieLink",
    "adapt",
    "adapt_by_atoms",
    "adapt_gaussian",
    "choose_prior",
    "first_answers",
    "fit_atom_prior",
    "fit_dirichlet_prior",
    "fit_gaussian_prior",
    "fit_logistic_normal_prior",
    "fit_particle_prior",
    "fit_prior",
    "held_out_log_loss",
    "held_out_losses",
    "log_ratio_basis",
    "moment_log_odds",
    "moment_probability",
    "population_of",
    "prior_from_arrays",
    "said_losses",
    "sigmoid",
    "solve_map",
    "solve_mixing_masses",
    "tastes_from_arrays",
    "tastes_of",
]
