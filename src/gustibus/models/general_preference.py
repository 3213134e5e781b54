"""GPM: log-odds that may go in circles, from one representation of each response."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from gustibus.models.pairwise import INITIAL_SCALE, PairwiseModel, check_dimensions, representation_map
from gustibus.models.skew import Gate, SkewOperator, planes_of

__all__ = ["GeneralPreference"]


class GeneralPreference(PairwiseModel):
    r"""Preferences of one taste that may cycle: ``s(a, b) = <R v(a), v(b)>``.

    Every response has a representation ``v(c, x)`` of 2k dimensions, an affine map or MLP of its features, and a pair
    is scored by :class:`SkewOperator`. n responses need n representations, not n^2. With free norms two dimensions
    contain Bradley-Terry; with one-hot features every recurring item has a representation of its own, and any
    skew-symmetric matrix of log-odds of rank at most 2k can be fitted.

    Parameters
    ----------
    n_features : int
        Width of a feature row.
    dimensions : int
        2k, even.
    n_prompt_features : int
        How many of the last columns are the prompt's; 0 unless there is a gate.
    gate, temperature, unit_norm
        See :class:`SkewOperator`. The defaults (no gate, tau 1, free norms) fit well from every start; unit norms with
        tau 0.1 are the published setting, see :meth:`published`.
    hidden : sequence of int
        Widths of the hidden layers of the map; empty for an affine one.
    initial_scale : float
        Standard deviation of representations at the start, for a feature row of length 1; not 0, because there the
        slope is 0 as well and nothing would ever be learned.

    Raises
    ------
    GustibusError
        If the dimensions are odd or the initial scale is not positive.

    References
    ----------
    Zhang et al. (2024), Beyond Bradley-Terry models: A general preference model for language model alignment,
    arXiv 2410.02197.

    Examples
    --------
    >>> import torch
    >>> model = GeneralPreference(n_features=3)
    >>> a, b, one = torch.eye(3)[:2], torch.eye(3)[1:], torch.ones(1)
    >>> bool(torch.equal(model.log_odds(a, b, one), -model.log_odds(b, a, one))), model.scalar
    (True, False)
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
        initial_scale: float = INITIAL_SCALE,
    ) -> None:
        super().__init__()
        check_dimensions(dimensions, initial_scale)
        self.n_features, self.n_prompt_features, self.n_prototypes = n_features, n_prompt_features, 1
        self.dimensions, self.hidden, self.initial_scale = dimensions, tuple(hidden), initial_scale
        self.map = representation_map(n_features, dimensions, self.hidden, initial_scale)
        self.operator = SkewOperator(
            dimensions // 2,
            gate=gate,
            n_prompt_features=n_prompt_features,
            temperature=temperature,
            unit_norm=unit_norm,
        )

    @classmethod
    def published(cls, n_features: int, dimensions: int = 4, **options: Any) -> GeneralPreference:
        """The published setting: unit norms and tau 0.1. It needs several starts, and 4 dimensions rather than 2."""
        return cls(n_features, dimensions, unit_norm=True, temperature=0.1, **options)

    @classmethod
    def of_matrix(cls, log_odds: Tensor, dimensions: int | None = None) -> GeneralPreference:
        """The model of n recurring items (one-hot features) whose log-odds are a given skew-symmetric matrix.

        From the real Schur form: a skew-symmetric matrix is an orthogonal basis of planes with a turn in each, and the
        planes with the largest turns are kept.

        Parameters
        ----------
        log_odds : Tensor, shape (n, n)
            ``s(i, j)``.
        dimensions : int, optional
            2k. Default: as many as make the model exact, the rank of the matrix.

        Raises
        ------
        GustibusError
            If the matrix is not skew-symmetric.

        Examples
        --------
        >>> import torch
        >>> circle = torch.tensor([[0.0, 1.0, -1.0], [-1.0, 0.0, 1.0], [1.0, -1.0, 0.0]])  # rock, scissors, paper
        >>> model = GeneralPreference.of_matrix(circle)
        >>> model.dimensions, bool(torch.allclose(model.pool_log_odds(torch.eye(3), torch.ones(1)), circle, atol=1e-6))
        (2, True)
        """
        v = planes_of(log_odds.double().numpy(), dimensions)
        model = cls(len(log_odds), v.shape[1])
        layer = model.map
        assert isinstance(layer, nn.Linear)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(v.T))
            layer.bias.zero_()
        return model

    def representations(self, features: Tensor) -> Tensor:
        """``v`` of n responses, shape (n, 2k), before any scaling to unit norm."""
        found: Tensor = self.map(features)
        return found

    def mapped(self, features: Tensor) -> Tensor:
        """Representations, and the gates of the prompt where there are any."""
        v, gates = self.representations(features), self.gates(features)
        return v if gates is None else torch.cat([v, gates], dim=-1)

    def between(self, mapped_a: Tensor, mapped_b: Tensor) -> Tensor:
        """Log-odds (n, 1); responses to different prompts meet under the mean of their gates."""
        width = self.dimensions
        gates = None if self.operator.gate == "none" else (mapped_a[:, width:] + mapped_b[:, width:]) / 2
        return self.operator.pair(mapped_a[:, :width], mapped_b[:, :width], gates)[:, None]

    def gates(self, features: Tensor) -> Tensor | None:
        """Weights of the blocks (n, k) for the prompts of the rows, or None."""
        return self.operator.gates(features[:, -self.n_prompt_features :] if self.n_prompt_features else None)

    def pool_log_odds(self, features: Tensor, weights: Tensor) -> Tensor:
        """Log-odds of every response against every other (n, n), in one product."""
        gates = self.gates(features)
        return self.operator.against_all(self.representations(features), None if gates is None else gates[:1])

    def mean_log_odds(self, features: Tensor, pool: Tensor, weights: Tensor) -> Tensor:
        """Mean log-odds against the pool, shape (n,)."""
        return self.operator.against_pool(
            self.representations(features), self.representations(pool), self.gates(features)
        )

    def shrinkage(self) -> Tensor:
        """Sum of squares of the map's parameters; for recurring items the squared lengths of their representations."""
        return torch.stack([(p**2).sum() for p in self.parameters()]).sum()

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
            "initial_scale": self.initial_scale,
        }
