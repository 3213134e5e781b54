"""The hinge loss, as in the published PAL text experiments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gustibus.comparisons import GustibusError
from gustibus.likelihoods.contract import Likelihood, refuse_no_number

__all__ = ["Hinge"]


@dataclass(frozen=True)
class Hinge(Likelihood):
    r"""``y max(0, m - s) + (1 - y) max(0, m + s)``: no pull once the preferred response leads by the margin m.

    It is not a log-likelihood, so ``sigma(s)`` is no probability after a hinge fit; fitting therefore scales the scores
    by one temperature chosen on validation data before people are placed with the logistic likelihood.

    Parameters
    ----------
    margin : float
        m, in units of the score.

    References
    ----------
    Chen et al. (2024), PAL, arXiv 2406.08469 (margin 1).

    Examples
    --------
    >>> import torch
    >>> Hinge().loss(torch.tensor([0.25, 2.0]), torch.tensor([1.0, 1.0])).tolist()
    [0.75, 0.0]
    """

    name: ClassVar[str] = "hinge"
    margin: float = 1.0

    def __post_init__(self) -> None:
        refuse_no_number(self.name, "margin", self.margin)
        if not self.margin > 0:
            raise GustibusError(
                f"likelihood='hinge': margin must be positive, got {self.margin}; give 1, as published, or another"
            )

    def loss(
        self,
        log_odds: Tensor,
        outcome: Tensor,
        *,
        tie: Tensor | None = None,
        margin: Tensor | None = None,
        level: Tensor | None = None,
    ) -> Tensor:
        """Hinge loss of each record, shape (n,)."""
        shortfall_a = (self.margin - log_odds).clamp_min(0)
        shortfall_b = (self.margin + log_odds).clamp_min(0)
        return outcome * shortfall_a + (1 - outcome) * shortfall_b
