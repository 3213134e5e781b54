"""The Bradley-Terry model: one reward for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from gustibus.models.contract import PreferenceModel
from gustibus.models.maps import Mlp

__all__ = ["BradleyTerry"]


class BradleyTerry(PreferenceModel):
    r"""One taste for all: ``s(a, b) = r(a) - r(b)`` with a linear or MLP reward ``r`` on the item's features.

    With one-hot features and no hidden layer this is the classical model with one strength an item. It is the
    baseline that every model of people has to beat.

    Parameters
    ----------
    n_features : int
        Width of an item's feature vector.
    hidden : sequence of int
        Widths of the hidden layers; empty for the linear reward ``r(x) = beta . x``.

    References
    ----------
    Bradley and Terry (1952), Rank analysis of incomplete block designs I. Biometrika 39.

    Examples
    --------
    >>> import torch
    >>> model = BradleyTerry(n_features=3)
    >>> a, b = torch.eye(3)[:2], torch.eye(3)[1:]
    >>> one = torch.ones(1)
    >>> bool(torch.equal(model.log_odds(a, b, one), -model.log_odds(b, a, one)))
    True
    """

    def __init__(self, n_features: int, *, hidden: Sequence[int] = ()) -> None:
        super().__init__()
        self.n_features = n_features
        self.n_prototypes = 1
        self.hidden = tuple(hidden)
        if self.hidden:
            self.head: nn.Module = Mlp((n_features, *self.hidden, 1))
        else:
            self.head = nn.Linear(n_features, 1, bias=False)
            nn.init.zeros_(self.head.weight)

    @classmethod
    def linear(cls, beta: Tensor) -> BradleyTerry:
        """The model with the linear reward ``r(x) = beta . x``, for a known ``beta`` of shape (n_features,)."""
        model = cls(len(beta))
        with torch.no_grad():
            next(model.head.parameters()).copy_(beta[None])
        return model

    @property
    def linear_in_weights(self) -> bool:
        """True: there is one weight and it is 1."""
        return True

    def prototype_scores(self, features: Tensor) -> Tensor:
        """Rewards ``(n, 1)``."""
        scores: Tensor = self.head(features)
        return scores

    def reward(self, features: Tensor, weights: Tensor) -> Tensor:
        """Rewards ``(n,)``; the weights (always 1) change nothing."""
        return self.prototype_scores(features).squeeze(-1)

    def config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {"n_features": self.n_features, "hidden": list(self.hidden)}

    def shrinkage(self) -> Tensor:
        """Sum of squared weights of the head, what ridge regularisation penalises."""
        return torch.stack([(p**2).sum() for p in self.head.parameters()]).sum()
