"""The logistic normal prior that seen people's answers speak for: empirical Bayes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from gustibus.adapting.answers import Answers, FloatArray
from gustibus.adapting.importance import normalised
from gustibus.adapting.logistic_normal import LogisticNormalPrior
from gustibus.adapting.logistic_normal_map import solve_logistic_normal_map
from gustibus.adapting.logistic_normal_sampler import LogisticNormalDraws, LogisticNormalSampler, StandardPoints
from gustibus.adapting.seen_people import some_answers
from gustibus.comparisons import GustibusError, Progress

__all__ = ["LogisticNormalFit", "fit_logistic_normal_prior"]

_ANCHOR_VARIANCE = float(special.polygamma(1, 1.0))
_LONGEST = 1.5
_NOISE = 0.04
_COMPLETE_SHARE = 0.05
_CHUNK = 1 << 21


@dataclass(frozen=True, eq=False)
class LogisticNormalFit:
    """A fitted prior and how the fit went.

    Attributes
    ----------
    prior : LogisticNormalPrior
        The fitted prior.
    objective : (T,)
        Log evidence of all people used and the anchor's part, in nats, at the start and after each step. It rises up
        to Monte Carlo error.
    converged : bool
        Whether there was less left to gain than the tolerance.
    n_users, n_answers : int
        People and records that were used.
    """

    prior: LogisticNormalPrior
    objective: FloatArray
    converged: bool
    n_users: int
    n_answers: int


def fit_logistic_normal_prior(
    answers: Answers,
    *,
    max_users: int = 1000,
    max_answers: int = 100,
    n_draws: int = 128,
    anchor_users: float = 1.0,
    pseudo_users: float = 0.3,
    max_steps: int = 40,
    tolerance: float = 0.02,
    seed: int = 0,
    progress: Progress | None = None,
) -> LogisticNormalFit:
    r"""Maximise the evidence of seen people's answers over the prior's mean and covariance.

    .. math::

        \sum_u \log \int N(\eta \mid m, \Sigma)\, L_u(\mathrm{softmax}(B \eta))\,d\eta
        - \tfrac12 \left[\nu \log|\Sigma| + \mathrm{tr}\,\Sigma^{-1} (\nu \tau I + \kappa\, m m^T)\right]

    The E step is that of expectation-maximisation: posterior means of :math:`x` and :math:`x x^T` in the coordinates
    in which the present prior is standard normal, by importance draws around each person's most probable weights. By
    Fisher's identity they are the gradients for a step :math:`m + C \delta`, :math:`C e^{\Delta} C^T` (with
    :math:`\Sigma = C C^T`): :math:`\sum_u E_u x` and :math:`\tfrac12 \sum_u (E_u x x^T - I)`. Expectation-maximisation
    would divide them by the information of people whose weights are known, and stalls where a variance is small or
    answers are few; here they are divided by the sum of the outer products of the people's gradients (Berndt, Hall,
    Hall & Hausman 1974), with a twentieth of the former for safety, which needs about ten steps. Everyone has random
    points of their own, the same at every step.

    The anchor is weak and treats all prototypes alike: :math:`\nu` people whose log-ratios have the variance
    :math:`\tau = \psi'(1)` of a uniform distribution on the simplex, and :math:`\kappa` at its centre; ours.

    Parameters
    ----------
    answers : Answers
        Records of people to whom the model's weights were not fitted on these very records, or who have many.
    max_users, max_answers : int
        At most so many people and records a person are used, chosen by the seed: the cost is bounded.
    n_draws : int
        Draws a person, at least 64.
    anchor_users : float
        :math:`\nu`.
    pseudo_users : float
        :math:`\kappa`.
    max_steps : int
        Steps, at most; each looks once at everyone.
    tolerance : float
        The fit is done when a step promises, or the last two together brought, less than this, in nats for each of the
        prior's ``(K - 1)(K + 2) / 2`` parameters.
    seed : int
        Seed of subsampling and draws.
    progress : Progress, optional
        Told of each step.

    Raises
    ------
    GustibusError
        If nobody has answers or a setting is out of range.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> user = np.repeat(np.arange(200), 12)
    >>> eta = rng.normal(size=200) * 2
    >>> weights = np.stack([special.expit(eta), special.expit(-eta)], axis=1)[user]
    >>> z = rng.normal(size=(2400, 2)) * 4
    >>> outcome = rng.random(2400) < 1 / (1 + np.exp(-(weights * z).sum(axis=1)))
    >>> fit = fit_logistic_normal_prior(Answers(z=z, outcome=outcome, user=user))
    >>> bool(abs(fit.prior.log_ratio_covariance[0, 0] - 2.0) < 0.7)
    True
    """
    n_dimensions = answers.n_prototypes - 1
    if max_steps < 1 or anchor_users <= 0 or pseudo_users < 0:
        raise GustibusError(
            "fit_logistic_normal_prior: max_steps must be at least 1, anchor_users positive and pseudo_users not "
            "negative."
        )
    used, _ = some_answers(answers, max_users, max_answers, seed, "fit_logistic_normal_prior")
    evidence = _Evidence(used, n_draws, seed, anchor_users, pseudo_users)
    start = LogisticNormalPrior(np.zeros(n_dimensions), _ANCHOR_VARIANCE * np.eye(n_dimensions))
    prior, objective, converged = _climb(evidence, start, max_steps, tolerance, progress)
    return LogisticNormalFit(prior, np.array(objective), converged, used.n_users, len(used))


@dataclass(frozen=True, eq=False)
class _Look:
    """The objective at a prior, and the step from there: its length is in units of the prior's own spread."""

    value: float
    gradient: FloatArray
    information: FloatArray

    @property
    def step(self) -> FloatArray:
        step: FloatArray = np.linalg.solve(self.information, self.gradient).astype(np.float64, copy=False)
        return step


class _Evidence:
    """Evidence, anchor and their derivatives at any prior, on draws made there from points that are always the same.

    Posterior moments are taken relative to the prior's on the same draws, as are evidences: people with few answers
    then bring little Monte Carlo error.
    """

    def __init__(self, answers: Answers, n_draws: int, seed: int, anchor: float, pseudo_users: float) -> None:
        self.answers, self.n_draws, self.seed = answers, n_draws, seed
        self.anchor, self.pseudo_users = anchor, pseudo_users
        self.symmetric = _symmetric_basis(answers.n_prototypes - 1)
        self.map_weights: FloatArray | None = None

    def __call__(self, prior: LogisticNormalPrior) -> _Look:
        solution = solve_logistic_normal_map(self.answers, prior.centre, prior.spread, start=self.map_weights)
        self.map_weights = solution.weights
        sampler = LogisticNormalSampler(prior.centre, prior.spread, self.n_draws, self.seed)
        value, scores = 0.0, []
        block = max(1, _CHUNK // (8 * self.n_draws * self.answers.n_prototypes))
        for first in range(0, self.answers.n_users, block):
            stop = min(first + block, self.answers.n_users)
            seed = int(np.random.SeedSequence((self.seed, first)).generate_state(1)[0])
            points = StandardPoints.own(stop - first, prior.n_prototypes - 1, self.n_draws, seed)
            drawn = sampler.draw_from(self.answers.users(first, stop), self.map_weights[first:stop], points)
            gain, score = self._of_people(drawn)
            value += gain
            scores.append(score)
        return self._with_anchor(prior, value, np.concatenate(scores))

    def _of_people(self, drawn: LogisticNormalDraws) -> tuple[float, FloatArray]:
        """Summed log evidence and each person's gradient ``(U, P)``."""
        before, log_before = normalised(drawn.log_ratio - drawn.log_likelihood)
        after, log_after = normalised(drawn.log_ratio)
        change = after - before
        mean = np.matmul(drawn.x, change[:, :, None])[:, :, 0]
        second = np.matmul(drawn.x * change[:, None, :], drawn.x.transpose(0, 2, 1))
        spread = 0.5 * np.einsum("uij,pij->up", second, self.symmetric)
        return float((log_after - log_before).sum()), np.concatenate([mean, spread], axis=1)

    def _with_anchor(self, prior: LogisticNormalPrior, value: float, scores: FloatArray) -> _Look:
        n_dimensions = prior.n_prototypes - 1
        root = np.linalg.cholesky(prior.log_ratio_covariance)
        inverse = np.linalg.inv(root)
        mean = inverse @ prior.log_ratio_mean
        pull = self.anchor * _ANCHOR_VARIANCE * inverse @ inverse.T + self.pseudo_users * np.outer(mean, mean)
        value -= self.anchor * float(np.log(np.diag(root)).sum()) + 0.5 * float(np.trace(pull))
        gradient = scores.sum(axis=0)
        gradient[:n_dimensions] -= self.pseudo_users * mean
        excess = pull - self.anchor * np.eye(n_dimensions)
        gradient[n_dimensions:] += 0.5 * np.einsum("ij,pij->p", excess, self.symmetric)
        people = len(scores)
        information = (1.0 - _COMPLETE_SHARE) * scores.T @ scores
        diagonal = np.full(len(gradient), 0.5 * _COMPLETE_SHARE * people)
        diagonal[:n_dimensions] = _COMPLETE_SHARE * people + self.pseudo_users
        information += np.diag(diagonal)
        bent = 0.5 * np.einsum("pij,jk,qki->pq", self.symmetric, pull, self.symmetric)
        information[n_dimensions:, n_dimensions:] += bent
        return _Look(value, gradient, information)

    def moved(self, prior: LogisticNormalPrior, step: FloatArray) -> LogisticNormalPrior:
        """The prior after a step in its own coordinates."""
        n_dimensions = prior.n_prototypes - 1
        root = np.linalg.cholesky(prior.log_ratio_covariance)
        sizes, axes = np.linalg.eigh(np.einsum("p,pij->ij", step[n_dimensions:], self.symmetric))
        half = root @ (axes * np.exp(0.5 * sizes))
        return LogisticNormalPrior(prior.log_ratio_mean + root @ step[:n_dimensions], half @ half.T)


def _symmetric_basis(n_dimensions: int) -> FloatArray:
    """Orthonormal basis ``(P, d, d)`` of the symmetric matrices, ``P = d (d + 1) / 2``."""
    rows, columns = np.triu_indices(n_dimensions)
    basis = np.zeros((len(rows), n_dimensions, n_dimensions))
    height = np.where(rows == columns, 1.0, np.sqrt(0.5))
    basis[np.arange(len(rows)), rows, columns] = height
    basis[np.arange(len(rows)), columns, rows] = height
    return basis


def _climb(
    evidence: _Evidence,
    start: LogisticNormalPrior,
    max_steps: int,
    tolerance: float,
    progress: Progress | None,
) -> tuple[LogisticNormalPrior, list[float], bool]:
    """Scoring steps: the prior, the objective after each step, and success."""
    here, look = start, evidence(start)
    objective = [look.value]
    longest = _LONGEST
    for index in range(max_steps):
        step = look.step
        stalled = len(objective) > 2 and objective[-1] - objective[-3] <= tolerance * len(step)
        if stalled or 0.5 * float(look.gradient @ step) <= tolerance * len(step):
            return here, objective, True
        taken = min(float(np.sqrt((step**2).sum())), longest)
        there = evidence.moved(here, step * (taken / float(np.sqrt((step**2).sum()))))
        found = evidence(there)
        if found.value < look.value - _NOISE * np.sqrt(evidence.answers.n_users):
            longest = 0.5 * taken
            continue
        # Past the top along this step: the next one must be shorter, or few people make it swing to and fro.
        longest = 0.5 * taken if float(found.gradient @ step) < 0 else _LONGEST
        here, look = there, found
        objective.append(look.value)
        if progress is not None:
            progress("fit the prior", index + 1, max_steps)
    return here, objective, False
