"""What the same judgements would look like if one scale explained them: resampling from Bradley-Terry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import linalg as sparse_linalg
from scipy.special import expit

from gustibus.aggregation import PairWins
from gustibus.diagnosis.hodge import Flow, FlowGraph, flow_of

__all__ = ["TransitiveNull"]

Floats = NDArray[np.float64]

_PRIOR: Final = 1.0
"""Precision of the normal prior of strengths; the scale is set by matching, so little depends on it."""
_MANY_PAIRS: Final = 5000
_HARDLY_A_PRIOR: Final = 1e-3
_SCALES: Final = (0.0, 0.25, 0.5, 0.75, 1.0, 1.3, 1.7, 2.4, 4.0)


class TransitiveNull:
    r"""Tables of wins like the one given, drawn from a Bradley-Terry model that is as uneven.

    Every pair keeps its number of decided judgements and of ties; the decided ones are drawn with
    :math:`\sigma(c\,(\theta_a - \theta_b))`. The strengths :math:`\theta` are fitted to the wins. Fitted strengths are
    spread more widely than true ones (they contain the noise), and data drawn from them are too consistent: a test
    against them finds cycles in sparse data without cycles, in most cases. So c is set such that the energy of the
    gradient is on average that of the data (ours).

    Parameters
    ----------
    wins, graph, flow
        The data, and what is decomposed.
    rng
        Of the matching.
    matched
        False leaves c at 1: the plain parametric bootstrap, for comparison.

    Attributes
    ----------
    strength
        ``(n,)`` strengths in log-odds, scaled.
    scale
        c.
    """

    def __init__(
        self, wins: PairWins, graph: FlowGraph, flow: Flow, rng: np.random.Generator, *, matched: bool = True
    ) -> None:
        self._wins, self._graph, self._flow = wins, graph, flow
        self._decided = wins.wins_a + wins.wins_b
        self._whole = np.maximum(np.round(self._decided), self._decided > 0).astype(np.int64)
        fitted = _strengths(wins, graph, _PRIOR if matched else _HARDLY_A_PRIOR)
        self.scale = self._matched(graph.steps(fitted), rng) if matched else 1.0
        self.strength = self.scale * fitted

    def draws(self, n: int, rng: np.random.Generator) -> Iterator[PairWins]:
        """``n`` tables of wins."""
        probability = expit(self._graph.steps(self.strength))
        for _ in range(n):
            yield self._drawn(probability, rng)

    def _drawn(self, probability: Floats, rng: np.random.Generator) -> PairWins:
        share = rng.binomial(self._whole, probability) / np.maximum(self._whole, 1)
        won = share * self._decided
        return replace(self._wins, wins_a=won, wins_b=self._decided - won)

    def _gradient_energy(self, wins: PairWins) -> float:
        flow, weight = flow_of(wins, self._flow)
        gradient = self._graph.steps(self._graph.scores(flow, weight, exact=False))
        return float((weight * gradient**2).sum())

    def _matched(self, log_odds: Floats, rng: np.random.Generator) -> float:
        wanted = self._gradient_energy(self._wins)

        def mean_energy(scale: float, repeats: int) -> float:
            probability = expit(scale * log_odds)
            return float(np.mean([self._gradient_energy(self._drawn(probability, rng)) for _ in range(repeats)]))

        many = len(log_odds) > _MANY_PAIRS  # there the mean of one table is as good
        rough = _where_it_reaches(wanted, np.array(_SCALES), 1 if many else 4, mean_energy)
        return _where_it_reaches(wanted, rough * np.array([0.85, 1.0, 1.15]), 3 if many else 10, mean_energy)


def _where_it_reaches(wanted: float, at: Floats, repeats: int, mean: Callable[[float, int], float]) -> float:
    """The argument at which an increasing function that is known with noise reaches a value."""
    values = np.maximum.accumulate([mean(float(x), repeats) for x in at])
    return float(np.interp(wanted, values, at))


def _strengths(wins: PairWins, graph: FlowGraph, precision: float) -> Floats:
    """Bradley-Terry strengths with a normal prior, by Newton steps; ties count half."""
    won, n = wins.wins_a + 0.5 * wins.ties, wins.n
    difference = graph.difference
    theta = np.zeros(graph.n_items)
    for _ in range(50):
        p = expit(difference @ theta)
        gradient = difference.T @ (won - n * p) - precision * theta
        curvature = difference.T @ sparse.diags_array(n * p * (1 - p)) @ difference
        hessian = curvature + precision * sparse.eye_array(len(theta))
        diagonal = sparse.diags_array(1 / hessian.diagonal())
        step = sparse_linalg.cg(hessian, gradient, rtol=1e-6, maxiter=1000, M=diagonal)[0]
        theta = theta + step * min(1.0, 2.0 / np.abs(step).max(initial=1.0))
        if np.abs(step).max() < 1e-6:
            break
    return theta
