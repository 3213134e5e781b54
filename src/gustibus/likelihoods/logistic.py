"""The logistic likelihood with soft outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from gustibus.likelihoods.contract import BoolArray, FloatArray, Likelihood
from gustibus.likelihoods.terms import Terms

__all__ = ["Logistic"]


@dataclass(frozen=True)
class Logistic(Likelihood):
    r"""Cross-entropy between the outcome's share and ``sigma(s)``, in nats.

    .. math:: -[y \log \sigma(s) + (1 - y) \log \sigma(-s)]

    A hard outcome has y = 1 or 0, a vote share anything between; its optimum is ``s = logit(y)``. A tie enters as
    y = 1/2: it says that neither response is better, which is not the same as a model of ties
    (:class:`RaoKupper`, :class:`Davidson`).

    Examples
    --------
    >>> import torch
    >>> round(Logistic().loss(torch.tensor([0.0]), torch.tensor([1.0])).item(), 4)
    0.6931
    """

    name: ClassVar[str] = "logistic"
    describes_answers: ClassVar[bool] = True

    def loss(
        self,
        log_odds: Tensor,
        outcome: Tensor,
        *,
        tie: Tensor | None = None,
        margin: Tensor | None = None,
        level: Tensor | None = None,
    ) -> Tensor:
        """Cross-entropy of each record, shape (n,)."""
        return binary_cross_entropy_with_logits(log_odds, outcome, reduction="none")

    def terms(self, outcome: FloatArray, tie: BoolArray, margin: FloatArray, level: FloatArray | None = None) -> Terms:
        """One term a record."""
        return Terms.one_each(outcome)
