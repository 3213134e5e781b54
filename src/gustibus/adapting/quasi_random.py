"""Well-spread random numbers: scrambled Sobol points, and the variates that are made of them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import special, stats

from gustibus.adapting.answers import FloatArray, IntArray

__all__ = ["log_dirichlet_draws", "log_gamma_quantile", "normal_draws", "sobol", "systematic_choice"]

_FEW = 4096


def sobol(n: int, n_dimensions: int, seed: int) -> FloatArray:
    """``n`` scrambled Sobol points strictly inside the unit cube, ``(n, n_dimensions)`` (Owen 1998); not to be changed.

    Small sets are kept: fits of priors ask for the same ones at every step, and scrambling takes longer than using
    them.

    Examples
    --------
    >>> points = sobol(8, 2, seed=0)
    >>> points.shape, bool((points > 0).all() and (points < 1).all())
    ((8, 2), True)
    """
    return (_kept if n * n_dimensions <= _FEW else _made)(n, n_dimensions, seed)


def _made(n: int, n_dimensions: int, seed: int) -> FloatArray:
    generator = stats.qmc.Sobol(n_dimensions, scramble=True, rng=np.random.default_rng(seed))
    n_bits = max(int(np.ceil(np.log2(max(n, 1)))), 0)
    points: FloatArray = generator.random_base2(n_bits)[:n]
    points = np.clip(points, 2.0**-33, 1.0 - 2.0**-33)
    points.flags.writeable = False
    return points


_kept = lru_cache(maxsize=512)(_made)


def normal_draws(n: int, n_dimensions: int, seed: int) -> FloatArray:
    """Standard normal variates ``(n, n_dimensions)`` from Sobol points; also in no dimension at all.

    Examples
    --------
    >>> normal_draws(1024, 2, seed=0).mean(axis=0).round(2) + 0.0
    array([0., 0.])
    """
    if n_dimensions == 0:
        return np.zeros((n, 0))
    variates: FloatArray = special.ndtri(sobol(n, n_dimensions, seed))
    return variates


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


def log_dirichlet_draws(alpha: FloatArray, n: int, seed: int) -> FloatArray:
    """Logarithms ``(n, K)`` of ``Dirichlet(alpha)`` weights.

    Gamma variates by their quantile function, kept in log space, because with a concentration of 0.05 a weight is
    often below the smallest float.

    Examples
    --------
    >>> log_dirichlet_draws(np.array([0.5, 0.5]), 4, seed=0).shape
    (4, 2)
    """
    log_gammas = log_gamma_quantile(alpha, sobol(n, len(alpha), seed))
    normalised: FloatArray = log_gammas - special.logsumexp(log_gammas, axis=1, keepdims=True)
    return normalised


def systematic_choice(mass: FloatArray, n: int, seed: int) -> IntArray:
    """``n`` indices drawn with the given masses ``(N,)`` (summing to 1), one in each ``n``-th part of them.

    The masses are shuffled before they are laid end to end: every fourth of a row of Sobol points, say, lies in one
    quarter of the cube.

    Examples
    --------
    >>> np.bincount(systematic_choice(np.array([0.25, 0.75]), 100, seed=0)).tolist()
    [25, 75]
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(mass))
    steps = (np.arange(n) + rng.random()) / n
    chosen = np.minimum(np.searchsorted(np.cumsum(mass[order]), steps), len(mass) - 1)
    return rng.permutation(order[chosen]).astype(np.intp, copy=False)
