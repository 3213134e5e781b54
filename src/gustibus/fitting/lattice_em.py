"""Shared rewards and how often each of finitely many mixtures of them occurs, by expectation-maximisation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt
from scipy.sparse.linalg import LinearOperator, cg
from scipy.special import logsumexp

from gustibus.adapting.per_user_sums import PerUserSums
from gustibus.fitting.defaults import (
    LATTICE_FINEST,
    LATTICE_ITERATIONS,
    LATTICE_POINTS,
    LATTICE_PSEUDO_PEOPLE,
    LATTICE_TOLERANCE,
)
from gustibus.fitting.mixture_points import Penalties
from gustibus.fitting.mixture_records import MixtureRecords
from gustibus.fitting.records import Judgements

__all__ = ["MixedRewards", "fit_on_lattice", "simplex_lattice"]

FloatArray = npt.NDArray[np.float64]

_BUDGET = 1 << 21
_FORCING, _MAX_CONJUGATE_STEPS, _MAX_HALVINGS = 0.1, 50, 12


def simplex_lattice(n_prototypes: int) -> FloatArray:
    """Weights ``(A, K)`` on the simplex that are multiples of 1/m: as fine as a bounded number of them allows.

    Examples
    --------
    >>> simplex_lattice(2)[:3]
    array([[0.   , 1.   ],
           [0.125, 0.875],
           [0.25 , 0.75 ]])
    >>> len(simplex_lattice(3)), len(simplex_lattice(40))
    (45, 40)
    """
    k = n_prototypes
    m = max(m for m in range(1, LATTICE_FINEST + 1) if comb(m + k - 1, k - 1) <= max(LATTICE_POINTS, k))
    # Stars and bars: where the bars stand among m + K - 1 places says how many stars every prototype gets.
    bars = np.array(list(combinations(range(m + k - 1), k - 1)), dtype=np.int64).reshape(-1, k - 1)
    edges = np.concatenate([np.full((len(bars), 1), -1), bars, np.full((len(bars), 1), m + k - 1)], axis=1)
    weights: FloatArray = (np.diff(edges, axis=1) - 1) / m
    return weights


@dataclass(frozen=True, eq=False)
class MixedRewards:
    """K shared rewards and the masses of the lattice's weights.

    Attributes
    ----------
    heads : ndarray, shape (K, F)
    offsets : ndarray, shape (n_items,), or None
    log_mass : ndarray, shape (A,)
    objectives : ndarray, shape (iterations + 1,)
        Penalised marginal log-likelihood in nats; never falls.
    """

    heads: FloatArray
    offsets: FloatArray | None
    log_mass: FloatArray
    objectives: FloatArray


def fit_on_lattice(
    features: npt.NDArray[np.floating],
    judgements: Judgements,
    atoms: FloatArray,
    *,
    penalties: Penalties,
    start: MixedRewards,
    max_iterations: int = LATTICE_ITERATIONS,
) -> MixedRewards:
    r"""Marginal-likelihood fit of shared rewards by EM (*ours*): a mixture of types of which each mixes K heads.

    A person's weights are one of the ``A`` atoms :math:`w_a` on the simplex, :math:`P(a) = \pi_a`. Maximises

    .. math:: \sum_u \log \sum_a \pi_a \prod_{i \in u} P(y_i \mid w_a \cdot V D_i + o_{a_i} - o_{b_i})
              - \tfrac{\lambda}{2} |V|^2 - \tfrac{\lambda_o}{2} |o|^2 + \tfrac{c}{A} \sum_a \log \pi_a.

    The E step is exact; the M step is the masses in closed form and one Newton step in all heads and offsets, concave
    and solved by conjugate gradients, shortened until the objective rises. With the vertices alone as atoms it is a
    mixture of Bradley-Terry types; with one prototype, Bradley-Terry.

    Parameters
    ----------
    features : ndarray, shape (n_items, F)
    judgements : Judgements
        All of them are learned from.
    atoms : ndarray, shape (A, K)
    penalties : Penalties
        lambda > 0, and lambda_o > 0 where ``start`` has offsets.
    start : MixedRewards
    """
    climb = _Climb(features, judgements, atoms, penalties, with_offsets=start.offsets is not None)
    now = climb.at(climb.records.axes.T @ start.heads.T, start.offsets, start.log_mass)
    trace = [now.objective]
    least_gain = LATTICE_TOLERANCE * climb.records.total_weight
    for _ in range(max_iterations):
        now = climb.step(now)
        trace.append(now.objective)
        if trace[-1] - trace[-2] < least_gain:
            break
    heads = np.ascontiguousarray((climb.records.axes @ now.heads).T)
    return MixedRewards(heads, None if start.offsets is None else now.offsets, now.log_mass, np.array(trace))


@dataclass(frozen=True, eq=False)
class _State:
    heads: FloatArray  # (G, K)
    offsets: FloatArray  # (n_offsets,)
    log_mass: FloatArray  # (A,)
    scores: FloatArray  # (M, K): log-odds of the records at each prototype
    posterior: FloatArray  # (U, A): of each person's atom
    objective: float


class _Climb:
    """EM on one set of records."""

    def __init__(
        self,
        features: npt.NDArray[np.floating],
        judgements: Judgements,
        atoms: FloatArray,
        penalties: Penalties,
        *,
        with_offsets: bool,
    ) -> None:
        self.records = MixtureRecords(features, judgements.terms, with_offsets=with_offsets)
        self.atoms, self.penalties = atoms, penalties
        self.squares = (atoms[:, :, None] * atoms[:, None, :]).reshape(len(atoms), -1)

    def at(self, heads: FloatArray, offsets: FloatArray | None, log_mass: FloatArray) -> _State:
        """The E step there."""
        records, penalties = self.records, self.penalties
        known = np.zeros(records.n_offsets) if offsets is None else offsets
        scores = records.log_odds(heads[:, None, :], known[:, None])[:, 0]
        if records.offset is not None:
            scores += records.offset[:, None]
        joint = np.tile(log_mass, (records.n_people, 1))
        for people, rows, sums in self._parts():
            s = scores[rows] @ self.atoms.T
            fit = records.outcome[rows, None] * s - records.link.take(rows).partition(s)
            joint[people] += sums(records.weight[rows, None] * fit)
        evidence = logsumexp(joint, axis=1)
        objective = (
            evidence.sum()
            - 0.5 * penalties.ridge * (heads**2).sum()
            - 0.5 * penalties.offset_ridge * (known**2).sum()
            + LATTICE_PSEUDO_PEOPLE * log_mass.mean()
        )
        return _State(heads, known, log_mass, scores, np.exp(joint - evidence[:, None]), float(objective))

    def step(self, now: _State) -> _State:
        """One M step; where nothing rises, the point stays."""
        mass = now.posterior.sum(axis=0) + LATTICE_PSEUDO_PEOPLE / len(self.atoms)
        log_mass = np.log(mass / mass.sum())
        heads, offsets = self._newton(now)
        length = 1.0
        for _ in range(_MAX_HALVINGS):
            new = self.at(now.heads + length * heads, now.offsets + length * offsets, log_mass)
            if new.objective >= now.objective:
                return new
            length /= 2
        return now

    def _newton(self, now: _State) -> tuple[FloatArray, FloatArray]:
        """Newton's direction in heads and offsets for the expected complete log-likelihood."""
        records, penalties = self.records, self.penalties
        k = self.atoms.shape[1]
        residual, curvature = np.empty_like(now.scores), np.empty((len(now.scores), k, k))
        for people, rows, sums in self._parts():
            s = now.scores[rows] @ self.atoms.T
            link = records.link.take(rows)
            probability = link.mean(s)
            weight = sums.spread(now.posterior[people]) * records.weight[rows, None]
            residual[rows] = (weight * (records.outcome[rows, None] - probability)) @ self.atoms
            curvature[rows] = ((weight * link.curvature(s, probability)) @ self.squares).reshape(-1, k, k)

        def product(vector: FloatArray) -> FloatArray:
            heads, offsets = self._unpacked(vector)
            along = records.log_odds(heads[:, None, :], offsets[:, None])[:, 0]
            return self._packed(np.einsum("mjk,mk->mj", curvature, along)) + strengths * vector

        sizes = (now.heads.size, now.offsets.size)
        strengths = np.repeat([penalties.ridge, penalties.offset_ridge], sizes)
        shares = np.einsum("mkk->k", curvature) / records.total_weight
        of_offsets = records.offset_diagonal(curvature.sum(axis=2)[:, None, :])[:, 0]
        diagonal = np.r_[np.outer(records.spectrum, shares).ravel(), of_offsets] + strengths
        shape = (sum(sizes), sum(sizes))
        gradient = self._packed(residual) - strengths * np.r_[now.heads.ravel(), now.offsets]
        direction, _ = cg(
            LinearOperator(shape, product, dtype=np.float64),
            gradient,
            rtol=_FORCING,
            maxiter=_MAX_CONJUGATE_STEPS,
            M=LinearOperator(shape, lambda vector: vector / diagonal, dtype=np.float64),
        )
        return self._unpacked(direction)

    def _packed(self, values: FloatArray) -> FloatArray:
        """Values of records ``(M, K)`` summed to heads and offsets, as one vector."""
        heads, offsets = self.records.to_parameters(values[:, None, :])
        packed: FloatArray = np.r_[heads.ravel(), offsets[:, 0]]
        return packed

    def _unpacked(self, vector: FloatArray) -> tuple[FloatArray, FloatArray]:
        n_heads = len(self.records.spectrum) * self.atoms.shape[1]
        return vector[:n_heads].reshape(-1, self.atoms.shape[1]), vector[n_heads:]

    def _parts(self) -> Iterator[tuple[slice, slice, PerUserSums]]:
        """Whole people at a time, as many as keep the arrays over records and atoms small."""
        starts, at_once = self.records.starts, max(1, _BUDGET // len(self.atoms))
        first = 0
        while first < self.records.n_people:
            stop = max(first + 1, int(np.searchsorted(starts, starts[first] + at_once, "right")) - 1)
            yield (
                slice(first, stop),
                slice(int(starts[first]), int(starts[stop])),
                PerUserSums(starts[first : stop + 1] - starts[first]),
            )
            first = stop
