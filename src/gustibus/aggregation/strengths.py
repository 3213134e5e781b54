"""Strengths of items that were compared in pairs: Bradley-Terry by sparse Newton steps, with standard errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from gustibus.aggregation.comparison_graph import ComparisonGraph, centred, solve_laplacian
from gustibus.aggregation.pair_wins import PairWins
from gustibus.aggregation.ranking import Ranked, rank_scores
from gustibus.comparisons import GustibusError
from gustibus.comparisons.wording import counted

__all__ = ["Strengths", "bradley_terry"]

Floats: TypeAlias = NDArray[np.float64]
StandardErrors: TypeAlias = Literal["auto", "exact", "sampled", "none"]

_EXACT_UP_TO: Final = 3_000
"""Items up to which the curvature is inverted: n^3 work and n^2 memory."""
_PROBES: Final = 48
_MOST_NOISE: Final = 0.5
_NEWTON_STEPS: Final = 100
_NATS_LEFT: Final = 1e-8


@dataclass(frozen=True, eq=False, repr=False)
class Strengths:
    r"""Bradley-Terry strengths of ``n`` items.

    Attributes
    ----------
    items
        Names, ``n``.
    strength
        ``(n,)`` log-odds: item i is preferred to j with probability :math:`\sigma(s_i - s_j)`. They add up to zero
        within each component; strengths of different components cannot be compared.
    standard_error
        ``(n,)`` of each strength within its component, ``nan`` if none were asked for. That of a difference needs the
        covariance too, and is at most the sum.
    component
        ``(n,)`` number of the connected component that each item belongs to; one number where all are connected, or
        a ridge draws all to one centre.
    log_likelihood
        In nats, ties half a win for both.
    n_iterations
        Newton steps.

    Examples
    --------
    >>> bradley_terry(PairWins.from_matrix([[0, 3], [1, 0]], ["tea", "gin"])).strength.round(3).tolist()
    [0.549, -0.549]
    """

    items: tuple[str, ...]
    strength: Floats
    standard_error: Floats
    component: NDArray[np.intp]
    log_likelihood: float
    n_iterations: int

    def __repr__(self) -> str:
        parts = self.n_components
        return f"Strengths({counted(len(self.items), 'item')}, {counted(parts, 'component')})"

    @property
    def n_components(self) -> int:
        """Parts that no comparison connects."""
        return int(self.component.max()) + 1

    def ranked(self) -> list[Ranked]:
        """The items in order, best first.

        Raises
        ------
        GustibusError
            If there are several components, whose items have no common order.
        """
        if self.n_components > 1:
            smallest = np.bincount(self.component).argmin()
            names = [self.items[i] for i in np.flatnonzero(self.component == smallest)[:3]]
            raise GustibusError(
                f"comparisons leave {self.n_components} components that nothing connects (one holds "
                f"{', '.join(map(repr, names))}), so that there is no order of all items: rank each component alone, "
                "or give bradley_terry a ridge, which draws all strengths to one centre."
            )
        return rank_scores(self.items, self.strength, self.standard_error, unit="log-odds")


def bradley_terry(
    wins: PairWins, *, ridge: float = 0.0, standard_errors: StandardErrors = "auto", seed: int = 0
) -> Strengths:
    r"""The strengths under which the counted judgements are most probable.

    .. math::

        \max_s \sum_{i < j} n_{ij} [y_{ij} \log\sigma(s_i - s_j) + (1 - y_{ij}) \log\sigma(s_j - s_i)]
        - \tfrac{\rho}{2} |s|^2

    with ``n`` judgements on a pair and ``y`` the share for its first item, ties half (Bradley and Terry 1952;
    Davidson 1970 models ties of their own, see ``likelihood="davidson"`` of fits). Newton's steps are solved by
    conjugate gradients on the sparse curvature, which is the Laplacian of the graph of comparisons with weights
    ``n p (1 - p)``: work in the number of pairs that were compared, not in all pairs.

    Parameters
    ----------
    wins
        Counts on ``E`` pairs of ``n`` items, as from :func:`pair_wins` or :meth:`PairWins.of_judgements`.
    ridge
        ``rho`` >= 0. Without it strengths are finite only where, inside each component, every item can be reached from
        every other by a chain of wins (Ford 1957).
    standard_errors
        From the curvature at the maximum. ``"exact"``: by its pseudo-inverse, work n^3. ``"sampled"``: the diagonal of
        the inverse estimated from 48 random vectors, with the inverse diagonal as control variate; unbiased, and good
        to a few per cent where items have met many others, ``nan`` where it would be off by a quarter or more.
        ``"auto"``: exact up to 3,000 items, sampled beyond.
    seed
        Of the sampling.

    Raises
    ------
    GustibusError
        If strengths are infinite (an item, or a group of items, never lost to the rest, or never won), saying which;
        or an argument is out of range.

    Examples
    --------
    >>> wins = PairWins.from_matrix([[0, 6, 5], [4, 0, 7], [5, 3, 0]], ["tea", "gin", "ale"])
    >>> found = bradley_terry(wins)
    >>> for one in found.ranked():
    ...     print(one.rank, one.response, round(one.score, 2), "+-", round(one.sd, 2))
    1 tea 0.14 +- 0.3
    1 gin 0.14 +- 0.3
    3 ale -0.27 +- 0.3
    """
    _check(wins, ridge, standard_errors)
    graph = ComparisonGraph(wins)
    if ridge == 0:
        component = graph.components()
        _refuse_infinite(wins, component)
    else:
        component = np.zeros(len(wins.items), np.intp)
    strength, value, steps = _climb(graph, ridge, component)
    error = _errors(graph, strength, ridge, component, standard_errors, seed)
    return Strengths(wins.items, strength, error, component, value, steps)


def _check(wins: PairWins, ridge: float, standard_errors: str) -> None:
    if not isinstance(wins, PairWins):
        raise GustibusError(
            f"wins is a {type(wins).__name__}: count judgements first, by pair_wins or PairWins.of_judgements"
        )
    if not len(wins.a):
        raise GustibusError("no pair was compared, so there is nothing to rank")
    if not np.isfinite(ridge) or ridge < 0:
        raise GustibusError(f"ridge is {ridge!r}, but it must be a number from 0 on")
    if standard_errors not in ("auto", "exact", "sampled", "none"):
        raise GustibusError(f"standard_errors is {standard_errors!r}: use 'auto', 'exact', 'sampled' or 'none'")


def _refuse_infinite(wins: PairWins, component: NDArray[np.intp]) -> None:
    """Each component has to be strongly connected by wins, of which a tie is one each way."""
    forward, backward = wins.wins_a + wins.ties > 0, wins.wins_b + wins.ties > 0
    winner = np.concatenate([wins.a[forward], wins.b[backward]])
    loser = np.concatenate([wins.b[forward], wins.a[backward]])
    n = len(wins.items)
    beat = sparse.coo_array((np.ones(len(winner)), (winner, loser)), shape=(n, n)).tocsr()
    n_strong, strong = sparse.csgraph.connected_components(beat, connection="strong")
    if n_strong == component.max() + 1:
        return
    lost = np.zeros(n_strong, bool)
    lost[strong[loser[strong[winner] != strong[loser]]]] = True
    alone = np.flatnonzero(~lost & np.isin(np.arange(n_strong), strong[winner[strong[winner] != strong[loser]]]))
    members = [wins.items[i] for i in np.flatnonzero(strong == alone[0])]
    who = f"{members[0]!r}" if len(members) == 1 else f"{members[0]!r} and {len(members) - 1} more"
    raise GustibusError(
        f"{who} never lost to any other item outside, so that the strengths are infinite "
        f"({n_strong} groups of items between which wins go one way only): give a ridge, for example ridge=0.1, or "
        "leave such items out"
    )


def _climb(graph: ComparisonGraph, ridge: float, component: NDArray[np.intp]) -> tuple[Floats, float, int]:
    """Newton's steps until less than 1e-8 nats can be gained; strengths, log-likelihood and steps."""
    judgements = float((graph.won + graph.lost).sum())
    half = 0.5 * min(1.0, judgements)
    s = centred(np.log((graph.score + half) / (graph.conceded + half)), component)
    value = _value(graph, s, ridge)
    for step in range(1, _NEWTON_STEPS + 1):
        gradient, adjacency, diagonal = _slopes(graph, s, ridge)
        move = solve_laplacian(adjacency, diagonal, gradient[:, None], component if ridge == 0 else None, 1e-4)[:, 0]
        gain = float(gradient @ move)
        length, noise = 1.0, 1e-12 * abs(value)
        while (new := _value(graph, s + length * move, ridge)) < value + 0.25 * length * gain - noise:
            length /= 2
        s, value = s + length * move, new
        if gain <= 2 * _NATS_LEFT * min(1.0, judgements):
            s = centred(s, component) if ridge == 0 else s
            return s, value + 0.5 * ridge * float(s @ s), step
    raise GustibusError(f"strengths did not settle in {_NEWTON_STEPS} Newton steps: give a ridge")


def _value(graph: ComparisonGraph, s: Floats, ridge: float) -> float:
    d = s[graph.a] - s[graph.b]
    beyond = np.log1p(np.exp(-np.abs(d)))
    fit = graph.won @ (np.maximum(-d, 0.0) + beyond) + graph.lost @ (np.maximum(d, 0.0) + beyond)
    return float(-fit - 0.5 * ridge * (s @ s))


def _slopes(graph: ComparisonGraph, s: Floats, ridge: float) -> tuple[Floats, sparse.csr_array, Floats]:
    """Gradient; the curvature's off-diagonal part, sign turned, and its diagonal."""
    d = s[graph.a] - s[graph.b]
    small = np.exp(-np.abs(d))
    larger, smaller = 1.0 / (1.0 + small), small / (1.0 + small)
    p, q = np.where(d >= 0, larger, smaller), np.where(d >= 0, smaller, larger)
    weight = (graph.won + graph.lost) * larger * smaller
    slope = graph.won * q - graph.lost * p
    gradient = graph.sums(slope, -slope) - ridge * s
    return gradient, graph.adjacency(weight), graph.sums(weight, weight) + ridge


def _errors(
    graph: ComparisonGraph, s: Floats, ridge: float, component: NDArray[np.intp], how: StandardErrors, seed: int
) -> Floats:
    if how == "none":
        return np.full(len(s), np.nan)
    _, adjacency, diagonal = _slopes(graph, s, ridge)
    if how == "exact" or (how == "auto" and len(s) <= _EXACT_UP_TO):
        curvature = np.diag(diagonal) - adjacency.toarray()
        if ridge == 0:  # constants are in the null space of each component: lift them there and take them out again
            one = (component[:, None] == component[None, :]) / np.bincount(component)[component]
            size = float(diagonal.mean())
            inverse = linalg.inv(curvature + size * one) - one / size
        else:
            inverse = linalg.inv(curvature)
        return np.sqrt(np.maximum(np.diag(inverse), 0.0))
    within = graph.components()
    variance = _sampled_diagonal(adjacency, diagonal, within, seed)
    if ridge > 0:  # which alone holds the mean of each component
        variance = variance + 1.0 / (ridge * np.bincount(within)[within])
    return np.sqrt(variance)


def _sampled_diagonal(adjacency: sparse.csr_array, diagonal: Floats, component: NDArray[np.intp], seed: int) -> Floats:
    """The diagonal of the inverse among vectors that add up to zero in each component.

    That of ``C D^-1 C`` is known, with ``D`` the diagonal and ``C`` what takes out means; probes measure the rest.
    """
    probes = np.random.default_rng(seed).choice([-1.0, 1.0], size=(len(diagonal), _PROBES))
    free, members = centred(probes, component), np.bincount(component)[component]
    inverse = np.divide(1.0, diagonal, out=np.zeros_like(diagonal), where=diagonal > 0)
    rest = solve_laplacian(adjacency, diagonal, free, component, 1e-6) - centred(free * inverse[:, None], component)
    known = inverse - 2 * inverse / members + np.bincount(component, inverse)[component] / members**2
    found = probes * rest
    variance = known + found.mean(axis=1)
    noise = found.std(axis=1) / np.sqrt(_PROBES)
    # By Cauchy and Schwarz no variance is below the first; where probes disagree too much they say nothing.
    variance = np.maximum(variance, (1.0 - 1.0 / members) ** 2 * inverse)
    return np.asarray(np.where(noise <= _MOST_NOISE * variance, variance, np.nan), np.float64)
