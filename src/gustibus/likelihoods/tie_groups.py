"""How common ties are in each group, shrunk to how common they are among all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import GustibusError
from gustibus.likelihoods.contract import BoolArray, FloatArray
from gustibus.likelihoods.tie_level import TieLikelihood, fit_ties_and_scale, lost_under

__all__ = ["TieLevels", "fit_ties_by_group"]

T = TypeVar("T", bound=TieLikelihood)

_WIDE: Final = 3.0  # prior sd while groups are looked at by themselves, in log-odds of a tie
_LEAST_SD: Final = 1e-3
_ROUNDS: Final = 200
_STEP: Final = 0.02
_FARTHEST: Final = 8.0


@dataclass(frozen=True)
class TieLevels:
    """A likelihood of ties whose parameter hangs on the group that was asked.

    Attributes
    ----------
    likelihood : TieLikelihood
        Of everybody, and so of groups that are not known.
    groups : tuple of str
    levels : tuple of float
        :attr:`TieLikelihood.level` of each group.

    Examples
    --------
    >>> from gustibus.likelihoods import RaoKupper
    >>> levels = TieLevels(RaoKupper(theta=2.0), ("north",), (0.2,))
    >>> levels.of(["north", "west", None]).round(2)
    array([0.2 , 0.69, 0.69])
    """

    likelihood: TieLikelihood
    groups: tuple[str, ...]
    levels: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.groups) != len(self.levels):
            raise GustibusError(f"{len(self.groups)} groups were given beside {len(self.levels)} levels; give one each")

    def of(self, groups: Sequence[str | None]) -> FloatArray:
        """Level of each of these groups, shape (n,); everybody's where a group is not known, or None."""
        known = dict(zip(self.groups, self.levels, strict=True))
        pooled = self.likelihood.level
        return np.array([pooled if group is None else known.get(group, pooled) for group in groups], np.float64)

    def by_group(self) -> dict[str, TieLikelihood]:
        """The likelihood of each group."""
        return {name: self.likelihood.of_level(level) for name, level in zip(self.groups, self.levels, strict=True)}

    def to_dict(self) -> dict[str, Any]:
        """Level by group, ready for JSON."""
        return dict(zip(self.groups, self.levels, strict=True))


def fit_ties_by_group(
    likelihood: T,
    mean: FloatArray,
    variance: FloatArray,
    outcome: FloatArray,
    tie: BoolArray,
    weight: FloatArray,
    group: npt.NDArray[np.intp],
    n_groups: int,
    *,
    free_scale: bool = False,
) -> tuple[T, FloatArray]:
    r"""The parameter of all, and that of each group, given predictions of the same judgements.

    With :math:`\lambda_g` the log-odds of a tie between two equally good responses,

    .. math:: \lambda_g \sim N(\lambda, \tau^2)

    around that of all (*ours*). :math:`\tau` is fitted by marginal likelihood, each group's likelihood taken as normal
    around its peak; then each :math:`\lambda_g` is the most probable one. A group with many judgements is therefore
    where it would be by itself, one with few is near all, and groups that do not differ are where all are.

    Parameters
    ----------
    likelihood, mean, variance, outcome, tie, weight, free_scale
        As of :func:`fit_ties`.
    group : ndarray of int, shape (n,)
        ``0 .. n_groups - 1``; -1 for judgements without a group, which count for all only.
    n_groups : int

    Returns
    -------
    tuple
        The likelihood of all, and levels ``(n_groups,)``.

    Raises
    ------
    GustibusError
        As :func:`fit_ties` does.

    Examples
    --------
    >>> from gustibus.likelihoods import RaoKupper
    >>> group, zero = np.repeat([0, 1], 1000), np.zeros(2000)
    >>> tie = np.arange(2000) % 10 < np.where(group == 0, 1, 4)
    >>> _, levels = fit_ties_by_group(RaoKupper(), zero, zero, np.where(tie, 0.5, 1.0), tie, np.ones(2000), group, 2)
    >>> np.tanh(levels / 2).round(2)  # shares at log-odds 0: a tenth, four tenths
    array([0.1, 0.4])
    """
    pooled, factor = fit_ties_and_scale(likelihood, mean, variance, outcome, tie, weight, free_scale=free_scale)
    centre = _logit(pooled.tie_share)
    columns = (factor * mean, factor**2 * variance, outcome, tie, weight)
    parts = [[column[group == number] for column in columns] for number in range(n_groups)]
    alone = [_peak(pooled, part, centre, _WIDE) for part in parts]
    spread = _spread(alone, centre)
    peaks = [_peak(pooled, part, centre, spread)[0] for part in parts]
    return pooled, np.array([pooled.of_tie_share(_sigmoid(peak)).level for peak in peaks], np.float64)


def _peak(likelihood: TieLikelihood, part: list[Any], centre: float, sd: float) -> tuple[float, float]:
    """The most probable log-odds of a tie of one group, and the precision that its judgements give it."""
    from scipy.optimize import minimize_scalar

    mean, variance, outcome, tie, weight = part
    if sd <= _LEAST_SD or not weight.sum() > 0:
        return centre, 0.0

    def lost(at: float) -> float:
        by = likelihood.of_tie_share(_sigmoid(at))
        return float(weight @ lost_under(by, mean, variance, outcome, tie)) + 0.5 * ((at - centre) / sd) ** 2

    bounds = (centre - _FARTHEST, centre + _FARTHEST)
    peak = float(minimize_scalar(lost, bounds=bounds, method="bounded", options={"xatol": 1e-4}).x)
    curvature = (lost(peak + _STEP) - 2 * lost(peak) + lost(peak - _STEP)) / _STEP**2
    return peak, max(curvature - 1 / sd**2, 0.0)


def _spread(alone: list[tuple[float, float]], centre: float) -> float:
    """Standard deviation of groups by EM, from peaks under a wide prior, whose pull is taken out."""
    known = [(peak - centre, precision) for peak, precision in alone if precision > 0]
    if not known:
        return 0.0
    away, precision = np.array(known).T
    by_data = away * (precision + 1 / _WIDE**2) / precision
    variance = float(np.mean(by_data**2))
    for _ in range(_ROUNDS):
        left = 1 / (precision + 1 / max(variance, _LEAST_SD**2))
        variance = float(np.mean((left * precision * by_data) ** 2 + left))
    return math.sqrt(variance)


def _logit(share: float) -> float:
    return math.log(share) - math.log1p(-share)


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))
