"""People as any K numbers: a population and everybody's deviation from it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["FreeWeights"]


class FreeWeights(nn.Module):
    r"""Unconstrained weights of U people on K shared rewards: ``w_u = m + d_u``.

    The population's weights ``m`` are free and the personal deviations ``d_u`` are shrunk, so a person with few answers
    stays near the population and not near indifference (*ours*; the penalty of Park et al. is on the whole weights).

    Parameters
    ----------
    n_users, n_prototypes : int
        U and K.
    spread : float
        Standard deviation of the deviations at the start, which breaks the symmetry between people. The population
        starts at ``1 / sqrt(K)`` each: at 0 neither it nor the shared rewards would have a slope to follow.

    References
    ----------
    Park et al. (2024), RLHF from heterogeneous feedback via personalization and preference aggregation,
    arXiv 2405.00254.

    Examples
    --------
    >>> people = FreeWeights(n_users=3, n_prototypes=4, spread=0.0)
    >>> people()[0]
    tensor([0.5000, 0.5000, 0.5000, 0.5000], grad_fn=<SelectBackward0>)
    """

    def __init__(self, n_users: int, n_prototypes: int, *, spread: float = 0.1) -> None:
        super().__init__()
        self.common = nn.Parameter(torch.full((n_prototypes,), n_prototypes**-0.5))
        self.deviation = nn.Parameter(torch.randn(n_users, n_prototypes) * spread)

    def forward(self) -> Tensor:
        """All weights, shape (U, K)."""
        return self.common + self.deviation

    def shrinkage(self) -> Tensor:
        """Sum of squared deviations, what the people's penalty multiplies."""
        return (self.deviation**2).sum()
