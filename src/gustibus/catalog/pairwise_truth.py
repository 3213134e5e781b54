"""The truth behind a world without rewards: who beats whom, for each type of people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gustibus.catalog.truth import Truth, logistic
from gustibus.comparisons import Comparisons, GustibusError
from gustibus.comparisons.wording import counted

__all__ = ["PairwiseTruth"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class PairwiseTruth(Truth):
    r"""Known log-odds of every pair, which may go in circles, for each of K types of people.

    Person u answers a comparison of x and y with

    .. math:: \log\frac{P(x \succ y)}{P(y \succ x)} = \sum_k w_{uk} G_k(x, y), \qquad G_k(x, y) = -G_k(y, x).

    Attributes
    ----------
    user_ids, responses
        Names of the ``U`` people and the ``n`` responses.
    games
        ``(K, n, n)`` log-odds G; 0 between responses to different prompts, which are never compared.
    weights
        ``(U, K)`` rows on the simplex: one-hot for types.

    Examples
    --------
    >>> circle = np.array([[[0.0, 1.0, -1.0], [-1.0, 0.0, 1.0], [1.0, -1.0, 0.0]]])
    >>> truth = PairwiseTruth(("ann",), ("rock", "scissors", "paper"), circle, np.ones((1, 1)))
    >>> data = Comparisons.from_arrays(users=["ann"], responses=["paper", "rock"], user=[0], response_a=[0],
    ...                                response_b=[1], outcome=[1])
    >>> truth.log_odds(data)
    array([1.])
    """

    user_ids: tuple[str, ...]
    responses: tuple[str, ...]
    games: Floats
    weights: Floats

    def __post_init__(self) -> None:
        for name in ("games", "weights"):
            array = np.array(getattr(self, name), dtype=np.float64)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        n, k = len(self.responses), self.weights.shape[-1]
        if self.games.shape != (k, n, n) or self.weights.shape != (len(self.user_ids), k):
            raise GustibusError(
                f"games of shape {self.games.shape} and weights of shape {self.weights.shape} do not belong to "
                f"{counted(len(self.user_ids), 'person')} and {counted(n, 'response')}"
            )
        if np.any(self.games != -np.swapaxes(self.games, 1, 2)):
            raise GustibusError("games must be antisymmetric: what one response gains the other loses")

    def __repr__(self) -> str:
        types = counted(len(self.games), "type")
        people, responses = counted(len(self.user_ids), "person"), counted(len(self.responses), "response")
        return f"PairwiseTruth({people} of {types}, {responses})"

    def log_odds(self, comparisons: Comparisons) -> Floats:
        """True log-odds ``(M,)`` that each judge prefers a; people and responses are matched by name.

        Raises
        ------
        GustibusError
            If a person or a response does not belong to this world.
        """
        user = self._rows_of(comparisons, "user")
        each = self._of_each_type(comparisons)
        log_odds: Floats = (self.weights[user] * each.T).sum(axis=1)
        return log_odds

    def vote_shares(self, comparisons: Comparisons) -> Floats:
        """``(M,)`` share of all people of the world who would answer a, in expectation."""
        kinds, times = np.unique(self.weights, axis=0, return_counts=True)
        each = self._of_each_type(comparisons)
        shares = np.zeros(len(comparisons))
        for weight, n in zip(kinds, times, strict=True):
            shares += n / len(self.user_ids) * logistic(weight @ each)
        return shares

    def probability(self) -> Floats:
        """Share of people who prefer i to j, ``(n, n)``: what the rules over pairs read."""
        kinds, times = np.unique(self.weights, axis=0, return_counts=True)
        pooled = [
            n / len(self.user_ids) * logistic(np.tensordot(weight, self.games, axes=1))
            for weight, n in zip(kinds, times, strict=True)
        ]
        return np.asarray(np.sum(pooled, axis=0))

    def _of_each_type(self, comparisons: Comparisons) -> Floats:
        a, b = self._rows_of(comparisons, "response_a"), self._rows_of(comparisons, "response_b")
        return self.games[:, a, b]
