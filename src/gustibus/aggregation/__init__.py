"""Many people to one decision, and scores to an order: plain array functions with units and uncertainty."""

from gustibus.aggregation.alpha import alpha_mean, nash_welfare
from gustibus.aggregation.borda import borda, borda_sd
from gustibus.aggregation.by_rule import PairRule, rank_pairwise
from gustibus.aggregation.calibrated_win_rate import calibrated_win_rate
from gustibus.aggregation.case import RULES, SocialRule
from gustibus.aggregation.condorcet import Condorcet, condorcet, strongest_cycle
from gustibus.aggregation.copeland import copeland
from gustibus.aggregation.decide import Decision, decide, decide_by_all
from gustibus.aggregation.frontier import Frontier, frontier
from gustibus.aggregation.ledger import Ledger, Overruled, ledger_of
from gustibus.aggregation.lottery import Lottery, Payoff, maximal_lotteries, maximal_lottery, von_neumann_winner
from gustibus.aggregation.manipulation import STRATEGIES, ManipulationAudit, manipulability
from gustibus.aggregation.mean_gap import Disagreement, borda_vs_mean, first_order_gap, unanimity_gap
from gustibus.aggregation.minimax_regret import LeastRegret, minimax_regret
from gustibus.aggregation.overton import OvertonSet, overton_set
from gustibus.aggregation.pair_wins import PairWins, pair_wins
from gustibus.aggregation.people import Groups, groups_of
from gustibus.aggregation.policies import OpinionPool, favourites, jensen_shannon, pool_opinions
from gustibus.aggregation.pooling import population_log_odds, population_vote, vote_matrix
from gustibus.aggregation.preference_pairs import PairChoice, PairsOf, export_pairs
from gustibus.aggregation.ranking import Ranked, best_of_n, rank_scores
from gustibus.aggregation.strengths import Strengths, bradley_terry
from gustibus.aggregation.worst_off import leximin, max_min

__all__ = [
    "Condorcet",
    "Decision",
    "Disagreement",
    "Frontier",
    "Groups",
    "LeastRegret",
    "Ledger",
    "Lottery",
    "ManipulationAudit",
    "OpinionPool",
    "Overruled",
    "OvertonSet",
    "PairChoice",
    "PairRule",
    "PairWins",
    "PairsOf",
    "Payoff",
    "RULES",
    "Ranked",
    "STRATEGIES",
    "SocialRule",
    "Strengths",
    "alpha_mean",
    "best_of_n",
    "borda",
    "borda_sd",
    "borda_vs_mean",
    "bradley_terry",
    "calibrated_win_rate",
    "condorcet",
    "copeland",
    "decide",
    "decide_by_all",
    "export_pairs",
    "favourites",
    "first_order_gap",
    "frontier",
    "groups_of",
    "jensen_shannon",
    "ledger_of",
    "leximin",
    "manipulability",
    "max_min",
    "maximal_lotteries",
    "maximal_lottery",
    "minimax_regret",
    "nash_welfare",
    "overton_set",
    "pair_wins",
    "pool_opinions",
    "population_log_odds",
    "population_vote",
    "rank_pairwise",
    "rank_scores",
    "strongest_cycle",
    "unanimity_gap",
    "von_neumann_winner",
    "vote_matrix",
]
