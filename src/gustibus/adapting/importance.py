"""A person's posterior by importance sampling: exact up to a Monte Carlo error that is reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from gustibus.adapting.answers import Answers, FloatArray, IntArray
from gustibus.adapting.placement import ENOUGH_DRAWS, Placement
from gustibus.adapting.proposals import Mixture, SharedPoints, ShiftedPrior, local_proposal
from gustibus.comparisons import GustibusError, Progress

if TYPE_CHECKING:
    from gustibus.adapting.dirichlet import DirichletPrior

__all__ = [
    "PosteriorSampler",
    "Sampler",
    "WeightedDraws",
    "log_likelihood",
    "normalised",
    "refuse_few_draws",
    "sampled_placement",
]

N_REFITS = 3
_BLOCK = 1 << 14
_CHUNK = 1 << 21


@dataclass(frozen=True, eq=False)
class WeightedDraws:
    """Draws of ``U`` people's weights with the mass that each has under the person's posterior.

    Attributes
    ----------
    log_weights : (U, K, N)
        Logarithms of simplex weights.
    weights : (U, K, N)
        The weights themselves; the smallest are zero, beyond the range of floats.
    log_likelihood : (U, N)
        Log-likelihood of the person's answers.
    log_ratio : (U, N)
        Log of prior times likelihood over the density drawn from; their mean (not in logs) is the evidence.
    """

    log_weights: FloatArray
    weights: FloatArray
    log_likelihood: FloatArray
    log_ratio: FloatArray

    @property
    def mass(self) -> FloatArray:
        """Posterior mass of each draw, ``(U, N)``, each row summing to 1."""
        mass: FloatArray = np.exp(self.log_ratio - self.log_ratio.max(axis=1, keepdims=True))
        mass /= mass.sum(axis=1, keepdims=True)
        return mass

    @property
    def log_evidence(self) -> FloatArray:
        r"""Log of :math:`\int p(w) L(w)\,dw` for each person, in nats."""
        top = self.log_ratio.max(axis=1)
        evidence: FloatArray = top + np.log(np.exp(self.log_ratio - top[:, None]).mean(axis=1))
        return evidence

    @property
    def effective(self) -> FloatArray:
        r"""How many equally weighted draws these are worth, :math:`1 / \sum_n m_n^2` (Kong 1992)."""
        effective: FloatArray = 1.0 / (self.mass**2).sum(axis=1)
        return effective

    def moments(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Mean ``(U, K)`` and covariance ``(U, K, K)`` of the weights, and the mean of their logarithms ``(U, K)``."""
        mass = self.mass
        mean = np.matmul(self.weights, mass[:, :, None])[:, :, 0]
        mean /= mean.sum(axis=1, keepdims=True)
        centred = self.weights - mean[:, :, None]
        covariance = np.matmul(centred * mass[:, None, :], centred.transpose(0, 2, 1))
        return mean, covariance, np.matmul(self.log_weights, mass[:, :, None])[:, :, 0]


def log_likelihood(answers: Answers, weights: FloatArray) -> FloatArray:
    """Log-likelihood ``(U, N)`` of each person's records at ``N`` weights of their own, ``(U, K, N)``.

    Records must be sorted by person. One person at a time: the numbers of one fit the processor's cache, which is
    faster than one large array for all.
    """
    result = np.zeros((len(weights), weights.shape[2]))
    for person in range(answers.n_users):
        begin, end = answers.starts[person], answers.starts[person + 1]
        for first in range(begin, end, _BLOCK):
            rows = slice(first, min(first + _BLOCK, end))
            log_odds = answers.z[rows] @ weights[person]
            log_odds += answers.offset[rows, None]
            weight, partition = answers.weight[rows], answers.link.take(rows).partition(log_odds)
            result[person] += (weight * answers.outcome[rows]) @ log_odds - weight @ partition
    return result


class Sampler(Protocol):
    """Draws from posteriors given each person's most probable weights."""

    def draw(self, answers: Answers, map_weights: FloatArray) -> WeightedDraws:
        """First draws of the people whose records (sorted) and most probable weights ``(U, K)`` are given."""
        ...

    def draw_again(self, answers: Answers, map_weights: FloatArray) -> WeightedDraws:
        """Draws of one person, from as well chosen a proposal as it takes."""
        ...


class PosteriorSampler:
    r"""Draws people's posteriors under a Dirichlet prior by a defensive mixture, and looks again where that went badly.

    Draws come in fixed numbers from the prior, from the prior shifted to the person's most probable weights, and from
    a Student-t with the Laplace covariance there (with the prior's own tails in directions of which the answers say
    little). Each has the weight prior times likelihood over the density of the whole mixture, the balance heuristic
    (Veach & Guibas 1995; Owen & Zhou 2000). Points are scrambled Sobol points shared by all people. Where the
    effective draws are fewer than 50, a local proposal is fitted to the draws and added, and four times as many are
    drawn, up to three times (adaptive importance sampling, Cappe et al. 2004).

    Parameters
    ----------
    prior : DirichletPrior
        Where people come from.
    n_draws : int
        Draws a person at first.
    seed : int
        Seed of the scrambling.
    """

    def __init__(self, prior: DirichletPrior, n_draws: int, seed: int) -> None:
        refuse_few_draws(n_draws)
        self.prior, self.n_draws, self.seed = prior, n_draws, seed

    def draw(self, answers: Answers, map_weights: FloatArray) -> WeightedDraws:
        """First draws of the people whose records (sorted) and most probable weights ``(U, K)`` are given."""
        return self._sample(answers, self._mixture(answers, map_weights), 0)

    def draw_again(self, answers: Answers, map_weights: FloatArray) -> WeightedDraws:
        """Draws of one person with as many refits as it takes (at most three)."""
        mixture = self._mixture(answers, map_weights)
        draws = self._sample(answers, mixture, 0)
        for repeat in range(1, N_REFITS + 1):
            if draws.effective[0] >= ENOUGH_DRAWS:
                break
            refitted = mixture.local[0].refitted(draws.log_weights, draws.mass)
            again = Mixture(self.prior, mixture.shifted, (mixture.local[0], refitted))
            draws = self._sample(answers, again, repeat)
        return draws

    def _mixture(self, answers: Answers, map_weights: FloatArray) -> Mixture:
        shift = np.log(map_weights) - np.log(self.prior.mean)
        local = local_proposal(answers, self.prior.alpha, map_weights)
        return Mixture(self.prior, ShiftedPrior(self.prior.alpha, shift), (local,))

    def _sample(self, answers: Answers, mixture: Mixture, repeat: int) -> WeightedDraws:
        points = SharedPoints.make(
            self.prior, self.n_draws * 4**repeat, self.seed + 1000 * repeat, n_local=1 if repeat == 0 else 2
        )
        log_weights, weights, prior_density, drawn_from = mixture.draw(points)
        likelihood = log_likelihood(answers, weights)
        return WeightedDraws(log_weights, weights, likelihood, prior_density - drawn_from + likelihood)


def normalised(log_mass: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Rows that sum to 1, and the logarithms of the sums they had."""
    top = log_mass.max(axis=1)
    mass = np.exp(log_mass - top[:, None])
    total = mass.sum(axis=1)
    mass /= total[:, None]
    return mass, top + np.log(total)


def refuse_few_draws(n_draws: int) -> None:
    """A mixture of proposals shares the draws out."""
    if n_draws < 64:
        raise GustibusError(f"adapt: n_draws is {n_draws}; the mixture of proposals needs at least 64.")


class _Prior(Protocol):
    """The exact moments of people who have not answered."""

    @property
    def mean(self) -> FloatArray: ...
    @property
    def covariance(self) -> FloatArray: ...
    @property
    def mean_log_weights(self) -> FloatArray: ...


def sampled_placement(
    answers: Answers,
    prior: _Prior,
    sampler: Sampler,
    map_weights: FloatArray,
    certificate: FloatArray,
    n_draws: int,
    progress: Progress | None = None,
) -> Placement:
    """Moments of everyone's posterior, chunk by chunk; those of people without answers are the prior's, exactly."""
    n_users = answers.n_users
    result = Placement(
        map_weights=map_weights,
        mean=np.tile(prior.mean, (n_users, 1)),
        covariance=np.tile(prior.covariance, (n_users, 1, 1)),
        certificate=certificate,
        log_evidence=np.zeros(n_users),
        effective_draws=np.full(n_users, float(n_draws)),
        mean_log_weights=np.tile(prior.mean_log_weights, (n_users, 1)),
    )
    asked = np.flatnonzero(answers.n_answers > 0)
    block = max(1, _CHUNK // (8 * n_draws * answers.n_prototypes))
    for first in range(0, len(asked), block):
        people = asked[first : first + block]
        records = answers.take_users(people)
        drawn = sampler.draw(records, map_weights[people])
        _record(result, people, drawn)
        for position in np.flatnonzero(result.effective_draws[people] < ENOUGH_DRAWS):
            again = sampler.draw_again(records.of_user(int(position)), map_weights[people[[position]]])
            _record(result, people[[position]], again)
        if progress is not None:
            progress("sample people's posteriors", min(first + block, len(asked)), len(asked))
    return result


def _record(result: Placement, people: IntArray, drawn: WeightedDraws) -> None:
    result.mean[people], result.covariance[people], result.mean_log_weights[people] = drawn.moments()
    result.log_evidence[people], result.effective_draws[people] = drawn.log_evidence, drawn.effective
