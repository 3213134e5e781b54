"""The Dirichlet prior over people's weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from scipy import special

from gustibus.adapting.answers import Answers, FloatArray
from gustibus.adapting.importance import PosteriorSampler, sampled_placement
from gustibus.adapting.map_weights import checked_alpha, solve_map
from gustibus.adapting.placement import Placement
from gustibus.adapting.quasi_random import log_dirichlet_draws
from gustibus.comparisons import Progress

__all__ = ["DirichletPrior"]


@dataclass(frozen=True, eq=False, init=False)
class DirichletPrior:
    r"""People's weights are drawn from ``Dirichlet(alpha)``.

    The density in ``w`` is :math:`\prod_k w_k^{\alpha_k - 1} / B(\alpha)`. Adaptation works in the softmax
    coordinates :math:`\theta`, ``w = softmax(theta)`` with the free constant fixed (for example
    :math:`\theta_K = 0`). There :math:`\partial w_j / \partial \theta_k = w_j (1[j = k] - w_k)`, whose
    determinant over ``k < K`` is :math:`\prod_k w_k`, so that the same distribution has the density

    .. math::

        p(\theta) = \prod_k w_k^{\alpha_k} / B(\alpha).

    It is log-concave for every ``alpha > 0`` and its maximum is at ``w = alpha / sum(alpha)``, the mean of the
    distribution: so the most probable weights of a person without answers are the population mean. In ``w`` itself
    neither holds when an ``alpha`` is below 1.

    Parameters
    ----------
    alpha : (K,) array
        Concentrations, all positive. Small ones: each person is close to one prototype; large ones: all people are
        close to the mean.

    Raises
    ------
    GustibusError
        If a concentration is not positive and finite.

    Examples
    --------
    >>> prior = DirichletPrior([2.0, 1.0, 1.0])
    >>> prior.mean
    array([0.5 , 0.25, 0.25])
    >>> prior.covariance.round(4)
    array([[ 0.05  , -0.025 , -0.025 ],
           [-0.025 ,  0.0375, -0.0125],
           [-0.025 , -0.0125,  0.0375]])
    """

    family: ClassVar[str] = "dirichlet"
    alpha: FloatArray

    def __init__(self, alpha: npt.ArrayLike) -> None:
        values = np.array(alpha, dtype=np.float64).reshape(-1)
        values = checked_alpha(values, max(len(values), 1))
        values.flags.writeable = False
        object.__setattr__(self, "alpha", values)

    @classmethod
    def uniform(cls, n_prototypes: int) -> DirichletPrior:
        """Every point of the simplex equally likely in ``w``: all concentrations 1.

        Examples
        --------
        >>> DirichletPrior.uniform(3).alpha
        array([1., 1., 1.])
        """
        return cls(np.ones(n_prototypes))

    @property
    def n_prototypes(self) -> int:
        """Number of prototypes ``K``."""
        return len(self.alpha)

    @property
    def mean(self) -> FloatArray:
        """Mean weights ``(K,)``: the population."""
        mean: FloatArray = self.alpha / self.alpha.sum()
        return mean

    @property
    def covariance(self) -> FloatArray:
        """Covariance ``(K, K)`` of the weights."""
        mean = self.mean
        covariance: FloatArray = (np.diag(mean) - np.outer(mean, mean)) / (self.alpha.sum() + 1.0)
        return covariance

    @property
    def log_normaliser(self) -> float:
        r""":math:`\log B(\alpha) = \sum_k \log\Gamma(\alpha_k) - \log\Gamma(\sum_k \alpha_k)`."""
        return float(special.gammaln(self.alpha).sum() - special.gammaln(self.alpha.sum()))

    @property
    def mean_log_weights(self) -> FloatArray:
        r""":math:`E \log w_k = \psi(\alpha_k) - \psi(\sum_j \alpha_j)`, ``(K,)``."""
        expected: FloatArray = special.digamma(self.alpha) - special.digamma(self.alpha.sum())
        return expected

    def log_density(self, log_weights: FloatArray) -> FloatArray:
        """Log density in the softmax coordinates at weights given by their logarithms, ``(..., K)`` to ``(...,)``.

        Examples
        --------
        >>> DirichletPrior.uniform(2).log_density(np.log([[0.5, 0.5]])).round(3)
        array([-1.386])
        """
        density: FloatArray = log_weights @ self.alpha - self.log_normaliser
        return density

    def log_draws(self, n: int, seed: int = 0) -> FloatArray:
        """Logarithms ``(n, K)`` of weights drawn from the prior, well spread: scrambled Sobol points.

        Examples
        --------
        >>> weights = np.exp(DirichletPrior([0.5, 0.5]).log_draws(256, seed=1))
        >>> bool(abs(weights[:, 0].mean() - 0.5) < 0.01)
        True
        """
        return log_dirichlet_draws(self.alpha, n, seed)

    def draws(self, n: int, seed: int = 0) -> FloatArray:
        """Weights ``(n, K)`` of people drawn from the prior: scrambled Sobol points."""
        return np.exp(self.log_draws(n, seed))

    def arrays(self) -> dict[str, FloatArray]:
        """``alpha``: what there is to save."""
        return {"alpha": self.alpha}

    def place(
        self,
        answers: Answers,
        *,
        n_draws: int,
        seed: int,
        start: FloatArray | None = None,
        progress: Progress | None = None,
    ) -> Placement:
        """Everyone's posterior: the most probable weights exactly, the moments by importance sampling around them."""
        solution = solve_map(answers, self.alpha, start=start, progress=progress)
        sampler = PosteriorSampler(self, n_draws, seed)
        return sampled_placement(answers, self, sampler, solution.weights, solution.certificate, n_draws, progress)

    def posterior_draws(
        self, answers: Answers, map_weights: FloatArray, n_draws: int, seed: int
    ) -> tuple[FloatArray, FloatArray]:
        """Weighted draws of one person's weights, see ``PeoplePrior``."""
        if len(answers) == 0:
            return self.draws(n_draws, seed), np.full(n_draws, 1.0 / n_draws)
        drawn = PosteriorSampler(self, n_draws, seed).draw_again(answers, map_weights[None])
        return drawn.weights[0].T.copy(), drawn.mass[0]
