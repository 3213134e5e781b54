"""What is known of one person's weights after their answers, and how it changes with one answer more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from gustibus.adapting.answers import Answers, FloatArray
from gustibus.adapting.atom_prior import AtomPrior
from gustibus.adapting.logistic import sigmoid
from gustibus.adapting.people_prior import PeoplePrior
from gustibus.adapting.placement import Placement
from gustibus.adapting.prediction import moment_probability, weighted_quantiles
from gustibus.adapting.quasi_random import systematic_choice
from gustibus.comparisons import GustibusError

__all__ = ["Posterior"]

_FINE_DRAWS = 4096


@dataclass(frozen=True, eq=False)
class Posterior:
    r"""What is known of one person's weights.

    Attributes
    ----------
    weights : (K,)
        Posterior mean of the weights: the prior mean when there are no answers.
    map_weights : (K,)
        Most probable weights in softmax coordinates; with atoms the most probable one.
    covariance : (K, K)
        Posterior covariance of the weights.
    certificate : float
        Optimality certificate of ``map_weights``, at most 1e-5 (what it measures depends on the family of the prior:
        ``solve_map``, ``LogisticNormalPrior``; zero for ``ParticlePrior``, nan for ``AtomPrior``).
    log_evidence : float
        Log probability of the person's answers under the prior, in nats.
    effective_draws : float
        How many equally weighted draws the moments are worth; infinite with a ``ParticlePrior``, whose are exact.
    answers : Answers
        The person's records, kept so that one more answer can be added exactly.
    prior : PeoplePrior
        Where people come from.
    n_draws, seed : int
        Draws at first and the seed that made them: the same numbers give the same posterior.
    atom_mass : (A,) or None
        With a ``ParticlePrior`` or an ``AtomPrior`` the posterior mass of each atom. With an ``AtomPrior`` ``z`` has
        one entry an atom everywhere below.

    Examples
    --------
    >>> from gustibus.adapting import DirichletPrior, adapt
    >>> nobody = adapt(Answers.none(n_users=1, n_prototypes=2), DirichletPrior([1.0, 1.0]))[0]
    >>> somebody = nobody.update(z=[2.0, -2.0], outcome=1)
    >>> somebody.weights.round(2)
    array([0.64, 0.36])
    >>> mean, sd = somebody.log_odds([2.0, -2.0])
    >>> print(mean.round(1), sd.round(1))
    0.6 1.0
    """

    weights: FloatArray
    map_weights: FloatArray
    covariance: FloatArray
    certificate: float
    log_evidence: float
    effective_draws: float
    answers: Answers
    prior: PeoplePrior
    n_draws: int
    seed: int
    atom_mass: FloatArray | None = None

    @property
    def n_answers(self) -> int:
        """Number of answers."""
        return int(self.answers.n_answers.sum())

    @property
    def n_prototypes(self) -> int:
        """Number of prototypes ``K``."""
        return len(self.weights)

    def update(
        self,
        z: npt.ArrayLike,
        outcome: npt.ArrayLike,
        offset: npt.ArrayLike = 0.0,
        weight: npt.ArrayLike = 1.0,
    ) -> Posterior:
        """The posterior after one answer (or several) more: solved again exactly, starting from the present weights.

        Parameters
        ----------
        z : (K,) or (m, K) array
            Log-odds of each prototype.
        outcome, offset, weight : number or (m,) array
            As in ``Answers``.
        """
        return self.after(self.answers.further(z, outcome, offset, weight))

    def after(self, more: Answers) -> Posterior:
        """The posterior after further answers of the same person."""
        answers = self.answers.append(more)
        start = self.map_weights[None]
        placed = self.prior.place(answers, n_draws=self.n_draws, seed=self.seed, start=start)
        placed.warn_of_few_draws(answers.n_answers)
        return Posterior.of(placed, 0, answers, self.prior, self.n_draws, self.seed)

    @classmethod
    def of(
        cls, placed: Placement, person: int, answers: Answers, prior: PeoplePrior, n_draws: int, seed: int
    ) -> Posterior:
        """One person of many: their number, their own records and where people come from."""
        return cls(
            weights=placed.mean[person],
            map_weights=placed.map_weights[person],
            covariance=placed.covariance[person],
            certificate=float(placed.certificate[person]),
            log_evidence=float(placed.log_evidence[person]),
            effective_draws=float(placed.effective_draws[person]),
            answers=answers,
            prior=prior,
            n_draws=n_draws,
            seed=seed,
            atom_mass=None if placed.atom_mass is None else placed.atom_mass[person],
        )

    def weighted_draws(self, n_draws: int | None = None) -> tuple[FloatArray, FloatArray]:
        """Weights ``(N, K)`` and their posterior mass ``(N,)``, summing to 1, from which any average can be formed.

        Parameters
        ----------
        n_draws : int, optional
            Draws at first (more where they are worth too little); by default what the moments were made with.
            Finitely many atoms are returned as they are.
        """
        return self.prior.posterior_draws(self.answers, self.map_weights, n_draws or self.n_draws, self.seed)

    def draws(self, n: int, seed: int = 0) -> FloatArray:
        """``n`` equally weighted draws of the weights, ``(n, K)``: systematic resampling of weighted ones."""
        weights, mass = self.weighted_draws(max(4 * n, _FINE_DRAWS))
        result: FloatArray = weights[systematic_choice(mass, n, seed)]
        return result

    def log_odds(self, z: npt.ArrayLike, offset: npt.ArrayLike = 0.0) -> tuple[FloatArray, FloatArray]:
        r"""Posterior mean and standard deviation of :math:`s = o + w \cdot z`.

        Parameters
        ----------
        z : (..., K) array
            Log-odds of each prototype.
        offset : array
            The part without ``w``, of a shape that goes with ``z`` without its last axis.
        """
        rows = self._rows(z)
        if self.atom_mass is not None and isinstance(self.prior, AtomPrior):
            middle = rows @ self.atom_mass
            variance = (rows - middle[..., None]) ** 2 @ self.atom_mass
            return np.asarray(offset, np.float64) + middle, np.sqrt(variance)
        variance = np.einsum("...j,jk,...k->...", rows, self.covariance, rows)
        return np.asarray(offset, np.float64) + rows @ self.weights, np.sqrt(np.maximum(variance, 0.0))

    def probability(
        self, z: npt.ArrayLike, offset: npt.ArrayLike = 0.0, *, by: Literal["moments", "draws"] | None = None
    ) -> FloatArray:
        r""":math:`E\,\sigma(s)`, the probability that the person prefers the first response.

        Parameters
        ----------
        z, offset : array
            As in ``log_odds``.
        by : "moments" or "draws", optional
            MacKay's formula from mean and standard deviation, or the average over weighted draws. By default the
            average where the posterior is finitely many atoms, which is exact there, and the formula otherwise.
        """
        if by == "moments" or (by is None and self.atom_mass is None):
            return moment_probability(*self.log_odds(z, offset))
        if by not in ("draws", None):
            raise GustibusError(f'probability: by is {by!r}, but it must be "moments" or "draws".')
        log_odds, mass = self._log_odds_of_draws(z, offset)
        return sigmoid(log_odds) @ mass

    def interval(
        self, z: npt.ArrayLike, offset: npt.ArrayLike = 0.0, level: float = 0.9
    ) -> tuple[FloatArray, FloatArray]:
        """Bounds of the central credible interval of the log-odds, from weighted draws.

        Parameters
        ----------
        z, offset : array
            As in ``log_odds``.
        level : float
            Posterior probability inside, between 0 and 1.
        """
        if not 0.0 < level < 1.0:
            raise GustibusError(f"interval: level is {level}, but it must lie between 0 and 1.")
        log_odds, mass = self._log_odds_of_draws(z, offset)
        tails = [0.5 * (1.0 - level), 0.5 * (1.0 + level)]
        bounds = weighted_quantiles(log_odds.reshape(-1, len(mass)), mass, tails)
        return bounds[:, 0].reshape(log_odds.shape[:-1]), bounds[:, 1].reshape(log_odds.shape[:-1])

    def _log_odds_of_draws(self, z: npt.ArrayLike, offset: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Log-odds ``(..., N)`` at weighted draws and their mass ``(N,)``."""
        weights, mass = self.weighted_draws(max(self.n_draws, _FINE_DRAWS))
        rows = self._rows(z)
        at_draws = rows if isinstance(self.prior, AtomPrior) else rows @ weights.T
        return np.asarray(offset, np.float64)[..., None] + at_draws, mass

    def _rows(self, z: npt.ArrayLike) -> FloatArray:
        rows = np.asarray(z, dtype=np.float64)
        if rows.ndim == 0 or rows.shape[-1] != self.answers.n_prototypes:
            raise GustibusError(
                f"z has shape {rows.shape}, but its last axis must have {self.answers.n_prototypes} entries."
            )
        return rows
