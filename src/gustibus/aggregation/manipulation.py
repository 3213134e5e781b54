"""What one person can gain by telling a rule something else than what they like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.aggregation.arguments import real, whole
from gustibus.aggregation.case import Case, SocialRule
from gustibus.comparisons.arguments import check_seed

__all__ = ["STRATEGIES", "ManipulationAudit", "manipulability"]

Floats = NDArray[np.float64]

STRATEGIES: Final[dict[str, str]] = {
    "exaggerate": "all rewards times the factor, about their mean",
    "bullet": "the favourite far above everything else, which is said to be equal",
    "bury": "the honest decision said to be far worse than everything else",
}
"""What a person may say in place of the truth."""


@dataclass(frozen=True, eq=False)
class ManipulationAudit:
    """Gains of people who each speak untruthfully alone, everybody else telling the truth.

    Attributes
    ----------
    rule
        That was audited.
    people
        Indices of the people who were tried, shape (m,).
    gain
        The most that each gains, in their own true satisfaction (win rate of what is decided), shape (m,); >= 0, since
        nobody has to lie.
    strategy
        By what: a name of `STRATEGIES`, or "" where the truth is best.
    """

    rule: SocialRule
    people: NDArray[np.intp]
    gain: Floats
    strategy: tuple[str, ...]

    @property
    def share(self) -> float:
        """Of those tried, who gain more than a thousandth."""
        return float(np.mean(self.gain > 1e-3))

    @property
    def largest(self) -> float:
        """The largest gain."""
        return float(self.gain.max())


def manipulability(
    reward: ArrayLike,
    rule: SocialRule = "borda",
    weight: ArrayLike | None = None,
    *,
    group: Sequence[Any] | None = None,
    alpha: float = -1.0,
    factor: float = 10.0,
    tried: int = 100,
    seed: int = 0,
) -> ManipulationAudit:
    """How much can one person gain by exaggerating?

    Each of some people, one at a time, says something else than the truth, in each of the ways of `STRATEGIES`; the
    rule decides anew; the person judges by their true tastes. No rule that listens to everybody is proof against this
    (Gibbard 1973, Econometrica 41; Satterthwaite 1975), but rules differ in how much there is to gain: the mean of
    rewards follows whoever shouts loudest. A lower bound: other lies may gain more.

    Parameters
    ----------
    reward
        True ``r_u(y)`` in log-odds, shape (U, n).
    rule, weight, group, alpha
        As in `decide`.
    factor
        How much is exaggerated; "bullet" and "bury" put the factor's multiple of the person's own range between.
    tried
        How many people are tried, at least 1, drawn with the seed; all where there are no more.
    seed
        Of the draw.

    Raises
    ------
    GustibusError
        As `decide`; or the factor is not above 1, or nobody is to be tried.

    Examples
    --------
    >>> rewards = [[2.0, 0.0], [2.0, 0.0], [-1.0, 1.0]]
    >>> round(manipulability(rewards, "mean").largest, 2), manipulability(rewards, "copeland").largest
    (0.76, 0.0)
    """
    real(factor, "factor", "a number above 1 and at most 1e9, by which rewards are exaggerated", above=1, most=1e9)
    whole(tried, "tried", 1)
    check_seed(seed)
    case = Case(reward, weight, group, alpha)
    people = np.flatnonzero(case.share > 0)
    if len(people) > tried:
        people = np.sort(np.random.default_rng(seed).choice(people, tried, replace=False))
    honest = case.choose(rule)
    gains, names = np.zeros(len(people)), [""] * len(people)
    for row, person in enumerate(people.tolist()):
        satisfaction = case.rate[person]
        for name, said in _lies(case.reward[person], honest.best, factor).items():
            gain = float(satisfaction @ (case.saying(person, said).choose(rule).weight - honest.weight))
            if gain > gains[row]:
                gains[row], names[row] = gain, name
    return ManipulationAudit(rule, people, gains, tuple(names))


def _lies(truth: Floats, decided: int, factor: float) -> dict[str, Floats]:
    middle, width = truth.mean(), factor * (np.ptp(truth) or 1.0)
    bullet, bury = np.zeros_like(truth), truth.copy()
    bullet[truth.argmax()] = width
    bury[decided] = truth.min() - width
    return {"exaggerate": middle + factor * (truth - middle), "bullet": bullet, "bury": bury}
