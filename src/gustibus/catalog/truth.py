"""What every known truth can say: true log-odds by name, and how well anybody can do."""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import Comparisons, GustibusError

__all__ = ["Truth", "expected_accuracy", "expected_log_loss", "logistic"]

Floats = NDArray[np.float64]


class Truth(ABC):
    """People and responses whose log-odds are known, found by their names.

    Attributes
    ----------
    user_ids, responses
        Names of the ``U`` people and the ``n`` responses.
    """

    user_ids: tuple[str, ...]
    responses: tuple[str, ...]

    @abstractmethod
    def log_odds(self, comparisons: Comparisons) -> Floats:
        """True log-odds ``(M,)`` that each judge prefers a; people and responses are matched by name.

        Raises
        ------
        GustibusError
            If a person or a response does not belong to this world.
        """

    @abstractmethod
    def vote_shares(self, comparisons: Comparisons) -> Floats:
        """``(M,)`` share of all people of the world who would answer a, in expectation."""

    def bayes_accuracy(self, comparisons: Comparisons) -> float:
        """Expected accuracy of somebody who knows the truth: no model can do better on average."""
        return expected_accuracy(logistic(self.log_odds(comparisons)))

    def bayes_log_loss(self, comparisons: Comparisons) -> float:
        """Expected log loss (nats) of somebody who knows the truth: no model can do better on average."""
        return expected_log_loss(logistic(self.log_odds(comparisons)))

    def one_taste_accuracy(self, comparisons: Comparisons) -> float:
        """Expected accuracy of the best answers that are the same for everybody, averaged over all people.

        It is the mean of ``max(v, 1 - v)`` with ``v`` the true vote share of a comparison: the ceiling of every model
        that does not look at who asks.
        """
        return expected_accuracy(self.vote_shares(comparisons))

    def one_taste_log_loss(self, comparisons: Comparisons) -> float:
        """Expected log loss (nats) of the best probabilities that are the same for everybody."""
        return expected_log_loss(self.vote_shares(comparisons))

    @cached_property
    def _user_rows(self) -> dict[str, int]:
        return {user_id: row for row, user_id in enumerate(self.user_ids)}

    @cached_property
    def _response_rows(self) -> dict[str, int]:
        return {response: row for row, response in enumerate(self.responses)}

    def _rows_of_people(self, user_ids: Sequence[str]) -> NDArray[np.intp]:
        return _rows(user_ids, self._user_rows, "person")

    def _rows_of_responses(self, responses: Sequence[str]) -> NDArray[np.intp]:
        return _rows(responses, self._response_rows, "response")

    def _rows_of(self, comparisons: Comparisons, column: str) -> NDArray[np.intp]:
        """Row of this world for each code of a column; only the strings that occur need to be known."""
        known, what = (self._user_rows, "person") if column == "user" else (self._response_rows, "response")
        strings = comparisons.users if column == "user" else comparisons.responses
        codes = np.asarray(getattr(comparisons, column))
        used, where = np.unique(codes, return_inverse=True)
        return _rows(strings.take(used).to_pylist(), known, what)[where.reshape(-1)]


def logistic(log_odds: Floats) -> Floats:
    """Probabilities of log-odds."""
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


def _rows(names: Sequence[str], known: dict[str, int], what: str) -> NDArray[np.intp]:
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(str(name), list(known), n=2)
            hint = f"Nearest: {', '.join(map(repr, near))}." if near else "Use comparisons that this world made."
            raise GustibusError(f"There is no {what} {name!r} in this world of {len(known)}, so no truth. {hint}")
    return np.array([known[name] for name in names], dtype=np.intp)
