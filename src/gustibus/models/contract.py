"""The contract every preference model keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor, nn

__all__ = ["PreferenceModel"]


class PreferenceModel(nn.Module, ABC):
    r"""A reward that depends on a person only through weights on K prototypes.

    A person u is a vector of weights ``w_u``, for most models a point of the simplex; everything else is shared. The
    model answers one question,

    .. math:: s_u(a, b) = r_u(a) - r_u(b), \qquad P(a \succ b) = \sigma(s_u(a, b)),

    in log-odds. Because ``s`` is a difference of rewards, it is antisymmetric exactly, not only up to rounding.

    Attributes
    ----------
    n_features : int
        Width of an item's feature vector.
    n_prototypes : int
        K, the number of prototypes; 1 means that everybody is alike.
    linear_in_weights : bool
        Whether ``r_u(x) = w_u . S(x)``. Then a new person is a convex problem, solved exactly.
    weights_on_simplex : bool
        Whether people's weights are non-negative and sum to 1, or any K numbers.
    one_prototype_each : bool
        Whether predictions put every person at a single prototype, so that only K people are possible.
    scalar : bool
        Whether single items have rewards. A model that looks at both items at once has log-odds only.
    """

    n_features: int
    n_prototypes: int

    @property
    @abstractmethod
    def linear_in_weights(self) -> bool:
        """Whether the reward is linear in the person's weights."""

    @property
    def weights_on_simplex(self) -> bool:
        """True unless the model says otherwise: weights are shares of prototypes."""
        return True

    @property
    def one_prototype_each(self) -> bool:
        """False unless the model says otherwise: people may mix prototypes."""
        return False

    @property
    def scalar(self) -> bool:
        """True unless the model says otherwise: log-odds are differences of rewards, so they cannot cycle."""
        return True

    @abstractmethod
    def prototype_scores(self, features: Tensor) -> Tensor:
        """Rewards of n items to the K people who sit exactly at a prototype.

        Parameters
        ----------
        features : Tensor, shape (n, n_features)

        Returns
        -------
        Tensor, shape (n, K)
            In log-odds units; comparable only within a person.
        """

    @abstractmethod
    def reward(self, features: Tensor, weights: Tensor) -> Tensor:
        """Rewards of n items to n people (or one person).

        Parameters
        ----------
        features : Tensor, shape (n, n_features)
        weights : Tensor, shape (n, K) or (K,)
            Each person's weights.

        Returns
        -------
        Tensor, shape (n,)
            Known up to a constant per person, which no comparison can see.
        """

    def log_odds(self, features_a: Tensor, features_b: Tensor, weights: Tensor) -> Tensor:
        """Log-odds that each person prefers item a to item b.

        Parameters
        ----------
        features_a, features_b : Tensor, shape (n, n_features)
        weights : Tensor, shape (n, K) or (K,)

        Returns
        -------
        Tensor, shape (n,)
            ``reward(a) - reward(b)``; swapping a and b flips the sign exactly.
        """
        return self.reward(features_a, weights) - self.reward(features_b, weights)

    def prototype_log_odds(self, features: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """Log-odds of pairs of items for the K people who sit exactly at a prototype.

        Parameters
        ----------
        features : Tensor, shape (n_items, n_features)
        a, b : Tensor of int, shape (n,)
            Items of each pair.

        Returns
        -------
        Tensor, shape (n, K)
            Where the model is linear in the weights, a person's log-odds are their weights times these.
        """
        scores = self.prototype_scores(features)
        return scores.index_select(0, a) - scores.index_select(0, b)

    def pair_log_odds(self, features: Tensor, a: Tensor, b: Tensor, weights: Tensor, user: Tensor) -> Tensor:
        """Log-odds of many records that share items and people: each item and each person is mapped once.

        Parameters
        ----------
        features : Tensor, shape (n_items, n_features)
        a, b : Tensor of int, shape (n,)
            Items of each record.
        weights : Tensor, shape (n_users, K)
        user : Tensor of int, shape (n,)

        Returns
        -------
        Tensor, shape (n,)
        """
        difference = self.prototype_log_odds(features, a, b)
        if self.n_prototypes == 1 and self.weights_on_simplex:
            return difference.squeeze(-1)
        return (difference * weights.index_select(0, user)).sum(-1)

    def pool_log_odds(self, features: Tensor, weights: Tensor) -> Tensor:
        """Log-odds of every response to one prompt against every other.

        Parameters
        ----------
        features : Tensor, shape (n, n_features)
        weights : Tensor, shape (K,)
            One person's.

        Returns
        -------
        Tensor, shape (n, n)
            Entry (i, j) is ``s(i, j)``; antisymmetric exactly, so the diagonal is 0.
        """
        rewards = self.reward(features, weights)
        return rewards[:, None] - rewards[None]

    def penalty(self) -> Tensor:
        """A term of the model's own to add to the loss (a scalar, zero unless the model says otherwise)."""
        return torch.zeros((), dtype=next(self.parameters()).dtype, device=next(self.parameters()).device)

    @abstractmethod
    def shrinkage(self) -> Tensor:
        """Sum of squared shared parameters, what ridge regularisation penalises (a scalar)."""

    @abstractmethod
    def config(self) -> dict[str, Any]:
        """Constructor arguments from which an equal module can be built, as JSON-able values."""
