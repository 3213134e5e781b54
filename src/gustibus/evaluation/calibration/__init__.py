"""Whether predicted probabilities come true: of answers, and of the share of people who prefer a response."""

from gustibus.evaluation.calibration.bins import Binning, confidence_bins, folded
from gustibus.evaluation.calibration.brier_parts import BrierParts, brier_parts
from gustibus.evaluation.calibration.chance import ChanceBand, chance_band
from gustibus.evaluation.calibration.error import (
    SquaredCalibrationError,
    ece,
    ece_debiased,
    squared_calibration_error,
)
from gustibus.evaluation.calibration.reliability import (
    Reliability,
    ReliabilityIntervals,
    reliability,
    reliability_intervals,
)
from gustibus.evaluation.calibration.vote_shares import (
    VoteMetrics,
    correlation_ceiling,
    disagreement_auroc,
    measure_votes,
    people_disagree,
    share_correlation,
    share_rank_correlation,
    vote_noise,
)

__all__ = [
    "Binning",
    "BrierParts",
    "ChanceBand",
    "Reliability",
    "ReliabilityIntervals",
    "SquaredCalibrationError",
    "VoteMetrics",
    "brier_parts",
    "chance_band",
    "confidence_bins",
    "correlation_ceiling",
    "disagreement_auroc",
    "ece",
    "ece_debiased",
    "folded",
    "measure_votes",
    "people_disagree",
    "reliability",
    "reliability_intervals",
    "share_correlation",
    "share_rank_correlation",
    "squared_calibration_error",
    "vote_noise",
]
