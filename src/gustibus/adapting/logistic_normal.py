"""The logistic normal prior over people's weights: tastes that come and go together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from scipy import linalg, special

from gustibus.adapting.answers import Answers, FloatArray
from gustibus.adapting.importance import sampled_placement
from gustibus.adapting.logistic_normal_map import solve_logistic_normal_map
from gustibus.adapting.logistic_normal_sampler import LogisticNormalSampler
from gustibus.adapting.placement import Placement
from gustibus.adapting.quasi_random import normal_draws
from gustibus.comparisons import GustibusError, Progress

__all__ = ["LogisticNormalPrior", "log_ratio_basis"]

_MOMENT_DRAWS = 1 << 15
_MOMENT_SEED = 20


@dataclass(frozen=True, eq=False, init=False)
class LogisticNormalPrior:
    r"""People's weights are the softmax of a normal variate with any covariance (Aitchison & Shen 1980).

    .. math:: w = \mathrm{softmax}(B \eta), \qquad \eta \sim N(m, \Sigma),

    with ``B`` the ``(K, K-1)`` orthonormal basis of ``log_ratio_basis``: :math:`\eta = B^T \log w` are isometric
    log-ratio coordinates (Egozcue et al. 2003), in which no prototype is special. Unlike a Dirichlet, prototypes may be
    taken up together or instead of each other.

    The most probable weights are those where the density in :math:`\eta` is highest. The problem need not be
    concave: the solver starts from the best of several points, and the certificate is the length of the gradient in
    the coordinates in which the prior is standard normal, at most 1e-5: a stationary point to that accuracy. The
    moments come from importance draws that include the prior's own, whichever maximum was found.

    Parameters
    ----------
    log_ratio_mean : (K-1,) array
        ``m``.
    log_ratio_covariance : (K-1, K-1) array
        :math:`\Sigma`, symmetric and positive definite.

    Raises
    ------
    GustibusError
        If shapes disagree, a number is not finite or the covariance is not positive definite.

    Examples
    --------
    >>> prior = LogisticNormalPrior(np.zeros(2), np.diag([4.0, 0.01]))
    >>> prior.mean.round(2)
    array([0.39, 0.39, 0.23])
    >>> prior.log_weight_covariance.round(2)
    array([[ 2.  , -2.  , -0.  ],
           [-2.  ,  2.  , -0.  ],
           [-0.  , -0.  ,  0.01]])
    """

    family: ClassVar[str] = "logistic-normal"
    log_ratio_mean: FloatArray
    log_ratio_covariance: FloatArray

    def __init__(self, log_ratio_mean: npt.ArrayLike, log_ratio_covariance: npt.ArrayLike) -> None:
        mean = np.array(log_ratio_mean, dtype=np.float64)
        covariance = np.array(log_ratio_covariance, dtype=np.float64)
        if mean.ndim != 1 or covariance.shape != (len(mean), len(mean)):
            raise GustibusError(
                f"LogisticNormalPrior: log_ratio_mean has shape {mean.shape} and log_ratio_covariance "
                f"{covariance.shape}, but (K-1,) and (K-1, K-1) are needed for K prototypes."
            )
        if not (np.isfinite(mean).all() and np.isfinite(covariance).all()):
            raise GustibusError("LogisticNormalPrior: the mean and the covariance must be finite.")
        lowest = float(np.linalg.eigvalsh(covariance)[0]) if len(mean) else 1.0
        if lowest <= 0 or not np.allclose(covariance, covariance.T, rtol=1e-8, atol=1e-12):
            raise GustibusError(
                "LogisticNormalPrior: log_ratio_covariance must be symmetric and positive definite, but its smallest "
                f"eigenvalue is {lowest:.3g}; add a small multiple of the identity."
            )
        for values in (mean, covariance):
            values.flags.writeable = False
        object.__setattr__(self, "log_ratio_mean", mean)
        object.__setattr__(self, "log_ratio_covariance", covariance)

    @property
    def n_prototypes(self) -> int:
        """Number of prototypes ``K``."""
        return len(self.log_ratio_mean) + 1

    @cached_property
    def centre(self) -> FloatArray:
        """Logits :math:`B m` of the most probable weights of a person without answers, ``(K,)``, summing to 0."""
        centre: FloatArray = log_ratio_basis(self.n_prototypes) @ self.log_ratio_mean
        return centre

    @cached_property
    def spread(self) -> FloatArray:
        """``(K, K-1)``: logits are ``centre + spread @ x`` with ``x`` standard normal."""
        root = np.linalg.cholesky(self.log_ratio_covariance)
        spread: FloatArray = log_ratio_basis(self.n_prototypes) @ root
        return spread

    @property
    def log_weight_covariance(self) -> FloatArray:
        r"""Covariance :math:`B \Sigma B^T` of the logits, ``(K, K)``: which prototypes are taken up together."""
        covariance: FloatArray = self.spread @ self.spread.T
        return covariance

    @cached_property
    def _moments(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Mean and covariance of the weights and mean of their logarithms, which have no closed form: from 32,768
        Sobol points, always the same."""
        log_weights = self._log_draws(_MOMENT_DRAWS, _MOMENT_SEED)
        weights = np.exp(log_weights)
        mean = weights.mean(axis=0)
        mean /= mean.sum()
        centred = weights - mean
        return mean, centred.T @ centred / len(weights), log_weights.mean(axis=0)

    @property
    def mean(self) -> FloatArray:
        """Mean weights ``(K,)``: the population; to about four digits."""
        return self._moments[0]

    @property
    def covariance(self) -> FloatArray:
        """Covariance ``(K, K)`` of the weights; to about four digits."""
        return self._moments[1]

    @property
    def mean_log_weights(self) -> FloatArray:
        r""":math:`E \log w_k`, ``(K,)``; to about four digits."""
        return self._moments[2]

    def _log_draws(self, n: int, seed: int) -> FloatArray:
        logits = self.centre + normal_draws(n, self.n_prototypes - 1, seed) @ self.spread.T
        log_weights: FloatArray = logits - special.logsumexp(logits, axis=1, keepdims=True)
        return log_weights

    def draws(self, n: int, seed: int = 0) -> FloatArray:
        """Weights ``(n, K)`` of people drawn from the prior: scrambled Sobol points."""
        return np.exp(self._log_draws(n, seed))

    def arrays(self) -> dict[str, FloatArray]:
        """``log_ratio_mean`` and ``log_ratio_covariance``: what there is to save."""
        return {"log_ratio_mean": self.log_ratio_mean, "log_ratio_covariance": self.log_ratio_covariance}

    def place(
        self,
        answers: Answers,
        *,
        n_draws: int,
        seed: int,
        start: FloatArray | None = None,
        progress: Progress | None = None,
    ) -> Placement:
        """Everyone's posterior: a certified maximum, the moments by importance sampling around it."""
        if answers.n_prototypes != self.n_prototypes:
            raise GustibusError(
                f"LogisticNormalPrior: z has {answers.n_prototypes} columns, but the prior is about "
                f"{self.n_prototypes} prototypes; give the log-odds of each record for each prototype."
            )
        solution = solve_logistic_normal_map(answers, self.centre, self.spread, start=start, progress=progress)
        sampler = LogisticNormalSampler(self.centre, self.spread, n_draws, seed)
        return sampled_placement(answers, self, sampler, solution.weights, solution.certificate, n_draws, progress)

    def posterior_draws(
        self, answers: Answers, map_weights: FloatArray, n_draws: int, seed: int
    ) -> tuple[FloatArray, FloatArray]:
        """Weighted draws of one person's weights, see ``PeoplePrior``."""
        if len(answers) == 0:
            return self.draws(n_draws, seed), np.full(n_draws, 1.0 / n_draws)
        sampler = LogisticNormalSampler(self.centre, self.spread, n_draws, seed)
        drawn = sampler.draw_again(answers, map_weights[None])
        return drawn.weights[0].T.copy(), drawn.mass[0]


def log_ratio_basis(n_prototypes: int) -> FloatArray:
    """Orthonormal basis ``(K, K-1)`` of the logits that sum to zero (Helmert; Egozcue et al. 2003).

    Examples
    --------
    >>> log_ratio_basis(3).round(3)
    array([[ 0.707,  0.408],
           [-0.707,  0.408],
           [ 0.   , -0.816]])
    """
    if n_prototypes == 1:
        return np.zeros((1, 0))
    basis: FloatArray = np.ascontiguousarray(linalg.helmert(n_prototypes).T)
    return basis
