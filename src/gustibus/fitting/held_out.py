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
    by_question : HeldOut or None
        The same summed by question instead of by person, where these are so few that gains may be theirs.
    """

    losses: dict[int | None, FloatArray]
    weight: FloatArray
    by_question: HeldOut | None = None

    @property
    def by_prefix(self) -> dict[int | None, float]:
        """Mean log loss after each number of answers."""
        return {n: float(loss.sum() / self.weight.sum()) for n, loss in self.losses.items()}

    @property
    def mean(self) -> float:
        """The figure that choices are made by: the mean over prefixes, in nats."""
        return float(np.mean(list(self.by_prefix.values())))

    def of(self, people: npt.NDArray[np.bool_]) -> HeldOut:
        """The same for some of the people, by person alone."""
        return HeldOut({n: loss[people] for n, loss in self.losses.items()}, self.weight[people])

    def gain_over(self, other: HeldOut) -> tuple[float, float]:
        """How much better than ``other`` over the prefixes both have (positive), and its standard error over people.

        Of the people who were judged in both; these must have been judged on the same judgements. Where both know of
        questions, the error is that over people or over questions, whichever is larger. Of a single one it is infinite.
        """
        both = (self.weight > 0) & (other.weight > 0)
        weight = self.weight[both]
        shared = [n for n in self.losses if n in other.losses]
        difference = np.mean([other.losses[n][both] - self.losses[n][both] for n in shared], axis=0)
        total = weight.sum()
        gain = float(difference.sum() / total)
        residual = difference - gain * weight
        units = int(both.sum())
        if units < 2:
            return gain, float("inf")
        error = float(np.sqrt((residual**2).sum() * units / (units - 1)) / total)
        if self.by_question is not None and other.by_question is not None:
            error = max(error, self.by_question.gain_over(other.by_question)[1])
        return gain, error

    def among(self, people: npt.NDArray[np.intp], n_users: int) -> HeldOut:
        """The same where person i has the number ``people[i]`` among ``n_users``; nobody else was judged."""

        def spread(values: FloatArray) -> FloatArray:
            spread = np.zeros(n_users)
            spread[people] = values
            return spread

        return HeldOut({n: spread(loss) for n, loss in self.losses.items()}, spread(self.weight))


def score_held_out(
    losses_after: Callable[[int | None], FloatArray],
    prefixes: Sequence[int | None],
    held_out: Answers,
    question: npt.NDArray[np.intp] | None = None,
) -> HeldOut:
    """Add up by person what held-out answers cost after each prefix, which ``losses_after`` says of each of them.

    And by ``question`` ``(M,)``, where the number of each answer's question is given.
    """
    after = {n: losses_after(n) for n in prefixes}

    def added_up(unit: npt.NDArray[np.integer], n_units: int, by_question: HeldOut | None) -> HeldOut:
        losses = {n: np.bincount(unit, loss, n_units).astype(np.float64) for n, loss in after.items()}
        return HeldOut(losses, np.bincount(unit, held_out.weight, n_units).astype(np.float64), by_question)

    asked = None if question is None else added_up(question, int(question.max()) + 1, None)
    return added_up(held_out.user, held_out.n_users, asked)


def summed(parts: Sequence[HeldOut]) -> HeldOut:
    """The same people on several sets of judgements, taken together; over the prefixes that all have.

    Questions of one set are none of another.
    """
    shared = [n for n in parts[0].losses if all(n in part.losses for part in parts)]
    losses = {n: np.sum([part.losses[n] for part in parts], axis=0) for n in shared}
    weight = np.sum([part.weight for part in parts], axis=0)
    questions = [part.by_question for part in parts if part.by_question is not None]
    if len(questions) < len(parts):
        return HeldOut(losses, weight)
    by_question = {n: np.concatenate([part.losses[n] for part in questions]) for n in shared}
    return HeldOut(losses, weight, HeldOut(by_question, np.concatenate([part.weight for part in questions])))
