"""The most probable weights of many people at once, each with a certificate of optimality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.adapting.answers import Answers, BoolArray, FloatArray, IntArray
from gustibus.adapting.per_user_sums import PerUserSums
from gustibus.comparisons import GustibusError, Progress

__all__ = ["CERTIFICATE_LIMIT", "MapSolution", "checked_alpha", "solve_map"]

CERTIFICATE_LIMIT = 1e-5
"""No solution is returned whose certificate is above this (or above rounding, for sums of log-odds beyond 1e7)."""

_TO_BOUNDARY = 0.99
_ARMIJO = 1e-4
_DUAL_RANGE = 1e8
_ROUNDING = 1e-14
_PATIENCE = 4


@dataclass(frozen=True)
class MapSolution:
    r"""Most probable weights of ``U`` people.

    Attributes
    ----------
    weights : (U, K)
        Positive, each row summing to 1.
    certificate : (U,)
        :math:`\max_k g_k - w \cdot g` with ``g`` the gradient of the objective in ``w``: no weights on the simplex
        have an objective that is higher by more than this. At most 1e-5; only where a person's
        :math:`\sum_i c_i \max_k |z_{ik}|` exceeds ten million, at most its 1e-12th part, which is rounding.
    objective : (U,)
        Log-likelihood plus :math:`\sum_k \alpha_k \log w_k`, in nats.
    n_iterations : int
        Newton iterations of the slowest person.
    """

    weights: FloatArray
    certificate: FloatArray
    objective: FloatArray
    n_iterations: int


def solve_map(
    answers: Answers,
    alpha: npt.ArrayLike,
    *,
    start: FloatArray | None = None,
    tolerance: float = 1e-9,
    max_iterations: int = 200,
    progress: Progress | None = None,
) -> MapSolution:
    r"""Maximise each person's posterior density in the softmax basis, for all people at once.

    .. math::

        F(w) = \sum_i c_i [y_i \log\sigma(s_i) + (1 - y_i) \log\sigma(-s_i)] + \sum_k \alpha_k \log w_k,
        \qquad s_i = o_i + w \cdot z_i,

    over the simplex. ``F`` is strictly concave for every ``alpha > 0``, its maximum is interior, and without answers
    the maximum is exactly ``alpha / sum(alpha)``. (A Dirichlet density in ``w`` itself has exponents
    ``alpha - 1``: below 1 it is not concave, and its maximum is not its mean.)

    The method is a primal-dual interior-point Newton iteration (Wright 1997, Primal-Dual Interior-Point Methods) with
    fixed barrier ``alpha``: :math:`\mu_k = \alpha_k / w_k` are variables of their own, steps keep to 0.99 of the way
    to the boundary and are halved until ``F`` grows enough. People are done when their certificate is below
    ``tolerance``, and leave the work.

    Parameters
    ----------
    answers : Answers
        Records of ``U`` people; a person without records gets the prior mean.
    alpha : (K,) array
        Prior concentrations, all positive.
    start : (U, K) array, optional
        Weights to start from (a warm start changes the time, not the answer).
    tolerance : float
        Certificate, in nats, at which a person is done; rounding may end the work a little above it.
    max_iterations : int
        Newton iterations allowed.
    progress : Progress, optional
        Told how many people are done.

    Returns
    -------
    MapSolution
        Weights, certificates and objectives.

    Raises
    ------
    GustibusError
        If ``alpha`` is not positive and finite, shapes disagree, or someone's certificate stays above 1e-5.

    Examples
    --------
    >>> answers = Answers(z=[[3.0, -3.0], [2.0, -1.0]], outcome=[1, 1], user=[0, 0], n_users=2)
    >>> solution = solve_map(answers, [0.5, 0.5])
    >>> solution.weights.round(3)
    array([[0.776, 0.224],
           [0.5  , 0.5  ]])
    >>> bool(solution.certificate.max() < 1e-5)
    True
    """
    concentrations = checked_alpha(alpha, answers.n_prototypes)
    shape = (answers.n_users, answers.n_prototypes)
    prior_mean = concentrations / concentrations.sum()
    weights = np.tile(prior_mean, (shape[0], 1)) if start is None else _checked_start(start, shape)
    certificate = np.zeros(shape[0])
    objective = np.zeros(shape[0])
    n_iterations = 0
    data = answers.by_user
    for first, stop in data.chunks(doubles_per_record=4 * shape[1] + 8, doubles_per_user=4 * shape[1] ** 2):
        part = _Problem(data.users(first, stop), concentrations)
        done = part.solve(weights[first:stop], tolerance, max_iterations)
        weights[first:stop], certificate[first:stop], objective[first:stop] = part.weights, part.gap, part.value
        n_iterations = max(n_iterations, done)
        _refuse_unfinished(part, first)
        if progress is not None:
            progress("solve people's weights", stop, shape[0])
    return MapSolution(weights, certificate, objective, n_iterations)


def checked_alpha(alpha: npt.ArrayLike, n_prototypes: int) -> FloatArray:
    """Prior concentrations as float64, refused where they are not positive and finite."""
    concentrations = np.asarray(alpha, dtype=np.float64)
    if concentrations.shape != (n_prototypes,):
        raise GustibusError(
            f"alpha has shape {concentrations.shape}, but the answers are about {n_prototypes} prototypes; "
            "give one concentration a prototype."
        )
    if not (np.isfinite(concentrations).all() and (concentrations > 0).all()):
        raise GustibusError(f"alpha is {concentrations.tolist()}, but every concentration must be positive and finite.")
    return concentrations


def _checked_start(start: FloatArray, shape: tuple[int, int]) -> FloatArray:
    weights = np.array(start, dtype=np.float64)
    if weights.shape != shape or not np.isfinite(weights).all() or (weights < 0).any():
        raise GustibusError(f"start must be non-negative weights of shape {shape}, got shape {weights.shape}.")
    weights = np.maximum(weights, 1e-12)
    normalised: FloatArray = weights / weights.sum(axis=1, keepdims=True)
    return normalised


class _Problem:
    """The people of one chunk: all their weights, and the smaller problem of those who are not done."""

    def __init__(self, answers: Answers, alpha: FloatArray) -> None:
        self.alpha = alpha
        self.total = float(alpha.sum())
        self.answers = answers
        # Rounding limits what a certificate can show: gradients are sums of terms of this size.
        size = PerUserSums(answers.starts)(answers.weight * np.abs(answers.z).max(axis=1, initial=0.0))
        self.floor = 1e-12 * (self.total + size)

    def solve(self, start: FloatArray, tolerance: float, max_iterations: int) -> int:
        """Take steps until the certificate is met; how many it took."""
        n_users, n_prototypes = start.shape
        self.weights = start.copy()
        self.gap = np.full(n_users, np.inf)
        self.value = np.zeros(n_users)
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
        self.value[chosen] = state.value[better]
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
        data = self.answers
        fit = self.sums(data.weight * (data.outcome * log_odds - data.link.partition(log_odds)))
        value: FloatArray = fit + np.log(w) @ self.alpha
        return value

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
        solved = np.linalg.solve(matrix, right)
        newton, constraint = solved[:, :, 0], solved[:, :, 1]
        multiplier = np.einsum("uk,uk->u", w, newton) / np.einsum("uk,uk->u", w, constraint)
        direction: FloatArray = newton - multiplier[:, None] * constraint
        return direction


def _refuse_unfinished(part: _Problem, first: int) -> None:
    limit = np.maximum(CERTIFICATE_LIMIT, part.floor)
    bad = np.flatnonzero(~(part.gap <= limit))
    if bad.size:
        person = int(bad[0])
        largest = float(np.abs(part.answers.of_user(person).z).max(initial=0.0))
        raise GustibusError(
            f"solve_map: the certificate of person {first + person} is {part.gap[person]:.3g}, above "
            f"{limit[person]:.3g} ({bad.size} such people); their largest |z| is {largest:.3g}. "
            "Allow more max_iterations, or bring the model's log-odds to a smaller scale."
        )
