"""How good a model of people is: figures by record and by person, intervals over users, protocols and baselines."""

from gustibus.evaluation.baselines import (
    Baseline,
    BaselineModel,
    BaselinePredictions,
    ItemMajority,
    Judgements,
    LongerWins,
    OneModelPerPerson,
    PairMajority,
    PersonDeviation,
    Population,
    SideWins,
    shuffled_ids,
    standard_baselines,
)
from gustibus.evaluation.by_user import UserSums, sums_by_user, worst_group
from gustibus.evaluation.calibration import Reliability, ece, ece_debiased, reliability
from gustibus.evaluation.evaluate import PredictionsLike, PreferenceModelLike, evaluate
from gustibus.evaluation.group_audit import GroupAudit, cross_fitted_group_audit, group_audit
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
from gustibus.evaluation.people_in_halves import people_in_halves
from gustibus.evaluation.protocols import PeopleSplit, people_split, prefix
from gustibus.evaluation.report import Report
from gustibus.evaluation.scored import Scored
from gustibus.evaluation.table import Table

__all__ = [
    "Baseline",
    "BaselineModel",
    "BaselinePredictions",
    "GroupAudit",
    "Interval",
    "ItemMajority",
    "Judgements",
    "LongerWins",
    "Metrics",
    "OneModelPerPerson",
    "PairMajority",
    "PeopleSplit",
    "PersonDeviation",
    "Population",
    "PredictionsLike",
    "PreferenceModelLike",
    "RECORD_METRICS",
    "Reliability",
    "Report",
    "Scored",
    "SideWins",
    "Table",
    "UserSums",
    "accuracy",
    "bootstrap_over_users",
    "brier",
    "cross_fitted_group_audit",
    "ece",
    "ece_debiased",
    "evaluate",
    "group_audit",
    "interval_of_sums",
    "log_loss",
    "measure",
    "paired_interval",
    "people_in_halves",
    "people_split",
    "prefix",
    "record_accuracy",
    "record_brier",
    "record_log_loss",
    "reliability",
    "shuffled_ids",
    "standard_baselines",
    "sums_by_user",
    "worst_group",
]
