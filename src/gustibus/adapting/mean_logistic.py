r"""Averages of the logistic function over a normal distribution, in closed form.

The standard logistic distribution is a scale mixture of normals; with eight of them (Monahan & Stefanski 1992, Normal
scale mixture approximations to F*(z) and computation of the logistic-normal integral)

.. math:: \sigma(x) \approx \sum_j p_j \Phi(s_j x)

to within 3e-9 everywhere. Its averages over :math:`s \sim N(m, v)` then are sums of normal ones with
:math:`\tau_j^2 = v + s_j^{-2}`, equally exact for every ``v``, where quadrature with a fixed number of nodes fails for
large ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

__all__ = [
    "EXPECTATIONS",
    "LOGISTIC_AS_NORMALS",
    "Expectations",
    "mackay_sigmoid_and_slope",
    "mean_sigmoid",
    "mean_sigmoid_and_slope",
    "mean_softplus",
]

FloatArray = npt.NDArray[np.float64]

Expectations = Literal["exact", "mackay"]
"""How averages of the logistic function over a normal distribution are taken."""

LOGISTIC_AS_NORMALS: tuple[tuple[float, float], ...] = tuple(
    (mass, scale**-2)
    for mass, scale in (
        (0.003246343272134, 1.365340806296348),
        (0.051517477033972, 1.059523971016916),
        (0.195077912673858, 0.830791313765644),
        (0.315569823632818, 0.650732166639391),
        (0.274149576158423, 0.508135425366489),
        (0.131076880695470, 0.396313345166341),
        (0.027912418727972, 0.308904252267995),
        (0.001449567805354, 0.238212616409306),
    )
)
"""Mass and variance of the normals that make up the standard logistic distribution."""

_ROOT_TAU = 1 / np.sqrt(2 * np.pi)


def mean_sigmoid(mean: FloatArray, variance: FloatArray) -> FloatArray:
    r""":math:`E\,\sigma(s)`.

    Examples
    --------
    >>> mean_sigmoid(np.array([2.0, 2.0]), np.array([0.0, 9.0])).round(4)
    array([0.8808, 0.7174])
    """
    result = np.zeros(np.broadcast_shapes(np.shape(mean), np.shape(variance)))
    for mass, spread in LOGISTIC_AS_NORMALS:
        result += mass * special.ndtr(mean / np.sqrt(variance + spread))
    # The masses sum to 1 but for rounding.
    return np.minimum(result, 1.0)


def mean_sigmoid_and_slope(mean: FloatArray, variance: FloatArray) -> tuple[FloatArray, FloatArray]:
    r""":math:`E\,\sigma(s)` and :math:`E\,\sigma'(s)`."""
    level, slope = np.zeros_like(mean), np.zeros_like(mean)
    for mass, spread in LOGISTIC_AS_NORMALS:
        rate = 1 / np.sqrt(variance + spread)
        x = mean * rate
        level += mass * special.ndtr(x)
        slope += mass * rate * _ROOT_TAU * np.exp(-0.5 * x * x)
    return level, slope


def mackay_sigmoid_and_slope(mean: FloatArray, variance: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""The same by a formula: :math:`\sigma(\kappa m)` and :math:`\kappa\,\sigma'(\kappa m)`, with
    :math:`\kappa = (1 + \pi v / 8)^{-1/2}`.

    Its slope, which is what answers tell about a person, is too small: posteriors that use it are wider.

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks.
    """
    rate = 1 / np.sqrt(1 + np.pi * variance / 8)
    level: FloatArray = special.expit(rate * mean)
    return level, rate * level * (1 - level)


EXPECTATIONS: dict[Expectations, Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]] = {
    "exact": mean_sigmoid_and_slope,
    "mackay": mackay_sigmoid_and_slope,
}


def mean_softplus(mean: FloatArray, variance: FloatArray) -> FloatArray:
    r""":math:`E\,\log(1 + e^s)`: the mean of ``max(s - L, 0)`` over logistic ``L``."""
    result = np.zeros_like(mean)
    for mass, spread in LOGISTIC_AS_NORMALS:
        tau = np.sqrt(variance + spread)
        x = mean / tau
        result += mass * (mean * special.ndtr(x) + tau * _ROOT_TAU * np.exp(-0.5 * x * x))
    return result
