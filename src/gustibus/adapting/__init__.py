"""New people: their exact place among the prototypes from 0..n answers, with its uncertainty."""

from gustibus.adapting.answers import Answers
from gustibus.adapting.atom_prior import AtomPrior
from gustibus.adapting.by_atoms import adapt_by_atoms
from gustibus.adapting.dirichlet import DirichletPrior
from gustibus.adapting.empirical_bayes import PriorFit, fit_dirichlet_prior
from gustibus.adapting.families import PriorFamily, fit_prior, prior_from_arrays
from gustibus.adapting.held_out import first_answers, held_out_log_loss, held_out_losses
from gustibus.adapting.logistic_normal import LogisticNormalPrior, log_ratio_basis
from gustibus.adapting.logistic_normal_fit import LogisticNormalFit, fit_logistic_normal_prior
from gustibus.adapting.map_weights import MapSolution, solve_map
from gustibus.adapting.mixing_masses import MixingMasses, solve_mixing_masses
from gustibus.adapting.particle_fit import ParticleFit, fit_particle_prior
from gustibus.adapting.particles import ParticlePrior
from gustibus.adapting.people_prior import PeoplePrior
from gustibus.adapting.placement import Placement
from gustibus.adapting.posterior import Posterior
from gustibus.adapting.posteriors import Posteriors, adapt
from gustibus.adapting.prediction import moment_log_odds, moment_probability
from gustibus.adapting.prior_choice import FamilyScore, PriorChoice, choose_prior

__all__ = [
    "Answers",
    "AtomPrior",
    "DirichletPrior",
    "FamilyScore",
    "LogisticNormalFit",
    "LogisticNormalPrior",
    "MapSolution",
    "MixingMasses",
    "ParticleFit",
    "ParticlePrior",
    "PeoplePrior",
    "Placement",
    "Posterior",
    "Posteriors",
    "PriorChoice",
    "PriorFamily",
    "PriorFit",
    "adapt",
    "adapt_by_atoms",
    "choose_prior",
    "first_answers",
    "fit_dirichlet_prior",
    "fit_logistic_normal_prior",
    "fit_particle_prior",
    "fit_prior",
    "held_out_log_loss",
    "held_out_losses",
    "log_ratio_basis",
    "moment_log_odds",
    "moment_probability",
    "prior_from_arrays",
    "solve_map",
    "solve_mixing_masses",
]
