"""Encoder, model, people and prior in one object; fitting, saving and loading it."""

from gustibus.fitted.adaptation import Adaptation
from gustibus.fitted.adapted import AdaptedUser, AdaptedUsers
from gustibus.fitted.calibration import Calibration
from gustibus.fitted.covariates import PeopleCovariates
from gustibus.fitted.deciding import Voters
from gustibus.fitted.fit import fit, fit_family
from gustibus.fitted.item_offsets import ItemOffsets
from gustibus.fitted.knowledge import people_table
from gustibus.fitted.model import FittedModel
from gustibus.fitted.people import Users
from gustibus.fitted.predicting import Pool, Predictions
from gustibus.fitted.saving import load_model as load
from gustibus.fitted.scorer import Scorer
from gustibus.fitted.user_table import UserTable

__all__ = [
    "Adaptation",
    "AdaptedUser",
    "AdaptedUsers",
    "Calibration",
    "FittedModel",
    "ItemOffsets",
    "PeopleCovariates",
    "Pool",
    "Predictions",
    "Scorer",
    "UserTable",
    "Users",
    "Voters",
    "fit",
    "fit_family",
    "load",
    "people_table",
]
