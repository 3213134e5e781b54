"""The truth behind a world in which people weigh a few shared rewards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gustibus.catalog.truth import Truth, logistic
from gustibus.comparisons import Comparisons
from gustibus.comparisons.wording import counted

__all__ = ["SharedRewardTruth"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class SharedRewardTruth(Truth):
    r"""Known shared rewards and people: :math:`r_u(x) = w_u \cdot S(x)` in log-odds.

    Attributes
    ----------
    user_ids, responses
        Names of the ``U`` people and the ``n`` responses. Where rewards depend on the prompt, every response belongs to
        one prompt.
    scores
        ``(n, K)`` shared rewards :math:`S` of the responses.
    weights
        ``(U, K)`` rows :math:`w_u`: on the simplex, or any numbers.

    Examples
    --------
    >>> truth = SharedRewardTruth(user_ids=("ann", "ben"), responses=("tea", "gin"),
    ...                           scores=np.array([[2.0, 0.0], [0.0, 1.0]]), weights=np.array([[1.0, 0.0], [0.0, 1.0]]))
    >>> data = Comparisons.from_arrays(users=["ann", "ben"], responses=["tea", "gin"], user=[0, 1],
    ...                                response_a=[0, 0], response_b=[1, 1], outcome=[1, 0])
    >>> truth.log_odds(data)
    array([ 2., -1.])
    """

    user_ids: tuple[str, ...]
    responses: tuple[str, ...]
    scores: Floats
    weights: Floats

    def __post_init__(self) -> None:
        for name in ("scores", "weights"):
            array = np.array(getattr(self, name), dtype=np.float64)
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __repr__(self) -> str:
        (n, k), u = self.scores.shape, len(self.weights)
        return f"SharedRewardTruth({counted(u, 'person')}, {counted(k, 'shared reward')}, {counted(n, 'response')})"

    def rewards(self, user_ids: Sequence[str], responses: Sequence[str]) -> Floats:
        """True rewards in log-odds, ``(len(user_ids), len(responses))``.

        Raises
        ------
        GustibusError
            If a person or a response does not belong to this world.
        """
        weights, scores = self.weights[self._rows_of_people(user_ids)], self.scores[self._rows_of_responses(responses)]
        rewards: Floats = weights @ scores.T
        return rewards

    def log_odds(self, comparisons: Comparisons) -> Floats:
        """True log-odds ``(M,)`` that each judge prefers a; people and responses are matched by name.

        Raises
        ------
        GustibusError
            If a person or a response does not belong to this world.
        """
        weights = self.weights[self._rows_of(comparisons, "user")]
        log_odds: Floats = (weights * self._steps(comparisons)).sum(1)
        return log_odds

    def vote_shares(self, comparisons: Comparisons) -> Floats:
        """``(M,)`` share of all people of the world who would answer a, in expectation."""
        step = self._steps(comparisons)
        shares = np.empty(len(comparisons))
        for start in range(0, len(shares), 4096):  # U x 4096 numbers at a time
            rows = slice(start, start + 4096)
            shares[rows] = logistic(self.weights @ step[rows].T).mean(0)
        return shares

    def _steps(self, comparisons: Comparisons) -> Floats:
        """Differences of the shared rewards, ``(M, K)``."""
        a, b = (self._rows_of(comparisons, column) for column in ("response_a", "response_b"))
        steps: Floats = self.scores[a] - self.scores[b]
        return steps
