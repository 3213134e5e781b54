"""Baselines that count votes and know nothing else: of a pair of items, of one item."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gustibus.evaluation.baselines.contract import probability_of
from gustibus.evaluation.baselines.item_graph import ItemGraph, ridge_logistic
from gustibus.evaluation.baselines.judgements import Judgements
from gustibus.evaluation.baselines.person_newton import lookup
from gustibus.evaluation.baselines.trivial import WithoutPeople

__all__ = ["ItemMajority", "PairMajority"]

Floats = NDArray[np.float64]


class PairMajority(WithoutPeople):
    r"""What most people said of this very pair of items, whichever way round it was shown.

    .. math:: s(a, b) = \log(1 + \textstyle\sum_i w_i y_i) - \log(1 + \sum_i w_i (1 - y_i))

    over the training judgements of the pair, :math:`y_i` turned towards a; a pair that nobody judged is a toss-up.
    Where every pair was judged by many, no model of one taste for all can do much better, and it takes no features.

    Attributes
    ----------
    item_
        Sorted identities of the training items.
    pair_, log_odds_
        Sorted numbers of the pairs that were judged and, of each, the log-odds that its first item wins.

    Examples
    --------
    >>> judged = Judgements.of_arrays([[0.0]] * 3, a=[0, 1, 0], b=[1, 0, 1], outcome=[1, 0, 1], user=[0, 1, 2])
    >>> PairMajority().fit(judged).probability(replace(judged, b=judged.b * 0 + [1, 0, 2])).round(3).tolist()
    [0.8, 0.2, 0.5]
    """

    name = "majority"

    def fit(self, train: Judgements, validation: Judgements | None = None) -> Self:
        """Count the votes in `train`; there is nothing to choose on `validation`."""
        self.item_ = np.unique(np.concatenate([train.item[train.a], train.item[train.b]]))
        pair, turned, _ = self._pairs(train)
        self.pair_, place = np.unique(pair, return_inverse=True)
        share = np.where(turned, 1.0 - train.outcome, train.outcome)
        n_pairs = len(self.pair_)
        won, lost = (np.bincount(place, train.weight * part, n_pairs) for part in (share, 1.0 - share))
        self.log_odds_ = np.log1p(won) - np.log1p(lost)
        return self

    def log_odds(self, judgements: Judgements) -> Floats:
        """Log-odds that a is preferred, shape (M,)."""
        pair, turned, known_items = self._pairs(judgements)
        place, known = lookup(self.pair_, pair)
        said = np.where(known & known_items, self.log_odds_[place] if len(self.pair_) else 0.0, 0.0)
        return np.asarray(np.where(turned, -said, said))

    def probability(self, judgements: Judgements) -> Floats:
        """Probability that a is preferred, shape (M,)."""
        return probability_of(self.log_odds(judgements))

    def _pairs(self, judgements: Judgements) -> tuple[NDArray[np.intp], NDArray[np.bool_], NDArray[np.bool_]]:
        """Number of each judgement's pair, whether a is its second item, and whether both items are known."""
        place, known = lookup(self.item_, judgements.item)
        a, b = place[judgements.a], place[judgements.b]
        pair = np.minimum(a, b) * len(self.item_) + np.maximum(a, b)
        return pair, np.asarray(a > b), np.asarray(known[judgements.a] & known[judgements.b] & (a != b))


class ItemMajority(WithoutPeople):
    r"""Which of the two items wins more often, whatever it is compared with.

    .. math:: s(a, b) = \gamma \, (l_a - l_b), \qquad l_x = \log(1 + \mathrm{won}_x) - \log(1 + \mathrm{lost}_x)

    A wins table, as many leaderboards are; an item that was never seen has :math:`l = 0`. The slope :math:`\gamma` is
    fitted to the validation judgements with a slight ridge (1), and is 1 without them.

    Attributes
    ----------
    item_, standing_
        Sorted identities of the training items and the :math:`l` of each.
    slope_
        The coefficient.

    Examples
    --------
    >>> judged = Judgements.of_arrays([[0.0]] * 3, a=[0, 0, 1], b=[1, 2, 2], outcome=[1, 1, 1], user=[0, 1, 2])
    >>> ItemMajority().fit(judged).probability(judged).round(2).tolist()
    [0.75, 0.9, 0.75]
    """

    name = "item majority"

    def fit(self, train: Judgements, validation: Judgements | None = None) -> Self:
        """Count what every item won in `train`; the slope comes from `validation`."""
        whose = np.concatenate([train.item[train.a], train.item[train.b]])
        self.item_, place = np.unique(whose, return_inverse=True)
        won = np.concatenate([train.weight * train.outcome, train.weight * (1.0 - train.outcome)])
        lost = np.concatenate([train.weight, train.weight]) - won
        self.standing_ = np.log1p(np.bincount(place, won)) - np.log1p(np.bincount(place, lost))
        self.slope_ = 1.0
        if validation is not None and len(validation):
            seen = replace(validation, features=self._standing(validation)[:, None])
            self.slope_ = float(ridge_logistic(ItemGraph.of(seen), 1.0).beta[0])
        return self

    def log_odds(self, judgements: Judgements) -> Floats:
        """Log-odds that a is preferred, shape (M,)."""
        standing = self._standing(judgements)
        return np.asarray(self.slope_ * (standing[judgements.a] - standing[judgements.b]))

    def probability(self, judgements: Judgements) -> Floats:
        """Probability that a is preferred, shape (M,)."""
        return probability_of(self.log_odds(judgements))

    def _standing(self, judgements: Judgements) -> Floats:
        """Of each item of a table, shape (n,)."""
        place, known = lookup(self.item_, judgements.item)
        return np.where(known, self.standing_[place] if len(self.item_) else 0.0, 0.0)
