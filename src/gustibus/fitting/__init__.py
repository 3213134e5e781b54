"""Learning on stored embeddings: the shared map by optimisation, then everybody's place exactly."""

from gustibus.fitting.covariates import CovariateEffect
from gustibus.fitting.differences import Differences
from gustibus.fitting.feature_choices import InputKind
from gustibus.fitting.features import FeatureMap, PrincipalComponents, rescaled, standardised
from gustibus.fitting.fit import fit_arrays
from gustibus.fitting.fit_inputs import FitInputs
from gustibus.fitting.fit_result import FitResult
from gustibus.fitting.likelihood_uses import LIKELIHOOD_USES, LikelihoodUse, likelihood_use
from gustibus.fitting.mixture_choice import MixtureChoice, choose_mixture
from gustibus.fitting.mixture_em import fit_mixture_em
from gustibus.fitting.mixture_fit import MixtureFit, RestartEnd
from gustibus.fitting.published import published_gpm, published_pal_a, published_pal_b
from gustibus.fitting.recalibration import (
    CalibrationMethod,
    Isotonic,
    Temperature,
    fit_isotonic,
    fit_temperature,
    recalibrate,
)
from gustibus.fitting.records import Judgements
from gustibus.fitting.ridge_logistic import RidgeLogistic, fit_ridge_logistic
from gustibus.fitting.setting_uses import COUNTED, CYCLIC, TAKEN_BY, ModelName
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.temperature import scaled_log_loss
from gustibus.fitting.validation_split import validation_mask, validation_pairs

__all__ = [
    "LIKELIHOOD_USES",
    "LikelihoodUse",
    "COUNTED",
    "CYCLIC",
    "CalibrationMethod",
    "CovariateEffect",
    "Differences",
    "FeatureMap",
    "FitInputs",
    "FitResult",
    "FitSettings",
    "InputKind",
    "Isotonic",
    "Judgements",
    "MixtureChoice",
    "MixtureFit",
    "ModelName",
    "PrincipalComponents",
    "RestartEnd",
    "RidgeLogistic",
    "TAKEN_BY",
    "Temperature",
    "choose_mixture",
    "fit_arrays",
    "likelihood_use",
    "fit_isotonic",
    "fit_mixture_em",
    "fit_ridge_logistic",
    "fit_temperature",
    "published_gpm",
    "published_pal_a",
    "published_pal_b",
    "recalibrate",
    "rescaled",
    "scaled_log_loss",
    "standardised",
    "validation_mask",
    "validation_pairs",
]
