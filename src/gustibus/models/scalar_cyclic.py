"""A reward plus a cyclic part: Bradley-Terry where preferences are in order, circles where they are not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from gustibus.models.general_preference import GeneralPreference
from gustibus.models.pairwise import INITIAL_SCALE, PairwiseModel, check_dimensions
from gustibus.models.skew import Gate

__all__ = ["ScalarPlusCyclic"]


class ScalarPlusCyclic(PairwiseModel):
    r"""``s(a, b) = r(a) - r(b) + <R v(a), v(b)>``: contains Bradley-Terry and GPM, and says how much is cyclic.

    The two parts are penalised apart, the cyclic one ``cyclic_ratio`` times as strongly, so that what a reward can say
    is said by the reward. That makes it the safe model where one does not know whether there are cycles.

    Parameters
    ----------
    n_features : int
        Width of a feature row.
    dimensions : int
        2k of the cyclic part, even.
    n_prompt_features, gate, temperature, unit_norm
        Of the cyclic part; see :class:`SkewOperator`.
    hidden : sequence of int
        Widths of the hidden layers of the map to representations; the reward is linear in the features.
    cyclic_ratio : float
        How many times the penalty on the reward's parameters that on the representations is: 10 to 50 as a rule,
        and by thousands nothing goes round any more.
    initial_scale : float
        As in :class:`GeneralPreference`.

    References
    ----------
    Chen and Joachims (2016), Modeling intransitivity in matchup and comparison data (blade-chest), WSDM. Balduzzi et
    al. (2018), Re-evaluating evaluation, arXiv 1806.02643 (mElo).

    Examples
    --------
    >>> import torch
    >>> model = ScalarPlusCyclic(n_features=3)
    >>> a, b, one = torch.eye(3)[:2], torch.eye(3)[1:], torch.ones(1)
    >>> bool(torch.equal(model.log_odds(a, b, one), -model.log_odds(b, a, one)))
    True
    """

    def __init__(
        self,
        n_features: int,
        dimensions: int = 2,
        *,
        n_prompt_features: int = 0,
        gate: Gate = "none",
        temperature: float = 1.0,
        unit_norm: bool = False,
        hidden: Sequence[int] = (),
        cyclic_ratio: float = 10.0,
        initial_scale: float = INITIAL_SCALE,
    ) -> None:
        super().__init__()
        check_dimensions(dimensions, initial_scale, cyclic_ratio)
        self.n_features, self.n_prototypes, self.cyclic_ratio = n_features, 1, cyclic_ratio
        self.head = nn.Linear(n_features, 1, bias=False)
        nn.init.zeros_(self.head.weight)
        self.circles = GeneralPreference(
            n_features,
            dimensions,
            n_prompt_features=n_prompt_features,
            gate=gate,
            temperature=temperature,
            unit_norm=unit_norm,
            hidden=hidden,
            initial_scale=initial_scale,
        )

    def representations(self, features: Tensor) -> Tensor:
        """``v`` of n responses, shape (n, 2k)."""
        return self.circles.representations(features)

    def scalar_part(self, features: Tensor) -> Tensor:
        """``r`` of n responses, shape (n,), in log-odds."""
        rewards: Tensor = self.head(features)
        return rewards.squeeze(-1)

    def cyclic_part(self, features: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """What the representations add to the log-odds of pairs of rows, shape (n,)."""
        return self.circles.prototype_log_odds(features, a, b)[:, 0]

    def mapped(self, features: Tensor) -> Tensor:
        """Reward, representation, and the gates of the prompt where there are any."""
        return torch.cat([self.head(features), self.circles.mapped(features)], dim=-1)

    def between(self, mapped_a: Tensor, mapped_b: Tensor) -> Tensor:
        """Log-odds (n, 1); responses to different prompts meet under the mean of their gates."""
        return mapped_a[:, :1] - mapped_b[:, :1] + self.circles.between(mapped_a[:, 1:], mapped_b[:, 1:])

    def pool_log_odds(self, features: Tensor, weights: Tensor) -> Tensor:
        """Log-odds of every response against every other (n, n)."""
        rewards = self.scalar_part(features)
        return rewards[:, None] - rewards[None] + self.circles.pool_log_odds(features, weights)

    def mean_log_odds(self, features: Tensor, pool: Tensor, weights: Tensor) -> Tensor:
        """Mean log-odds against the pool, shape (n,)."""
        scalar = self.scalar_part(features) - self.scalar_part(pool).mean()
        return scalar + self.circles.mean_log_odds(features, pool, weights)

    def shrinkage(self) -> Tensor:
        """Squares of the reward's parameters, and ``cyclic_ratio`` times those of the cyclic part."""
        return (self.head.weight**2).sum() + self.cyclic_ratio * self.circles.shrinkage()

    def config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return self.circles.config() | {"cyclic_ratio": self.cyclic_ratio}
