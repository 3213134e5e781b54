"""Likelihoods with ties, and how often people tie, learned from predictions that are uncertain."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import ClassVar, Final, TypeVar

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import GustibusError
from gustibus.likelihoods.contract import BoolArray, FloatArray, Likelihood

__all__ = ["TieLikelihood", "fit_ties", "three_way_of_normal"]

_N_NODES: Final = 21
_SMALLEST: Final = 1e-300
_MOST_LOG_FACTOR: Final = 2.0

T = TypeVar("T", bound="TieLikelihood")


class TieLikelihood(Likelihood):
    """A likelihood in which a tie is an outcome of its own, with one parameter that says how common ties are.

    Attributes
    ----------
    level_bounds : (float, float)
        Between which the parameter is looked for, on the scale of :attr:`level`.
    """

    ties: ClassVar[bool] = True
    describes_answers: ClassVar[bool] = True
    level_bounds: ClassVar[tuple[float, float]]

    @property
    @abstractmethod
    def level(self) -> float:
        """The parameter on a scale on which it may be any number between the bounds."""

    @abstractmethod
    def of_level(self: T, level: float) -> T:
        """The same likelihood with another parameter."""

    @abstractmethod
    def of_tie_share(self: T, share: float) -> T:
        """The parameter with which two equally good responses tie with this probability."""

    @property
    def tie_share(self) -> float:
        """How probable a tie is between two equally good responses."""
        return float(self.three_way(np.zeros(1))[0, 1])


def three_way_of_normal(likelihood: Likelihood, mean: FloatArray, variance: FloatArray) -> FloatArray:
    """P(a), P(tie), P(b), shape (n, 3), averaged over normal log-odds, by Gauss-Hermite quadrature.

    Parameters
    ----------
    likelihood : Likelihood
        With ties.
    mean, variance : ndarray, shape (n,)

    Examples
    --------
    >>> from gustibus.likelihoods import RaoKupper
    >>> three_way_of_normal(RaoKupper(theta=2.0), np.zeros(1), np.array([4.0])).round(3)
    array([[0.396, 0.207, 0.396]])
    """
    nodes, mass = _nodes()
    s = mean[:, None] + np.sqrt(np.maximum(variance, 0.0))[:, None] * nodes
    each = likelihood.three_way(s.reshape(-1)).reshape(*s.shape, 3)
    return np.asarray(np.einsum("nqc,q->nc", each, mass))


def fit_ties(
    likelihood: T,
    mean: FloatArray,
    variance: FloatArray,
    outcome: FloatArray,
    tie: BoolArray,
    weight: FloatArray,
    *,
    free_scale: bool = False,
) -> T:
    """The parameter of maximum likelihood, given predictions of the same judgements.

    Parameters
    ----------
    likelihood : TieLikelihood
        Its own parameter is not looked at.
    mean, variance : ndarray, shape (n,)
        Of log-odds that are normal given what is known; best of judgements that were not learned from.
    outcome, tie, weight : ndarray, shape (n,)
    free_scale : bool
        Whether log-odds may be too large or too small by one common factor, which is fitted beside the parameter and
        forgotten. Log-odds that were fitted with a parameter that was too large are too large themselves; a free factor
        keeps that out of what is learned here.

    Raises
    ------
    GustibusError
        If there are no ties, or nothing but ties.

    Examples
    --------
    >>> from gustibus.likelihoods import RaoKupper
    >>> tie = np.arange(100) < 20
    >>> found = fit_ties(RaoKupper(), np.zeros(100), np.zeros(100), np.where(tie, 0.5, 1.0), tie, np.ones(100))
    >>> round(found.theta, 3)  # a share of 0.2 at log-odds 0: (1 + 0.2) / (1 - 0.2)
    1.5
    """
    return fit_ties_and_scale(likelihood, mean, variance, outcome, tie, weight, free_scale=free_scale)[0]


def fit_ties_and_scale(
    likelihood: T,
    mean: FloatArray,
    variance: FloatArray,
    outcome: FloatArray,
    tie: BoolArray,
    weight: FloatArray,
    *,
    free_scale: bool,
) -> tuple[T, float]:
    """What :func:`fit_ties` finds, and the factor on log-odds that it forgets; 1 unless that is free."""
    from scipy.optimize import minimize, minimize_scalar

    tied, rest = float(weight[tie].sum()), float(weight[~tie].sum())
    if not (tied > 0 and rest > 0):
        which = "no ties" if tied <= 0 else "nothing but ties"
        raise GustibusError(
            f"likelihood={likelihood.name!r} learns how common ties are, and there are {which} among {len(tie)} "
            "judgements. Give its parameter, or use likelihood='logistic'."
        )

    def lost(level: float, factor: float = 1.0) -> float:
        each = lost_under(likelihood.of_level(level), factor * mean, factor**2 * variance, outcome, tie)
        return float(weight @ each) / (tied + rest)

    found = minimize_scalar(lost, bounds=likelihood.level_bounds, method="bounded", options={"xatol": 1e-5})
    level = float(found.x)
    if not free_scale:
        return likelihood.of_level(level), 1.0
    bounds = [likelihood.level_bounds, (-_MOST_LOG_FACTOR, _MOST_LOG_FACTOR)]
    both = minimize(lambda x: lost(x[0], math.exp(x[1])), [level, 0.0], method="L-BFGS-B", bounds=bounds)
    return likelihood.of_level(float(both.x[0])), math.exp(float(both.x[1]))


def lost_under(
    likelihood: Likelihood, mean: FloatArray, variance: FloatArray, outcome: FloatArray, tie: BoolArray
) -> FloatArray:
    """Log loss (nats) of each judgement, its three probabilities averaged over normal log-odds, shape (n,)."""
    a, both, b = three_way_of_normal(likelihood, mean, variance).clip(_SMALLEST).T
    return np.asarray(-np.where(tie, np.log(both), outcome * np.log(a) + (1 - outcome) * np.log(b)))


def _nodes() -> tuple[FloatArray, FloatArray]:
    nodes: npt.NDArray[np.float64]
    nodes, mass = np.polynomial.hermite_e.hermegauss(_N_NODES)
    return nodes, mass / mass.sum()
