"""The hierarchical model: everybody has coefficients of their own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from gustibus.models.contract import PreferenceModel

__all__ = ["Hierarchical"]


class Hierarchical(PreferenceModel):
    r"""One coefficient a feature for every person: ``r_u(x) = theta_u . x``.

    There is nothing shared in the tensor module: what people have in common is the distribution their coefficients
    come from, ``theta_u ~ sum_c pi_c N(beta_c, Sigma)``, which is the prior of the fitted model. In the terms of the
    contract the "prototypes" are the features themselves.

    Parameters
    ----------
    n_features : int
        Width of an item's feature vector.

    References
    ----------
    Train (2009), Discrete Choice Methods with Simulation, chapters 6 and 12 (mixed logit and hierarchical Bayes).

    Examples
    --------
    >>> model = Hierarchical(n_features=3)
    >>> items, theta = torch.eye(3), torch.tensor([1.0, 0.0, -1.0])
    >>> model.reward(items, theta).tolist()
    [1.0, 0.0, -1.0]
    """

    def __init__(self, n_features: int) -> None:
        super().__init__()
        self.n_features = self.n_prototypes = n_features

    @property
    def linear_in_weights(self) -> bool:
        """True."""
        return True

    @property
    def weights_on_simplex(self) -> bool:
        """False: coefficients are any numbers."""
        return False

    def prototype_scores(self, features: Tensor) -> Tensor:
        """The features, shape (n, n_features)."""
        return features

    def reward(self, features: Tensor, weights: Tensor) -> Tensor:
        """Rewards ``theta . x``, shape (n,)."""
        return (features * weights).sum(-1)

    def penalty(self) -> Tensor:
        """Zero."""
        return torch.zeros(())

    def shrinkage(self) -> Tensor:
        """Zero: there are no shared parameters."""
        return torch.zeros(())

    def config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {"n_features": self.n_features}
