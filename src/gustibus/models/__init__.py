"""Who prefers what: tensor modules that turn item features and a person's weights into log-odds."""

from gustibus.models.bradley_terry import BradleyTerry
from gustibus.models.classification import ClassificationReward, LogitFrom
from gustibus.models.contract import PreferenceModel
from gustibus.models.free_weights import FreeWeights
from gustibus.models.hierarchical import Hierarchical
from gustibus.models.ideal_point import Distance, IdealPoint, Placement
from gustibus.models.low_rank import LowRank, WeightSpace
from gustibus.models.maps import Mlp, linear_map
from gustibus.models.mixture import MixtureOfBradleyTerry
from gustibus.models.pair_input import PairInput, PlainPairInput
from gustibus.models.prompt_ideal_point import Assignment, PromptIdealPoint, Similarity
from gustibus.models.simplex import SimplexWeights

__all__ = [
    "Assignment",
    "BradleyTerry",
    "ClassificationReward",
    "Distance",
    "FreeWeights",
    "Hierarchical",
    "IdealPoint",
    "LogitFrom",
    "LowRank",
    "MixtureOfBradleyTerry",
    "Mlp",
    "PairInput",
    "Placement",
    "PlainPairInput",
    "PreferenceModel",
    "PromptIdealPoint",
    "Similarity",
    "SimplexWeights",
    "WeightSpace",
    "linear_map",
]
