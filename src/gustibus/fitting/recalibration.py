"""Maps from the log-odds that a model states to those that its validation judgements bear out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError
from gustibus.fitting.temperature import shrunk_factor

__all__ = [
    "CalibrationMethod",
    "Isotonic",
    "LogOddsMap",
    "Temperature",
    "fit_isotonic",
    "fit_temperature",
    "recalibrate",
]

Floats = NDArray[np.float64]
CalibrationMethod = Literal["temperature", "isotonic"]


class LogOddsMap(Protocol):
    """An odd, non-decreasing function of log-odds: swapping a and b still flips the sign exactly."""

    def __call__(self, log_odds: ArrayLike) -> Floats:
        """The calibrated log-odds, in the same shape."""

    def slope(self, log_odds: ArrayLike) -> Floats:
        """Derivative there, in the same shape: what a small standard deviation is multiplied by."""


@dataclass(frozen=True)
class Temperature:
    """Log-odds times one factor, the inverse temperature (Guo et al. 2017, arXiv 1706.04599).

    Attributes
    ----------
    factor
        Below 1 for a model that is too sure.

    Examples
    --------
    >>> Temperature(0.5)([2.0, -1.0]).tolist()
    [1.0, -0.5]
    """

    factor: float

    def __call__(self, log_odds: ArrayLike) -> Floats:
        return self.factor * np.asarray(log_odds, dtype=np.float64)

    def slope(self, log_odds: ArrayLike) -> Floats:
        return np.full(np.shape(log_odds), self.factor)


@dataclass(frozen=True, eq=False)
class Isotonic:
    """A piecewise linear, odd function of the log-odds that never decreases.

    Attributes
    ----------
    at
        Positive log-odds as stated, ascending, shape (k,).
    becomes
        What they become, positive and ascending, shape (k,); linear in between and from (0, 0), constant beyond.

    Examples
    --------
    >>> Isotonic(np.array([1.0, 3.0]), np.array([0.5, 1.0]))([0.5, -2.0, 9.0]).tolist()
    [0.25, -0.75, 1.0]
    """

    at: Floats
    becomes: Floats

    def __call__(self, log_odds: ArrayLike) -> Floats:
        s = np.asarray(log_odds, dtype=np.float64)
        return np.asarray(np.sign(s) * np.interp(np.abs(s), self._knots, self._values))

    def slope(self, log_odds: ArrayLike) -> Floats:
        rise = np.append(np.diff(self._values) / np.diff(self._knots), 0.0)
        piece = np.searchsorted(self._knots, np.abs(np.asarray(log_odds, dtype=np.float64)), side="right") - 1
        return np.asarray(rise[piece])

    @property
    def _knots(self) -> Floats:
        return np.concatenate([[0.0], self.at])

    @property
    def _values(self) -> Floats:
        return np.concatenate([[0.0], self.becomes])


def fit_temperature(log_odds: ArrayLike, outcome: ArrayLike, weight: ArrayLike | None = None) -> Temperature:
    """The factor on the log-odds that validation judgements bear out, drawn a little towards 1.

    The most probable factor under a normal prior on its logarithm with standard deviation 0.2 (*ours*): a few dozen
    judgements leave it near 1, a thousand decide it.

    Parameters
    ----------
    log_odds
        As stated by a model that was not fitted to these judgements, shape (n,).
    outcome
        What was said, in [0, 1], shape (n,).
    weight
        Shape (n,). Default: 1.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> s = rng.normal(size=5000)
    >>> too_sure = 2 * s
    >>> round(fit_temperature(too_sure, rng.uniform(size=5000) < 1 / (1 + np.exp(-s))).factor, 1)
    0.5
    """
    s, y, w = _checked(log_odds, outcome, weight)
    return Temperature(shrunk_factor(torch.from_numpy(s), torch.from_numpy(y), torch.from_numpy(w)))


def fit_isotonic(log_odds: ArrayLike, outcome: ArrayLike, weight: ArrayLike | None = None) -> Isotonic:
    r"""Isotonic regression of what was said on the log-odds, fitted to both sides of every judgement.

    Every judgement enters as (s, y) and as (-s, 1 - y), so that the fitted shares obey P(a, b) = 1 - P(b, a) (*ours*;
    isotonic calibration: Zadrozny and Elkan 2002). Pool-adjacent-violators finds the shares of blocks of judgements;
    they are joined by lines through the blocks' mean log-odds, constant beyond the last, as in centred isotonic
    regression (Oron and Flournoy 2017), which keeps predictions within blocks apart. One tie at the largest log-odds
    keeps certainty out.

    It can bend where a temperature cannot, and wants more judgements for that: with few a temperature
    is the safer choice.

    Parameters
    ----------
    log_odds
        As stated by a model that was not fitted to these judgements, shape (n,).
    outcome
        What was said, in [0, 1], shape (n,).
    weight
        Shape (n,). Default: 1.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> s = rng.normal(size=5000)
    >>> bent = np.sign(s) * s**2
    >>> found = fit_isotonic(bent, rng.uniform(size=5000) < 1 / (1 + np.exp(-s)))
    >>> found([0.25, 1.0, 4.0]).round(1).tolist()
    [0.4, 1.1, 2.1]
    """
    from scipy.optimize import isotonic_regression

    s, y, w = _checked(log_odds, outcome, weight)
    if not np.any(s):
        return Isotonic(np.zeros(0), np.zeros(0))
    s, y, w = np.append(s, np.abs(s).max()), np.append(y, 0.5), np.append(w, w.mean())
    at, level = np.unique(np.concatenate([-s, s]), return_inverse=True)
    both = np.concatenate([w, w])
    mass = np.bincount(level, both)
    share = np.bincount(level, np.concatenate([w * (1 - y), w * y])) / mass
    found = isotonic_regression(share, weights=mass)
    block = np.repeat(np.arange(len(found.weights)), np.diff(found.blocks))
    middle = np.bincount(block, mass * at) / found.weights
    blocks_share = found.x[found.blocks[:-1]]
    above = (blocks_share > 0.5 + 1e-12) & (middle > 0)
    return Isotonic(middle[above], np.log(blocks_share[above]) - np.log1p(-blocks_share[above]))


def recalibrate(
    log_odds: ArrayLike,
    outcome: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    method: CalibrationMethod = "temperature",
) -> Temperature | Isotonic:
    """`fit_temperature` or `fit_isotonic`, by name.

    Raises
    ------
    GustibusError
        The method is not known, lengths differ, or values are out of range.
    """
    if method == "temperature":
        return fit_temperature(log_odds, outcome, weight)
    if method == "isotonic":
        return fit_isotonic(log_odds, outcome, weight)
    raise GustibusError(
        f"method={method!r} is not known; use one of {', '.join(map(repr, get_args(CalibrationMethod)))}"
    )


def _checked(log_odds: ArrayLike, outcome: ArrayLike, weight: ArrayLike | None) -> tuple[Floats, Floats, Floats]:
    s, y = np.array(log_odds, dtype=np.float64), np.array(outcome, dtype=np.float64)
    w = np.ones(s.shape) if weight is None else np.array(weight, dtype=np.float64)
    if s.ndim != 1 or s.shape != y.shape or s.shape != w.shape:
        raise GustibusError(
            f"log_odds {s.shape}, outcome {y.shape} and weight {w.shape} must be one-dimensional and equally long"
        )
    kept = w > 0
    if not kept.any():
        raise GustibusError("there are no judgements to calibrate on: give validation judgements")
    if not (np.all(np.isfinite(s)) and np.all((y >= 0) & (y <= 1)) and np.all(w >= 0) and math.isfinite(w.sum())):
        raise GustibusError("log-odds must be finite, outcomes in [0, 1], and weights finite and not negative")
    return s[kept], y[kept], w[kept]
