"""A fitted model's probabilities, corrected by what validation judgements bear out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.fitted.people import People
from gustibus.fitted.predicting import Pool, Predictions
from gustibus.fitting.recalibration import CalibrationMethod, Isotonic, Temperature, recalibrate

if TYPE_CHECKING:
    from gustibus.fitted.model import FittedModel

__all__ = ["Calibration", "calibration_of"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """How stated log-odds are corrected: those of people, and those of the population's vote.

    Attributes
    ----------
    method : {"temperature", "isotonic"}
    people : Temperature or Isotonic
        For everybody who is predicted as themselves.
    population : Temperature or Isotonic
        For the share of people who prefer a. The mean of people's log-odds (``pool="log-odds"``) is no probability and
        stays as it is.
    """

    method: CalibrationMethod
    people: Temperature | Isotonic
    population: Temperature | Isotonic

    def applied(self, predictions: Predictions, people: People, pool: Pool) -> Predictions:
        """The corrected predictions, each by the map for whom it is about."""
        known = people.index >= 0
        found = _mapped(self.people, predictions)
        pooled = predictions if pool == "log-odds" else _mapped(self.population, predictions)
        log_odds, sd, probability = (
            np.where(known, getattr(found, name), getattr(pooled, name)) for name in ("log_odds", "sd", "probability")
        )
        return Predictions(log_odds, sd, probability, _with_ties(predictions, probability))

    def to_config(self) -> dict[str, Any]:
        """What `from_config` takes, in words and numbers that JSON has."""
        return {"method": self.method, "people": _numbers(self.people), "population": _numbers(self.population)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Calibration:
        """What was written by `to_config`."""
        return cls(config["method"], _map(config["people"]), _map(config["population"]))


def _with_ties(predictions: Predictions, probability: FloatArray) -> FloatArray | None:
    """Three outcomes with the probability of ties as it was, and that of a given no tie corrected."""
    if predictions.three_way is None:
        return None
    tie = predictions.three_way[:, 1]
    return np.stack([(1 - tie) * probability, tie, (1 - tie) * (1 - probability)], axis=1)


def calibration_of(model: FittedModel, validation: Comparisons, method: CalibrationMethod) -> Calibration:
    """Learn the maps of an uncalibrated model from judgements it was not fitted to; see `FittedModel.calibrated`."""
    if not len(validation):
        raise GustibusError("there are no validation judgements to calibrate on (0 rows): hold some back for it")
    plain = replace(model, calibration=None)
    as_known = plain.as_asked(validation)
    outcome, weight = validation.outcome.astype(np.float64), validation.weight.astype(np.float64)
    population = recalibrate(
        _logit(plain.predict(validation, users="population").probability), outcome, weight, method=method
    )
    known = np.isin(np.array(as_known.users.to_pylist(), dtype=np.str_), model.user_ids)[as_known.user]
    if not known.any():
        return Calibration(method, population, population)
    stated = plain.predict(validation.filter(known)).probability
    return Calibration(method, recalibrate(_logit(stated), outcome[known], weight[known], method=method), population)


def _mapped(odd: Temperature | Isotonic, predictions: Predictions) -> Predictions:
    log_odds = odd(_logit(predictions.probability))
    return Predictions(
        odd(predictions.log_odds), predictions.sd * odd.slope(predictions.log_odds), 1 / (1 + np.exp(-log_odds))
    )


def _logit(probability: FloatArray) -> FloatArray:
    """Log-odds; as far as float64 goes, at most about 700 either way."""
    tiny = np.finfo(np.float64).tiny
    log_odds: FloatArray = np.log(np.maximum(probability, tiny)) - np.log(np.maximum(1 - probability, tiny))
    return log_odds


def _numbers(odd: Temperature | Isotonic) -> dict[str, Any]:
    if isinstance(odd, Temperature):
        return {"factor": odd.factor}
    return {"at": odd.at.tolist(), "becomes": odd.becomes.tolist()}


def _map(numbers: dict[str, Any]) -> Temperature | Isotonic:
    if "factor" in numbers:
        return Temperature(numbers["factor"])
    return Isotonic(np.array(numbers["at"], np.float64), np.array(numbers["becomes"], np.float64))
