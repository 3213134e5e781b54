"""People as points of the simplex, in softmax coordinates."""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["SimplexWeights"]


class SimplexWeights(nn.Module):
    r"""Weights of U people on K prototypes: ``w_u = softmax(m + d_u)``.

    The common part ``m`` is free and the personal deviations ``d_u`` are shrunk, so a person with few answers stays
    near the population and not near equal weights (*ours*; the published model has ``w_u = softmax(W_u)`` without
    shrinkage).

    Parameters
    ----------
    n_users, n_prototypes : int
        U and K.
    spread : float
        Standard deviation of the deviations at the start, which breaks the symmetry between prototypes.

    Examples
    --------
    >>> people = SimplexWeights(n_users=3, n_prototypes=2)
    >>> [round(float(total), 4) for total in people().sum(dim=1)]
    [1.0, 1.0, 1.0]
    """

    def __init__(self, n_users: int, n_prototypes: int, *, spread: float = 0.1) -> None:
        super().__init__()
        self.common = nn.Parameter(torch.zeros(n_prototypes))
        self.deviation = nn.Parameter(torch.randn(n_users, n_prototypes) * spread)

    def forward(self) -> Tensor:
        """All weights, shape (U, K); every row sums to 1."""
        return torch.softmax(self.common + self.deviation, dim=1)

    def shrinkage(self) -> Tensor:
        """Sum of squared deviations, what the people's penalty multiplies."""
        return (self.deviation**2).sum()
