"""The Dirichlet prior that seen people's answers speak for: empirical Bayes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from gustibus.adapting.answers import Answers, BoolArray, FloatArray
from gustibus.adapting.dirichlet import DirichletPrior
from gustibus.adapting.importance import PosteriorSampler, normalised
from gustibus.adapting.map_weights import checked_alpha, solve_map
from gustibus.adapting.seen_people import some_answers
from gustibus.comparisons import GustibusError, Progress

__all__ = ["PriorFit", "fit_dirichlet_prior"]

_LONGEST = 1.5
_NOISE = 0.04
_SHARING = 16


@dataclass(frozen=True, eq=False)
class PriorFit:
    """A fitted prior and how the fit went.

    Attributes
    ----------
    prior : DirichletPrior
        The fitted prior.
    log_standard_error : (K,)
        Standard errors of the logarithms of the concentrations: how well the answers determine them.
    objective : (T,)
        Log evidence of all people used, in nats, at the start and after each step, with the pseudo-users' part. It
        rises up to Monte Carlo error.
    converged : bool
        Whether the next step would have been within the tolerance.
    at_bound : bool
        Whether a concentration ended at a bound: the data then do not determine it.
    n_users, n_answers : int
        People and records that were used.
    """

    prior: DirichletPrior
    log_standard_error: FloatArray
    objective: FloatArray
    converged: bool
    at_bound: bool
    n_users: int
    n_answers: int


def fit_dirichlet_prior(
    answers: Answers,
    *,
    max_users: int = 2000,
    max_answers: int = 100,
    n_draws: int = 256,
    pseudo_users: float = 0.3,
    bounds: tuple[float, float] = (0.01, 100.0),
    start: npt.ArrayLike | None = None,
    max_steps: int = 40,
    tolerance: float = 0.1,
    seed: int = 0,
    progress: Progress | None = None,
) -> PriorFit:
    r"""Maximise the evidence of seen people's answers over the prior's concentrations.

    .. math:: \sum_u \log \int \mathrm{Dir}(w \mid \alpha)\, L_u(w)\,dw

    by Fisher's identity: the gradient in :math:`\log \alpha_k` is
    :math:`\sum_u \alpha_k (E_u \log w_k - E \log w_k)`, the posterior against the prior mean of the logarithms, the
    same quantities as in the E step of expectation-maximisation. Steps are scaled by the sum of the outer products of
    the people's gradients (Berndt, Hall, Hall & Hausman 1974; usual in choice modelling, Train 2009): where answers are
    few, expectation-maximisation needs hundreds of steps and this needs about ten, and the same matrix says how well
    the answers determine the prior. The integrals are importance sampled from common random points, so that the
    objective is smooth and rises with every step up to a small Monte Carlo error.

    Parameters
    ----------
    answers : Answers
        Records of people to whom the model's weights were not fitted on these very records, or who have many.
    max_users, max_answers : int
        At most so many people and records a person are used, chosen by the seed: the cost is bounded.
    n_draws : int
        Draws a person.
    pseudo_users : float
        Weight, in people, of a Dirichlet(1, ..., 1) whose weights are added: keeps a handful of people from pulling
        a concentration to a bound.
    bounds : (float, float)
        Smallest and largest concentration.
    start : (K,) array, optional
        Concentrations to start from; 0.5 each by default.
    max_steps : int
        Steps, at most; each looks once at everyone.
    tolerance : float
        The fit is done when a step would move by less than this many standard errors.
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
    >>> user = np.repeat(np.arange(200), 8)
    >>> weights = rng.dirichlet([1.0, 0.5], 200)[user]
    >>> z = rng.normal(size=(1600, 2)) * 3
    >>> outcome = rng.random(1600) < 1 / (1 + np.exp(-(weights * z).sum(axis=1)))
    >>> fit = fit_dirichlet_prior(Answers(z=z, outcome=outcome, user=user), n_draws=128)
    >>> fit.prior.mean.round(1)
    array([0.7, 0.3])
    """
    low, high = bounds
    if not 0.0 < low < high or not np.isfinite(high):
        raise GustibusError(f"fit_dirichlet_prior: bounds are {bounds}; give 0 < smallest < largest concentration.")
    if min(max_users, max_answers, max_steps) < 1 or n_draws < 64 or pseudo_users < 0:
        raise GustibusError(
            "fit_dirichlet_prior: max_users, max_answers and max_steps must be at least 1, n_draws at least 64 and "
            "pseudo_users not negative."
        )
    used, _ = some_answers(answers, max_users, max_answers, seed, "fit_dirichlet_prior")
    initial = np.full(answers.n_prototypes, 0.5) if start is None else checked_alpha(start, answers.n_prototypes)
    evidence = _Evidence(used, n_draws, seed, pseudo_users)
    if answers.n_prototypes == 1:
        # One weight, always 1: any concentration says the same.
        value = evidence(np.log(initial))[0]
        prior = DirichletPrior(initial)
        return PriorFit(prior, np.full(1, np.inf), np.array([value]), True, False, used.n_users, len(used))
    log_alpha, error, objective, converged = _climb(evidence, np.log(initial), bounds, max_steps, tolerance, progress)
    alpha = np.exp(log_alpha)
    return PriorFit(
        prior=DirichletPrior(alpha),
        log_standard_error=error,
        objective=np.array(objective),
        converged=converged,
        at_bound=bool(((alpha <= low * 1.0001) | (alpha >= high / 1.0001)).any()),
        n_users=used.n_users,
        n_answers=len(used),
    )


class _Evidence:
    r"""Evidence and E step at any ``alpha``, on draws made there from points that are always the same.

    With :math:`r_n` the prior's density over the density drawn from, a person's evidence is estimated as
    :math:`\sum_n r_n L_n / \sum_n r_n`, and ``E log w`` as its exact prior value plus the difference between the
    posterior's and the prior's on the same draws: people with few answers then bring little Monte Carlo error. Only a
    handful of people share the points, or their common error would add up over all. (Nor can the draws of one
    ``alpha`` serve another: towards smaller concentrations their weights have no finite variance.)
    """

    def __init__(self, answers: Answers, n_draws: int, seed: int, pseudo_users: float) -> None:
        self.answers, self.n_draws, self.seed = answers, n_draws, seed
        self.n_people = answers.n_users + pseudo_users
        self.pseudo_users = pseudo_users
        n_prototypes = answers.n_prototypes
        self.pseudo_log = np.full(n_prototypes, special.digamma(1.0) - special.digamma(float(n_prototypes)))
        self.map_weights: FloatArray | None = None

    def __call__(self, log_alpha: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """The objective summed over people, its gradient ``(K,)`` in log alpha, and its information ``(K, K)``."""
        prior = DirichletPrior(np.exp(log_alpha))
        alpha = prior.alpha
        self.map_weights = solve_map(self.answers, alpha, start=self.map_weights).weights
        value, scores = 0.0, np.empty((self.answers.n_users, len(alpha)))
        for first in range(0, self.answers.n_users, _SHARING):
            stop = min(first + _SHARING, self.answers.n_users)
            sampler = PosteriorSampler(prior, self.n_draws, self.seed + first)
            drawn = sampler.draw(self.answers.users(first, stop), self.map_weights[first:stop])
            before, log_before = normalised(drawn.log_ratio - drawn.log_likelihood)
            after, log_after = normalised(drawn.log_ratio)
            value += float((log_after - log_before).sum())
            scores[first:stop] = np.matmul(drawn.log_weights, (after - before)[:, :, None])[:, :, 0]
        scores *= alpha
        # The pseudo-users show their weights, with the mean logarithm of Dirichlet(1, ..., 1).
        value += self.pseudo_users * float(alpha @ self.pseudo_log - prior.log_normaliser)
        gradient = scores.sum(axis=0) + self.pseudo_users * alpha * (self.pseudo_log - prior.mean_log_weights)
        shown = np.diag(special.polygamma(1, alpha)) - special.polygamma(1, alpha.sum())
        information = scores.T @ scores + self.pseudo_users * alpha[:, None] * shown * alpha
        return value, gradient, information


def _climb(
    evidence: _Evidence,
    start: FloatArray,
    bounds: tuple[float, float],
    max_steps: int,
    tolerance: float,
    progress: Progress | None,
) -> tuple[FloatArray, FloatArray, list[float], bool]:
    """Scoring steps: log concentrations, their standard errors, the objective after each step, and success."""
    low, high = np.log(bounds)
    here = np.clip(start, low, high)
    value, gradient, information = evidence(here)
    objective = [value]
    converged = False
    longest = _LONGEST
    for index in range(max_steps):
        held = ((here <= low) & (gradient < 0)) | ((here >= high) & (gradient > 0))
        step = _scoring_step(gradient, information, held)
        if step @ information @ step <= tolerance**2:
            converged = True
            break
        there = np.clip(here + step * min(1.0, longest / float(np.abs(step).max())), low, high)
        new_value, new_gradient, new_information = evidence(there)
        if new_value < value - _NOISE * np.sqrt(evidence.answers.n_users):
            longest = 0.5 * float(np.abs(there - here).max())
            continue
        # Past the top along this step: the next one must be shorter, or few people make it swing to and fro.
        taken = float(np.abs(there - here).max())
        longest = 0.5 * taken if new_gradient @ step < 0 else _LONGEST
        here, value, gradient, information = there, new_value, new_gradient, new_information
        objective.append(value)
        if progress is not None:
            progress("fit the prior", index + 1, max_steps)
    return here, np.sqrt(np.diag(np.linalg.inv(information))), objective, converged


def _scoring_step(gradient: FloatArray, information: FloatArray, held: BoolArray) -> FloatArray:
    """Information-scaled gradient; concentrations held at a bound do not move."""
    free = np.flatnonzero(~held)
    step = np.zeros_like(gradient)
    step[free] = np.linalg.solve(information[np.ix_(free, free)], gradient[free])
    return step
