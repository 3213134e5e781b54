"""A mixture of Bradley-Terry types: everybody is of one type, each type has a reward of its own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from gustibus.models.contract import PreferenceModel

__all__ = ["MixtureOfBradleyTerry"]


class MixtureOfBradleyTerry(PreferenceModel):
    r"""Latent types: a person of type k has the reward ``r_k(x) = h_k . x``.

    .. math:: P_u(a \succ b) = \sum_k \gamma_{uk}\, \sigma(h_k \cdot (a - b)),

    with ``gamma_u`` the probabilities that person u is of each type. In the terms of the contract a person of type k
    sits at the k-th vertex of the simplex, and what is not known is at which.

    Parameters
    ----------
    n_features : int
        F, the width of an item's feature vector.
    n_prototypes : int
        K, the number of types.

    References
    ----------
    Chidambaram et al. (2024), Direct preference optimization with unobserved preference heterogeneity,
    arXiv 2405.15065.

    Examples
    --------
    >>> model = MixtureOfBradleyTerry.of_heads(torch.tensor([[1.0, 0.0], [0.0, 1.0]]))
    >>> model.prototype_scores(torch.tensor([[2.0, 3.0]])).tolist()
    [[2.0, 3.0]]
    """

    def __init__(self, n_features: int, n_prototypes: int) -> None:
        super().__init__()
        self.n_features, self.n_prototypes = n_features, n_prototypes
        self.heads = nn.Parameter(torch.zeros(n_prototypes, n_features))

    @classmethod
    def of_heads(cls, heads: Tensor) -> MixtureOfBradleyTerry:
        """The model with known rewards ``h``, shape (K, F)."""
        made = cls(heads.shape[1], heads.shape[0])
        with torch.no_grad():
            made.heads.copy_(heads)
        return made

    @property
    def linear_in_weights(self) -> bool:
        """True."""
        return True

    def prototype_scores(self, features: Tensor) -> Tensor:
        """Rewards of the items for each type, shape (n, K)."""
        return features @ self.heads.T

    def reward(self, features: Tensor, weights: Tensor) -> Tensor:
        """Rewards averaged over types, shape (n,)."""
        return (self.prototype_scores(features) * weights).sum(-1)

    def shrinkage(self) -> Tensor:
        """Sum of squared coefficients."""
        return (self.heads**2).sum()

    def config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {"n_features": self.n_features, "n_prototypes": self.n_prototypes}
