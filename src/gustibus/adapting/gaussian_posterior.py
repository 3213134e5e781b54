"""What is known of people's coefficients under a normal prior or a mixture of normals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from gustibus.adapting.answers import Answers, FloatArray, IntArray
from gustibus.adapting.gaussian_prior import GaussianPrior
from gustibus.adapting.normal_steps import blocks_of, expected_log_likelihood, fixed_point
from gustibus.adapting.tastes import NormalTastes
from gustibus.comparisons import GustibusError, Progress

__all__ = ["GaussianPosterior", "GaussianPosteriors", "adapt_gaussian"]

_MAX_STEPS = 200


@dataclass(frozen=True, eq=False)
class GaussianPosterior:
    """What is known of one person's coefficients.

    Attributes
    ----------
    weights : (K,)
        Posterior mean of the coefficients; the population's with no answers.
    covariance : (K, K)
    mass : (C,)
        Posterior mass of the prior's components: which type of person this is.
    log_evidence : float
        Approximate log probability of the answers under the prior (a lower bound), in nats.
    certificate : float
        Largest last change of a record's log-odds in the fixed-point iteration, at most 1e-7 when it converged.
    answers : Answers
    prior : GaussianPrior
    tastes : NormalTastes
        The same as a table of one person.
    shift : (K,) or None
        What was known of this person beforehand: the prior's means moved by so much.
    """

    weights: FloatArray
    covariance: FloatArray
    mass: FloatArray
    log_evidence: float
    certificate: float
    answers: Answers
    prior: GaussianPrior
    tastes: NormalTastes
    shift: FloatArray | None = None

    @property
    def map_weights(self) -> FloatArray:
        """Mean of the heaviest component."""
        mean: FloatArray = self.tastes.means[0, int(self.mass.argmax())].astype(np.float64)
        return mean

    @property
    def n_answers(self) -> int:
        """Number of answers."""
        return int(self.answers.n_answers.sum())

    @property
    def n_prototypes(self) -> int:
        """Number of coefficients ``K``."""
        return len(self.weights)

    def update(
        self,
        z: npt.ArrayLike,
        outcome: npt.ArrayLike,
        offset: npt.ArrayLike = 0.0,
        weight: npt.ArrayLike = 1.0,
    ) -> GaussianPosterior:
        """The posterior after further answers: what all answers together would give.

        Parameters
        ----------
        z : (K,) or (m, K) array
        outcome, offset, weight : number or (m,) array
        """
        return self.after(self.answers.further(z, outcome, offset, weight))

    def after(self, more: Answers) -> GaussianPosterior:
        """The posterior after further answers of the same person."""
        return adapt_gaussian(self.answers.append(more), self.prior, shift=self.shift)[0]

    def log_odds(self, z: npt.ArrayLike, offset: npt.ArrayLike = 0.0) -> tuple[FloatArray, FloatArray]:
        """Posterior mean and standard deviation of ``o + w . z`` for rows ``(..., K)``."""
        rows = np.asarray(z, dtype=np.float64)
        found = self._pairs(rows, offset)
        shape = rows.shape[:-1]
        return found[0].reshape(shape), np.sqrt(found[1]).reshape(shape)

    def probability(self, z: npt.ArrayLike, offset: npt.ArrayLike = 0.0) -> FloatArray:
        """``E sigma(o + w . z)`` for rows ``(..., K)``."""
        rows = np.asarray(z, dtype=np.float64)
        return self._pairs(rows, offset)[2].reshape(rows.shape[:-1])

    def _pairs(self, rows: FloatArray, offset: npt.ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
        if rows.ndim == 0 or rows.shape[-1] != self.n_prototypes:
            raise GustibusError(f"z has shape {rows.shape}, but its last axis must have {self.n_prototypes} entries.")
        flat = rows.reshape(-1, self.n_prototypes)
        offsets = np.broadcast_to(np.asarray(offset, np.float64), rows.shape[:-1]).reshape(-1)
        found = self.tastes.pairs(flat, np.zeros(len(flat), np.intp), offsets)
        return found.log_odds, found.variance, found.probability

    def interval(
        self, z: npt.ArrayLike, offset: npt.ArrayLike = 0.0, level: float = 0.9
    ) -> tuple[FloatArray, FloatArray]:
        """Bounds of the central credible interval of the log-odds, by bisection of the mixture's distribution."""
        if not 0.0 < level < 1.0:
            raise GustibusError(f"interval: level is {level}, but it must lie between 0 and 1.")
        rows = np.asarray(z, dtype=np.float64)
        flat = rows.reshape(-1, self.n_prototypes)
        shift = np.broadcast_to(np.asarray(offset, np.float64), rows.shape[:-1]).reshape(-1)
        means = flat @ self.tastes.means[0].T.astype(np.float64) + shift[:, None]
        spreads = [self.tastes.covariance_within(0, c) for c in range(len(self.mass))]
        sds = np.sqrt(np.stack([np.einsum("nj,jk,nk->n", flat, spread, flat) for spread in spreads], axis=1))
        tails = (0.5 * (1 - level), 0.5 * (1 + level))
        low, high = (_mixture_quantile(means, sds, self.mass, tail).reshape(rows.shape[:-1]) for tail in tails)
        return low, high

    def draws(self, n: int, seed: int = 0) -> FloatArray:
        """``n`` draws of the coefficients, ``(n, K)``."""
        return self.tastes.draws(0, n, seed)


@dataclass(frozen=True, eq=False)
class GaussianPosteriors:
    """What is known of ``U`` people's coefficients; ``posteriors[i]`` is person ``i``.

    Attributes
    ----------
    tastes : NormalTastes
        Means, covariances and component masses of all of them.
    log_evidence : (U,)
        Approximate log probability of each person's answers under the prior, in nats.
    certificate : (U,)
        Largest last change of a record's log-odds.
    answers : Answers
        Everyone's records, sorted by person.
    prior : GaussianPrior
    shift : (U, K) or None
        By how much the prior's means were moved for each person.
    """

    tastes: NormalTastes
    log_evidence: FloatArray
    certificate: FloatArray
    answers: Answers
    prior: GaussianPrior
    shift: FloatArray | None = None

    def __len__(self) -> int:
        return self.tastes.n_people

    def __iter__(self) -> Iterator[GaussianPosterior]:
        return (self[person] for person in range(len(self)))

    def __getitem__(self, person: int) -> GaussianPosterior:
        if not -len(self) <= person < len(self):
            raise IndexError(f"there is no person {person}; there are {len(self)}.")
        person = int(person) % len(self)
        return GaussianPosterior(
            weights=self.tastes.take(np.array([person])).mean[0],
            covariance=self.tastes.covariance(person),
            mass=self.tastes.mass[person].astype(np.float64),
            log_evidence=float(self.log_evidence[person]),
            certificate=float(self.certificate[person]),
            answers=self.answers.of_user(person),
            prior=self.prior,
            tastes=self.tastes.take(np.array([person])),
            shift=None if self.shift is None else self.shift[person],
        )

    @property
    def mean(self) -> FloatArray:
        """Posterior means ``(U, K)``."""
        return self.tastes.mean

    @property
    def covariance(self) -> FloatArray:
        """Posterior covariances ``(U, K, K)``, formed when asked for."""
        return np.stack([self.tastes.covariance(person) for person in range(len(self))])

    @property
    def map_weights(self) -> FloatArray:
        """Means of everyone's heaviest component, ``(U, K)``."""
        heaviest = self.tastes.mass.argmax(axis=1)
        means: FloatArray = self.tastes.means[np.arange(len(self)), heaviest].astype(np.float64)
        return means

    @property
    def n_answers(self) -> IntArray:
        """Records of each person, ``(U,)``."""
        return self.answers.n_answers

    def probability(self, z: npt.ArrayLike, user: npt.ArrayLike, offset: npt.ArrayLike = 0.0) -> FloatArray:
        """``E sigma(o_i + w_{u(i)} . z_i)`` of rows ``(M, K)``."""
        rows, who = np.asarray(z, np.float64), np.asarray(user, np.intp)
        offsets = np.broadcast_to(np.asarray(offset, np.float64), (len(rows),))
        return self.tastes.pairs(rows, who, offsets).probability


def adapt_gaussian(
    answers: Answers,
    prior: GaussianPrior,
    *,
    shift: npt.ArrayLike | None = None,
    tolerance: float = 1e-7,
    progress: Progress | None = None,
) -> GaussianPosteriors:
    r"""Variational posterior of every person under a normal prior, or a mixture of normals.

    Each component's posterior is the normal distribution that maximises the bound on its evidence ``Z_uc`` (see
    :mod:`gustibus.adapting.normal_steps`); components are weighed by ``pi_c Z_uc``. A person without answers is the
    population.

    Parameters
    ----------
    answers : Answers
    prior : GaussianPrior
    shift : (K,) or (U, K) array, optional
        By how much the prior's means are moved for each person: what is known of them beside their answers.
    tolerance : float
        Steps are taken until no record's log-odds change by more.
    progress : Progress, optional

    Examples
    --------
    >>> prior = GaussianPrior([[0.0, 0.0]], np.eye(2))
    >>> people = adapt_gaussian(Answers(z=[[2.0, 0.0], [2.0, 0.0]], outcome=[1, 1], n_users=2), prior)
    >>> people.mean.round(2)
    array([[0.87, 0.  ],
           [0.  , 0.  ]])
    """
    data = answers.by_user
    n_users, n_components, width = data.n_users, prior.n_components, prior.n_prototypes
    if data.n_prototypes != width:
        raise GustibusError(f"the answers have {data.n_prototypes} coefficients a record, but the prior has {width}.")
    moved = None if shift is None else _shifts(shift, n_users, width)
    whitened = data.z @ prior.root
    known = data.offset[:, None] + data.z @ prior.means.T
    mass = np.tile(prior.mass, (n_users, 1))
    means = np.tile(prior.means, (n_users, 1, 1))
    if moved is not None:
        known += np.einsum("nk,nk->n", data.z, moved[data.user])[:, None]
        means += moved[:, None]
    evidence, certificate = np.zeros(n_users), np.zeros(n_users)
    n_rows = np.minimum(data.n_records, width)
    starts = np.concatenate([[0], np.cumsum(np.repeat(n_rows, n_components))]).astype(np.int64)
    rows = np.zeros((int(starts[-1]), width), np.float32)
    done = 0
    for block in blocks_of(data):
        z = whitened[block.rows] * block.there[:, :, None]
        outcome, weight = data.outcome[block.rows], data.weight[block.rows] * block.there
        log_joint = np.empty((len(block.users), n_components))
        link = data.link.take(block.rows)
        for c in range(n_components):
            at = known[block.rows, c]
            one = fixed_point(z, at, outcome, weight, max_steps=_MAX_STEPS, tolerance=tolerance, link=link)
            fit = expected_log_likelihood(one.log_odds, one.variance, outcome, weight, link).sum(axis=1)
            log_joint[:, c] = prior.log_mass[c] + fit - one.divergence
            means[block.users, c] += one.t @ prior.root.T
            certificate[block.users] = np.maximum(certificate[block.users], one.change)
            for person, explained in zip(block.users, one.explained(), strict=True):
                row = person * n_components + c
                # Padded records explain nothing and stand last.
                rows[starts[row] : starts[row + 1]] = explained[: n_rows[person]]
        evidence[block.users] = special.logsumexp(log_joint, axis=1)
        mass[block.users] = np.exp(log_joint - evidence[block.users, None])
        done += len(block.users)
        if progress is not None:
            progress("placing people", done, n_users)
    tastes = NormalTastes(mass.astype(np.float32), means.astype(np.float32), prior.root, rows, starts)
    return GaussianPosteriors(tastes, evidence, certificate, data, prior, moved)


def _shifts(shift: npt.ArrayLike, n_users: int, width: int) -> FloatArray:
    moved = np.atleast_2d(np.asarray(shift, np.float64))
    if moved.shape not in ((1, width), (n_users, width)):
        raise GustibusError(
            f"shift has shape {moved.shape}, but {n_users} people with {width} coefficients need ({n_users}, {width})."
        )
    if not np.isfinite(moved).all():
        raise GustibusError("shift holds a number that is not finite.")
    return np.broadcast_to(moved, (n_users, width))


def _mixture_quantile(means: FloatArray, sds: FloatArray, mass: FloatArray, probability: float) -> FloatArray:
    """Quantile of n normal mixtures ``(n, C)`` by bisection."""
    reach = 10.0 * sds + 1e-12
    low, high = (means - reach).min(axis=1), (means + reach).max(axis=1)
    for _ in range(80):
        middle = (low + high) / 2
        below = special.ndtr((middle[:, None] - means) / np.maximum(sds, 1e-300)) @ mass < probability
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    result: FloatArray = (low + high) / 2
    return result
