"""Models that look at both items at once: log-odds without rewards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NoReturn

import torch
from torch import Tensor, nn

from gustibus.comparisons import GustibusError
from gustibus.models.contract import PreferenceModel
from gustibus.models.maps import Mlp

__all__ = ["PairInput", "PlainPairInput"]

# Entries of a block of hidden units (64 MB) when all pairs of a pool are asked for.
_BLOCK = 1 << 24


class PairInput(PreferenceModel):
    r"""A network that reads both items: ``s(a, b) = g(phi(a), phi(b)) - g(phi(b), phi(a))``.

    ``g`` is an MLP on the two feature vectors side by side. Asking both ways round makes the log-odds antisymmetric
    exactly. They need not come from a reward: where preferences go in circles this model can follow, and no order of
    items is implied. n items have ``n (n - 1) / 2`` pairs, each of which the network has to see; a ranking needs a rule
    such as the Borda count. There is one taste for all (K = 1).

    The first layer is linear, so it is computed once an item and summed for each pair.

    Parameters
    ----------
    n_features : int
        F, the width of an item's feature vector.
    hidden : sequence of int
        Widths of the hidden layers, at least one: without any the model would be Bradley-Terry.
    activation : {"relu", "gelu"}
        Between the layers.

    Raises
    ------
    GustibusError
        If there is no hidden layer.

    References
    ----------
    The pairwise preference model with which Zhang et al. (2024), arXiv 2410.02197, compare theirs; the order of the two
    items is symmetrised here.

    Examples
    --------
    >>> import torch
    >>> model = PairInput(n_features=3, hidden=(8,))
    >>> a, b, one = torch.randn(4, 3), torch.randn(4, 3), torch.ones(1)
    >>> bool(torch.equal(model.log_odds(a, b, one), -model.log_odds(b, a, one)))
    True
    >>> model.scalar
    False
    """

    def __init__(
        self, n_features: int, hidden: Sequence[int] = (64,), *, activation: Literal["relu", "gelu"] = "relu"
    ) -> None:
        super().__init__()
        if not hidden:
            raise GustibusError(
                "a pair-input model without hidden layers is Bradley-Terry: give at least one width, such as "
                "hidden=(64,), or use model='bt'"
            )
        self.n_features = n_features
        self.n_prototypes = 1
        self.hidden = tuple(hidden)
        self.activation = activation
        self.head = Mlp((2 * n_features, *self.hidden, 1), activation=activation)

    @property
    def linear_in_weights(self) -> bool:
        """True: there is one weight and it is 1."""
        return True

    @property
    def scalar(self) -> bool:
        """False: there are log-odds of pairs, but no rewards of items."""
        return False

    def one_sided(self, features_a: Tensor, features_b: Tensor) -> Tensor:
        """``g(phi(a), phi(b))`` of n pairs, shape (n,), as asked: the other way round it may contradict itself."""
        first, _ = self._sides(features_a)
        _, second = self._sides(features_b)
        return self._above(first + second)

    def log_odds(self, features_a: Tensor, features_b: Tensor, weights: Tensor) -> Tensor:
        """Log-odds ``(n,)`` of n pairs; the weights (always 1) change nothing."""
        a_first, a_second = self._sides(features_a)
        b_first, b_second = self._sides(features_b)
        return self._above(a_first + b_second) - self._above(b_first + a_second)

    def prototype_log_odds(self, features: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """Log-odds ``(n, 1)`` of pairs that share items; see the contract.

        Each distinct unordered pair is computed once, in the order of the items, so a record and its swap anywhere in
        the batch differ in the sign only, to the last digit.
        """
        n_items = max(len(features), 1)
        keys, inverse = torch.unique(torch.minimum(a, b) * n_items + torch.maximum(a, b), return_inverse=True)
        low, high = keys // n_items, keys % n_items
        first, second = self._sides(features)
        one_way = self._above(first.index_select(0, low) + second.index_select(0, high))
        other_way = self._above(first.index_select(0, high) + second.index_select(0, low))
        log_odds = (one_way - other_way).index_select(0, inverse)
        return torch.where(a <= b, log_odds, -log_odds)[:, None]

    def pool_log_odds(self, features: Tensor, weights: Tensor) -> Tensor:
        """Log-odds of every item of a pool against every other, shape (n, n); n^2 pairs go through the network."""
        first, second = self._sides(features)
        rows = max(1, _BLOCK // max(1, len(features) * max(self.hidden)))
        starts = range(0, len(features), rows)
        blocks = [self._above(first[start : start + rows, None] + second[None]) for start in starts]
        one_sided = torch.cat(blocks) if blocks else features.new_zeros((0, 0))
        return one_sided - one_sided.T

    def prototype_scores(self, features: Tensor) -> NoReturn:
        """Refused: there are no rewards."""
        raise GustibusError(
            "a pair-input model has no rewards of single items, only log-odds of pairs. Ask for log_odds or "
            "probability, and rank with rule='borda'."
        )

    def reward(self, features: Tensor, weights: Tensor) -> NoReturn:
        """Refused: there are no rewards."""
        self.prototype_scores(features)

    def config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {"n_features": self.n_features, "hidden": list(self.hidden), "activation": self.activation}

    def shrinkage(self) -> Tensor:
        """Sum of squared weights and biases of the network."""
        return torch.stack([(p**2).sum() for p in self.head.parameters()]).sum()

    def _sides(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """What items bring to the first hidden layer as the first and as the second of a pair, each (n, hidden)."""
        layer = self._first_layer()
        as_first, as_second = layer.weight[:, : self.n_features], layer.weight[:, self.n_features :]
        return features @ as_first.T, features @ as_second.T + layer.bias

    def _first_layer(self) -> nn.Linear:
        layer = self.head.layers[0]
        assert isinstance(layer, nn.Linear)
        return layer

    def _above(self, summed: Tensor) -> Tensor:
        """The network from the first activation on: (..., hidden) to (...)."""
        above: Tensor = self.head.layers[1:](summed)
        return above.squeeze(-1)


class PlainPairInput(PairInput):
    r"""The network as it is asked: ``s(a, b) = g(phi(a), phi(b))``, which can contradict itself.

    It breaks the contract that swapping a and b flips the sign, so it is fitted and measured but never served: what
    answers questions is :meth:`antisymmetrised`. It shows how inconsistent models of this kind are; parameters are
    those of :class:`PairInput`.

    Examples
    --------
    >>> import torch
    >>> model = PlainPairInput(n_features=3, hidden=(8,))
    >>> a, b, one = torch.randn(4, 3), torch.randn(4, 3), torch.ones(1)
    >>> both_ways = (model.log_odds(a, b, one) - model.log_odds(b, a, one)) / 2
    >>> bool(torch.allclose(model.antisymmetrised().log_odds(a, b, one), both_ways, atol=1e-6))
    True
    """

    def log_odds(self, features_a: Tensor, features_b: Tensor, weights: Tensor) -> Tensor:
        """``g(phi(a), phi(b))`` of n pairs, shape (n,)."""
        return self.one_sided(features_a, features_b)

    def prototype_log_odds(self, features: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """``g(phi(a), phi(b))`` of pairs that share items, shape (n, 1)."""
        first, second = self._sides(features)
        return self._above(first.index_select(0, a) + second.index_select(0, b))[:, None]

    def antisymmetrised(self) -> PairInput:
        """The mean of both ways of asking: a :class:`PairInput` with ``s = (g(a, b) - g(b, a)) / 2``."""
        model = PairInput(self.n_features, self.hidden, activation=self.activation)
        model.load_state_dict(self.state_dict())
        last = model.head.layers[-1]
        assert isinstance(last, nn.Linear)
        with torch.no_grad():
            last.weight.mul_(0.5)
            last.bias.mul_(0.5)
        return model.to(next(self.parameters()).device)
