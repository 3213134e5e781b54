"""Cycles within people, or between people none of whom has any."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from gustibus.comparisons import Comparisons, DataWarning, GustibusError, Progress
from gustibus.comparisons.arguments import check_comparisons, check_seed
from gustibus.embedding import Encoder, resolve_encoder
from gustibus.fitted.fit import fit as fit_model
from gustibus.fitting import ModelName

__all__ = ["CANDIDATES", "CycleVerdict", "PairedTest", "WithinOrBetween", "within_or_between", "within_or_between_test"]

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

_QUICK: Final[dict[str, Any]] = {"dimensions": 2, "learning_rate": 0.05, "patience": 8}
# A plural fit chooses more than is needed to tell whether it gains at all: most of that is left at its first value.
_PLURAL: Final[dict[str, Any]] = _QUICK | {"user_penalty": 1.0, "cyclic_ratio": 10.0, "prior": "dirichlet"}
CANDIDATES: Final[dict[str, tuple[ModelName, dict[str, Any]]]] = {
    "bt": ("bt", {}),
    "gpm": ("gpm", _QUICK),
    "mixture 2": ("mixture", {"prototypes": 2}),
    "mixture 3": ("mixture", {"prototypes": 3}),
    "plural-gpm 2": ("plural-gpm", _PLURAL | {"prototypes": 2}),
    "plural-gpm 3": ("plural-gpm", _PLURAL | {"prototypes": 3}),
}
"""The models that are compared: name, and how :func:`gustibus.fit` makes it."""

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
    verdict
        One of :data:`CycleVerdict`.
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
        Level of each test.
    """

    verdict: CycleVerdict
    within: PairedTest
    people: PairedTest
    pooled: PairedTest
    log_loss: dict[str, float]
    n_people: int
    answers: float
    alpha: float

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
        return asdict(self) | {"sentence": self.sentence}

    def __str__(self) -> str:
        losses = ", ".join(f"{name} {loss:.4f}" for name, loss in self.log_loss.items())
        return (
            f"{self.verdict}: {self.sentence}\nheld-out log loss (nats): {losses}\n"
            f"cycles in people? {self.within}\npeople differ? {self.people}\npooled cycles? {self.pooled}"
        )


def within_or_between_test(
    log_loss: Mapping[str, ArrayLike], *, answers: float, alpha: float = 0.05, seed: int = 0
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
    alpha
        Level of each one-sided test.
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

    within = _paired(losses, of(*_CYCLIC), of("bt", "mixture"), half)
    people = _paired(losses, of(*_OF_PEOPLE), of("bt", "gpm"), half)
    pooled = _paired(losses, of("gpm"), of("bt"), half)
    return WithinOrBetween(
        verdict=_verdict(within, people, pooled, n_people, answers, alpha),
        within=within,
        people=people,
        pooled=pooled,
        log_loss={name: float(values.mean()) for name, values in losses.items()},
        n_people=n_people,
        answers=float(answers),
        alpha=alpha,
    )


def within_or_between(
    data: Comparisons,
    *,
    encoder: str | os.PathLike[str] | Encoder = "one-hot",
    candidates: Mapping[str, tuple[ModelName, dict[str, Any]]] = CANDIDATES,
    folds: int = 4,
    alpha: float = 0.05,
    seed: int = 0,
    progress: Progress | None = None,
) -> WithinOrBetween:
    """Tell whether people go in circles, or only their majority does.

    Every person's answers are dealt into folds. Models of one taste and of several, with cycles and without, are fitted
    to the others and predict each fold for the person who gave it (posterior predictive), so that every answer is
    scored once. :func:`within_or_between_test` compares them.

    Cycles between people need a few answers of each. Opposite cycles of two kinds of people need more, because a person
    has to be told from the others before the model gains anything; with too few the verdict is "one transitive taste".

    Parameters
    ----------
    data
        Judgements, at least two of each person; people with one are left out.
    encoder
        As in :func:`gustibus.fit`; one-hot for items that recur.
    candidates
        What is compared, see :data:`CANDIDATES`; needs a model of each of the four kinds.
    folds
        Parts of each person's answers: more leave more to learn from, and take longer.
    alpha, seed
        See :func:`within_or_between_test`.
    progress
        Told how many fits are done.

    Raises
    ------
    GustibusError
        If nobody answered twice.
    """
    check_comparisons(data)
    check_seed(seed)
    if folds < 2:
        raise GustibusError(f"folds={folds}: at least 2 are needed")
    answers = np.bincount(data.user, minlength=len(data.users))
    asked = data.filter(answers[data.user] >= 2)
    if not len(asked):
        raise GustibusError("nobody answered twice, so nothing is held out of anybody: cycles cannot be told apart")
    one_hot = isinstance(encoder, str) and encoder == "one-hot"
    resolved = resolve_encoder(encoder, asked.responses.to_pylist() if one_hot else ())
    fold = _dealt(asked.user, folds, np.random.default_rng(seed))
    losses = {name: np.empty(len(asked)) for name in candidates}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # few answers a person: that is what is asked here
        for part in range(folds):
            train, test = asked.filter(fold != part), asked.filter(fold == part)
            for i, (name, (model, options)) in enumerate(candidates.items()):
                fitted = fit_model(train, model=model, encoder=resolved, seed=seed, **options)
                p = np.clip(np.asarray(fitted.predict(test).probability, np.float64), 1e-12, 1 - 1e-12)
                y = test.outcome.astype(np.float64)
                losses[name][fold == part] = -(y * np.log(p) + (1 - y) * np.log1p(-p))
                if progress is not None:
                    progress("fitting with and without cycles", part * len(candidates) + i + 1, folds * len(candidates))
    person = np.unique(asked.user, return_inverse=True)[1]
    n = np.bincount(person)
    means = {name: np.bincount(person, values) / n for name, values in losses.items()}
    return within_or_between_test(means, answers=float(np.median(answers[answers > 0])), alpha=alpha, seed=seed)


def _verdict(
    within: PairedTest, people: PairedTest, pooled: PairedTest, n_people: int, answers: float, alpha: float
) -> CycleVerdict:
    if answers < LEAST_ANSWERS or n_people < LEAST_PEOPLE:
        return "not identifiable"
    if within.p_value <= alpha:
        return "cycles within people who differ" if people.p_value <= alpha else "cycles within people"
    if people.p_value <= alpha:
        return "cycles between people" if pooled.p_value <= alpha else "several transitive tastes"
    return "one transitive taste"


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


def _dealt(user: NDArray[np.integer[Any]], folds: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Deal each person's answers into folds as evenly as possible, beginning with a fold drawn for each."""
    order = np.lexsort((rng.random(len(user)), user))
    in_order = user[order]
    starts = np.r_[0, np.flatnonzero(np.diff(in_order)) + 1]
    place = np.arange(len(user)) - np.repeat(starts, np.diff(np.r_[starts, len(user)]))
    first = np.repeat(rng.integers(folds, size=len(starts)), np.diff(np.r_[starts, len(user)]))
    fold = np.empty(len(user), np.intp)
    fold[order] = (place + first) % folds
    return fold
