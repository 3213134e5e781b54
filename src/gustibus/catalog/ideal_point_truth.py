"""The truth behind a world in which nearer is better: who stands where, and what they would answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gustibus.catalog.truth import Truth, logistic
from gustibus.comparisons import Comparisons
from gustibus.comparisons.wording import counted

__all__ = ["IdealPointTruth"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class IdealPointTruth(Truth):
    r"""Known positions, tastes and people of a world in which nearer is better.

    Person :math:`u` has the ideal point :math:`a_u = w_u P` and answers a comparison of :math:`x` and :math:`y` with

    .. math:: \log\frac{P(x \succ y)}{P(y \succ x)} = c\,\bigl(|z_y - a_u|^2 - |z_x - a_u|^2\bigr)

    (Coombs 1950; prototypes as in Chen et al. 2024, arXiv 2406.08469).

    Attributes
    ----------
    user_ids, responses
        Names of the ``U`` people and the ``n`` responses.
    positions
        ``(n, d)`` positions :math:`z` of the responses.
    prototypes
        ``(K, d)`` ideal points :math:`P` of the pure tastes.
    weights
        ``(U, K)`` rows :math:`w_u` on the simplex.
    scale
        :math:`c`, log-odds per unit of squared distance: the larger, the less noise.

    Examples
    --------
    >>> truth = IdealPointTruth(user_ids=("ann", "ben"), responses=("tea", "gin"), positions=np.array([[-1.0], [1.0]]),
    ...                         prototypes=np.array([[-1.0], [1.0]]), weights=np.array([[1.0, 0.0], [0.25, 0.75]]),
    ...                         scale=0.5)
    >>> data = Comparisons.from_arrays(users=["ann", "ben"], responses=["tea", "gin"], user=[0, 1],
    ...                                response_a=[0, 0], response_b=[1, 1], outcome=[1, 0])
    >>> truth.log_odds(data)
    array([ 2., -1.])
    >>> round(truth.bayes_accuracy(data), 3)
    0.806
    """

    user_ids: tuple[str, ...]
    responses: tuple[str, ...]
    positions: Floats
    prototypes: Floats
    weights: Floats
    scale: float

    def __post_init__(self) -> None:
        for name in ("positions", "prototypes", "weights"):
            array = np.array(getattr(self, name), dtype=np.float64)
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __repr__(self) -> str:
        n, d = self.positions.shape
        u, k = self.weights.shape
        learned = f"{counted(u, 'person')}, {counted(k, 'prototype')}"
        return f"IdealPointTruth({learned}, {counted(n, 'response')}, {counted(d, 'dimension')})"

    @property
    def ideal_points(self) -> Floats:
        """``(U, d)`` ideal point of each person."""
        return self.weights @ self.prototypes

    def rewards(self, user_ids: Sequence[str], responses: Sequence[str]) -> Floats:
        """True rewards ``-c |z - a_u|^2`` in log-odds, ``(len(user_ids), len(responses))``.

        Raises
        ------
        GustibusError
            If a person or a response does not belong to this world.
        """
        return self._rewards(self.ideal_points[self._rows_of_people(user_ids)], responses)

    def prototype_rewards(self, responses: Sequence[str]) -> Floats:
        """True rewards of the pure tastes in log-odds, ``(K, len(responses))``.

        Raises
        ------
        GustibusError
            If a response does not belong to this world.
        """
        return self._rewards(self.prototypes, responses)

    def _rewards(self, ideal: Floats, responses: Sequence[str]) -> Floats:
        z = self.positions[self._rows_of_responses(responses)]
        squared = (ideal**2).sum(1)[:, None] + (z**2).sum(1)[None, :] - 2 * ideal @ z.T
        rewards: Floats = -self.scale * squared
        return rewards

    def log_odds(self, comparisons: Comparisons) -> Floats:
        """True log-odds ``(M,)`` that each judge prefers a; people and responses are matched by name.

        Raises
        ------
        GustibusError
            If a person or a response does not belong to this world.
        """
        ideal = self.ideal_points[self._rows_of(comparisons, "user")]
        step, middle = self._steps(comparisons)
        log_odds: Floats = 2 * self.scale * (step * (ideal - middle)).sum(1)
        return log_odds

    def vote_shares(self, comparisons: Comparisons) -> Floats:
        """``(M,)`` share of all people of the world who would answer a, in expectation."""
        step, middle = self._steps(comparisons)
        ideal = self.ideal_points
        shares = np.empty(len(comparisons))
        for start in range(0, len(shares), 4096):  # U x 4096 numbers at a time
            rows = slice(start, start + 4096)
            own = (step[rows] * middle[rows]).sum(1)
            shares[rows] = logistic(2 * self.scale * (ideal @ step[rows].T - own)).mean(0)
        return shares

    def _steps(self, comparisons: Comparisons) -> tuple[Floats, Floats]:
        """``z_a - z_b`` and the midpoint of the two, both ``(M, d)``."""
        a = self.positions[self._rows_of(comparisons, "response_a")]
        b = self.positions[self._rows_of(comparisons, "response_b")]
        return a - b, (a + b) / 2
