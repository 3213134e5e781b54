"""Everything the demo found, as plain data: the page, the tables and the figures are made from this alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError
from gustibus.evaluation import Interval
from gustibus.reporting.page_parts import estimate_of

__all__ = ["DemoMap", "DemoModel", "DemoResult", "Example", "ExampleResponse", "NextStep", "Scores"]


@dataclass(frozen=True)
class Scores:
    """Figures on one set of judgements, with or without intervals.

    Attributes
    ----------
    accuracy
        Share right.
    log_loss
        In nats.
    """

    accuracy: float | Interval
    log_loss: float | Interval


@dataclass(frozen=True)
class DemoModel:
    """A row of the results.

    Attributes
    ----------
    name
        As printed.
    seen
        On new judgements of people whom the model knows.
    new
        On new people, one entry for each of ``DemoResult.shots``.
    n_prototypes
        K of a model with prototypes, None for others.
    """

    name: str
    seen: Scores
    new: tuple[Scores, ...]
    n_prototypes: int | None = None


@dataclass(frozen=True, eq=False)
class DemoMap:
    """Positions of the map of tastes, in the d dimensions of one fitted model.

    Attributes
    ----------
    responses, prototypes, people
        ``(n, d)``, ``(K, d)``, ``(U, d)``.
    weights
        ``(U, K)`` of the people.
    true_weights
        ``(U, T)`` known weights of the same people, to place the true tastes; None where there is no truth.
    true_names
        ``T`` names.
    """

    responses: ArrayLike
    prototypes: ArrayLike
    people: ArrayLike
    weights: ArrayLike
    true_weights: ArrayLike | None = None
    true_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExampleResponse:
    """One response and how much each learned taste likes it.

    Attributes
    ----------
    text
        Word for word.
    style
        What is known about it, in words; may be empty.
    shares
        ``K`` numbers: the chance that a person of each pure learned taste finds this the best of the example's
        responses.
    """

    text: str
    style: str
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Example:
    """A prompt with some of its responses."""

    prompt: str
    responses: tuple[ExampleResponse, ...]


@dataclass(frozen=True)
class NextStep:
    """A command to type next, and what it does."""

    command: str
    explanation: str


@dataclass(frozen=True, eq=False)
class DemoResult:
    """What the demo found.

    Attributes
    ----------
    title, lead
        Headline, and sentences under it.
    shots
        Numbers of answers of new people, ascending.
    ceiling
        What somebody who knows the truth reaches.
    models
        The baseline (one taste for everybody) first.
    headline
        Name of the model that the page speaks about, chosen on validation data.
    taste_map
        Of that model.
    reliability
        Name -> (predicted P(a preferred), outcome), both ``(M,)``, on the test judgements of seen people.
    taste_names
        One for each prototype of the map, for example ``"taste 1, the brisk"``.
    examples
        Texts with what each taste thinks of them.
    next_steps
        What to type with one's own file.
    settings, versions, seconds
        For the record; seconds by stage.
    seed
        Of everything random.
    true_number
        Number of true tastes, None if unknown.

    Raises
    ------
    GustibusError
        If parts do not fit together.
    """

    title: str
    lead: tuple[str, ...]
    shots: tuple[int, ...]
    ceiling: DemoModel
    models: tuple[DemoModel, ...]
    headline: str
    taste_map: DemoMap
    reliability: Mapping[str, tuple[ArrayLike, ArrayLike]]
    taste_names: tuple[str, ...]
    examples: tuple[Example, ...]
    next_steps: tuple[NextStep, ...]
    settings: Mapping[str, str]
    versions: Mapping[str, str]
    seconds: Mapping[str, float]
    seed: int
    true_number: int | None = None

    def __post_init__(self) -> None:
        if not self.models:
            raise GustibusError("models is empty. Give at least the baseline.")
        for model in (self.ceiling, *self.models):
            if len(model.new) != len(self.shots):
                raise GustibusError(
                    f"{model.name!r} has {len(model.new)} figures on new people for shots {self.shots}. "
                    "Give one for each."
                )
        names = [model.name for model in self.models]
        if self.headline not in names:
            raise GustibusError(f"headline {self.headline!r} is none of the models: {', '.join(names)}.")
        k = len(self.prototypes)
        if len(self.taste_names) != k:
            raise GustibusError(f"taste_names has {len(self.taste_names)} names for {k} prototypes. Give one for each.")
        for example in self.examples:
            for response in example.responses:
                if len(response.shares) != k:
                    raise GustibusError(
                        f"A response to {example.prompt!r} has {len(response.shares)} shares for {k} prototypes."
                    )

    @cached_property
    def prototypes(self) -> NDArray[np.float64]:
        """``(K, d)`` of the map."""
        return np.asarray(self.taste_map.prototypes, dtype=np.float64)

    @property
    def baseline(self) -> DemoModel:
        """The first model: one taste for everybody."""
        return self.models[0]

    @property
    def best(self) -> DemoModel:
        """The model of the headline."""
        return next(model for model in self.models if model.name == self.headline)

    @property
    def gap_closed(self) -> float:
        """How much of the way from the baseline to the ceiling the headline's model goes on seen people (accuracy)."""
        low, reached, high = (
            estimate_of(model.seen.accuracy) for model in (self.baseline, self.best, self.ceiling)
        )  # fmt: skip
        return (reached - low) / (high - low) if high > low else float("nan")
