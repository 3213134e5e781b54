"""Baselines that do not look at what was said: the left one wins, the longer one wins."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import GustibusError
from gustibus.evaluation.baselines.contract import probability_of
from gustibus.evaluation.baselines.item_graph import ItemGraph, ridge_logistic
from gustibus.evaluation.baselines.judgements import Judgements

__all__ = ["LongerWins", "SideWins", "WithoutPeople"]

Floats = NDArray[np.float64]


class WithoutPeople:
    """What baselines that know nobody have in common."""

    @property
    def user_ids(self) -> list[str]:
        """Nobody: everyone is the same."""
        return []

    def adapt(self, answers: Judgements) -> Self:
        """The baseline itself: it does not tell people apart."""
        return self

    def without_people(self) -> Self:
        """The baseline itself: it does not tell people apart."""
        return self


class SideWins(WithoutPeople):
    r"""The same probability for every judgement: how often the response shown as a won.

    .. math:: P = (\textstyle\sum_i w_i y_i + 1) / (\sum_i w_i + 2)

    If it beats one half on new judgements, the side on which a response is shown matters, or the table was written
    with the winners on one side. It is the only baseline here that is not antisymmetric.

    Attributes
    ----------
    log_odds_
        The constant.

    Examples
    --------
    >>> judged = Judgements.of_arrays([[1.0], [0.0]], a=[0, 0], b=[1, 1], outcome=[1, 1], user=[0, 0])
    >>> SideWins().fit(judged).probability(judged).round(3).tolist()
    [0.75, 0.75]
    """

    name = "side"

    def fit(self, train: Judgements, validation: Judgements | None = None) -> Self:
        """Count how often a won in `train`; there is nothing to choose on `validation`."""
        won, total = train.weight @ train.outcome, train.weight.sum()
        self.log_odds_ = float(np.log(won + 1.0) - np.log(total - won + 1.0))
        return self

    def log_odds(self, judgements: Judgements) -> Floats:
        """The same log-odds for every judgement, shape (M,)."""
        return np.full(len(judgements), self.log_odds_)

    def probability(self, judgements: Judgements) -> Floats:
        """The same probability for every judgement, shape (M,)."""
        return probability_of(self.log_odds(judgements))


class LongerWins(WithoutPeople):
    r"""A logistic regression on length alone.

    .. math:: s(a, b) = \gamma \, [\log(1 + \mathrm{words}_a) - \log(1 + \mathrm{words}_b)]

    with a slight ridge (1). Crowds often prefer the longer text; a model of texts that does not beat this has learned
    little else.

    Attributes
    ----------
    slope_
        The coefficient; negative where the shorter one wins.

    Examples
    --------
    >>> judged = Judgements.of_arrays([[0.0]] * 2, [0] * 9, [1] * 9, [1] * 8 + [0], [0] * 9, length=[3.0, 2.0])
    >>> LongerWins().fit(judged).slope_ > 1
    True
    """

    name = "length"

    def fit(self, train: Judgements, validation: Judgements | None = None) -> Self:
        """Learn the slope from `train`; there is nothing to choose on `validation`."""
        length = _known_length(train)
        self.slope_ = float(ridge_logistic(ItemGraph.of(replace(train, features=length[:, None])), 1.0).beta[0])
        return self

    def log_odds(self, judgements: Judgements) -> Floats:
        """Log-odds that a is preferred, shape (M,)."""
        length = _known_length(judgements)
        return np.asarray(self.slope_ * (length[judgements.a] - length[judgements.b]))

    def probability(self, judgements: Judgements) -> Floats:
        """Probability that a is preferred, shape (M,)."""
        return probability_of(self.log_odds(judgements))


def _known_length(judgements: Judgements) -> Floats:
    if np.any(np.isnan(judgements.length)):
        raise GustibusError("the items' lengths are not known: pass length= to Judgements.of_arrays, log(1 + words)")
    return judgements.length
