"""PAL-A: people as mixtures of shared ideal points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

import torch
from torch import Tensor, nn

from gustibus.comparisons import GustibusError
from gustibus.models.contract import PreferenceModel
from gustibus.models.maps import Mlp, linear_map

__all__ = ["Distance", "IdealPoint", "Placement"]

Placement = Literal["latent", "mixed", "mapped"]
Distance = Literal["squared", "euclidean", "cosine"]


class IdealPoint(PreferenceModel):
    r"""Nearer is better: each person has an ideal point, a convex combination of K shared prototypes.

    Items are mapped by ``f: R^D -> R^d``. A person with weights ``w_u`` on the simplex has the ideal point ``a_u`` and
    prefers the item that lies closer to it:

    .. math:: s_u(a, b) = \delta(f(b), a_u) - \delta(f(a), a_u).

    With the squared distance (Coombs' model) the log-odds are ``|f(b)|^2 - |f(a)|^2 + 2 a_u . (f(a) - f(b))``: linear
    in the ideal point, so with latent or mixed prototypes linear in ``w_u``. Items then need K numbers,
    ``S_k(x) = 2 p_k . f(x) - |f(x)|^2``, and everybody's reward is ``r_u(x) = w_u . S(x)``.

    Parameters
    ----------
    n_features : int
        D, the width of an item's feature vector.
    n_prototypes : int
        K.
    dimensions : int
        d, the width of the space in which distances are taken.
    placement : {"latent", "mixed", "mapped"}
        Where the prototypes live. ``latent``: ``P`` is (K, d) and ``a_u = w_u P``. ``mixed``: ``P`` is (K, D) and
        ``a_u = w_u f(P)``. ``mapped``: ``P`` is (K, D) and ``a_u = f(w_u P)``, as published.
    distance : {"squared", "euclidean", "cosine"}
        ``squared`` (the default) is ``|f - a|^2``, ``euclidean`` (as published) is ``|f - a|``, and ``cosine`` is
        ``-scale * cos(f, a)``.
    hidden : sequence of int
        Widths of the map's hidden layers; empty for a linear map without bias.
    activation : {"relu", "gelu"}
        Between the layers of the map.
    residual : bool
        Add the map's input to its output (needs ``dimensions == n_features``).
    initial_scale : float
        Standard deviation of linearly mapped items at the start. Small on purpose: ``|f|^2`` of a random map is noise
        that the fit would first have to unlearn.
    prototype_scale : float
        Standard deviation of latent prototypes at the start. Small lets people drift apart only as the data ask for it;
        1 starts them far apart, which finds strong tastes faster.
    cosine_scale : float
        The factor S of the cosine distance.
    bound : tuple of float, optional
        ``(lambda, beta)`` adds ``lambda * sum_k max(|p_k| - beta, 0)`` to the loss.

    References
    ----------
    Chen, Zhu, Vinayak et al. (2024), PAL: Pluralistic Alignment Framework for Learning from Heterogeneous Preferences,
    arXiv 2406.08469. Coombs (1950), Psychological scaling without a unit of measurement.

    Examples
    --------
    >>> import torch
    >>> model = IdealPoint(n_features=5, n_prototypes=3, dimensions=2)
    >>> items, weights = torch.randn(4, 5), torch.tensor([0.2, 0.3, 0.5])
    >>> scores = model.prototype_scores(items)
    >>> tuple(scores.shape)
    (4, 3)
    >>> bool(torch.allclose(model.reward(items, weights), scores @ weights))
    True
    """

    def __init__(
        self,
        n_features: int,
        n_prototypes: int,
        dimensions: int = 8,
        *,
        placement: Placement = "latent",
        distance: Distance = "squared",
        hidden: Sequence[int] = (),
        activation: Literal["relu", "gelu"] = "relu",
        residual: bool = False,
        initial_scale: float = 0.1,
        prototype_scale: float = 0.1,
        cosine_scale: float = 1.0,
        bound: tuple[float, float] | None = None,
    ) -> None:
        super().__init__()
        if n_prototypes < 1 or dimensions < 1:
            raise GustibusError(f"need at least one prototype and one dimension, got {n_prototypes} and {dimensions}")
        if placement not in get_args(Placement) or distance not in get_args(Distance):
            raise GustibusError(
                f"placement must be one of {get_args(Placement)} and distance one of {get_args(Distance)}, "
                f"got {placement!r} and {distance!r}"
            )
        self.n_features, self.n_prototypes, self.dimensions = n_features, n_prototypes, dimensions
        self.placement: Placement = placement
        self.distance: Distance = distance
        self.hidden, self.activation, self.residual = tuple(hidden), activation, residual
        self.initial_scale, self.prototype_scale = initial_scale, prototype_scale
        self.cosine_scale, self.bound = cosine_scale, bound
        if self.hidden or residual:
            self.map: nn.Module = Mlp((n_features, *self.hidden, dimensions), activation=activation, residual=residual)
        else:
            self.map = linear_map(n_features, dimensions, initial_scale)
        width = dimensions if placement == "latent" else n_features
        draws = torch.randn(n_prototypes, width)
        scaled = draws * prototype_scale if placement == "latent" else draws / draws.norm(dim=1, keepdim=True)
        self.prototypes = nn.Parameter(scaled)

    @classmethod
    def published(cls, n_features: int, n_prototypes: int) -> IdealPoint:
        """The configuration of the paper's text experiments (the architecture; its optimiser is a fitting preset).

        Mapped prototypes of unit norm, Euclidean distance, ``f(x) = x + MLP(x)`` with three linear layers of width D
        and two ReLUs. Its reward is not linear in the weights, so new people are placed approximately.
        """
        return cls(
            n_features,
            n_prototypes,
            n_features,
            placement="mapped",
            distance="euclidean",
            hidden=(n_features, n_features),
            residual=True,
        )

    @property
    def linear_in_weights(self) -> bool:
        """True for the squared distance with latent or mixed prototypes, and for a single prototype."""
        return self.n_prototypes == 1 or (self.distance == "squared" and self.placement != "mapped")

    def positions(self, features: Tensor) -> Tensor:
        """Mapped items ``f(x)``, shape (n, d)."""
        mapped: Tensor = self.map(features)
        return mapped

    def prototype_positions(self) -> Tensor:
        """Ideal points of the K people who sit at a prototype, shape (K, d)."""
        if self.placement == "latent":
            return self.prototypes
        return self.positions(self.prototypes)

    def ideal_points(self, weights: Tensor) -> Tensor:
        """Ideal points ``a_u`` of people with the given weights, shape (n, d) for weights (n, K)."""
        if self.placement == "mapped":
            return self.positions(weights @ self.prototypes)
        return weights @ self.prototype_positions()

    def prototype_scores(self, features: Tensor) -> Tensor:
        """Rewards ``S`` of the items at each prototype, shape (n, K).

        For the squared distance ``S_k(x) = 2 p_k . f(x) - |f(x)|^2`` (the constant ``-|p_k|^2`` left out).
        """
        items, points = self.positions(features), self.prototype_positions()
        if self.distance == "squared":
            return 2 * items @ points.T - (items**2).sum(-1, keepdim=True)
        return self._closeness(items.unsqueeze(1), points.unsqueeze(0))

    def reward(self, features: Tensor, weights: Tensor) -> Tensor:
        """Rewards (n,): minus the distance to the person's ideal point, up to the constant ``-|a_u|^2``."""
        return self._closeness(
            self.positions(features), self.ideal_points(weights if weights.ndim == 2 else weights[None])
        )

    def pair_log_odds(self, features: Tensor, a: Tensor, b: Tensor, weights: Tensor, user: Tensor) -> Tensor:
        """Log-odds of records that share items and people, each mapped once; shape (n,)."""
        if self.linear_in_weights and self.distance == "squared" and self.placement != "mapped":
            return super().pair_log_odds(features, a, b, weights, user)
        items, points = self.positions(features), self.ideal_points(weights).index_select(0, user)
        return self._closeness(items.index_select(0, a), points) - self._closeness(items.index_select(0, b), points)

    def _closeness(self, items: Tensor, points: Tensor) -> Tensor:
        """Minus the distance along the last axis; the leading axes broadcast."""
        if self.distance == "squared":
            return 2 * (points * items).sum(-1) - (items**2).sum(-1)
        if self.distance == "euclidean":
            # The root's slope is infinite at 0, where a prototype sits on an item.
            return -(((items - points) ** 2).sum(-1) + 1e-24).sqrt()
        cosine = torch.cosine_similarity(items, points, dim=-1)
        return cosine * self.cosine_scale

    def penalty(self) -> Tensor:
        """The prototype bound, when one was asked for."""
        if self.bound is None:
            return super().penalty()
        strength, radius = self.bound
        beyond: Tensor = (self.prototype_positions().norm(dim=1) - radius).clamp_min(0).sum()
        return beyond * strength

    def shrinkage(self) -> Tensor:
        """Sum of squared parameters of the map and the prototypes, what ridge regularisation penalises."""
        return torch.stack([(p**2).sum() for p in self.parameters()]).sum()

    def config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            "n_features": self.n_features,
            "n_prototypes": self.n_prototypes,
            "dimensions": self.dimensions,
            "placement": self.placement,
            "distance": self.distance,
            "hidden": list(self.hidden),
            "activation": self.activation,
            "residual": self.residual,
            "initial_scale": self.initial_scale,
            "prototype_scale": self.prototype_scale,
            "cosine_scale": self.cosine_scale,
            "bound": None if self.bound is None else list(self.bound),
        }
