"""What models without rewards share: every item is mapped once, and pairs are scored from two maps."""

from __future__ import annotations

from abc import abstractmethod
from typing import NoReturn

from torch import Tensor, nn

from gustibus.comparisons import GustibusError
from gustibus.comparisons.arguments import check_whole
from gustibus.models.contract import PreferenceModel
from gustibus.models.maps import Mlp

__all__ = ["INITIAL_SCALE", "PairwiseModel", "check_dimensions", "representation_map"]

INITIAL_SCALE = 0.1


class PairwiseModel(PreferenceModel):
    """Log-odds of pairs that need not come from rewards, linear in people's weights.

    n items cost n maps, and a pair little more: never n^2 maps. Because ``between`` only multiplies, adds and
    subtracts what two items bring, in the same order either way round, swapping them flips the sign exactly.
    """

    @abstractmethod
    def mapped(self, features: Tensor) -> Tensor:
        """What items bring to a pair, shape (n, W), from feature rows (n, n_features)."""

    @abstractmethod
    def between(self, mapped_a: Tensor, mapped_b: Tensor) -> Tensor:
        """Log-odds of n pairs at each of the K prototypes, shape (n, K), from what their items bring."""

    @abstractmethod
    def mean_log_odds(self, features: Tensor, pool: Tensor, weights: Tensor) -> Tensor:
        """Mean log-odds of n responses against a pool of m, all answering one prompt, in O((n + m) k).

        Parameters
        ----------
        features : Tensor, shape (n, n_features)
        pool : Tensor, shape (m, n_features)
        weights : Tensor, shape (K,)

        Returns
        -------
        Tensor, shape (n,)
        """

    @property
    def linear_in_weights(self) -> bool:
        """True: people weigh the log-odds of the K prototypes."""
        return True

    @property
    def scalar(self) -> bool:
        """False: there are log-odds of pairs, but no rewards of items."""
        return False

    def prototype_log_odds(self, features: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """Log-odds of pairs of rows, shape (n, K); each row is mapped once."""
        mapped = self.mapped(features)
        return self.between(mapped.index_select(0, a), mapped.index_select(0, b))

    def log_odds(self, features_a: Tensor, features_b: Tensor, weights: Tensor) -> Tensor:
        """Log-odds ``(n,)`` of n pairs for weights (n, K) or (K,)."""
        return (self.between(self.mapped(features_a), self.mapped(features_b)) * weights).sum(-1)

    def prototype_scores(self, features: Tensor) -> NoReturn:
        """Refused: there are no rewards."""
        raise GustibusError(
            "this model has no rewards of single responses, only log-odds of pairs. Ask for log_odds or probability, "
            "and rank with rule='borda', 'copeland' or 'lottery'."
        )

    def reward(self, features: Tensor, weights: Tensor) -> NoReturn:
        """Refused: there are no rewards."""
        self.prototype_scores(features)


def check_dimensions(dimensions: int, initial_scale: float, cyclic_ratio: float = 1.0) -> None:
    """Refuse odd dimensions, a start at zero, and ratios that are not positive."""
    check_whole("dimensions", dimensions)
    if dimensions < 2 or dimensions % 2:
        raise GustibusError(f"dimensions={dimensions}: representations are pairs of numbers; give 2, 4, 6, ...")
    if not initial_scale > 0:
        raise GustibusError(
            f"initial_scale={initial_scale}: at representations of exactly 0 the slope is 0 too, so nothing would be "
            "learned. Give a small positive number such as 0.1."
        )
    if not cyclic_ratio > 0:
        raise GustibusError(f"cyclic_ratio must be positive, got {cyclic_ratio}")


def representation_map(n_features: int, dimensions: int, hidden: tuple[int, ...], scale: float) -> nn.Module:
    """The map to representations; affine ones start with outputs of sd ``scale`` for a feature row of length 1.

    It has a constant part, without which ``v = [r, 1]`` would be out of reach.
    """
    if hidden:
        return Mlp((n_features, *hidden, dimensions))
    layer = nn.Linear(n_features, dimensions)
    nn.init.normal_(layer.weight, std=scale)
    nn.init.normal_(layer.bias, std=scale)
    return layer
