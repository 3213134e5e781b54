"""Posteriors under a logistic normal prior by importance sampling around the most probable weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from gustibus.adapting.answers import Answers, FloatArray
from gustibus.adapting.importance import WeightedDraws, log_likelihood, refuse_few_draws
from gustibus.adapting.logistic_normal_map import Landscape, standard_coordinates
from gustibus.adapting.placement import ENOUGH_DRAWS
from gustibus.adapting.quasi_random import normal_draws, sobol

__all__ = ["LogisticNormalSampler", "LogisticNormalDraws", "StandardPoints"]

_DEGREES = 5.0
_N_REFITS = 3
_PRIOR_SHARE = 0.25
_FLATTEST = 0.25


@dataclass(frozen=True, eq=False)
class StandardPoints:
    """The random numbers behind the draws.

    Attributes
    ----------
    normal : (1 or U, K-1, n)
        Standard normal: the prior's draws.
    student : tuple of (1 or U, K-1, n)
        Student-t variates of 5 degrees, one array a local proposal.
    """

    normal: FloatArray
    student: tuple[FloatArray, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """Draws from the prior and from each local proposal."""
        return self.normal.shape[2], *(part.shape[2] for part in self.student)

    @classmethod
    @lru_cache(maxsize=8)
    def shared(cls, n_dimensions: int, n_draws: int, seed: int, n_local: int = 1) -> StandardPoints:
        """The same scrambled Sobol points for all people: a person's result does not depend on the others."""
        first = int(_PRIOR_SHARE * n_draws)
        each = (n_draws - first) // n_local
        counts = [n_draws - first - each * (n_local - 1)] + [each] * (n_local - 1)
        seeds = [int(s) for s in np.random.SeedSequence(seed).generate_state(n_local + 1)]
        student = [
            _student(sobol(count, n_dimensions + 1, own).T[None]) for count, own in zip(counts, seeds[1:], strict=True)
        ]
        return cls(np.ascontiguousarray(normal_draws(first, n_dimensions, seeds[0]).T)[None], tuple(student))

    @classmethod
    def own(cls, n_users: int, n_dimensions: int, n_draws: int, seed: int) -> StandardPoints:
        """Each person's own points: one set, turned around the unit cube at random (Cranley & Patterson 1976), so
        that the errors of many people do not add up."""
        first = int(_PRIOR_SHARE * n_draws)
        rng = np.random.default_rng(seed)
        parts = []
        for count, n_columns in ((first, n_dimensions), (n_draws - first, n_dimensions + 1)):
            points = sobol(count, n_columns, int(rng.integers(1 << 31))).T[None]
            parts.append(np.clip((points + rng.random((n_users, n_columns, 1))) % 1.0, 2.0**-33, 1.0 - 2.0**-33))
        return cls(special.ndtri(parts[0]), (_student(parts[1]),))


def _student(points: FloatArray) -> FloatArray:
    """Student-t variates ``(..., d, n)`` from points ``(..., d + 1, n)`` of the unit cube."""
    scale = np.sqrt(_DEGREES / special.chdtri(_DEGREES, points[..., -1:, :]))
    variates: FloatArray = special.ndtri(points[..., :-1, :]) * scale
    return variates


@dataclass(frozen=True, eq=False)
class LogisticNormalDraws(WeightedDraws):
    """Draws that also say where they are in the coordinates in which the prior is standard normal.

    Attributes
    ----------
    x : (U, K-1, N)
        These coordinates.
    log_drawn : (U, N)
        Log density drawn from, over ``x``.
    """

    x: FloatArray
    log_drawn: FloatArray


@dataclass(frozen=True, eq=False)
class _Local:
    """A Student-t around one point for each person: ``location + root_inverse @ t``."""

    location: FloatArray
    root: FloatArray
    root_inverse: FloatArray

    @classmethod
    def at(cls, location: FloatArray, precision: FloatArray) -> _Local:
        """From locations ``(U, d)`` and precisions ``(U, d, d)``, no direction wider than twice the prior."""
        sizes, axes = np.linalg.eigh(precision)
        roots = np.sqrt(np.maximum(sizes, _FLATTEST))[:, None, :]
        return cls(location, axes * roots, axes / roots)

    def draw(self, student: FloatArray) -> FloatArray:
        """Proposals ``(U, d, n)`` from standard Student draws of that shape."""
        moved: FloatArray = self.location[:, :, None] + np.matmul(self.root_inverse, student)
        return moved

    def log_density(self, x: FloatArray) -> FloatArray:
        """Log density of proposals, ``(U, n)``."""
        n_dimensions = x.shape[1]
        projected = np.matmul(self.root.transpose(0, 2, 1), x - self.location[:, :, None])
        distance = np.einsum("udn,udn->un", projected, projected)
        constant = (
            special.gammaln(0.5 * (_DEGREES + n_dimensions))
            - special.gammaln(0.5 * _DEGREES)
            - 0.5 * n_dimensions * np.log(_DEGREES * np.pi)
            + 0.5 * np.log((self.root**2).sum(axis=1)).sum(axis=1)
        )
        density: FloatArray = constant[:, None] - 0.5 * (_DEGREES + n_dimensions) * np.log1p(distance / _DEGREES)
        return density


class LogisticNormalSampler:
    """A defensive mixture of the prior and a Student-t with the Laplace covariance at the most probable weights.

    Weights are prior times likelihood over the density of the mixture (the balance heuristic, Owen & Zhou 2000). Where
    fewer than 50 effective draws come out, a Student-t fitted to the draws is added and four times as many are drawn,
    up to three times (adaptive importance sampling, Cappe et al. 2004).

    Parameters
    ----------
    centre, spread : (K,) and (K, K-1) arrays
        The prior's logits are ``centre + spread @ x`` with ``x`` standard normal.
    n_draws, seed : int
        Draws a person at first, and the seed of their points.
    """

    def __init__(self, centre: FloatArray, spread: FloatArray, n_draws: int, seed: int) -> None:
        refuse_few_draws(n_draws)
        self.centre, self.spread, self.n_draws, self.seed = centre, spread, n_draws, seed

    def draw(self, answers: Answers, map_weights: FloatArray) -> LogisticNormalDraws:
        """First draws of the people whose records (sorted) and most probable weights ``(U, K)`` are given."""
        points = StandardPoints.shared(self.spread.shape[1], self.n_draws, self.seed)
        return self.draw_from(answers, map_weights, points)

    def draw_from(self, answers: Answers, map_weights: FloatArray, points: StandardPoints) -> LogisticNormalDraws:
        """Draws made of the given points."""
        return self._sample(answers, (self._laplace(answers, map_weights),), points)

    def draw_again(self, answers: Answers, map_weights: FloatArray) -> LogisticNormalDraws:
        """Draws of one person with as many refits as it takes (at most three)."""
        laplace = self._laplace(answers, map_weights)
        n_dimensions = self.spread.shape[1]
        draws = self._sample(answers, (laplace,), StandardPoints.shared(n_dimensions, self.n_draws, self.seed))
        for repeat in range(1, _N_REFITS + 1):
            if draws.effective[0] >= ENOUGH_DRAWS:
                break
            points = StandardPoints.shared(n_dimensions, self.n_draws * 4**repeat, self.seed + 1000 * repeat, 2)
            draws = self._sample(answers, (laplace, _refitted(draws, laplace)), points)
        return draws

    def _laplace(self, answers: Answers, map_weights: FloatArray) -> _Local:
        x = standard_coordinates(map_weights, self.centre, self.spread)
        return _Local.at(x, Landscape(answers, self.centre, self.spread, x).slopes()[1])

    def _sample(self, answers: Answers, local: tuple[_Local, ...], points: StandardPoints) -> LogisticNormalDraws:
        n_users, n_dimensions = local[0].location.shape
        from_prior = np.broadcast_to(points.normal, (n_users, *points.normal.shape[1:]))
        drawn = [part.draw(student) for part, student in zip(local, points.student, strict=True)]
        x = np.concatenate([from_prior, *drawn], axis=2)
        log_prior = -0.5 * np.einsum("udn,udn->un", x, x) - 0.5 * n_dimensions * np.log(2.0 * np.pi)
        log_shares = np.log(np.array(points.counts) / sum(points.counts))
        log_drawn = log_prior + log_shares[0]
        for share, part in zip(log_shares[1:], local, strict=True):
            log_drawn = np.logaddexp(log_drawn, part.log_density(x) + share)
        log_weights = np.matmul(self.spread, x)
        log_weights += self.centre[:, None]
        log_weights -= log_weights.max(axis=1, keepdims=True)
        weights = np.exp(log_weights)
        total = weights.sum(axis=1, keepdims=True)
        weights /= total
        log_weights -= np.log(total)
        likelihood = log_likelihood(answers, weights)
        return LogisticNormalDraws(
            log_weights, weights, likelihood, log_prior - log_drawn + likelihood, x=x, log_drawn=log_drawn
        )


def _refitted(draws: LogisticNormalDraws, laplace: _Local) -> _Local:
    """A Student-t at the weighted mean and covariance of one person's draws."""
    mass = draws.mass
    mean = np.matmul(draws.x, mass[:, :, None])[:, :, 0]
    centred = draws.x - mean[:, :, None]
    covariance = np.matmul(centred * mass[:, None, :], centred.transpose(0, 2, 1))
    covariance = 0.9 * covariance + 0.1 * np.matmul(laplace.root_inverse, laplace.root_inverse.transpose(0, 2, 1))
    precision: FloatArray = np.linalg.inv(covariance)
    return _Local.at(mean, precision)
