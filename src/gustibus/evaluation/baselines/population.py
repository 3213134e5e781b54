"""The population baseline: one taste for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import GustibusError
from gustibus.evaluation.baselines.contract import probability_of
from gustibus.evaluation.baselines.item_graph import ItemGraph, RidgeFit, ridge_logistic
from gustibus.evaluation.baselines.judgements import Judgements
from gustibus.evaluation.baselines.person_newton import lookup
from gustibus.evaluation.metrics import log_loss

__all__ = ["Population"]

Floats = NDArray[np.float64]

_RIDGES: Final = (800.0, 200.0, 50.0, 10.0, 1.0, 0.3)
_OFFSET_RIDGES: Final = (8.0, 2.0, 1.0, 0.5)
_GRID_HANDICAP: Final = 0.001
"""Nats by which strengths from the grid must beat the empirical-Bayes ones, as many tries can win by luck."""


class Population:
    r"""Bradley-Terry model of the whole population: user-agnostic ridge logistic regression on item features.

    .. math:: s(a, b) = \beta \cdot (\phi(a) - \phi(b)) + o_a - o_b, \qquad
        \beta \sim N(0, I / \lambda), \quad o_x \sim N(0, 1 / \mu)

    with, where it helps, an offset for every item that recurs. The penalties are found by empirical Bayes (each
    prior variance becomes the mean of squared estimate plus posterior variance) and on a grid; the lowest log loss
    on the validation judgements decides, with a handicap of 0.001 nats for the grid. The posterior variance of
    the offsets ignores their correlations, which is why empirical Bayes alone will not do.

    Without validation judgements the empirical-Bayes penalties are used, and offsets only on ``offsets="always"``.

    Parameters
    ----------
    offsets
        ``"auto"``: if they win validation; ``"never"``; ``"always"``.

    Attributes
    ----------
    beta_
        Shape (F,).
    item_, offset_
        Sorted identities of the training items and their offsets; items that are not there have offset 0.
    ridge_, offset_ridge_
        The penalties; the latter is None where there are no offsets.
    chosen_by_
        ``"empirical Bayes"`` or ``"grid"``.

    References
    ----------
    Bradley and Terry (1952), Rank analysis of incomplete block designs; MacKay (1992), Bayesian interpolation.

    Examples
    --------
    >>> judged = Judgements.of_arrays([[1.0], [0.0]], [0, 0, 1, 0], [1, 1, 0, 1], outcome=[1, 1, 0, 0], user=[0] * 4)
    >>> population = Population().fit(judged)
    >>> float(population.probability(judged)[0]) > 0.5
    True
    """

    name = "population"

    def __init__(self, offsets: Literal["auto", "never", "always"] = "auto") -> None:
        self.offsets = offsets

    @property
    def user_ids(self) -> list[str]:
        """Nobody: everyone is the same."""
        return []

    def fit(self, train: Judgements, validation: Judgements | None = None) -> Self:
        """Learn from `train`, choosing the penalties on `validation`."""
        graph = ItemGraph.of(train)
        if len(graph.weight) == 0:
            raise GustibusError("there are no judgements with weight to learn from")
        order = np.argsort(train.item)
        self.item_ = train.item[order]
        if validation is None or len(validation) == 0:
            candidates, losses = [_empirical_bayes(graph, self.offsets == "always")], [0.0]
        else:
            candidates = list(self._candidates(graph))
            losses = [self._handicapped_loss(candidate, order, validation) for candidate in candidates]
        best = candidates[int(np.argmin(losses))]
        self.beta_, self.offset_ = best.fit.beta, best.fit.offset[order]
        self.ridge_, self.offset_ridge_, self.chosen_by_ = best.ridge, best.offset_ridge, best.chosen_by
        return self

    def adapt(self, answers: Judgements) -> Self:
        """The population itself: it does not tell people apart."""
        return self

    def without_people(self) -> Self:
        """The population itself: it does not tell people apart."""
        return self

    def log_odds(self, judgements: Judgements) -> Floats:
        """Log-odds that a is preferred, shape (M,)."""
        return _log_odds(self.beta_, self.item_, self.offset_, judgements)

    def probability(self, judgements: Judgements) -> Floats:
        """Probability that a is preferred, shape (M,)."""
        return probability_of(self.log_odds(judgements))

    def _candidates(self, graph: ItemGraph) -> Iterator[_Candidate]:
        for with_offsets in {"auto": (False, True), "never": (False,), "always": (True,)}[self.offsets]:
            candidate = _empirical_bayes(graph, with_offsets)
            yield candidate
            fit = candidate.fit
            for offset_ridge in _OFFSET_RIDGES if with_offsets else (None,):
                for ridge in _RIDGES:
                    fit = ridge_logistic(graph, ridge, offset_ridge, start=fit)
                    yield _Candidate(fit, ridge, offset_ridge, "grid")

    def _handicapped_loss(self, candidate: _Candidate, order: NDArray[np.intp], validation: Judgements) -> float:
        s = _log_odds(candidate.fit.beta, self.item_, candidate.fit.offset[order], validation)
        loss = log_loss(probability_of(s), validation.outcome, validation.weight)
        return loss + (_GRID_HANDICAP if candidate.chosen_by == "grid" else 0.0)


@dataclass(frozen=True)
class _Candidate:
    fit: RidgeFit
    ridge: float
    offset_ridge: float | None
    chosen_by: Literal["empirical Bayes", "grid"]


def _log_odds(beta: Floats, item: NDArray[np.generic], offset: Floats, judgements: Judgements) -> Floats:
    place, known = lookup(item, judgements.item)
    utility = judgements.features @ beta + (np.where(known, offset[place], 0.0) if len(offset) else 0.0)
    return np.asarray(utility[judgements.a] - utility[judgements.b])


def _empirical_bayes(graph: ItemGraph, with_offsets: bool, rounds: int = 30) -> _Candidate:
    """Penalties whose prior variances equal the mean squared estimates plus posterior variances, to one per cent."""
    ridge, offset_ridge = 1.0, 1.0 if with_offsets else None
    judged = np.bincount(np.concatenate([graph.a, graph.b]), minlength=len(graph.features)) > 0
    fit = ridge_logistic(graph, ridge, offset_ridge)
    for _ in range(rounds):
        variance = (fit.beta @ fit.beta + np.trace(np.linalg.inv(fit.hessian))) / max(1, len(fit.beta))
        moved = abs(ridge * variance - 1.0)
        ridge = float(1.0 / np.clip(variance, 1e-4, 100.0))
        if offset_ridge is not None:
            spread = np.mean(fit.offset[judged] ** 2 + 1.0 / fit.item_curvature[judged])
            moved = max(moved, abs(offset_ridge * spread - 1.0))
            offset_ridge = float(1.0 / np.clip(spread, 1e-4, 100.0))
        fit = ridge_logistic(graph, ridge, offset_ridge, start=fit)
        if moved < 0.01:
            break
    return _Candidate(fit, ridge, offset_ridge, "empirical Bayes")
