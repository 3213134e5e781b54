"""A reward plus a cyclic part: Bradley-Terry where preferences are in order, circles where they are not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from gustibus.models.pairwise import INITIAL_SCALE, PairwiseModel, check_dimensions, representation_map
from gustibus.models.skew import Gate, SkewOperator

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
        How many times the penalty on the reward's parameters that on the representations is, 10 to 50 as a rule.
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
        self.n_features, self.n_prompt_features, self.n_prototypes = n_features, n_prompt_features, 1
        self.dimensions, self.hidden, self.initial_scale = dimensions, tuple(hidden), initial_scale
        self.cyclic_ratio = cyclic_ratio
        self.head = nn.Linear(n_features, 1, bias=False)
        nn.init.zeros_(self.head.weight)
        self.map = representation_map(n_features, dimensions, self.hidden, initial_scale)
        self.operator = SkewOperator(
            dimensions // 2,
            gate=gate,
            n_prompt_features=n_prompt_features,
            temperature=temperature,
            unit_norm=unit_norm,
        )

    def representations(self, features: Tensor) -> Tensor:
        """``v`` of n responses, shape (n, 2k)."""
        found: Tensor = self.map(features)
        return found

    def scalar_part(self, features: Tensor) -> Tensor:
        """``r`` of n responses, shape (n,), in log-odds."""
        rewards: Tensor = self.head(features)
        return rewards.squeeze(-1)

    def cyclic_part(self, features: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """What the representations add to the log-odds of pairs of rows, shape (n,)."""
        mapped = self.mapped(features)[:, 1:]
        return self._cyclic(mapped.index_select(0, a), mapped.index_select(0, b))

    def mapped(self, features: Tensor) -> Tensor:
        """Reward, representation, and the gates of the prompt where there are any."""
        parts = [self.head(features), self.representations(features)]
        gates = self.gates(features)
        return torch.cat(parts if gates is None else [*parts, gates], dim=-1)

    def between(self, mapped_a: Tensor, mapped_b: Tensor) -> Tensor:
        """Log-odds (n, 1); responses to different prompts meet under the mean of their gates."""
        return (mapped_a[:, 0] - mapped_b[:, 0] + self._cyclic(mapped_a[:, 1:], mapped_b[:, 1:]))[:, None]

    def _cyclic(self, mapped_a: Tensor, mapped_b: Tensor) -> Tensor:
        width = self.dimensions
        gates = None if self.operator.gate == "none" else (mapped_a[:, width:] + mapped_b[:, width:]) / 2
        return self.operator.pair(mapped_a[:, :width], mapped_b[:, :width], gates)

    def gates(self, features: Tensor) -> Tensor | None:
        """Weights of the blocks (n, k) for the prompts of the rows, or None."""
        return self.operator.gates(features[:, -self.n_prompt_features :] if self.n_prompt_features else None)

    def pool_log_odds(self, features: Tensor, weights: Tensor) -> Tensor:
        """Log-odds of every response against every other (n, n)."""
        gates, rewards = self.gates(features), self.scalar_part(features)
        cyclic = self.operator.against_all(self.representations(features), None if gates is None else gates[:1])
        return rewards[:, None] - rewards[None] + cyclic

    def mean_log_odds(self, features: Tensor, pool: Tensor, weights: Tensor) -> Tensor:
        """Mean log-odds against the pool, shape (n,)."""
        cyclic = self.operator.against_pool(
            self.representations(features), self.representations(pool), self.gates(features)
        )
        return self.scalar_part(features) - self.scalar_part(pool).mean() + cyclic

    def shrinkage(self) -> Tensor:
        """Squares of the reward's parameters, and ``cyclic_ratio`` times those of the cyclic part."""
        cyclic = [p for part in (self.map, self.operator) for p in part.parameters()]
        return (self.head.weight**2).sum() + self.cyclic_ratio * torch.stack([(p**2).sum() for p in cyclic]).sum()

    def config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            "n_features": self.n_features,
            "dimensions": self.dimensions,
            "n_prompt_features": self.n_prompt_features,
            "gate": self.operator.gate,
            "temperature": self.operator.temperature,
            "unit_norm": self.operator.unit_norm,
            "hidden": list(self.hidden),
            "cyclic_ratio": self.cyclic_ratio,
            "initial_scale": self.initial_scale,
        }
