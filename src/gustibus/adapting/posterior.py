"""What is known of people's weights after their answers, and how it changes with one answer more."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from gustibus.adapting.answers import Answers, FloatArray, IntArray
from gustibus.adapting.atom_prior import AtomPrior
from gustibus.adapting.dirichlet import DirichletPrior
from gustibus.adapting.importance import ENOUGH_DRAWS, PosteriorSampler, sampled_moments
from gustibus.adapting.logistic import sigmoid
from gustibus.adapting.map_weights import solve_map
from gustibus.adapting.prediction import moment_probability, weighted_quantiles
from gustibus.comparisons import DataWarning, GustibusError, Progress

__all__ = ["Posterior", "Posteriors", "adapt"]

_FINE_DRAWS = 4096
_BLOCK = 1 << 21


@dataclass(frozen=True, eq=False)
class Posterior:
    r"""What is known of one person's weights.

    Attributes
    ----------
    weights : (K,)
        Posterior mean of the weights: the prior mean when there are no answers.
    map_weights : (K,)
        Most probable weights in softmax coordinates.
    covariance : (K, K)
        Posterior covariance of the weights.
    certificate : float
        Optimality certificate of ``map_weights``, at most 1e-5.
    log_evidence : float
        Log probability of the person's answers under the prior, in nats.
    effective_draws : float
        How many equally weighted draws the moments are worth.
    answers : Answers
        The person's records, kept so that one more answer can be added exactly.
    prior : DirichletPrior or AtomPrior
        Where people come from.
    n_draws, seed : int
        Draws at first and the seed that made them: the same numbers give the same posterior.
    atom_mass : (A,) or None
        With an ``AtomPrior`` the posterior mass of each atom. Everywhere below ``z`` then has one entry an atom.

    Examples
    --------
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
    prior: DirichletPrior | AtomPrior
    n_draws: int
    seed: int
    atom_mass: FloatArray | None = None

    @property
    def n_answers(self) -> int:
        """Number of records."""
        return len(self.answers)

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
        return adapt(
            self._answers_with(z, outcome, offset, weight),
            self.prior,
            n_draws=self.n_draws,
            seed=self.seed,
            start=self.map_weights[None],
        )[0]

    def _answers_with(
        self, z: npt.ArrayLike, outcome: npt.ArrayLike, offset: npt.ArrayLike, weight: npt.ArrayLike
    ) -> Answers:
        rows = np.atleast_2d(np.asarray(z, dtype=np.float64))
        outcomes = np.broadcast_to(np.asarray(outcome, dtype=np.float64), (len(rows),))
        return self.answers.append(Answers(z=rows, outcome=outcomes, offset=offset, weight=weight, n_users=1))

    def weighted_draws(self, n_draws: int | None = None) -> tuple[FloatArray, FloatArray]:
        """Weights ``(N, K)`` and their posterior mass ``(N,)``, summing to 1, from which any average can be formed.

        Parameters
        ----------
        n_draws : int, optional
            Draws at first (more where they are worth too little); by default what the moments were made with.
            With an ``AtomPrior`` the atoms themselves are returned.
        """
        if isinstance(self.prior, AtomPrior):
            assert self.atom_mass is not None
            return self.prior.atoms, self.atom_mass
        n = n_draws or self.n_draws
        if self.n_answers == 0:
            return np.exp(self.prior.log_draws(n, self.seed)), np.full(n, 1.0 / n)
        sampled = PosteriorSampler(self.prior, n, self.seed).draw_again(self.answers, self.map_weights[None])
        return sampled.weights[0].T.copy(), sampled.mass[0]

    def draws(self, n: int, seed: int = 0) -> FloatArray:
        """``n`` equally weighted draws of the weights, ``(n, K)``: systematic resampling of weighted ones."""
        weights, mass = self.weighted_draws(max(4 * n, _FINE_DRAWS))
        rng = np.random.default_rng(seed)
        steps = (np.arange(n) + rng.random()) / n
        chosen = np.minimum(np.searchsorted(np.cumsum(mass), steps), len(mass) - 1)
        result: FloatArray = weights[rng.permutation(chosen)]
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
        if self.atom_mass is not None:
            middle = rows @ self.atom_mass
            variance = (rows - middle[..., None]) ** 2 @ self.atom_mass
            return np.asarray(offset, np.float64) + middle, np.sqrt(variance)
        variance = np.einsum("...j,jk,...k->...", rows, self.covariance, rows)
        return np.asarray(offset, np.float64) + rows @ self.weights, np.sqrt(np.maximum(variance, 0.0))

    def probability(
        self, z: npt.ArrayLike, offset: npt.ArrayLike = 0.0, *, by: Literal["moments", "draws"] = "moments"
    ) -> FloatArray:
        r""":math:`E\,\sigma(s)`, the probability that the person prefers the first response.

        Parameters
        ----------
        z, offset : array
            As in ``log_odds``.
        by : "moments" or "draws"
            MacKay's formula from mean and standard deviation, or the average over weighted draws.
        """
        if by == "moments":
            return moment_probability(*self.log_odds(z, offset))
        if by != "draws":
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
        at_draws = rows if self.atom_mass is not None else rows @ weights.T
        return np.asarray(offset, np.float64)[..., None] + at_draws, mass

    def _rows(self, z: npt.ArrayLike) -> FloatArray:
        rows = np.asarray(z, dtype=np.float64)
        if rows.ndim == 0 or rows.shape[-1] != self.answers.n_prototypes:
            raise GustibusError(
                f"z has shape {rows.shape}, but its last axis must have {self.answers.n_prototypes} entries."
            )
        return rows


@dataclass(frozen=True, eq=False)
class Posteriors:
    """What is known of ``U`` people's weights; ``posteriors[i]`` is the :class:`Posterior` of person ``i``.

    Attributes
    ----------
    map_weights, mean : (U, K)
        Most probable weights (in softmax coordinates) and posterior mean.
    covariance : (U, K, K)
        Posterior covariance.
    certificate : (U,)
        Optimality certificates of ``map_weights``, at most 1e-5.
    log_evidence : (U,)
        Log probability of each person's answers under the prior, in nats.
    effective_draws : (U,)
        How many equally weighted draws the moments are worth; ``n_draws`` where they are exact (no answers).
    mean_log_weights : (U, K)
        Posterior mean of the logarithms of the weights.
    answers : Answers
        Everyone's records.
    prior : DirichletPrior or AtomPrior
        Where people come from.
    n_draws, seed : int
        Draws at first, and the seed.
    atom_mass : (U, A) or None
        With an ``AtomPrior`` everyone's posterior masses of the atoms; ``z`` then has one column an atom.
    """

    map_weights: FloatArray
    mean: FloatArray
    covariance: FloatArray
    certificate: FloatArray
    log_evidence: FloatArray
    effective_draws: FloatArray
    mean_log_weights: FloatArray
    answers: Answers
    prior: DirichletPrior | AtomPrior
    n_draws: int
    seed: int
    atom_mass: FloatArray | None = None

    @property
    def n_answers(self) -> IntArray:
        """Records of each person, ``(U,)``."""
        return self.answers.n_answers

    @property
    def few_draws(self) -> IntArray:
        """People whose moments rest on fewer than 50 effective draws even after refitting the proposal."""
        return np.flatnonzero(self.effective_draws < ENOUGH_DRAWS)

    def __len__(self) -> int:
        return len(self.mean)

    def __iter__(self) -> Iterator[Posterior]:
        return (self[person] for person in range(len(self)))

    def __getitem__(self, person: int) -> Posterior:
        person = self._checked(person)
        return Posterior(
            weights=self.mean[person],
            map_weights=self.map_weights[person],
            covariance=self.covariance[person],
            certificate=float(self.certificate[person]),
            log_evidence=float(self.log_evidence[person]),
            effective_draws=float(self.effective_draws[person]),
            answers=self.answers.of_user(person),
            prior=self.prior,
            n_draws=self.n_draws,
            seed=self.seed,
            atom_mass=None if self.atom_mass is None else self.atom_mass[person],
        )

    def _checked(self, person: int) -> int:
        if not -len(self) <= person < len(self):
            raise IndexError(f"there is no person {person}; there are {len(self)}.")
        return int(person) % len(self)

    def log_odds(
        self, z: npt.ArrayLike, user: npt.ArrayLike, offset: npt.ArrayLike = 0.0
    ) -> tuple[FloatArray, FloatArray]:
        r"""Posterior mean and standard deviation of :math:`s_i = o_i + w_{u(i)} \cdot z_i`, each ``(M,)``.

        Parameters
        ----------
        z : (M, K) array
            Log-odds of each prototype.
        user : (M,) integer array
            Whose log-odds.
        offset : (M,) array or float
            The part without ``w``.
        """
        rows, who = np.asarray(z, dtype=np.float64), np.asarray(user, dtype=np.intp)
        if rows.ndim != 2 or rows.shape[1] != self.answers.n_prototypes or who.shape != (len(rows),):
            raise GustibusError(
                f"log_odds: z has shape {rows.shape} and user {who.shape}, but (M, {self.answers.n_prototypes}) and "
                "(M,) are needed: one row and one person a record."
            )
        if self.atom_mass is not None:
            mass = self.atom_mass[who]
            middle = np.einsum("ma,ma->m", rows, mass)
            spread = np.einsum("ma,ma->m", (rows - middle[:, None]) ** 2, mass)
            return np.asarray(offset, np.float64) + middle, np.sqrt(spread)
        mean = np.asarray(offset, np.float64) + np.einsum("mk,mk->m", rows, self.mean[who])
        variance = np.empty(len(rows))
        block = max(1, _BLOCK // self.covariance.shape[1] ** 2)
        for first in range(0, len(rows), block):
            part = slice(first, first + block)
            variance[part] = np.einsum("mj,mjk,mk->m", rows[part], self.covariance[who[part]], rows[part])
        return mean, np.sqrt(np.maximum(variance, 0.0))

    def probability(self, z: npt.ArrayLike, user: npt.ArrayLike, offset: npt.ArrayLike = 0.0) -> FloatArray:
        r""":math:`E\,\sigma(s_i)` by MacKay's formula (1992), ``(M,)``; parameters as in ``log_odds``."""
        return moment_probability(*self.log_odds(z, user, offset))


def adapt(
    answers: Answers,
    prior: DirichletPrior | AtomPrior,
    *,
    n_draws: int = 512,
    seed: int = 0,
    start: FloatArray | None = None,
    progress: Progress | None = None,
) -> Posteriors:
    r"""Place new people among the prototypes: everyone's posterior over their weights, from any number of answers.

    The most probable weights are solved exactly (``solve_map``); mean, covariance and evidence come from importance
    sampling around them (``PosteriorSampler``), exact up to a Monte Carlo error of at most about one posterior
    standard deviation over the root of ``effective_draws``. A person without answers has exactly the prior's mean and
    covariance. People are worked through in chunks, so that memory does not grow with their number beyond the result.
    With an ``AtomPrior`` the atoms are reweighted instead, see ``adapt_by_atoms``.

    Parameters
    ----------
    answers : Answers
        Records of ``U`` people.
    prior : DirichletPrior or AtomPrior
        Where people come from, see ``fit_dirichlet_prior``.
    n_draws : int
        Draws a person, at least 64; people with fewer than 50 effective ones get up to 64 times as many.
    seed : int
        Equal seeds give equal results.
    start : (U, K) array, optional
        Weights from which the solver starts.
    progress : Progress, optional
        Told how many people are done.

    Raises
    ------
    GustibusError
        If shapes disagree, ``n_draws`` is too small, or a solution misses its certificate.

    Warns
    -----
    DataWarning
        If someone's effective draws stay below 50.

    Examples
    --------
    >>> answers = Answers(z=[[2.0, -2.0], [-1.0, 3.0]], outcome=[1, 0], user=[0, 0], n_users=2)
    >>> posteriors = adapt(answers, DirichletPrior([0.5, 0.5]))
    >>> posteriors.mean.round(2)
    array([[0.84, 0.16],
           [0.5 , 0.5 ]])
    """
    if isinstance(prior, AtomPrior):
        return _reweighted(answers, prior)
    if n_draws < 64:
        raise GustibusError(f"adapt: n_draws is {n_draws}; the mixture of proposals needs at least 64.")
    solution = solve_map(answers, prior.alpha, start=start, progress=progress)
    moments = sampled_moments(answers, prior, solution.weights, n_draws, seed, progress)
    posteriors = Posteriors(
        map_weights=solution.weights,
        mean=moments.mean,
        covariance=moments.covariance,
        certificate=solution.certificate,
        log_evidence=moments.log_evidence,
        effective_draws=moments.effective_draws,
        mean_log_weights=moments.mean_log_weights,
        answers=answers.by_user,
        prior=prior,
        n_draws=n_draws,
        seed=seed,
    )
    _warn_of_few_draws(posteriors)
    return posteriors


def _warn_of_few_draws(posteriors: Posteriors) -> None:
    few = posteriors.few_draws
    if few.size:
        worst = int(few[np.argmin(posteriors.effective_draws[few])])
        warnings.warn(
            f"adapt: the posteriors of {few.size} of {len(posteriors)} people rest on fewer than "
            f"{ENOUGH_DRAWS:.0f} effective draws (person {worst}: {posteriors.effective_draws[worst]:.1f} from "
            f"{posteriors.n_answers[worst]} answers); their most probable weights are exact, their uncertainty is "
            "rough. Give a larger n_draws.",
            DataWarning,
            stacklevel=3,
        )


def _reweighted(answers: Answers, prior: AtomPrior) -> Posteriors:
    joint = prior.joint(answers)
    evidence = special.logsumexp(joint, axis=1)
    mass = np.exp(joint - evidence[:, None])
    mean = mass @ prior.atoms
    covariance = np.empty((answers.n_users, prior.n_prototypes, prior.n_prototypes))
    for person in range(answers.n_users):
        centred = prior.atoms - mean[person]
        covariance[person] = (centred * mass[person][:, None]).T @ centred
    with np.errstate(divide="ignore"):
        log_atoms = np.maximum(np.log(prior.atoms), -745.0)
    return Posteriors(
        map_weights=prior.atoms[joint.argmax(axis=1)],
        mean=mean,
        covariance=covariance,
        certificate=np.full(answers.n_users, np.nan),
        log_evidence=evidence,
        effective_draws=1.0 / (mass**2).sum(axis=1),
        mean_log_weights=mass @ log_atoms,
        answers=answers.by_user,
        prior=prior,
        n_draws=len(prior.atoms),
        seed=0,
        atom_mass=mass,
    )
