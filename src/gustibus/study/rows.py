"""What is known about one model of a comparison, as plain figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gustibus.evaluation import Interval

__all__ = ["Figures", "ModelRow"]


@dataclass(frozen=True)
class Figures:
    """Predictions of one group of people, over all seeds.

    Attributes
    ----------
    people, judgements
        What was predicted; somebody who is tested under several seeds is one person.
    log_loss, accuracy
        In nats, and as a share; intervals over people.
    ece
        Calibration error, without sampling noise.
    worst_decile_log_loss
        Mean over the tenth of the people who are served worst.
    log_loss_by_seed
        One a seed.
    log_loss_change, accuracy_change
        This model minus the reference on the same judgements, paired over people; None for the reference itself.
    """

    people: int
    judgements: int
    log_loss: Interval
    accuracy: Interval
    ece: float
    worst_decile_log_loss: float
    log_loss_by_seed: tuple[float, ...]
    log_loss_change: Interval | None = None
    accuracy_change: Interval | None = None


@dataclass(frozen=True)
class ModelRow:
    """One model.

    Attributes
    ----------
    name
        As printed.
    options
        What it was fitted with, for :func:`gustibus.fit`.
    validation
        Seen people's validation judgements, each person placed by their training answers: what is chosen by.
    seen
        Seen people's test judgements.
    unseen
        New people's test judgements, by the number of their answers that the model was given.
    gain_over_population
        Validation log loss minus that of one taste for all (``bt``), paired over people; None where ``bt`` was not
        compared, and for ``bt`` itself.
    shared_numbers, numbers_each_person
        Free numbers (:func:`gustibus.study.free_numbers`), mean over seeds.
    seconds_to_fit, seconds_to_predict
        Wall-clock, mean over seeds.
    choices
        What each fit chose on validation judgements, one a seed.
    """

    name: str
    options: Mapping[str, Any]
    validation: Figures
    seen: Figures
    unseen: Mapping[int, Figures]
    gain_over_population: Interval | None
    shared_numbers: float
    numbers_each_person: float
    seconds_to_fit: float
    seconds_to_predict: float
    choices: tuple[Mapping[str, Any], ...]
