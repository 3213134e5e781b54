"""Some labels are the wrong way round: a share of them carries no pull however sure the scores are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from gustibus.likelihoods.contract import Likelihood
from gustibus.likelihoods.label_smoothing import check_rate

__all__ = ["Flip"]


@dataclass(frozen=True)
class Flip(Likelihood):
    r"""Every label is the wrong way round with probability :math:`\varepsilon`.

    .. math:: -y \log[(1 - \varepsilon) \sigma(s) + \varepsilon \sigma(-s)]
              - (1 - y) \log[(1 - \varepsilon) \sigma(-s) + \varepsilon \sigma(s)]

    A label that the scores contradict strongly stops pulling: robust, and therefore not concave. Maps are fitted with
    it by descent; people are then placed with the logistic likelihood, which is approximate.

    Parameters
    ----------
    epsilon : float
        In [0, 1/2).

    Examples
    --------
    >>> s = torch.tensor([-50.0])
    >>> round(Flip(0.1).loss(s, torch.ones(1)).item(), 3)  # never more than log(1 / epsilon)
    2.303
    """

    name: ClassVar[str] = "flip"
    concave: ClassVar[bool] = False
    epsilon: float = 0.1

    def __post_init__(self) -> None:
        check_rate(self.name, self.epsilon)

    def loss(
        self,
        log_odds: Tensor,
        outcome: Tensor,
        *,
        tie: Tensor | None = None,
        margin: Tensor | None = None,
        level: Tensor | None = None,
    ) -> Tensor:
        """Negative log probability of each label, shape (n,)."""
        right, wrong = math.log(1 - self.epsilon), math.log(self.epsilon) if self.epsilon else -math.inf
        for_a = torch.logaddexp(right + logsigmoid(log_odds), wrong + logsigmoid(-log_odds))
        for_b = torch.logaddexp(right + logsigmoid(-log_odds), wrong + logsigmoid(log_odds))
        return -(outcome * for_a + (1 - outcome) * for_b)
