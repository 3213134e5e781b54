"""What every likelihood answers."""

from __future__ import annotations

from abc import ABC, abstractmethod

from torch import Tensor

__all__ = ["Likelihood"]


class Likelihood(ABC):
    """Turns log-odds and outcomes into a loss per record.

    A likelihood is separate from the model: any likelihood works with any model of the same contract.
    """

    name: str

    @abstractmethod
    def loss(self, log_odds: Tensor, outcome: Tensor) -> Tensor:
        """Loss of each record, before weights.

        Parameters
        ----------
        log_odds : Tensor, shape (n,)
            ``s(a, b)``.
        outcome : Tensor, shape (n,)
            Share of preference for a: 1, 0, or anything between; a tie enters as one half.

        Returns
        -------
        Tensor, shape (n,)
        """
