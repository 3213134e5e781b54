"""Who prefers what: tensor modules that turn item features and a person's weights into log-odds."""

from gustibus.models.bradley_terry import BradleyTerry
from gustibus.models.contract import PreferenceModel
from gustibus.models.ideal_point import Distance, IdealPoint, Placement
from gustibus.models.maps import Mlp, linear_map
from gustibus.models.simplex import SimplexWeights

__all__ = [
    "BradleyTerry",
    "Distance",
    "IdealPoint",
    "Mlp",
    "Placement",
    "PreferenceModel",
    "SimplexWeights",
    "linear_map",
]
