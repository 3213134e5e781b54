"""What every baseline can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from gustibus.evaluation.baselines.judgements import Judgements

__all__ = ["Baseline", "probability_of"]


class Baseline(Protocol):
    """A simple predictor to stand beside a model: learn from judgements, take in new people, predict.

    Settings go into the constructor; `fit` learns everything else and returns the baseline itself, and what it
    learned ends in an underscore. People are told apart by ``Judgements.user``; whoever is not known is predicted as
    somebody with no answers.
    """

    @property
    def name(self) -> str:
        """What it is called in tables."""

    @property
    def user_ids(self) -> Sequence[str]:
        """The people it knows apart from the rest."""

    def fit(self, train: Judgements, validation: Judgements | None = None) -> Self:
        """Learn from `train`; strengths are chosen by log loss on `validation`."""

    def adapt(self, answers: Judgements) -> Self:
        """A copy that also knows the people of `answers`, from these answers alone; nothing else changes."""

    def without_people(self) -> Self:
        """A copy that knows nobody: what it says of a person with no answers."""

    def log_odds(self, judgements: Judgements) -> NDArray[np.float64]:
        """Log-odds that a is preferred, shape (M,)."""

    def probability(self, judgements: Judgements) -> NDArray[np.float64]:
        """Probability that a is preferred, shape (M,)."""


def probability_of(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """``1 / (1 + exp(-s))`` without overflow, and ``p(-s) == 1 - p(s)`` exactly."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * log_odds)))
