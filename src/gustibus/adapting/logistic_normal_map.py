"""The most probable weights of many people at once under a logistic normal prior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from gustibus.adapting.answers import Answers, BoolArray, FloatArray
from gustibus.adapting.map_weights import CERTIFICATE_LIMIT, MapSolution
from gustibus.adapting.per_user_sums import PerUserSums
from gustibus.adapting.quasi_random import normal_draws
from gustibus.comparisons import GustibusError, Progress

__all__ = ["Landscape", "solve_logistic_normal_map", "standard_coordinates"]

_TOLERANCE = 1e-9
_STARTS = 16
_ARMIJO = 1e-4
_FLATTEST = 0.05
_SMALLEST = 1e-300


def solve_logistic_normal_map(
    answers: Answers,
    centre: FloatArray,
    spread: FloatArray,
    *,
    start: FloatArray | None = None,
    max_iterations: int = 200,
    progress: Progress | None = None,
) -> MapSolution:
    r"""Maximise everyone's posterior density in log-ratio coordinates by Newton's method.

    .. math:: F(x) = \log L(\mathrm{softmax}(c + S x)) - \tfrac12 |x|^2

    with the logits' centre ``c`` and spread ``S``, so that ``x`` is standard normal in the prior. ``F`` need not be
    concave: the work starts from the best of the centre, the given start and 16 points of the prior; eigenvalues of
    the negative curvature are replaced by their size (at least 0.05), and steps are halved until ``F`` grows.

    Parameters
    ----------
    answers : Answers
        Records of ``U`` people, ``K`` prototypes.
    centre, spread : (K,) and (K, K-1) arrays
        ``c`` and ``S``.
    start : (U, K) array, optional
        Weights to start from as well.
    max_iterations : int
        Newton iterations allowed.
    progress : Progress, optional
        Told how many people are done.

    Returns
    -------
    MapSolution
        The certificate is the length of the gradient of ``F``, in nats: at most 1e-5, or its rounding.

    Raises
    ------
    GustibusError
        If someone's certificate stays above that.

    Examples
    --------
    >>> answers = Answers(z=[[3.0, -3.0]], outcome=[1], n_users=2)
    >>> spread = np.array([[1.0], [-1.0]])
    >>> solve_logistic_normal_map(answers, np.zeros(2), spread).weights.round(3)
    array([[0.726, 0.274],
           [0.5  , 0.5  ]])
    """
    n_users, n_prototypes = answers.n_users, answers.n_prototypes
    weights = np.empty((n_users, n_prototypes))
    certificate, objective = np.zeros(n_users), np.zeros(n_users)
    slowest = 0
    data = answers.by_user
    for first, stop in data.chunks(doubles_per_record=6 * n_prototypes, doubles_per_user=6 * n_prototypes**2):
        part = data.users(first, stop)
        x = _best_start(part, centre, spread, None if start is None else start[first:stop])
        done = _climb(part, centre, spread, x, max_iterations)
        weights[first:stop], certificate[first:stop], objective[first:stop] = done.weights, done.length, done.value
        slowest = max(slowest, done.n_iterations)
        _refuse_unfinished(done, first, part, spread)
        if progress is not None:
            progress("solve people's weights", stop, n_users)
    return MapSolution(weights, certificate, slowest, lambda _: objective)


def standard_coordinates(weights: FloatArray, centre: FloatArray, spread: FloatArray) -> FloatArray:
    """The ``x`` ``(..., K-1)`` of weights ``(..., K)``: the inverse of ``softmax(centre + spread @ x)``.

    Examples
    --------
    >>> standard_coordinates(np.array([0.5, 0.5]), np.array([1.0, -1.0]), np.array([[2.0], [-2.0]]))
    array([-0.5])
    """
    logits = np.log(np.maximum(weights, _SMALLEST))
    logits = logits - logits.mean(axis=-1, keepdims=True) - centre
    coordinates: FloatArray = logits @ np.linalg.pinv(spread).T
    return coordinates


class Landscape:
    """``F`` at one point of each person, with its gradient and negative curvature where they are asked for."""

    def __init__(self, answers: Answers, centre: FloatArray, spread: FloatArray, x: FloatArray) -> None:
        self.answers, self.centre, self.spread, self.x = answers, centre, spread, x
        self.sums = PerUserSums(answers.starts)
        logits = centre + x @ spread.T
        self.weights: FloatArray = special.softmax(logits, axis=1)
        self.log_odds = answers.offset + np.einsum("mk,mk->m", self.sums.spread(self.weights), answers.z)
        fit = answers.weight * (answers.outcome * self.log_odds - answers.link.partition(self.log_odds))
        self.value: FloatArray = self.sums(fit) - 0.5 * (x**2).sum(axis=1)

    def slopes(self) -> tuple[FloatArray, FloatArray]:
        """Gradient ``(U, K-1)`` and negative Hessian ``(U, K-1, K-1)`` of ``F``.

        With ``g`` the gradient in the weights and ``r = w (g - w.g)`` that in the logits, the softmax itself bends
        the log-likelihood by ``diag(r) - r w' - w r'``.
        """
        data, w = self.answers, self.weights
        p = data.link.mean(self.log_odds)
        slope = self.sums((data.weight * (data.outcome - p))[:, None] * data.z)
        in_logits = w * (slope - np.einsum("uk,uk->u", w, slope)[:, None])
        rows = self.sums.spread(w) * (data.z - (self.log_odds - data.offset)[:, None])
        curvature = self.sums.gram(rows, data.weight * data.link.curvature(self.log_odds, p))
        diagonal = np.arange(w.shape[1])
        cross = in_logits[:, :, None] * w[:, None, :]
        curvature += cross + cross.transpose(0, 2, 1)
        curvature[:, diagonal, diagonal] -= in_logits
        negative = np.matmul(self.spread.T, np.matmul(curvature, self.spread))
        negative += np.eye(self.spread.shape[1])
        return in_logits @ self.spread - self.x, negative


@dataclass
class _Climbed:
    """Where a chunk of people ended."""

    weights: FloatArray
    length: FloatArray
    value: FloatArray
    n_iterations: int = 0


def _best_start(answers: Answers, centre: FloatArray, spread: FloatArray, start: FloatArray | None) -> FloatArray:
    """The best of the centre, the given weights and a few points of the prior, person by person."""
    n_dimensions = spread.shape[1]
    best = Landscape(answers, centre, spread, np.zeros((answers.n_users, n_dimensions)))
    x, value = best.x, best.value
    tries = [np.broadcast_to(point, x.shape) for point in normal_draws(_STARTS, n_dimensions, 0)]
    if start is not None:
        tries.append(standard_coordinates(start, centre, spread))
    for point in tries:
        tried = Landscape(answers, centre, spread, point)
        better = tried.value > value
        x = np.where(better[:, None], tried.x, x)
        value = np.maximum(value, tried.value)
    return x


def _climb(
    answers: Answers, centre: FloatArray, spread: FloatArray, start: FloatArray, max_iterations: int
) -> _Climbed:
    """Newton steps until every gradient is short or can be made no shorter; people who are done leave the work."""
    n_users = answers.n_users
    target = np.maximum(_TOLERANCE, 0.1 * _rounding(answers, spread))
    here = Landscape(answers, centre, spread, start)
    ended = _Climbed(here.weights.copy(), np.full(n_users, np.inf), here.value.copy())
    active = np.arange(n_users, dtype=np.intp)
    for _ in range(max_iterations + 1):
        gradient, negative = here.slopes()
        length = np.sqrt((gradient**2).sum(axis=1))
        better = length < ended.length[active]
        better |= here.value > ended.value[active] + 1e-9 * (1.0 + np.abs(here.value))
        chosen = active[better]
        ended.weights[chosen], ended.length[chosen] = here.weights[better], length[better]
        ended.value[chosen] = here.value[better]
        moved, unfinished = _stepped(here, gradient, negative, length > target[active])
        if not unfinished.any():
            break
        keep = np.flatnonzero(unfinished)
        active = active[keep]
        here = Landscape(here.answers.take_users(keep), centre, spread, moved[keep])
        ended.n_iterations += 1
    return ended


def _stepped(
    here: Landscape, gradient: FloatArray, negative: FloatArray, unfinished: BoolArray
) -> tuple[FloatArray, BoolArray]:
    """Points ``(U, K-1)`` after one damped step, and who could take one."""
    sizes, axes = np.linalg.eigh(negative)
    along = np.einsum("uij,ui->uj", axes, gradient) / np.maximum(np.abs(sizes), _FLATTEST)
    step = np.einsum("uij,uj->ui", axes, along)
    gain = np.einsum("uk,uk->u", gradient, step)
    slack = 1e-14 * (1.0 + np.abs(here.value))
    length = np.ones(len(step))
    waiting = unfinished
    for _ in range(40):
        there = Landscape(here.answers, here.centre, here.spread, here.x + length[:, None] * step)
        waiting = unfinished & ~(there.value >= here.value + _ARMIJO * length * gain - slack)
        if not waiting.any():
            break
        length = np.where(waiting, 0.5 * length, length)
    return here.x + length[:, None] * step, unfinished & ~waiting


def _rounding(answers: Answers, spread: FloatArray) -> FloatArray:
    """What rounding leaves of a gradient that is a sum of terms of this size, ``(U,)``."""
    size = PerUserSums(answers.starts)(answers.weight * np.abs(answers.z).max(axis=1, initial=0.0))
    rounding: FloatArray = 1e-11 * (1.0 + size * np.abs(spread).max(initial=0.0))
    return rounding


def _refuse_unfinished(done: _Climbed, first: int, answers: Answers, spread: FloatArray) -> None:
    limit = np.maximum(CERTIFICATE_LIMIT, _rounding(answers, spread))
    bad = np.flatnonzero(~(done.length <= limit))
    if bad.size:
        person = int(bad[0])
        raise GustibusError(
            f"LogisticNormalPrior: the certificate of person {first + person} is {done.length[person]:.3g}, above "
            f"{limit[person]:.3g} ({bad.size} such people). Bring the model's log-odds to a smaller scale, or use "
            "another family of priors."
        )
