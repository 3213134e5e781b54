"""One decision for many people, by a rule with a name, with its ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.aggregation.case import RULES, Case, SocialRule
from gustibus.aggregation.ledger import Ledger, ledger_of
from gustibus.aggregation.people import highest
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
        What the rule ordered responses by, shape (n,), higher is better; for mixtures the weights.
    unit
        Of the scores.
    tied
        Responses that the rule cannot tell from the one it chose (which came first), itself left out.
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
    ledger: Ledger
    people: tuple[Any, ...]
    responses: tuple[Any, ...]

    @property
    def chosen(self) -> Any:
        """The name of the response of the largest weight."""
        return self.responses[self.response]

    @property
    def response(self) -> int:
        """The response of the largest weight."""
        return int(self.weight.argmax())

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
            "unit": self.unit,
            "responses": [
                {"response": name, "weight": weight, "score": score, "preferred_by": preferred}
                for name, weight, score, preferred in zip(
                    self.responses, self.weight.tolist(), self.score.tolist(), books.prefer.tolist(), strict=True
                )
            ],
            "people": len(self.people),
            "mean": books.mean,
            "worst_person": {"person": books.worst_person, "satisfaction": books.worst},
            "worst_decile": books.worst_decile,
            "worst_group": {"group": books.worst_group_name, "satisfaction": books.worst_group},
            "groups": books.groups,
            "overruled_share": books.overruled_share,
            "overruled": [
                {"person": one.person, "favourite": self.responses[one.favourite], "regret": one.regret}
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
    wanted = rules or [rule for rule in RULES if rule != "group-max-min" or group is not None]
    return {rule: _decided(case, rule, people, responses) for rule in wanted}


def _decided(case: Case, rule: SocialRule, people: Sequence[Any] | None, responses: Sequence[Any] | None) -> Decision:
    n_people, n = case.reward.shape
    names = tuple(range(n)) if responses is None else tuple(responses)
    if len(names) != n:
        raise GustibusError(f"there are {len(names)} names for {n} responses: give one each")
    weight, score, unit = case.weights(rule)
    tied: tuple[int, ...] = ()
    if np.count_nonzero(weight) == 1:
        best = int(weight.argmax())
        tied = tuple(i for i in highest(score).tolist() if i != best)
    ledger = ledger_of(case.reward, weight, case.share, people=people, group=case.group, win_rate=case.rate)
    ids = tuple(range(n_people)) if people is None else tuple(people)
    return Decision(rule, weight, score, unit, tied, ledger, ids, names)
