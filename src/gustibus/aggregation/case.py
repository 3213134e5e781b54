"""What rules read of people's rewards, computed once for all of them, and what each rule chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from gustibus.aggregation.alpha import alpha_mean, nash_welfare
from gustibus.aggregation.calibrated_win_rate import calibrated_win_rate
from gustibus.aggregation.copeland import copeland
from gustibus.aggregation.lottery import maximal_lottery
from gustibus.aggregation.people import Groups, groups_of, highest, people_by_column, shares_of
from gustibus.aggregation.pooling import vote_matrix
from gustibus.aggregation.worst_off import leximin, max_min, minimax_regret
from gustibus.comparisons import GustibusError

__all__ = ["RULES", "Case", "SocialRule"]

Floats = NDArray[np.float64]
SocialRule = Literal[
    "mean", "borda", "nash", "alpha", "max-min", "leximin", "group-max-min", "copeland", "lottery", "minimax-regret"
]
RULES: Final[Mapping[SocialRule, str]] = {
    "mean": "highest mean reward, in log-odds: strong tastes count more",
    "borda": "highest mean win rate: every person's rewards on the same scale first",
    "nash": "highest geometric mean of people's win rates",
    "alpha": "highest alpha-mean of rewards: below 0 it leans to the worst-off",
    "max-min": "highest win rate of the worst-off person",
    "leximin": "the same, ties told by the next worst-off, and so on",
    "group-max-min": "highest mean win rate of the worst-off group",
    "copeland": "beats most others by majority",
    "lottery": "a mixture that no response beats by majority (maximal lottery)",
    "minimax-regret": "a mixture whose largest regret, in win rate, is smallest",
}
"""What each rule chooses."""


class Case:
    """People's rewards of the responses to one prompt.

    Parameters
    ----------
    reward : array_like, shape (U, n), n >= 2
    weight, group, alpha
        As in :func:`gustibus.aggregation.decide`.
    """

    def __init__(self, reward: ArrayLike, weight: ArrayLike | None, group: Sequence[Any] | None, alpha: float) -> None:
        self.reward = people_by_column(reward, "reward")
        if self.reward.shape[1] < 2:
            raise GustibusError("there is one response: a decision needs at least two to choose from")
        self.share = shares_of(weight, len(self.reward))
        if group is not None and len(group) != len(self.reward):
            raise GustibusError(
                f"there are {len(group)} groups for {len(self.reward)} people: name one group for each person"
            )
        self.group, self.alpha = group, alpha
        self.rate = calibrated_win_rate(self.reward)
        self._groups: Groups | None = None
        self._votes: Floats | None = None

    @property
    def votes(self) -> Floats:
        """Share of people who prefer each response to each other, (n, n)."""
        if self._votes is None:
            self._votes = vote_matrix(self.reward, weight=self.share)
        return self._votes

    @property
    def groups(self) -> Groups:
        """Who belongs together."""
        if self.group is None:
            raise GustibusError("rule='group-max-min' needs groups: give the name of each person's group")
        if self._groups is None:
            self._groups = groups_of(self.group, self.share)
        return self._groups

    def weights(self, rule: SocialRule) -> tuple[Floats, Floats, str]:
        """How often to give each response, what the rule ordered them by, and its unit."""
        if rule == "lottery":
            weight = maximal_lottery(self.votes).weight
            return weight, weight, "weight"
        if rule == "minimax-regret":
            weight = minimax_regret(self.rate, self.share).weight
            return weight, weight, "weight"
        score, unit = self._score(rule)
        weight = np.zeros(len(score))
        weight[highest(score)[0]] = 1.0
        return weight, score, unit

    def saying(self, person: int, reward: Floats) -> Case:
        """The same case, but for what one person says their rewards are; nothing else is computed anew."""
        other = object.__new__(Case)
        vars(other).update(vars(self))
        other.reward, other.rate = self.reward.copy(), self.rate.copy()
        other.reward[person], other.rate[person] = reward, calibrated_win_rate(reward)
        if self._votes is not None:
            other._votes = self._votes + self.share[person] * (_wins(reward) - _wins(self.reward[person]))
        return other

    def _score(self, rule: SocialRule) -> tuple[Floats, str]:
        if rule == "leximin":
            order = leximin(self.rate, self.share)
            place = np.empty(len(order))
            place[order] = np.arange(len(order), 0, -1)
            return place, "place from the last"
        if rule == "mean":
            return np.asarray(self.share @ self.reward), "log-odds"
        if rule == "alpha":
            return alpha_mean(self.reward, self.alpha, self.share), f"log-odds, alpha {self.alpha:g}"
        if rule == "borda":
            return np.asarray(self.share @ self.rate), "win rate"
        if rule == "nash":
            return nash_welfare(self.rate, self.share), "win rate, geometric mean"
        if rule == "max-min":
            return max_min(self.rate, self.share), "win rate of the worst-off"
        if rule == "group-max-min":
            return max_min(self.groups.mean(self.rate)), "win rate of the worst-off group"
        if rule == "copeland":
            return copeland(self.votes), "others beaten, ties half"
        raise GustibusError(f"rule={rule!r} is not known: use one of {', '.join(map(repr, get_args(SocialRule)))}")


def _wins(reward: Floats) -> Floats:
    return np.asarray(expit(reward[:, None] - reward))
