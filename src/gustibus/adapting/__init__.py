"""New people: their exact place among the prototypes from 0..n answers, with its uncertainty."""

from gustibus.adapting.answers import Answers
from gustibus.adapting.dirichlet import DirichletPrior
from gustibus.adapting.map_weights import MapSolution, solve_map

__all__ = ["Answers", "DirichletPrior", "MapSolution", "solve_map"]
