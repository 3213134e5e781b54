"""Many people to one decision, and scores to an order: plain array functions with units and uncertainty."""

from gustibus.aggregation.borda import borda, borda_sd
from gustibus.aggregation.calibrated_win_rate import calibrated_win_rate
from gustibus.aggregation.pooling import population_log_odds, population_vote, vote_matrix
from gustibus.aggregation.ranking import Ranked, best_of_n, rank_scores

__all__ = [
    "Ranked",
    "best_of_n",
    "borda",
    "borda_sd",
    "calibrated_win_rate",
    "population_log_odds",
    "population_vote",
    "rank_scores",
    "vote_matrix",
]
