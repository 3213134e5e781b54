"""The Dirichlet prior over people's weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from gustibus.adapting.answers import FloatArray
from gustibus.adapting.map_weights import checked_alpha

__all__ = ["DirichletPrior", "log_gamma_quantile", "sobol"]


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

        Gamma variates by their quantile function, kept in log space, because with a concentration of 0.05 a weight
        is often below the smallest float.

        Examples
        --------
        >>> weights = np.exp(DirichletPrior([0.5, 0.5]).log_draws(256, seed=1))
        >>> bool(abs(weights[:, 0].mean() - 0.5) < 0.01)
        True
        """
        log_gammas = log_gamma_quantile(self.alpha, sobol(n, self.n_prototypes, seed))
        normalised: FloatArray = log_gammas - special.logsumexp(log_gammas, axis=1, keepdims=True)
        return normalised


def sobol(n: int, n_dimensions: int, seed: int) -> FloatArray:
    """``n`` scrambled Sobol points strictly inside the unit cube, ``(n, n_dimensions)`` (Owen 1998).

    Examples
    --------
    >>> points = sobol(8, 2, seed=0)
    >>> points.shape, bool((points > 0).all() and (points < 1).all())
    ((8, 2), True)
    """
    generator = stats.qmc.Sobol(n_dimensions, scramble=True, rng=np.random.default_rng(seed))
    n_bits = max(int(np.ceil(np.log2(max(n, 1)))), 0)
    points: FloatArray = generator.random_base2(n_bits)[:n]
    return np.clip(points, 2.0**-33, 1.0 - 2.0**-33)


def log_gamma_quantile(shape: FloatArray, probability: FloatArray) -> FloatArray:
    r"""Logarithm of the quantile of a ``Gamma(shape)`` variate, also where the quantile itself is no float.

    For small ``x`` the distribution function is :math:`x^a / \Gamma(a + 1)` up to a factor ``1 - O(x)``, which gives
    :math:`\log x = (\log p + \log\Gamma(a + 1)) / a`.

    Examples
    --------
    >>> log_gamma_quantile(np.array([1.0, 0.01]), np.array([1 - np.exp(-2.0), 1e-9])).round(1).tolist()
    [0.7, -2072.9]
    """
    tail = (np.log(probability) + special.gammaln(shape + 1.0)) / shape
    exact = special.gammaincinv(shape, probability)
    result: FloatArray = np.where(tail < -30.0, tail, np.log(np.maximum(exact, 1e-300)))
    return result
