"""Ties by Davidson: an outcome of its own, as probable as the two others' geometric mean says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
import torch
from torch import Tensor

from gustibus.comparisons import GustibusError
from gustibus.likelihoods.contract import FloatArray, refuse_no_number
from gustibus.likelihoods.tie_level import TieLikelihood

__all__ = ["Davidson"]

_LARGEST: Final = 1e12
"""Of nu; all but two in 10^12 judgements of equally good responses are ties then."""


@dataclass(frozen=True)
class Davidson(TieLikelihood):
    r"""A tie is as probable as :math:`\nu` times the geometric mean of the two other outcomes.

    .. math:: P(a) = \frac{e^{s/2}}{\nu + e^{s/2} + e^{-s/2}}, \quad
              P(\text{tie}) = \frac{\nu}{\nu + e^{s/2} + e^{-s/2}}

    Given that there is no tie, :math:`P(a) = \sigma(s)`. With a tie as outcome y = 1/2 an answer costs
    :math:`\log(1 + \nu e^{s/2} + e^s) - y s`, less :math:`\log \nu` for a tie: the logistic loss with another convex
    function of s (:class:`gustibus.adapting.TieLink`), so convex fits and exact placing stay what they are.

    Parameters
    ----------
    nu : float, optional
        >= 0, at most 1e12; two equally good responses tie with probability ``nu / (nu + 2)``. None: learned by the
        fit, as the parameter of :class:`RaoKupper` is.

    References
    ----------
    Davidson (1970), On extending the Bradley-Terry model to accommodate ties in paired comparison experiments, Journal
    of the American Statistical Association 65.

    Examples
    --------
    >>> Davidson(nu=1.0).three_way(np.array([0.0])).round(3)
    array([[0.333, 0.333, 0.333]])
    """

    name: ClassVar[str] = "davidson"
    level_bounds: ClassVar[tuple[float, float]] = (-12.0, 12.0)
    nu: float | None = None

    def __post_init__(self) -> None:
        refuse_no_number(self.name, "nu", self.nu, may_be_learned=True, largest=_LARGEST)
        if self.nu is not None and not self.nu >= 0:
            raise GustibusError(
                f"likelihood='davidson': nu must not be negative, got {self.nu:g}; give 0 or more, or leave it out and "
                "the fit learns it"
            )

    @property
    def known_nu(self) -> float:
        """``nu``.

        Raises
        ------
        GustibusError
            If it is yet to be learned.
        """
        if self.nu is None:
            raise GustibusError("likelihood='davidson' has no nu before the fit has learned it; give nu")
        return self.nu

    @property
    def level(self) -> float:
        """``log(nu)``."""
        return math.log(max(self.known_nu, 1e-300))

    def of_level(self, level: float) -> Davidson:
        """With another ``log(nu)``."""
        return Davidson(nu=math.exp(level))

    def of_tie_share(self, share: float) -> Davidson:
        """``nu = 2 share / (1 - share)``."""
        return Davidson(nu=2 * share / (1 - share))

    def loss(
        self,
        log_odds: Tensor,
        outcome: Tensor,
        *,
        tie: Tensor | None = None,
        margin: Tensor | None = None,
        level: Tensor | None = None,
    ) -> Tensor:
        """Negative log probability of each record, shape (n,); shares of clear answers are weighted."""
        half = log_odds / 2
        small = torch.exp(-half.abs())
        nu = self.known_nu if level is None else torch.exp(level)
        lost = half + half.abs() + torch.log1p(small * (nu + small)) - outcome * log_odds
        if tie is None or not bool(tie.any()):
            return lost
        if level is None and not self.known_nu > 0:
            raise GustibusError("likelihood='davidson' with nu=0 gives ties no probability; give a larger nu")
        return torch.where(tie, lost - (self.level if level is None else level), lost)

    def three_way(self, log_odds: FloatArray, level: FloatArray | None = None) -> FloatArray:
        """P(a), P(tie), P(b), shape (n, 3)."""
        nu = self.known_nu if level is None else np.exp(level)
        small = np.exp(-np.abs(log_odds) / 2)
        total = 1.0 + small * (nu + small)
        larger, smaller = 1.0 / total, small * small / total
        first = log_odds >= 0
        return np.stack(
            [np.where(first, larger, smaller), nu * small / total, np.where(first, smaller, larger)], axis=-1
        )
