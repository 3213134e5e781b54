"""One decision for many people, by a rule with a name, with its ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.aggregation.case import RULES, Case, SocialRule
from gustibus.aggregation.ledger import Ledger, ledger_of
from gustibus.aggregation.people import names_of
from gustibus.comparisons import GustibusError

__all__ = ["Decision", "decide", "decide_by_all"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Decision:
    """What a rule decides.

    Attributes
    ----------
    rule
        Its name.
    weight
        How often to give each response, shape (n,): 1 for one of them, unless the rule mixes.
    score
        What the rule ordered responses by, shape (n,), higher is better; of rules that mix, how each response does
        against the mixture (`unit` says how), which is the same for all that are in it.
    unit
        Of the scores.
    tied
        Responses that the rule cannot tell from the one it chose, itself left out. Of those the one with the highest
        mean satisfaction is chosen, or the one that came first.
    unique
        Whether the rule leaves no other choice: nothing is tied, or there is no other mixture as good. Of lotteries the
        most even is taken, of mixtures of least regret that of highest mean satisfaction.
    ledger
        Who gains and who loses.
    people, responses
        The ids of the people and the names of the responses, in the order of rows and columns; numbers where none were
        given.
    """

    rule: SocialRule
    weight: Floats
    score: Floats
    unit: str
    tied: tuple[int, ...]
    unique: bool
    ledger: Ledger
    people: tuple[Any, ...]
    responses: tuple[Any, ...]

    @property
    def chosen(self) -> Any:
        """The name of the response of the largest weight."""
        return self.responses[self.response]

    @property
    def response(self) -> int:
        """The response of the largest weight, of those with the same the first."""
        return int(self.weight.round(6).argmax())

    @property
    def is_mixture(self) -> bool:
        """Whether more than one response has weight."""
        return int(np.sum(self.weight > 0)) > 1

    def to_dict(self) -> dict[str, Any]:
        """Everything but single people's satisfaction, as values that JSON can hold (nan aside)."""
        books = self.ledger
        return {
            "rule": self.rule,
            "means": RULES[self.rule],
            "chosen": self.chosen,
            "is_mixture": self.is_mixture,
            "tied": [self.responses[i] for i in self.tied],
            "unique": self.unique,
            "unit": self.unit,
            "responses": [
                {"response": name, "weight": weight, "score": score, "preferred_by": preferred}
                for name, weight, score, preferred in zip(
                    self.responses, self.weight.tolist(), self.score.tolist(), books.prefer.tolist(), strict=True
                )
            ],
            "people": books.counted,
            "mean": books.mean,
            "worst_person": {"person": books.worst_person, "satisfaction": books.worst},
            "worst_decile": books.worst_decile,
            "worst_group": {"group": books.worst_group_name, "satisfaction": books.worst_group},
            "groups": books.groups,
            "overruled_share": books.overruled_share,
            "overruled": [
                {
                    "person": one.person,
                    "favourite": self.responses[one.favourite],
                    "regret": one.regret,
                    "satisfaction_lost": one.lost,
                }
                for one in books.overruled
            ],
        }


def decide(
    reward: ArrayLike,
    rule: SocialRule = "borda",
    weight: ArrayLike | None = None,
    *,
    people: Sequence[Any] | None = None,
    group: Sequence[Any] | None = None,
    alpha: float = -1.0,
    responses: Sequence[Any] | None = None,
) -> Decision:
    """Choose among the responses to one prompt for many people.

    Rules that compare people with each other do so in win rates (`calibrated_win_rate`), which have one unit for
    everybody: all but "mean" and "alpha", which read the rewards as they are, and "copeland" and "lottery", which count
    votes. None is right for all purposes: `decide_by_all` puts them side by side.

    Parameters
    ----------
    reward
        ``r_u(y)`` in log-odds, shape (U, n) with n >= 2.
    rule
        One of `RULES`.
    weight
        How much each person counts, shape (U,). Default: equally.
    people
        Their ids, for the ledger.
    group
        Name of each person's group; "group-max-min" needs it.
    alpha
        Of the rule "alpha", see `alpha_mean`.
    responses
        Their names, such as their texts. Default: 0 .. n - 1.

    Raises
    ------
    GustibusError
        The rule is not known or needs groups, or the input is not valid.

    Warns
    -----
    DataWarning
        Most preferences are practically certain, as where ratings are taken for log-odds.

    Examples
    --------
    >>> rewards = [[3.0, 1.0, -3.0], [3.0, 1.0, -3.0], [-4.0, 1.0, 3.0]]
    >>> for rule in ("borda", "max-min"):
    ...     chosen = decide(rewards, rule)
    ...     print(rule, chosen.response, round(chosen.ledger.mean, 2), round(chosen.ledger.worst, 2))
    borda 0 0.63 0.0
    max-min 1 0.55 0.55
    """
    return _decided(Case(reward, weight, group, alpha), rule, people, responses)


def decide_by_all(
    reward: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    people: Sequence[Any] | None = None,
    group: Sequence[Any] | None = None,
    alpha: float = -1.0,
    responses: Sequence[Any] | None = None,
    rules: Sequence[SocialRule] | None = None,
) -> dict[SocialRule, Decision]:
    """Every rule on the same people and responses; see `decide`. "group-max-min" only where groups are given.

    Examples
    --------
    >>> rewards = [[3.0, 1.0, -3.0], [3.0, 1.0, -3.0], [-4.0, 1.0, 3.0]]
    >>> {rule: one.response for rule, one in decide_by_all(rewards, rules=["mean", "copeland", "leximin"]).items()}
    {'mean': 1, 'copeland': 0, 'leximin': 1}
    """
    case = Case(reward, weight, group, alpha)
    if rules is None:
        rules = [rule for rule in RULES if rule != "group-max-min" or group is not None]
    if isinstance(rules, str) or not len(rules):
        raise GustibusError(f"rules={rules!r}: give a list of one rule or more, or None for all that can be used")
    return {rule: _decided(case, rule, people, responses) for rule in rules}


def _decided(case: Case, rule: SocialRule, people: Sequence[Any] | None, responses: Sequence[Any] | None) -> Decision:
    n_people, n = case.reward.shape
    names, ids = names_of(responses, n, "names", "responses"), names_of(people, n_people, "ids", "people")
    made = case.choose(rule)
    ledger = ledger_of(case.reward, made.weight, case.share, people=ids, group=case.group, win_rate=case.rate)
    return Decision(rule, *made, ledger, tuple(ids), tuple(names))
