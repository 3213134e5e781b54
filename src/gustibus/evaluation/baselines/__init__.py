"""Simple predictors to stand beside a model; each works on features of items, so on every encoder."""

from gustibus.evaluation.baselines.contract import Baseline
from gustibus.evaluation.baselines.judgements import Judgements
from gustibus.evaluation.baselines.majority import ItemMajority, PairMajority
from gustibus.evaluation.baselines.model import BaselineModel, BaselinePredictions
from gustibus.evaluation.baselines.person_ridge import OneModelPerPerson, PersonDeviation
from gustibus.evaluation.baselines.population import Population
from gustibus.evaluation.baselines.shuffled import shuffled_ids
from gustibus.evaluation.baselines.standard import standard_baselines
from gustibus.evaluation.baselines.trivial import LongerWins, SideWins

__all__ = [
    "Baseline",
    "BaselineModel",
    "BaselinePredictions",
    "ItemMajority",
    "Judgements",
    "LongerWins",
    "OneModelPerPerson",
    "PairMajority",
    "PersonDeviation",
    "Population",
    "SideWins",
    "shuffled_ids",
    "standard_baselines",
]
