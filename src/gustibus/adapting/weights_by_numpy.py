"""The solver of ``solve_map`` in numpy: the same steps for all people of a chunk at once, with a line search."""

from __future__ import annotations

from typing import Final

import numpy as np

from gustibus.adapting.answers import Answers, BoolArray, FloatArray, IntArray
from gustibus.adapting.per_user_sums import PerUserSums

__all__ = ["CERTIFICATE_LIMIT", "NewtonSteps", "log_posterior", "rounding_floor"]

CERTIFICATE_LIMIT: Final = 1e-5
"""No solution is returned whose certificate is above this (or above rounding, for sums of log-odds beyond 1e7)."""

_TO_BOUNDARY: Final = 0.99
_ARMIJO: Final = 1e-4
_DUAL_RANGE: Final = 1e8
_ROUNDING: Final = 1e-14
_PATIENCE: Final = 4


def rounding_floor(answers: Answers, total: float) -> FloatArray:
    """What rounding leaves of a certificate, ``(U,)``: gradients are sums of terms of this size, times 1e-12."""
    size = PerUserSums(answers.starts)(answers.weight * np.abs(answers.z).max(axis=1, initial=0.0))
    return 1e-12 * (total + size)


def log_posterior(answers: Answers, alpha: FloatArray, weights: FloatArray) -> FloatArray:
    """Log-likelihood plus log prior density of everyone's weights, ``(U,)``, in nats; records sorted by person."""
    sums = PerUserSums(answers.starts)
    log_odds = answers.offset + np.einsum("mk,mk->m", sums.spread(weights), answers.z)
    return _log_posterior(answers, sums, alpha, weights, log_odds)


def _log_posterior(
    answers: Answers, sums: PerUserSums, alpha: FloatArray, weights: FloatArray, log_odds: FloatArray
) -> FloatArray:
    fit = sums(answers.weight * (answers.outcome * log_odds - answers.link.partition(log_odds)))
    value: FloatArray = fit + np.log(weights) @ alpha
    return value


class NewtonSteps:
    """The people of one chunk: all their weights, and the smaller problem of those who are not done."""

    def __init__(self, answers: Answers, alpha: FloatArray) -> None:
        self.alpha = alpha
        self.total = float(alpha.sum())
        self.answers = answers
        self.floor = rounding_floor(answers, self.total)

    def solve(self, start: FloatArray, tolerance: float, max_iterations: int) -> int:
        """Take steps until the certificate is met; how many it took."""
        n_users, n_prototypes = start.shape
        self.weights = start.copy()
        self.gap = np.full(n_users, np.inf)
        unasked = self.answers.n_answers == 0
        self.weights[unasked] = self.alpha / self.total
        if n_prototypes == 1:
            self.weights[:] = 1.0
        target = np.maximum(tolerance, 0.1 * self.floor)
        patience = np.full(n_users, _PATIENCE)
        active = np.arange(n_users, dtype=np.intp)
        state = _State(self.answers, self.alpha, self.weights)
        iteration = 0
        while True:
            state.look()
            better = self._keep(state, active)
            patience[active] = np.where(
                better | (self.gap[active] > CERTIFICATE_LIMIT), _PATIENCE, patience[active] - 1
            )
            unfinished = (state.gap > target[active]) & (patience[active] > 0)
            if iteration == max_iterations or not unfinished.any():
                return iteration
            if unfinished.mean() < 0.7:
                active = active[unfinished]
                state = state.only(np.flatnonzero(unfinished))
            state.step()
            iteration += 1

    def _keep(self, state: _State, active: IntArray) -> BoolArray:
        """Remember each person's best point: near rounding a further step need not be a better one."""
        better: BoolArray = state.gap < self.gap[active]
        chosen = active[better]
        self.gap[chosen] = state.gap[better]
        self.weights[chosen] = state.w[better]
        return better


class _State:
    """One point of the iteration: primal weights ``w``, dual ``mu``, the log-odds ``s`` of the records."""

    def __init__(self, answers: Answers, alpha: FloatArray, weights: FloatArray, mu: FloatArray | None = None) -> None:
        self.answers, self.alpha = answers, alpha
        self.total = float(alpha.sum())
        self.sums = PerUserSums(answers.starts)
        self.w = weights.copy()
        self.mu = alpha / self.w if mu is None else mu.copy()
        self.log_odds = answers.offset + np.einsum("mk,mk->m", self.sums.spread(self.w), answers.z)
        self.value = self._objective(self.w, self.log_odds)

    def only(self, keep: IntArray) -> _State:
        """The same point with fewer people."""
        smaller = _State(self.answers.take_users(keep), self.alpha, self.w[keep], self.mu[keep])
        smaller.look()
        return smaller

    def _objective(self, w: FloatArray, log_odds: FloatArray) -> FloatArray:
        return _log_posterior(self.answers, self.sums, self.alpha, w, log_odds)

    def look(self) -> None:
        """Gradient of the data part and the certificate at the present point."""
        data = self.answers
        self.p = data.link.mean(self.log_odds)
        self.slope = self.sums((data.weight * (data.outcome - self.p))[:, None] * data.z)
        gradient = self.slope + self.alpha / self.w
        data_slope = np.einsum("uk,uk->u", self.w, self.slope)
        self.gap = np.maximum(gradient.max(axis=1) - (data_slope + self.total), 0.0)
        # w (g - w.g): zero at the optimum, so that the Newton system has a small right side there and loses nothing.
        self.residual = self.w * (self.slope - data_slope[:, None]) + (self.alpha - self.total * self.w)

    def step(self) -> None:
        """One damped primal-dual Newton step for everyone."""
        relative = self._direction()
        move = self.w * relative
        along = np.einsum("mk,mk->m", self.sums.spread(move), self.answers.z)
        gain = np.einsum("uk,uk->u", self.residual, relative)
        length = np.minimum(1.0, _TO_BOUNDARY / np.maximum(-relative.min(axis=1), 1e-300))
        dual_move = self.alpha / self.w - self.mu * (1.0 + relative)
        dual_length = np.minimum(1.0, _TO_BOUNDARY / np.maximum((-dual_move / self.mu).max(axis=1), 1e-300))
        waiting = np.ones(len(self.w), dtype=bool)
        for _ in range(40):
            w = self.w + length[:, None] * move
            log_odds = self.log_odds + self.sums.spread(length) * along
            value = self._objective(w, log_odds)
            slack = _ROUNDING * (1.0 + np.abs(value))
            waiting = value < self.value + _ARMIJO * length * gain - slack
            if not waiting.any():
                break
            length = np.where(waiting, 0.5 * length, length)
        length[waiting] = 0.0
        self.w += length[:, None] * move
        self.w /= self.w.sum(axis=1, keepdims=True)
        primal = self.alpha / self.w
        self.mu = np.clip(self.mu + dual_length[:, None] * dual_move, primal / _DUAL_RANGE, primal * _DUAL_RANGE)
        self.mu[waiting] = primal[waiting]  # the plain Newton direction cannot fail to be one of ascent
        self.log_odds = self.answers.offset + np.einsum("mk,mk->m", self.sums.spread(self.w), self.answers.z)
        self.value = self._objective(self.w, self.log_odds)

    def _direction(self) -> FloatArray:
        r"""Solve for ``u``, the relative change of the weights: :math:`\delta w = w u`, with :math:`w \cdot u = 0`.

        In these units the matrix :math:`W H W + \mathrm{diag}(\mu w)` is well scaled even where ``w`` is 1e-12.
        """
        data, w = self.answers, self.w
        matrix = self.sums.gram(data.z * self.sums.spread(w), data.weight * data.link.curvature(self.log_odds, self.p))
        diagonal = np.arange(w.shape[1])
        matrix[:, diagonal, diagonal] += self.mu * w
        right = np.stack([self.residual, w], axis=2)
        solved = _solved(matrix, right)
        newton, constraint = solved[:, :, 0], solved[:, :, 1]
        multiplier = np.einsum("uk,uk->u", w, newton) / np.einsum("uk,uk->u", w, constraint)
        direction: FloatArray = newton - multiplier[:, None] * constraint
        return direction


def _solved(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """The solution; of log-odds beyond 1e4 the matrix can be singular to rounding, and is then held up a little."""
    try:
        solved = np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        size = np.trace(matrix, axis1=1, axis2=2)[:, None, None]
        solved = np.linalg.solve(matrix + (1e-15 * size + 1e-300) * np.eye(matrix.shape[1]), right)
    return solved.astype(np.float64, copy=False)
