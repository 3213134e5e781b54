"""How well people are predicted on held-out judgements after their first n answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.adapting import Answers

__all__ = ["HeldOut", "score_held_out", "summed"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class HeldOut:
    """Log loss of validation judgements, their people placed by their first n training answers.

    Attributes
    ----------
    losses : dict
        From n (None = all answers) to each person's summed log loss in nats, shape (U,).
    weight : ndarray, shape (U,)
        Each person's summed record weights.
    """

    losses: dict[int | None, FloatArray]
    weight: FloatArray

    @property
    def by_prefix(self) -> dict[int | None, float]:
        """Mean log loss after each number of answers."""
        return {n: float(loss.sum() / self.weight.sum()) for n, loss in self.losses.items()}

    @property
    def mean(self) -> float:
        """The figure that choices are made by: the mean over prefixes, in nats."""
        return float(np.mean(list(self.by_prefix.values())))

    def of(self, people: npt.NDArray[np.bool_]) -> HeldOut:
        """The same for some of the people."""
        return HeldOut({n: loss[people] for n, loss in self.losses.items()}, self.weight[people])

    def gain_over(self, other: HeldOut) -> tuple[float, float]:
        """How much better than ``other`` over the prefixes both have (positive), and its standard error over people.

        Of the people who were judged in both; these must have been judged on the same judgements.
        """
        both = (self.weight > 0) & (other.weight > 0)
        weight = self.weight[both]
        shared = [n for n in self.losses if n in other.losses]
        difference = np.mean([other.losses[n][both] - self.losses[n][both] for n in shared], axis=0)
        total = weight.sum()
        gain = float(difference.sum() / total)
        residual = difference - gain * weight
        return gain, float(np.sqrt((residual**2).sum()) / total)

    def among(self, people: npt.NDArray[np.intp], n_users: int) -> HeldOut:
        """The same where person i has the number ``people[i]`` among ``n_users``; nobody else was judged."""

        def spread(values: FloatArray) -> FloatArray:
            spread = np.zeros(n_users)
            spread[people] = values
            return spread

        return HeldOut({n: spread(loss) for n, loss in self.losses.items()}, spread(self.weight))


def score_held_out(
    losses_after: Callable[[int | None], FloatArray], prefixes: Sequence[int | None], held_out: Answers
) -> HeldOut:
    """Add up by person what held-out answers cost after each prefix, which ``losses_after`` says of each of them."""
    user, n_users = held_out.user, held_out.n_users
    losses = {n: np.bincount(user, losses_after(n), n_users).astype(np.float64) for n in prefixes}
    return HeldOut(losses, np.bincount(user, held_out.weight, n_users).astype(np.float64))


def summed(parts: Sequence[HeldOut]) -> HeldOut:
    """The same people on several sets of judgements, taken together; over the prefixes that all have."""
    shared = [n for n in parts[0].losses if all(n in part.losses for part in parts)]
    losses = {n: np.sum([part.losses[n] for part in parts], axis=0) for n in shared}
    return HeldOut(losses, np.sum([part.weight for part in parts], axis=0))
