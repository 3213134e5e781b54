"""Who prefers what: tensor modules that turn item features and a person's weights into log-odds."""

from gustibus.models.bradley_terry import BradleyTerry
from gustibus.models.classification import ClassificationReward, LogitFrom
from gustibus.models.contract import PreferenceModel
from gustibus.models.free_weights import FreeWeights
from gustibus.models.general_preference import GeneralPreference
from gustibus.models.hierarchical import Hierarchical
from gustibus.models.ideal_point import Distance, IdealPoint, Placement
from gustibus.models.low_rank import LowRank, WeightSpace
from gustibus.models.maps import Mlp, linear_map
from gustibus.models.mixture import MixtureOfBradleyTerry
from gustibus.models.pair_input import PairInput, PlainPairInput
from gustibus.models.pairwise import PairwiseModel
from gustibus.models.plural_preference import PluralGeneralPreference
from gustibus.models.prompt_ideal_point import Assignment, PromptIdealPoint, Similarity
from gustibus.models.scalar_cyclic import ScalarPlusCyclic
from gustibus.models.simplex import SimplexWeights
from gustibus.models.skew import Gate, SkewOperator
from gustibus.models.with_variances import WithVariances

__all__ = [
    "Assignment",
    "BradleyTerry",
    "ClassificationReward",
    "Distance",
    "FreeWeights",
    "Gate",
    "GeneralPreference",
    "Hierarchical",
    "IdealPoint",
    "LogitFrom",
    "LowRank",
    "MixtureOfBradleyTerry",
    "Mlp",
    "PairInput",
    "PairwiseModel",
    "Placement",
    "PlainPairInput",
    "PluralGeneralPreference",
    "PreferenceModel",
    "PromptIdealPoint",
    "ScalarPlusCyclic",
    "Similarity",
    "SimplexWeights",
    "SkewOperator",
    "WeightSpace",
    "WithVariances",
    "linear_map",
]
