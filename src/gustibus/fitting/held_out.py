"""How well people are predicted on held-out judgements after their first n answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.adapting import Answers

__all__ = ["HeldOut", "first_answers"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class HeldOut:
    """Log loss of validation judgements, their people placed by their first n training answers.

    Attributes
    ----------
    by_prefix : dict
        From n (None = all answers) to the mean log loss in nats.
    per_user : ndarray, shape (U,)
        Each person's summed log loss, averaged over the prefixes.
    weight : ndarray, shape (U,)
        Each person's summed record weights.
    """

    by_prefix: dict[int | None, float]
    per_user: FloatArray
    weight: FloatArray

    @property
    def mean(self) -> float:
        """The figure that choices are made by: the mean over prefixes, in nats."""
        return float(self.per_user.sum() / self.weight.sum())

    @classmethod
    def of(
        cls,
        predict: Callable[[int | None], FloatArray],
        prefixes: Sequence[int | None],
        outcome: FloatArray,
        weight: FloatArray,
        user: npt.NDArray[np.intp],
    ) -> HeldOut:
        """Score the probabilities that ``predict`` gives to the held-out judgements after each prefix."""
        n_users = int(user.max(initial=-1)) + 1
        by_prefix, total = {}, np.zeros(len(outcome))
        for n in prefixes:
            p = np.clip(predict(n), 1e-12, 1 - 1e-12)
            loss = -weight * (outcome * np.log(p) + (1 - outcome) * np.log1p(-p))
            by_prefix[n] = float(loss.sum() / weight.sum())
            total += loss / len(prefixes)
        return cls(by_prefix, np.bincount(user, total, n_users), np.bincount(user, weight, n_users))

    def gain_over(self, other: HeldOut) -> tuple[float, float]:
        """How much better than ``other`` (positive), and the standard error of that over people, in nats."""
        difference = other.per_user - self.per_user
        total = self.weight.sum()
        gain = float(difference.sum() / total)
        residual = difference - gain * self.weight
        return gain, float(np.sqrt((residual**2).sum()) / total)


def first_answers(answers: Answers, n: int | None) -> Answers:
    """Each person's first n answers, in the order of the records; all of them for None."""
    if n is None:
        return answers
    ordered = answers.by_user
    place = np.arange(len(ordered)) - ordered.starts[ordered.user]
    return ordered.take_records(np.flatnonzero(place < n))
