"""Many people to one decision, and scores to an order: plain array functions with units and uncertainty."""

from gustibus.aggregation.borda import borda, borda_sd
from gustibus.aggregation.by_rule import PairRule, rank_pairwise
from gustibus.aggregation.calibrated_win_rate import calibrated_win_rate
from gustibus.aggregation.condorcet import Condorcet, condorcet, strongest_cycle
from gustibus.aggregation.copeland import copeland
from gustibus.aggregation.lottery import Lottery, Payoff, maximal_lotteries, maximal_lottery, von_neumann_winner
from gustibus.aggregation.pair_wins import PairWins, pair_wins
from gustibus.aggregation.pooling import population_log_odds, population_vote, vote_matrix
from gustibus.aggregation.ranking import Ranked, best_of_n, rank_scores

__all__ = [
    "Condorcet",
    "Lottery",
    "PairRule",
    "PairWins",
    "Payoff",
    "Ranked",
    "best_of_n",
    "borda",
    "borda_sd",
    "calibrated_win_rate",
    "condorcet",
    "copeland",
    "maximal_lotteries",
    "maximal_lottery",
    "pair_wins",
    "population_log_odds",
    "population_vote",
    "rank_pairwise",
    "rank_scores",
    "strongest_cycle",
    "von_neumann_winner",
    "vote_matrix",
]
