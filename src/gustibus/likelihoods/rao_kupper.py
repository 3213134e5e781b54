"""Ties by Rao and Kupper: a threshold that the difference has to pass."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from gustibus.comparisons import GustibusError
from gustibus.likelihoods.contract import BoolArray, FloatArray, refuse_no_number
from gustibus.likelihoods.terms import Terms
from gustibus.likelihoods.tie_level import TieLikelihood

__all__ = ["RaoKupper"]

_LARGEST: Final = 1e12
"""Of theta; all but one in 10^12 judgements of equally good responses are ties then."""


@dataclass(frozen=True)
class RaoKupper(TieLikelihood):
    r"""A response is preferred if it leads by more than a threshold; otherwise it is a tie.

    .. math:: P(a) = \sigma(s - \log\theta), \quad P(b) = \sigma(-s - \log\theta), \quad
              P(\text{tie}) = (\theta^2 - 1) P(a) P(b)

    A tie is therefore a narrow win of each, up to a constant, so that every model takes it exactly and convex fits
    stay convex. Given that there is no tie, P(a) is *not* ``sigma(s)`` but further from one half.

    Parameters
    ----------
    theta : float, optional
        >= 1, at most 1e12; ``log(theta)`` is the threshold in log-odds. None: learned by the fit, by the likelihood of
        validation judgements under predictions that average over what is not known about people.

    References
    ----------
    Rao & Kupper (1967), Ties in paired-comparison experiments: a generalization of the Bradley-Terry model, Journal of
    the American Statistical Association 62.

    Examples
    --------
    >>> RaoKupper(theta=2.0).three_way(np.array([0.0])).round(3)
    array([[0.333, 0.333, 0.333]])
    """

    name: ClassVar[str] = "rao-kupper"
    level_bounds: ClassVar[tuple[float, float]] = (1e-4, 12.0)
    theta: float | None = None

    def __post_init__(self) -> None:
        refuse_no_number(self.name, "theta", self.theta, may_be_learned=True, largest=_LARGEST)
        if self.theta is not None and not self.theta >= 1:
            raise GustibusError(
                f"likelihood='rao-kupper': theta must be at least 1, got {self.theta:g}; give a larger one, or leave "
                "it out and the fit learns it"
            )

    @property
    def threshold(self) -> float:
        """``log(theta)``, by how many log-odds a response has to lead.

        Raises
        ------
        GustibusError
            If it is yet to be learned.
        """
        if self.theta is None:
            raise GustibusError("likelihood='rao-kupper' has no theta before the fit has learned it; give theta")
        return math.log(self.theta)

    @property
    def level(self) -> float:
        """The threshold."""
        return self.threshold

    def of_level(self, level: float) -> RaoKupper:
        """With another threshold."""
        return RaoKupper(theta=math.exp(level))

    def of_tie_share(self, share: float) -> RaoKupper:
        """``theta = (1 + share) / (1 - share)``."""
        return RaoKupper(theta=(1 + share) / (1 - share))

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
        threshold = torch.full_like(log_odds, self.threshold) if level is None else level
        for_a, for_b = logsigmoid(log_odds - threshold), logsigmoid(-log_odds - threshold)
        lost = -(outcome * for_a + (1 - outcome) * for_b)
        if tie is None or not bool(tie.any()):
            return lost
        self._refuse_no_room(threshold[tie].detach().cpu().numpy())
        narrow = 2 * torch.where(tie, threshold, torch.ones_like(threshold))
        return torch.where(tie, -(torch.log(torch.expm1(narrow)) + for_a + for_b), lost)

    def terms(self, outcome: FloatArray, tie: BoolArray, margin: FloatArray, level: FloatArray | None = None) -> Terms:
        """One term for a clear answer, two for a tie or a share."""
        for_a, for_b = np.where(tie, 1.0, outcome), np.where(tie, 1.0, 1 - outcome)
        threshold = np.full(len(outcome), self.threshold) if level is None else level
        constant = np.zeros(len(outcome))
        if tie.any():
            self._refuse_no_room(threshold[tie])
            constant[tie] = np.log(np.expm1(2 * threshold[tie]))
        return Terms.of_sides(for_a, for_b, threshold, constant)

    def three_way(self, log_odds: FloatArray, level: FloatArray | None = None) -> FloatArray:
        """P(a), P(tie), P(b), shape (n, 3)."""
        threshold = np.asarray(self.threshold if level is None else level)
        a, b = (1 / (1 + np.exp(np.clip(threshold - signed, -700, 700))) for signed in (log_odds, -log_odds))
        return np.stack([a, np.expm1(2 * threshold) * a * b, b], axis=-1)

    def _refuse_no_room(self, threshold: FloatArray) -> None:
        if not (threshold > 0).all():
            raise GustibusError("likelihood='rao-kupper' with theta=1 gives ties no probability; give a larger theta")
