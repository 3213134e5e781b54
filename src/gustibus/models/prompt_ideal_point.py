"""PAL-B: people as mixtures of shared ideal directions that depend on the prompt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal, get_args

import torch
from torch import Tensor, nn

from gustibus.comparisons import GustibusError
from gustibus.models.contract import PreferenceModel
from gustibus.models.maps import Mlp

__all__ = ["Assignment", "PromptIdealPoint", "Similarity"]

Similarity = Literal["linear", "cosine"]
Assignment = Literal["mixture", "partition"]

# As in contrastive language-image pre-training, where the factor also starts at 1 / 0.07.
MAX_SCALE = 100.0
PUBLISHED_SCALE = 1 / 0.07


class PromptIdealPoint(PreferenceModel):
    r"""What a person wants depends on the prompt: K shared maps say what each taste looks for in an answer to it.

    A feature row is ``[phi(response) | psi(prompt)]``, the response encoded *without* the prompt. A map f places the
    response and maps ``g_1 .. g_K`` place what the K tastes want, in one space of d dimensions. With
    :math:`\hat v = v / |v|`:

    .. math:: \text{linear:} \quad r_u(c, x) = S \sum_k w_{uk}\, \hat g_k(\psi(c)) \cdot \hat f(\phi(x))

    .. math:: \text{cosine:} \quad r_u(c, x) = S \cos\Bigl(\sum_k w_{uk}\, g_k(\psi(c)),\; f(\phi(x))\Bigr)

    and ``s_u(a, b) = r_u(a) - r_u(b)``. The cosine form is the published one. The linear form (*ours*) is the mean of
    the K cosines instead of the cosine of the mean: it agrees with the published form for people at a prototype, and
    makes a new person a convex problem with one exact answer.

    Parameters
    ----------
    n_features : int
        Width of a feature row, response and prompt together.
    n_prompt_features : int
        How many of its last columns are the prompt's; at least 1, and fewer than all.
    n_prototypes : int
        K.
    dimensions : int
        d.
    similarity : {"linear", "cosine"}
        The form of the reward, see above.
    assignment : {"mixture", "partition"}
        ``mixture``: people mix the K tastes. ``partition``: they do while fitting (training mode), and for predictions
        (evaluation mode) everybody belongs wholly to the taste with their largest weight.
    hidden : sequence of int
        Widths of the hidden layers of f and of every g; empty for affine maps.
    activation : {"relu", "gelu"}
        Between the layers of the maps.
    initial_scale : float
        S at the start; S is learned as ``min(exp(t), 100)``. Cosines of random directions have standard deviation
        ``d ** -0.5``, so at the start log-odds have about ``S * (2 / d) ** 0.5``. The default 1 makes that 0.5 for d =
        8, so that the first steps go towards the answers. The published ``1 / 0.07`` makes it 7: a loud random opinion
        that much data would have to unlearn first, and a little never does.

    References
    ----------
    Chen, Zhu, Vinayak et al. (2024), PAL: Pluralistic Alignment Framework for Learning from Heterogeneous Preferences,
    arXiv 2406.08469.

    Examples
    --------
    >>> import torch
    >>> model = PromptIdealPoint(n_features=5, n_prompt_features=2, n_prototypes=3, dimensions=4)
    >>> rows, weights = torch.randn(6, 5), torch.tensor([0.2, 0.3, 0.5])
    >>> scores = model.prototype_scores(rows)
    >>> tuple(scores.shape)
    (6, 3)
    >>> bool(torch.allclose(model.reward(rows, weights), scores @ weights))
    True
    """

    def __init__(
        self,
        n_features: int,
        n_prompt_features: int,
        n_prototypes: int,
        dimensions: int = 8,
        *,
        similarity: Similarity = "linear",
        assignment: Assignment = "mixture",
        hidden: Sequence[int] = (),
        activation: Literal["relu", "gelu"] = "gelu",
        initial_scale: float = 1.0,
    ) -> None:
        super().__init__()
        if n_prototypes < 1 or dimensions < 1:
            raise GustibusError(f"need at least one prototype and one dimension, got {n_prototypes} and {dimensions}")
        if not 0 < n_prompt_features < n_features:
            raise GustibusError(
                f"n_prompt_features={n_prompt_features} of n_features={n_features} columns are the prompt's, but both "
                "response and prompt need at least one. Use IdealPoint (model='pal-a') where there are no prompts."
            )
        if similarity not in get_args(Similarity) or assignment not in get_args(Assignment):
            raise GustibusError(
                f"similarity must be one of {get_args(Similarity)} and assignment one of {get_args(Assignment)}, "
                f"got {similarity!r} and {assignment!r}"
            )
        if not 0 < initial_scale <= MAX_SCALE:
            raise GustibusError(f"initial_scale must be above 0 and at most {MAX_SCALE:g}, got {initial_scale}")
        self.n_features, self.n_prompt_features = n_features, n_prompt_features
        self.n_prototypes, self.dimensions = n_prototypes, dimensions
        self.similarity: Similarity = similarity
        self.assignment: Assignment = assignment
        self.hidden, self.activation, self.initial_scale = tuple(hidden), activation, initial_scale
        self.map = self._map_from(n_features - n_prompt_features)
        self.prompt_maps = nn.ModuleList(self._map_from(n_prompt_features) for _ in range(n_prototypes))
        self.log_scale = nn.Parameter(torch.tensor(math.log(initial_scale)))

    def _map_from(self, width: int) -> nn.Module:
        if self.hidden:
            return Mlp((width, *self.hidden, self.dimensions), activation=self.activation)
        layer = nn.Linear(width, self.dimensions)
        nn.init.normal_(layer.weight, std=width**-0.5)
        # A constant part: prompts need not matter, and where all are alike there is still a direction.
        nn.init.normal_(layer.bias)
        return layer

    @classmethod
    def published(
        cls, n_features: int, n_prompt_features: int, n_prototypes: int, *, assignment: Assignment = "mixture"
    ) -> PromptIdealPoint:
        """The published configuration (the architecture; its optimiser is a fitting preset).

        Cosine similarity with S from ``1 / 0.07``; f and every g three linear layers of the width of the response's
        embedding, with two GELUs. Its reward is not linear in the weights, so new people are placed approximately.
        """
        width = n_features - n_prompt_features
        return cls(
            n_features,
            n_prompt_features,
            n_prototypes,
            width,
            similarity="cosine",
            assignment=assignment,
            hidden=(width, width),
            initial_scale=PUBLISHED_SCALE,
        )

    @property
    def linear_in_weights(self) -> bool:
        """True for mixtures with the linear similarity, and for a single prototype."""
        return self.n_prototypes == 1 or (self.similarity == "linear" and not self.one_prototype_each)

    @property
    def one_prototype_each(self) -> bool:
        """Whether people are put at their largest weight for predictions."""
        return self.assignment == "partition"

    @property
    def scale(self) -> Tensor:
        """S, the largest possible reward (log-odds); a scalar of at most 100."""
        return self.log_scale.exp().clamp_max(MAX_SCALE)

    def positions(self, features: Tensor) -> Tensor:
        """Mapped responses ``f(phi(x))``, shape (n, d)."""
        mapped: Tensor = self.map(features[:, : -self.n_prompt_features])
        return mapped

    def prototype_positions(self, features: Tensor) -> Tensor:
        """What each of the K tastes wants for the prompt of each row, ``g_k(psi(c))``, shape (n, K, d)."""
        prompts = features[:, -self.n_prompt_features :]
        return torch.stack([wanted(prompts) for wanted in self.prompt_maps], dim=1)

    def prototype_scores(self, features: Tensor) -> Tensor:
        """Rewards of the items at each prototype, ``S cos(g_k, f)``, shape (n, K)."""
        items, wanted = _unit(self.positions(features)), _unit(self.prototype_positions(features))
        return self.scale * (wanted * items.unsqueeze(1)).sum(-1)

    def reward(self, features: Tensor, weights: Tensor) -> Tensor:
        """Rewards (n,) in log-odds, between -S and S."""
        weights = self._assigned(weights)
        if self.similarity == "linear":
            return (self.prototype_scores(features) * weights).sum(-1)
        return self._closeness(self.positions(features), self.prototype_positions(features), weights)

    def pair_log_odds(self, features: Tensor, a: Tensor, b: Tensor, weights: Tensor, user: Tensor) -> Tensor:
        """Log-odds of records that share items and people, each mapped once; shape (n,)."""
        weights = self._assigned(weights)
        if self.similarity == "linear":
            return super().pair_log_odds(features, a, b, weights, user)
        items, wanted, own = (
            self.positions(features),
            self.prototype_positions(features),
            weights.index_select(0, user),
        )

        def rewards(rows: Tensor) -> Tensor:
            return self._closeness(items.index_select(0, rows), wanted.index_select(0, rows), own)

        return rewards(a) - rewards(b)

    def _closeness(self, items: Tensor, wanted: Tensor, weights: Tensor) -> Tensor:
        """``S cos(sum_k w_k g_k, f)`` for items (n, d), wanted (n, K, d) and weights (n, K) or (K,)."""
        ideal = (weights.unsqueeze(-1) * wanted).sum(-2)
        return self.scale * (_unit(ideal) * _unit(items)).sum(-1)

    def _assigned(self, weights: Tensor) -> Tensor:
        """The weights to reward with: one-hot at the largest where people are partitioned, outside of fitting."""
        if self.training or not self.one_prototype_each:
            return weights
        return nn.functional.one_hot(weights.argmax(-1), self.n_prototypes).to(weights.dtype)

    def shrinkage(self) -> Tensor:
        """``S ** 2``, what ridge regularisation penalises: the length of the maps' outputs changes no reward."""
        return self.scale**2

    def config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            "n_features": self.n_features,
            "n_prompt_features": self.n_prompt_features,
            "n_prototypes": self.n_prototypes,
            "dimensions": self.dimensions,
            "similarity": self.similarity,
            "assignment": self.assignment,
            "hidden": list(self.hidden),
            "activation": self.activation,
            "initial_scale": self.initial_scale,
        }


def _unit(vectors: Tensor) -> Tensor:
    """Vectors of length 1 along the last axis; the slope stays finite at 0."""
    return vectors / ((vectors**2).sum(-1, keepdim=True) + 1e-10).sqrt()
