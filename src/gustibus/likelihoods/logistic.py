"""The logistic likelihood with soft outcomes."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from gustibus.likelihoods.contract import Likelihood

__all__ = ["Logistic"]


class Logistic(Likelihood):
    r"""Cross-entropy between the outcome's share and ``sigma(s)``, in nats.

    .. math:: -[y \log \sigma(s) + (1 - y) \log \sigma(-s)]

    A hard outcome has y = 1 or 0, a vote share anything between; its optimum is ``s = logit(y)``. A tie enters as
    y = 1/2: it says that neither response is better, which is not the same as a model of ties.

    Examples
    --------
    >>> import torch
    >>> round(Logistic().loss(torch.tensor([0.0]), torch.tensor([1.0])).item(), 4)
    0.6931
    """

    name = "logistic"

    def loss(self, log_odds: Tensor, outcome: Tensor) -> Tensor:
        """Cross-entropy of each record, shape (n,)."""
        return binary_cross_entropy_with_logits(log_odds, outcome, reduction="none")
