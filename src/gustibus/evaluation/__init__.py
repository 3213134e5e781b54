"""How good a model of people is: figures by record and by person, intervals over users, protocols and baselines."""

from gustibus.evaluation.by_user import UserSums, sums_by_user, worst_group
from gustibus.evaluation.calibration import Reliability, ece, ece_debiased, reliability
from gustibus.evaluation.intervals import Interval, bootstrap_over_users, interval_of_sums, paired_interval
from gustibus.evaluation.measure import Metrics, measure
from gustibus.evaluation.metrics import (
    RECORD_METRICS,
    accuracy,
    brier,
    log_loss,
    record_accuracy,
    record_brier,
    record_log_loss,
)

__all__ = [
    "RECORD_METRICS",
    "Interval",
    "Metrics",
    "Reliability",
    "UserSums",
    "accuracy",
    "bootstrap_over_users",
    "brier",
    "ece",
    "ece_debiased",
    "interval_of_sums",
    "log_loss",
    "measure",
    "paired_interval",
    "record_accuracy",
    "record_brier",
    "record_log_loss",
    "reliability",
    "sums_by_user",
    "worst_group",
]
