"""From log-odds to a loss: one idea a file."""

from gustibus.likelihoods.contract import Likelihood
from gustibus.likelihoods.davidson import Davidson
from gustibus.likelihoods.flip import Flip
from gustibus.likelihoods.hinge import Hinge
from gustibus.likelihoods.label_smoothing import LabelSmoothing
from gustibus.likelihoods.logistic import Logistic
from gustibus.likelihoods.margin import Margin
from gustibus.likelihoods.mean_variance import MeanVariance, fit_mean_variance, probit_loss
from gustibus.likelihoods.mean_variance_rewards import MeanVarianceRewards
from gustibus.likelihoods.naming import LIKELIHOODS, likelihood_of
from gustibus.likelihoods.rao_kupper import RaoKupper
from gustibus.likelihoods.record_weights import equal_people_weights
from gustibus.likelihoods.terms import Terms
from gustibus.likelihoods.tie_groups import TieLevels, fit_ties_by_group
from gustibus.likelihoods.tie_level import TieLikelihood, fit_ties, three_way_of_normal
from gustibus.likelihoods.unbiased_flip import UnbiasedFlip

__all__ = [
    "LIKELIHOODS",
    "Davidson",
    "Flip",
    "Hinge",
    "LabelSmoothing",
    "Likelihood",
    "Logistic",
    "Margin",
    "MeanVariance",
    "MeanVarianceRewards",
    "RaoKupper",
    "Terms",
    "TieLevels",
    "TieLikelihood",
    "UnbiasedFlip",
    "equal_people_weights",
    "fit_mean_variance",
    "fit_ties",
    "fit_ties_by_group",
    "likelihood_of",
    "probit_loss",
    "three_way_of_normal",
]
