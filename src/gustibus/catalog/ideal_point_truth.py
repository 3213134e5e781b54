"""The truth behind a synthetic world: who stands where, what they would answer, and how well anybody can do."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import Comparisons, GustibusError

__all__ = ["IdealPointTruth", "expected_accuracy", "expected_log_loss"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class IdealPointTruth:
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
        return f"IdealPointTruth({u:,} people, {k} prototypes, {n:,} responses, {d} dimensions)"

    @property
    def ideal_points(self) -> Floats:
        """``(U, d)`` ideal point of each person."""
        return self.weights @ self.prototypes

    @cached_property
    def _user_rows(self) -> dict[str, int]:
        return {user_id: row for row, user_id in enumerate(self.user_ids)}

    @cached_property
    def _response_rows(self) -> dict[str, int]:
        return {response: row for row, response in enumerate(self.responses)}

    def rewards(self, user_ids: Sequence[str], responses: Sequence[str]) -> Floats:
        """True rewards ``-c |z - a_u|^2`` in log-odds, ``(len(user_ids), len(responses))``.

        Raises
        ------
        GustibusError
            If a person or a response does not belong to this world.
        """
        return self._rewards(self.ideal_points[_rows(user_ids, self._user_rows, "person")], responses)

    def prototype_rewards(self, responses: Sequence[str]) -> Floats:
        """True rewards of the pure tastes in log-odds, ``(K, len(responses))``.

        Raises
        ------
        GustibusError
            If a response does not belong to this world.
        """
        return self._rewards(self.prototypes, responses)

    def _rewards(self, ideal: Floats, responses: Sequence[str]) -> Floats:
        z = self.positions[_rows(responses, self._response_rows, "response")]
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

    def bayes_accuracy(self, comparisons: Comparisons) -> float:
        """Expected accuracy of somebody who knows the truth: no model can do better on average."""
        return expected_accuracy(_logistic(self.log_odds(comparisons)))

    def bayes_log_loss(self, comparisons: Comparisons) -> float:
        """Expected log loss (nats) of somebody who knows the truth: no model can do better on average."""
        return expected_log_loss(_logistic(self.log_odds(comparisons)))

    def one_taste_accuracy(self, comparisons: Comparisons) -> float:
        """Expected accuracy of the best answers that are the same for everybody, averaged over all people.

        It is the mean of ``max(v, 1 - v)`` with ``v`` the true vote share of a comparison: the ceiling of every model
        that does not look at who asks.
        """
        return expected_accuracy(self.vote_shares(comparisons))

    def one_taste_log_loss(self, comparisons: Comparisons) -> float:
        """Expected log loss (nats) of the best probabilities that are the same for everybody."""
        return expected_log_loss(self.vote_shares(comparisons))

    def vote_shares(self, comparisons: Comparisons) -> Floats:
        """``(M,)`` share of all people of the world who would answer a, in expectation."""
        step, middle = self._steps(comparisons)
        ideal = self.ideal_points
        shares = np.empty(len(comparisons))
        for start in range(0, len(shares), 4096):  # U x 4096 numbers at a time
            rows = slice(start, start + 4096)
            own = (step[rows] * middle[rows]).sum(1)
            shares[rows] = _logistic(2 * self.scale * (ideal @ step[rows].T - own)).mean(0)
        return shares

    def _steps(self, comparisons: Comparisons) -> tuple[Floats, Floats]:
        """``z_a - z_b`` and the midpoint of the two, both ``(M, d)``."""
        a = self.positions[self._rows_of(comparisons, "response_a")]
        b = self.positions[self._rows_of(comparisons, "response_b")]
        return a - b, (a + b) / 2

    def _rows_of(self, comparisons: Comparisons, column: str) -> NDArray[np.intp]:
        """Row of this world for each code of a column; only the strings that occur need to be known."""
        known, what = (self._user_rows, "person") if column == "user" else (self._response_rows, "response")
        strings = comparisons.users if column == "user" else comparisons.responses
        codes = np.asarray(getattr(comparisons, column))
        used, where = np.unique(codes, return_inverse=True)
        return _rows(strings.take(used).to_pylist(), known, what)[where.reshape(-1)]


def _rows(names: Sequence[str], known: dict[str, int], what: str) -> NDArray[np.intp]:
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(str(name), list(known), n=2)
            hint = f"Nearest: {', '.join(map(repr, near))}." if near else "Use comparisons that this world made."
            raise GustibusError(f"There is no {what} {name!r} in this world of {len(known)}, so no truth. {hint}")
    return np.array([known[name] for name in names], dtype=np.intp)


def _logistic(log_odds: Floats) -> Floats:
    return 0.5 * (1 + np.tanh(log_odds / 2))


def expected_accuracy(probability: ArrayLike) -> float:
    """Accuracy to expect from somebody who knows the true probabilities: the mean of ``max(p, 1 - p)``.

    Examples
    --------
    >>> expected_accuracy([0.875, 0.5, 0.25])
    0.7083333333333334
    """
    p = np.asarray(probability, dtype=np.float64)
    return float(np.maximum(p, 1 - p).mean())


def expected_log_loss(probability: ArrayLike) -> float:
    """Log loss (nats) to expect from somebody who knows the true probabilities: their mean entropy.

    Examples
    --------
    >>> round(expected_log_loss([0.5, 1.0]), 4)
    0.3466
    """
    p = np.clip(np.asarray(probability, dtype=np.float64), 1e-300, 1 - 1e-16)
    return float(-(p * np.log(p) + (1 - p) * np.log1p(-p)).mean())
