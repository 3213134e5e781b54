"""The verdict on whose cycles there are: from held-out losses of models, and from the answers themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from gustibus.comparisons import GustibusError
from gustibus.diagnosis.answer_tests import AnswerTests

__all__ = ["CycleVerdict", "PairedTest", "WithinOrBetween", "within_or_between_test"]

Floats = NDArray[np.float64]
CycleVerdict = Literal[
    "one transitive taste",
    "several transitive tastes",
    "cycles within people",
    "cycles between people",
    "cycles within people who differ",
    "not identifiable",
]
"""What :func:`within_or_between` can say."""

_CYCLIC: Final = ("gpm", "plural-gpm")
_OF_PEOPLE: Final = ("mixture", "plural-gpm")
LEAST_ANSWERS: Final = 3
LEAST_PEOPLE: Final = 20


@dataclass(frozen=True)
class PairedTest:
    """Whether some models predict held-out answers better than others: one-sided, paired over people.

    Attributes
    ----------
    gain
        Mean over people of the log loss (nats an answer) that is saved.
    se, z, p_value
        Its standard error over people, their ratio, and the chance of as much without any gain.
    winner, loser
        The models compared: of each group the one that does best on the other half of people.
    """

    gain: float
    se: float
    z: float
    p_value: float
    winner: str
    loser: str

    def __str__(self) -> str:
        sizes = f"{self.gain:+.4f} nats (se {self.se:.4f}, z = {self.z:.2f}, p = {self.p_value:.3f})"
        return f"{self.winner} over {self.loser}: {sizes}"


@dataclass(frozen=True)
class WithinOrBetween:
    """What :func:`within_or_between` found.

    Attributes
    ----------
    within
        Models with cycles over models without: are there cycles in people?
    people
        Models of several tastes over models of one: do people differ?
    pooled
        One taste with cycles over one without: do people, taken together, seem to cycle?
    log_loss
        Mean over people of the held-out log loss of each model, nats an answer.
    n_people, answers
        People, and the median number of answers of one of them.
    alpha
        Level of each question.
    on_answers
        Tests that need no model, if there are any: then either test answers a question, each at half the level.
    """

    within: PairedTest
    people: PairedTest
    pooled: PairedTest
    log_loss: dict[str, float]
    n_people: int
    answers: float
    alpha: float
    on_answers: AnswerTests | None = None

    @property
    def verdict(self) -> CycleVerdict:
        """One of :data:`CycleVerdict`."""
        if self.answers < LEAST_ANSWERS or self.n_people < LEAST_PEOPLE:
            return "not identifiable"
        differ = self.p_people <= self.alpha
        if self.p_within <= self.alpha:
            return "cycles within people who differ" if differ else "cycles within people"
        if differ:
            return "cycles between people" if self.pooled.p_value <= self.alpha else "several transitive tastes"
        return "one transitive taste"

    @property
    def p_within(self) -> float:
        """Chance to see as much if nobody goes in circles."""
        return _either(self.within.p_value, None if self.on_answers is None else self.on_answers.circles)

    @property
    def p_people(self) -> float:
        """Chance to see as much if people do not differ."""
        return _either(self.people.p_value, None if self.on_answers is None else self.on_answers.differ)

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        cyclic = "seem to go" if self.pooled.p_value <= self.alpha else "do not seem to go"
        return {
            "one transitive taste": "One scale for everybody explains the answers as well as cycles or several tastes.",
            "several transitive tastes": "People differ, and each of them is consistent; nothing goes in circles.",
            "cycles within people": "People go in circles, and all in the same ones: one taste with cycles.",
            "cycles between people": "The majority goes in circles, but people do not: they differ, and each of them "
            "is consistent (Condorcet).",
            "cycles within people who differ": "People go in circles, and not all in the same ones: several tastes "
            "with cycles.",
            "not identifiable": f"With {self.answers:g} answers a person (median) and {self.n_people} people it cannot "
            f"be told whether people or only their majority go in circles: at least {LEAST_ANSWERS} answers of "
            f"{LEAST_PEOPLE} people are needed. Taken together, answers {cyclic} in circles.",
        }[self.verdict]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain numbers and text."""
        told = {"verdict": self.verdict, "sentence": self.sentence}
        return told | asdict(self) | {"p_within": self.p_within, "p_people": self.p_people}

    def __str__(self) -> str:
        losses = ", ".join(f"{name} {loss:.4f}" for name, loss in self.log_loss.items())
        return (
            f"{self.verdict}: {self.sentence}\nheld-out log loss (nats): {losses}\n"
            f"cycles in people? {self.within}\npeople differ? {self.people}\npooled cycles? {self.pooled}"
            + ("" if self.on_answers is None else f"\non the answers alone: {self.on_answers}")
        )


def within_or_between_test(
    log_loss: Mapping[str, ArrayLike],
    *,
    answers: float,
    on_answers: AnswerTests | None = None,
    alpha: float = 0.05,
    seed: int = 0,
) -> WithinOrBetween:
    """Tell from held-out log losses whose the cycles are: two paired z tests over people, and a third between them.

    *Within*: the best model with cycles (``gpm``, ``plural-gpm``) beats the best without (``bt``, ``mixture``).
    *People*: the best model of several tastes (``mixture``, ``plural-gpm``) beats the best of one (``bt``, ``gpm``). If
    people differ without cycles in them, ``gpm`` beating ``bt`` says that their majority cycles. Which model is best is
    decided on the other half of people, so that a test is not won by choosing.

    Parameters
    ----------
    log_loss
        Model to the mean held-out log loss of each person, ``(U,)``, in the same order of people. Names begin with what
        the model is: ``bt``, ``gpm``, ``mixture 2``, ``plural-gpm 3``.
    answers
        Median number of answers of a person: below 3 a mixture of people cannot be told from cycles.
    on_answers
        :func:`answer_tests` of the same answers. With it a question is answered by either test, each at half the level:
        where answers are few, models learn little from them, and where no items recur the answers alone tell nothing.
    alpha
        Level of each question.
    seed
        Of the halves of people.

    Raises
    ------
    GustibusError
        If a kind of model is missing, or shapes differ.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> noise = rng.normal(0, 0.02, (4, 300))
    >>> loss = {"bt": 0.69 + noise[0], "gpm": 0.6 + noise[1], "mixture 2": 0.68 + noise[2]}
    >>> loss["plural-gpm 2"] = 0.61 + noise[3]
    >>> within_or_between_test(loss, answers=8).verdict
    'cycles within people'
    """
    losses = {name: np.asarray(values, np.float64) for name, values in log_loss.items()}
    shapes = {values.shape for values in losses.values()}
    if len(shapes) != 1 or len(next(iter(shapes))) != 1:
        raise GustibusError(f"log losses have shapes {shapes}: give one number a person for every model")
    kinds = {name: name.split()[0] for name in losses}
    missing = {"bt", "gpm", "mixture", "plural-gpm"} - set(kinds.values())
    if missing or set(kinds.values()) - {"bt", "gpm", "mixture", "plural-gpm"}:
        raise GustibusError(
            f"models are {', '.join(losses)}: names must begin with bt, gpm, mixture or plural-gpm, each at least once"
        )
    n_people = len(next(iter(losses.values())))
    if n_people < 4:
        raise GustibusError(f"{n_people} people are too few for a test over people")
    half = np.random.default_rng(seed).permutation(np.arange(n_people) % 2).astype(bool)

    def of(*wanted: str) -> list[str]:
        return [name for name, kind in kinds.items() if kind in wanted]

    return WithinOrBetween(
        within=_paired(losses, of(*_CYCLIC), of("bt", "mixture"), half),
        people=_paired(losses, of(*_OF_PEOPLE), of("bt", "gpm"), half),
        pooled=_paired(losses, of("gpm"), of("bt"), half),
        log_loss={name: float(values.mean()) for name, values in losses.items()},
        n_people=n_people,
        answers=float(answers),
        alpha=alpha,
        on_answers=on_answers,
    )


def _either(model: float, answers: float | None) -> float:
    """Of two tests of one question: the smaller chance, doubled for there being two."""
    return model if answers is None else min(1.0, 2 * min(model, answers))


def _paired(losses: dict[str, Floats], ours: list[str], others: list[str], half: NDArray[np.bool_]) -> PairedTest:
    """The best of ours against the best of the others, either chosen on the half of people that is not compared."""
    gain = np.empty(len(half))
    chosen = []
    for side in (False, True):
        here, there = half == side, half != side
        winner = min(ours, key=lambda name: losses[name][there].mean())
        loser = min(others, key=lambda name: losses[name][there].mean())
        gain[here] = losses[loser][here] - losses[winner][here]
        chosen.append((winner, loser))
    se = float(gain.std(ddof=1) / np.sqrt(len(gain)))
    z = float(gain.mean()) / se if se > 0 else 0.0
    names = [" or ".join(dict.fromkeys(pair)) for pair in zip(*chosen, strict=True)]
    return PairedTest(float(gain.mean()), se, z, float(norm.sf(z)), names[0], names[1])
