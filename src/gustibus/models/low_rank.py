"""Shared low-rank rewards: people as weights on a few rewards that all learn together."""

from __future__ import annotations

from typing import Any, Literal, get_args

from torch import Tensor

from gustibus.comparisons import GustibusError
from gustibus.models.contract import PreferenceModel
from gustibus.models.maps import linear_map

__all__ = ["LowRank", "WeightSpace"]

WeightSpace = Literal["simplex", "free"]


class LowRank(PreferenceModel):
    r"""Every reward is a combination of K shared linear rewards: ``r_u(x) = w_u . V x``.

    .. math:: s_u(a, b) = w_u^\top V (x_a - x_b), \qquad V \in R^{K \times D}.

    Always linear in the weights, so new people are a convex problem in K numbers however many features there are.

    Parameters
    ----------
    n_features : int
        D, the width of an item's feature vector.
    n_prototypes : int
        K, the rank: how many rewards are shared.
    weights : {"simplex", "free"}
        ``simplex``: people are mixtures of the K rewards (LoRe). ``free``: any K numbers, kept small by a penalty
        (Park et al.): then a person may dislike what others like, and only the span of the K rewards means something,
        not the single ones.
    initial_scale : float
        Standard deviation of each shared reward at the start, over items with features of unit variance, in log-odds.
        Small on purpose: the reward of a random direction is noise that the fit would first have to unlearn.

    References
    ----------
    Bose et al. (2025), LoRe: Personalizing LLMs via low-rank reward modeling, arXiv 2504.14439. Park et al. (2024),
    RLHF from heterogeneous feedback via personalization and preference aggregation, arXiv 2405.00254.

    Examples
    --------
    >>> import torch
    >>> model = LowRank(n_features=5, n_prototypes=2)
    >>> items, weights = torch.randn(4, 5), torch.tensor([0.25, 0.75])
    >>> bool(torch.allclose(model.reward(items, weights), model.prototype_scores(items) @ weights))
    True
    """

    def __init__(
        self, n_features: int, n_prototypes: int, *, weights: WeightSpace = "simplex", initial_scale: float = 0.1
    ) -> None:
        super().__init__()
        if n_prototypes < 1:
            raise GustibusError(f"need at least one shared reward, got {n_prototypes}")
        if weights not in get_args(WeightSpace):
            raise GustibusError(f"weights must be one of {get_args(WeightSpace)}, got {weights!r}")
        self.n_features, self.n_prototypes = n_features, n_prototypes
        self.weights: WeightSpace = weights
        self.initial_scale = initial_scale
        self.map = linear_map(n_features, n_prototypes, initial_scale)

    @property
    def linear_in_weights(self) -> bool:
        """True."""
        return True

    @property
    def weights_on_simplex(self) -> bool:
        """Whether people are mixtures of the shared rewards."""
        return self.weights == "simplex"

    def prototype_scores(self, features: Tensor) -> Tensor:
        """The K shared rewards of the items, shape (n, K)."""
        scores: Tensor = self.map(features)
        return scores

    def reward(self, features: Tensor, weights: Tensor) -> Tensor:
        """Rewards (n,): the person's combination of the shared rewards."""
        return (self.prototype_scores(features) * weights).sum(-1)

    def shrinkage(self) -> Tensor:
        """Sum of squared entries of V, what ridge regularisation penalises."""
        return (self.map.weight**2).sum()

    def config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            "n_features": self.n_features,
            "n_prototypes": self.n_prototypes,
            "weights": self.weights,
            "initial_scale": self.initial_scale,
        }
