"""Expectation-maximisation for mixtures of Bradley-Terry types, several starts at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

from gustibus.fitting.defaults import PSEUDO_PEOPLE
from gustibus.fitting.mixture_newton import NewtonStep, newton_step
from gustibus.fitting.mixture_points import MixturePoints, Penalties
from gustibus.fitting.mixture_records import MixtureRecords

__all__ = ["PSEUDO_PEOPLE", "Climb", "climb"]

FloatArray = npt.NDArray[np.float64]

_ENOUGH_RISE = 1e-4
_MAX_HALVINGS = 30
_ROUNDING = 1e-14
# EM's steps are short where types overlap: a step that rose lets the next one reach further.
_STRETCH, _LONGEST = 1.2, 8.0


@dataclass(frozen=True)
class Climb:
    """Where R mixtures ended.

    Attributes
    ----------
    points : MixturePoints
    responsibilities : ndarray, shape (U, R, K)
        Of the people of the records.
    objectives : list of R ndarrays
        Penalised log-likelihood at the start and after every iteration.
    converged : ndarray of bool, shape (R,)
    """

    points: MixturePoints
    responsibilities: FloatArray
    objectives: list[FloatArray]
    converged: npt.NDArray[np.bool_]


def climb(
    records: MixtureRecords,
    start: MixturePoints,
    penalties: Penalties,
    *,
    tolerance: float,
    max_iterations: int,
    on_end: Callable[[int], None] | None = None,
) -> Climb:
    """Run EM from every start until an iteration gains less than ``tolerance`` nats per judgement.

    Every iteration is an E step and one Newton step on the expected complete log-likelihood, in all heads and offsets
    together, shortened until the marginal objective rises: no iteration can make it fall. Steps that rise are
    stretched (adaptive over-relaxation, Salakhutdinov & Roweis 2003), which only changes how fast the end is reached.
    ``on_end`` is told how many have ended.
    """
    points = start.take(np.arange(start.n_points))
    responsibilities = np.empty((records.n_people, *start.log_weights.shape))
    converged = np.zeros(start.n_points, bool)
    state = _State.at(records, start, penalties)
    traces = [[value] for value in state.objective]
    running = np.arange(start.n_points)
    least_gain = tolerance * max(1.0, records.total_weight)
    for iteration in range(1, max_iterations + 1):
        before = state.objective
        state = _iterate(records, state, penalties)
        for r, value in zip(running, state.objective, strict=True):
            traces[r].append(value)
        done = state.objective - before < least_gain
        leaving = done | (iteration == max_iterations)
        if leaving.any():
            points.put(running[leaving], state.points.take(leaving))
            responsibilities[:, running[leaving]] = state.responsibilities()[:, leaving]
            converged[running[done]] = True
            running, state = running[~leaving], state.take(~leaving)
            if on_end is not None:
                on_end(start.n_points - len(running))
        if len(running) == 0:
            break
    return Climb(points, responsibilities, [np.array(trace) for trace in traces], converged)


@dataclass(frozen=True)
class _State:
    """R points and what is known there."""

    points: MixturePoints
    log_odds: FloatArray  # (M, R, K)
    joint: FloatArray  # (U, R, K): log of a type's weight times the likelihood of a person's answers
    objective: FloatArray  # (R,)
    stride: FloatArray  # (R,): length of the next step to try, in Newton steps

    @classmethod
    def at(cls, records: MixtureRecords, points: MixturePoints, penalties: Penalties) -> _State:
        log_odds = records.log_odds(points.heads, points.offsets)
        if records.offset is not None:
            log_odds += records.offset[:, None, None]
        return cls._with_log_odds(records, points, log_odds, penalties, np.ones(points.n_points))

    @classmethod
    def _with_log_odds(
        cls,
        records: MixtureRecords,
        points: MixturePoints,
        log_odds: FloatArray,
        penalties: Penalties,
        stride: FloatArray,
    ) -> _State:
        log_likelihood = records.outcome[:, None, None] * log_odds
        log_likelihood -= records.link.partition(log_odds)
        log_likelihood *= records.weight[:, None, None]
        joint = records.per_person(log_likelihood) + points.log_weights
        objective = (
            logsumexp(joint, axis=2).sum(axis=0)
            - 0.5 * penalties.ridge * (points.heads**2).sum(axis=(0, 2))
            - 0.5 * penalties.offset_ridge * (points.offsets**2).sum(axis=0)
            + PSEUDO_PEOPLE * points.log_weights.sum(axis=1)
        )
        return cls(points, log_odds, joint, objective, stride)

    def moved(
        self,
        records: MixtureRecords,
        step: NewtonStep,
        length: FloatArray,
        log_weights: FloatArray,
        penalties: Penalties,
    ) -> _State:
        points = MixturePoints(
            self.points.heads + length[:, None] * step.heads,
            self.points.offsets + length * step.offsets,
            log_weights,
        )
        log_odds = self.log_odds + length[:, None] * step.log_odds
        stride = np.clip(_STRETCH * length, 1.0, _LONGEST)
        return self._with_log_odds(records, points, log_odds, penalties, stride)

    def responsibilities(self) -> FloatArray:
        gamma: FloatArray = np.exp(self.joint - self.joint.max(axis=2, keepdims=True))
        gamma /= gamma.sum(axis=2, keepdims=True)
        return gamma

    def take(self, which: npt.NDArray[np.bool_]) -> _State:
        return _State(
            self.points.take(which),
            self.log_odds[:, which],
            self.joint[:, which],
            self.objective[which],
            self.stride[which],
        )

    def put(self, which: npt.NDArray[np.bool_], others: _State) -> None:
        self.points.put(which, others.points)
        self.log_odds[:, which], self.joint[:, which] = others.log_odds, others.joint
        self.objective[which], self.stride[which] = others.objective, others.stride


def _iterate(records: MixtureRecords, state: _State, penalties: Penalties) -> _State:
    """One E step and one M step; where no step rises (at the optimum, to rounding) the point stays."""
    gamma = state.responsibilities()
    log_weights = np.log(gamma.sum(axis=0) + PSEUDO_PEOPLE)
    log_weights -= logsumexp(log_weights, axis=1, keepdims=True)
    step = newton_step(records, state.points, state.log_odds, gamma, penalties)
    length = state.stride
    new = state.moved(records, step, length, log_weights, penalties)
    for _ in range(_MAX_HALVINGS):
        short = new.objective < state.objective + _ENOUGH_RISE * length * step.slope
        short &= step.slope > _ROUNDING * np.abs(state.objective)
        if not short.any():
            break
        length = np.where(short, np.where(length > 1.0, 1.0, length / 2), length)
        shorter = state.take(short).moved(records, step.take(short), length[short], log_weights[short], penalties)
        new.put(short, shorter)
    fell = new.objective < state.objective
    new.put(fell, state.take(fell))
    return new
