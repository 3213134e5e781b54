"""New people: their exact place among the prototypes from 0..n answers, with its uncertainty."""

from gustibus.adapting.answers import Answers
from gustibus.adapting.atom_prior import AtomPrior
from gustibus.adapting.by_atoms import adapt_by_atoms
from gustibus.adapting.dirichlet import DirichletPrior
from gustibus.adapting.empirical_bayes import PriorFit, fit_dirichlet_prior
from gustibus.adapting.map_weights import MapSolution, solve_map
from gustibus.adapting.particles import ParticlePrior
from gustibus.adapting.people_prior import PeoplePrior
from gustibus.adapting.posterior import Posterior
from gustibus.adapting.posteriors import Posteriors, adapt
from gustibus.adapting.prediction import moment_log_odds, moment_probability

__all__ = [
    "Answers",
    "AtomPrior",
    "DirichletPrior",
    "MapSolution",
    "ParticlePrior",
    "PeoplePrior",
    "Posterior",
    "Posteriors",
    "PriorFit",
    "adapt",
    "adapt_by_atoms",
    "fit_dirichlet_prior",
    "moment_log_odds",
    "moment_probability",
    "solve_map",
]
