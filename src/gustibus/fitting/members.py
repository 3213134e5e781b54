"""The members of the family that ``model="auto"`` chooses from, fitted when they are asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from gustibus.comparisons import Progress
from gustibus.fitting.families import fit_shared
from gustibus.fitting.joint_gaussian import fit_jointly
from gustibus.fitting.placing import place
from gustibus.fitting.setting_uses import CYCLIC
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.task import SharedFit, Task
from gustibus.fitting.user_step import PlacedPeople
from gustibus.fitting.validation_split import validation_pairs

__all__ = ["ChosenModel", "Members"]

_FEWEST_TASTES: Final[dict[str, dict[str, Any]]] = {"plural-gpm": {"prototypes": 2}}


@dataclass(frozen=True)
class ChosenModel:
    """One member of the family, fitted, its people placed.

    Attributes
    ----------
    name : str
        Its model name, with how people are inferred where that differs from its default.
    settings : FitSettings
        With which ``fit`` gives the same.
    shared : SharedFit
    people : PlacedPeople
    seconds : float
        It took, wall-clock.
    task : Task
        What it was fitted to: the features that it chose from, and which judgements were kept for validation.
    """

    name: str
    settings: FitSettings
    shared: SharedFit
    people: PlacedPeople
    seconds: float
    task: Task


class Members:
    """The members of the family on one division into training and validation, each fitted when it is asked for."""

    def __init__(self, task: Task, n_types: int = 2, suffix: str = "") -> None:
        self.task, self.n_types, self.suffix = task, n_types, suffix
        self._fitted: dict[str, ChosenModel] = {}

    def rivals(self) -> Iterator[str]:
        """Names of the rivals that these judgements allow."""
        yield "bt"
        if self.n_types * 2 <= self.task.judgements.n_users:
            yield "mixture"
        if self.task.settings.prototypes != 1:
            yield from ("pal-a", "pal-a, joint", "low-rank, joint")

    def fit(self, name: str) -> ChosenModel:
        """The member of that name."""
        if name not in self._fitted:
            self._fitted[name] = self._fit(name)
        return self._fitted[name]

    def _fit(self, name: str) -> ChosenModel:
        if name in CYCLIC:
            return self._place(name, fit_shared, model=name, dimensions=None, **_FEWEST_TASTES.get(name, {}))
        if name == "mixture":
            return self._place(name, fit_shared, model="mixture", prototypes=self.n_types)
        if name == "pal-a, joint":
            points = self.fit("pal-a").shared
            return self._place(name, lambda told: fit_jointly(points, told), model="pal-a", inference="joint")
        if name == "low-rank, joint":
            return self._place(name, fit_shared, model="low-rank", weights="free", inference="joint")
        return self._place(name, fit_shared, model=name)

    def _place(self, name: str, fit: Callable[[Task], SharedFit], **changes: Any) -> ChosenModel:
        started = time.perf_counter()
        settings, said = self.task.settings.for_model(**changes), name + self.suffix
        told = replace(
            _for_circles(self.task, settings) if settings.model in CYCLIC else self.task,
            settings=settings,
            progress=_under(said, self.task.progress),
            checkpoint=None if self.task.checkpoint is None else self.task.checkpoint.part(said.replace(", ", "-")),
        )
        shared = fit(told)
        people = place(shared, told)
        return ChosenModel(name, settings, shared, people, time.perf_counter() - started, told)


def _for_circles(task: Task, settings: FitSettings) -> Task:
    """The same judgements as a model with circles reads them when it is asked for by name."""
    judgements = task.judgements
    if task.validation_drawn:
        kept = validation_pairs(judgements.a, judgements.b, settings.validation, settings.seed)
        judgements = judgements if kept is None else replace(judgements, validation=kept)
    return replace(task, choices=task.choices.for_circles(), judgements=judgements, covariates=None)


def _under(name: str, progress: Progress | None) -> Progress | None:
    """Progress that says which model it is about."""
    if progress is None:
        return None

    def told(stage: str, done: int, total: int) -> None:
        progress(f"{name}: {stage}", done, total)

    return told
