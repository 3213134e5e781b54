"""Different people whose preferences may also go in circles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from gustibus.comparisons import GustibusError
from gustibus.models.maps import linear_map
from gustibus.models.pairwise import INITIAL_SCALE, PairwiseModel, check_dimensions, representation_map
from gustibus.models.skew import SkewOperator

__all__ = ["PluralGeneralPreference"]


class PluralGeneralPreference(PairwiseModel):
    r"""K tastes, each with a reward and with its own weights on shared circles (*ours*).

    .. math:: s_u(a, b) = \sum_k w_{uk} \Bigl[ r_k(a) - r_k(b)
        + \frac{1}{\tau} \sum_l \lambda_{kl}(c) \, (p_l(a) q_l(b) - q_l(a) p_l(b)) \Bigr]

    Representations are shared; the weights :math:`\lambda_{kl}` have signs, so that two tastes can go round the same
    circle in opposite directions. Without a prompt their mean square over the tastes is 1 on every circle:
    representations say how wide a circle is, these who goes round it which way. Linear in people's weights, so a new
    person is a convex problem. With one taste it is a reward plus a cyclic part (with signed gates), without blocks it
    would be shared low-rank rewards.

    A population of people who are each consistent can disagree in circles (Condorcet): that takes several tastes and no
    cyclic part. Whether circles are within people or between them is a question to test, not to assume.

    Parameters
    ----------
    n_features : int
        Width of a feature row.
    n_prototypes : int
        K.
    dimensions : int
        2k of the shared representations, even.
    n_prompt_features : int
        How many of the last columns are the prompt's; where there are any, the :math:`\lambda_{kl}` depend on them.
    temperature : float
        tau.
    hidden : sequence of int
        Widths of the hidden layers of the map to representations; rewards are linear in the features.
    cyclic_ratio : float
        How many times the penalty on the rewards' parameters that on the representations is.
    initial_scale : float
        As in :class:`GeneralPreference`; rewards start at the same size.

    Examples
    --------
    >>> import torch
    >>> model = PluralGeneralPreference(n_features=3, n_prototypes=2)
    >>> a, b, mixed = torch.eye(3)[:2], torch.eye(3)[1:], torch.tensor([0.3, 0.7])
    >>> bool(torch.equal(model.log_odds(a, b, mixed), -model.log_odds(b, a, mixed)))
    True
    """

    def __init__(
        self,
        n_features: int,
        n_prototypes: int,
        dimensions: int = 2,
        *,
        n_prompt_features: int = 0,
        temperature: float = 1.0,
        hidden: Sequence[int] = (),
        cyclic_ratio: float = 10.0,
        initial_scale: float = INITIAL_SCALE,
    ) -> None:
        super().__init__()
        check_dimensions(dimensions, initial_scale, cyclic_ratio)
        if n_prototypes < 1:
            raise GustibusError(f"need at least one taste, got {n_prototypes}")
        self.n_features, self.n_prompt_features, self.n_prototypes = n_features, n_prompt_features, n_prototypes
        self.dimensions, self.hidden, self.initial_scale = dimensions, tuple(hidden), initial_scale
        self.cyclic_ratio = cyclic_ratio
        self.heads = linear_map(n_features, n_prototypes, initial_scale)
        self.map = representation_map(n_features, dimensions, self.hidden, initial_scale)
        self.operator = SkewOperator(dimensions // 2, temperature=temperature)
        # Tastes start with different weights on the circles, or they would never part.
        self.circles = nn.Parameter(torch.randn(n_prototypes, dimensions // 2))
        self.circles_by_prompt: nn.Linear | None = None
        if n_prompt_features:
            self.circles_by_prompt = nn.Linear(n_prompt_features, n_prototypes * (dimensions // 2), bias=False)
            nn.init.zeros_(self.circles_by_prompt.weight)

    def representations(self, features: Tensor) -> Tensor:
        """``v`` of n responses, shape (n, 2k), shared by the tastes."""
        found: Tensor = self.map(features)
        return found

    def weights_without_prompt(self) -> Tensor:
        r""":math:`\lambda_{kl}` where no prompt changes them, shape (K, k): a mean square of 1 on every circle.

        A ridge on weights and representations, whose product three times over is the score, would hold a fit at 0.
        """
        return self.circles / (self.circles**2).mean(0).sqrt().clamp_min(1e-6)

    def weights_on_circles(self, features: Tensor) -> Tensor:
        r""":math:`\lambda_{kl}` for the prompts of n rows, shape (n, K, k)."""
        weights = self.weights_without_prompt()
        if self.circles_by_prompt is None:
            return weights[None].expand(len(features), -1, -1)
        shift: Tensor = self.circles_by_prompt(features[:, -self.n_prompt_features :])
        return weights[None] + shift.reshape(len(features), *weights.shape)

    def mapped(self, features: Tensor) -> Tensor:
        """Rewards at the K tastes, representation, and the weights on circles where they depend on the prompt."""
        parts = [self.heads(features), self.representations(features)]
        if self.circles_by_prompt is not None:
            parts.append(self.weights_on_circles(features).flatten(1))
        return torch.cat(parts, dim=-1)

    def between(self, mapped_a: Tensor, mapped_b: Tensor) -> Tensor:
        """Log-odds (n, K); responses to different prompts meet under the mean of their weights on circles."""
        k, end = self.n_prototypes, self.n_prototypes + self.dimensions
        areas = self.operator.areas(mapped_a[:, k:end], mapped_b[:, k:end])
        scalar = mapped_a[:, :k] - mapped_b[:, :k]
        on_circles = self.weights_without_prompt()[None]
        if self.circles_by_prompt is not None:
            on_circles = ((mapped_a[:, end:] + mapped_b[:, end:]) / 2).reshape(len(areas), *self.circles.shape)
        return scalar + (areas[:, None] * on_circles).sum(-1)

    def pool_log_odds(self, features: Tensor, weights: Tensor) -> Tensor:
        """Log-odds (n, n) of every response against every other for one person."""
        rewards: Tensor = self.heads(features) @ weights
        cyclic = self.operator.against_all(self.representations(features), self._on_circles(features, weights))
        return rewards[:, None] - rewards[None] + cyclic

    def mean_log_odds(self, features: Tensor, pool: Tensor, weights: Tensor) -> Tensor:
        """Mean log-odds (n,) against the pool for one person."""
        cyclic = self.operator.against_pool(
            self.representations(features), self.representations(pool), self._on_circles(features, weights)
        )
        scalar: Tensor = (self.heads(features) - self.heads(pool).mean(0)) @ weights
        return scalar + cyclic

    def _on_circles(self, features: Tensor, weights: Tensor) -> Tensor:
        """One person's weights on the circles for the prompt that all rows share, shape (1, k)."""
        return torch.einsum("nkl,k->nl", self.weights_on_circles(features[:1]), weights)

    def shrinkage(self) -> Tensor:
        """Squares of the rewards' parameters, and ``cyclic_ratio`` times those of the maps to the circles."""
        cyclic: list[Tensor] = list(self.map.parameters())
        if self.circles_by_prompt is not None:
            cyclic.append(self.circles_by_prompt.weight)
        return (self.heads.weight**2).sum() + self.cyclic_ratio * torch.stack([(p**2).sum() for p in cyclic]).sum()

    def config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            "n_features": self.n_features,
            "n_prototypes": self.n_prototypes,
            "dimensions": self.dimensions,
            "n_prompt_features": self.n_prompt_features,
            "temperature": self.operator.temperature,
            "hidden": list(self.hidden),
            "cyclic_ratio": self.cyclic_ratio,
            "initial_scale": self.initial_scale,
        }
