"""What rules read of people's rewards, computed once for all of them, and what each rule chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from gustibus.aggregation.alpha import alpha_mean, nash_welfare
from gustibus.aggregation.arguments import real
from gustibus.aggregation.calibrated_win_rate import calibrated_win_rate
from gustibus.aggregation.copeland import copeland
from gustibus.aggregation.lottery import maximal_lottery
from gustibus.aggregation.minimax_regret import minimax_regret
from gustibus.aggregation.people import Groups, groups_of, highest, names_of, people_by_column, rounding, shares_of
from gustibus.aggregation.pooling import vote_matrix
from gustibus.aggregation.worst_off import leximin, max_min
from gustibus.comparisons import GustibusError, caution

__all__ = ["RULES", "Case", "Choice", "SocialRule"]

Floats = NDArray[np.float64]
SocialRule = Literal[
    "mean", "borda", "nash", "alpha", "max-min", "leximin", "group-max-min", "copeland", "lottery", "minimax-regret"
]
RULES: Final[Mapping[SocialRule, str]] = {
    "mean": "highest mean reward: strong tastes count more",
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

_CERTAIN: Final = 7.0
"""A reward so much higher wins 999 times of 1,000."""
_MOSTLY: Final = 0.5
_SAMPLE: Final = 100
"""People, and responses, among whom certain preferences are counted."""


class Choice(NamedTuple):
    """What a rule chooses.

    Attributes
    ----------
    weight
        How often to give each response, shape (n,).
    score
        What responses are ordered by, shape (n,), higher is better.
    unit
        Of the scores.
    tied
        Responses that the rule cannot tell from the one it chose; of a rule that mixes none.
    unique
        Whether the rule leaves no other choice.
    """

    weight: Floats
    score: Floats
    unit: str
    tied: tuple[int, ...]
    unique: bool

    @property
    def best(self) -> int:
        """The response of the largest weight, of those with the same the first."""
        return int(self.weight.round(6).argmax())


_AGAINST_MIXTURE: Final = "share of people who prefer it to the mixture"
_WHO_HOLD_IT: Final = "win rate of those whose regret is largest"


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
        self.group = None if group is None else names_of(group, len(self.reward), "groups", "people")
        self.alpha = real(alpha, "alpha", "a number: 0 is the mean, -inf the worst-off person, inf the best-off")
        self.rate = calibrated_win_rate(self.reward)
        self._groups: Groups | None = None
        self._votes: Floats | None = None
        if _mostly_certain(self.reward[self.share > 0]):
            caution(
                "Most preferences are practically certain: a reward 7 higher wins 999 times of 1,000, and most rewards "
                "of a person are further apart. If they are ratings and no log-odds, divide them by a scale first, "
                "such as their standard deviation. As they are, win rates only say what comes at which "
                "place for whom, and are close to 0 for the worst-off whatever is chosen."
            )

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

    def choose(self, rule: SocialRule) -> Choice:
        """By a rule. Responses that it cannot tell apart are told apart by their mean win rate, then by their order."""
        if rule == "lottery":
            lottery = maximal_lottery(self.votes)
            return Choice(lottery.weight, self.votes @ lottery.weight, _AGAINST_MIXTURE, (), lottery.unique)
        if rule == "minimax-regret":
            least = minimax_regret(self.rate, self.share)
            return Choice(least.weight, least.adversary @ self.rate, _WHO_HOLD_IT, (), least.unique)
        score, unit = self._score(rule)
        size = rounding(self.reward) if rule in ("mean", "alpha") else None
        tied = highest(score, size)
        best = int(tied[highest(self.share @ self.rate[:, tied])[0]])
        weight = np.zeros(len(score))
        weight[best] = 1.0
        others = tuple(i for i in tied.tolist() if i != best)
        return Choice(weight, score, unit, others, not others)

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
            return _places(self.rate[self.share > 0]), "place from the last"
        if rule == "mean":
            return np.asarray(self.share @ self.reward), "reward"
        if rule == "alpha":
            return alpha_mean(self.reward, self.alpha, self.share), f"reward, alpha {self.alpha:g}"
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


def _places(rate: Floats) -> Floats:
    """Places by leximin from the last, 1, those that give the same to the worst-off, the next and so on shared."""
    rounded = np.round(rate, 12)
    order = leximin(rounded)
    ascending = np.sort(rounded, axis=0)[:, order]
    better = np.append(np.any(ascending[:, :-1] != ascending[:, 1:], axis=0), True)
    place = np.empty(len(order))
    place[order] = np.cumsum(better[::-1])[::-1]
    return place


def _mostly_certain(reward: Floats) -> bool:
    """Whether people are practically certain of most of their preferences, as where ratings are taken for log-odds."""
    people, responses = (max(1, -(-size // _SAMPLE)) for size in reward.shape)
    some = reward[::people, ::responses]
    first, second = np.triu_indices(some.shape[1], 1)
    return bool(len(first)) and bool(np.mean(np.abs(some[:, first] - some[:, second]) > _CERTAIN) > _MOSTLY)
