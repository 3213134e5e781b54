"""The member of the family that suits the judgements: the hierarchical model, unless validation says otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gustibus.comparisons import Progress, caution
from gustibus.comparisons.wording import counted
from gustibus.fitting.families import fit_shared
from gustibus.fitting.held_out import HeldOut
from gustibus.fitting.joint_gaussian import fit_jointly
from gustibus.fitting.placing import place
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.task import SharedFit, Task
from gustibus.fitting.user_step import PlacedPeople
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE

__all__ = ["ChosenModel", "choose_model"]


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
    """

    name: str
    settings: FitSettings
    shared: SharedFit
    people: PlacedPeople
    seconds: float


def choose_model(task: Task) -> tuple[ChosenModel, tuple[ChosenModel, ...]]:
    """Fit the hierarchical model and its rivals; keep it unless a rival is better by more than one standard error.

    What decides is the log loss of validation judgements, their people placed by none, five and all of their training
    answers: the gain over the hierarchical model, paired by person, against its standard error over people. Of the
    rivals that pass the one with the largest gain is taken. With too few validation judgements to choose by, the
    hierarchical model is fitted alone; with judgements by one person only, Bradley-Terry.

    Rivals are Bradley-Terry, a mixture of types (as many as suited the hierarchical model best), PAL-A by point
    estimates and jointly, and low-rank rewards with free weights, jointly.

    Returns
    -------
    tuple
        The chosen model, with what each of them lost among its findings; and all of them, the standard first.
    """
    if len(np.unique(task.judgements.user)) == 1:
        caution(
            "all judgements are by one person, which does not tell how people differ, so model='auto' fitted "
            "Bradley-Terry: one taste for all."
        )
        one = _fitted("bt", task, fit_shared, model="bt")
        return one, (one,)
    default = _fitted("hierarchical", task, fit_shared, model="hierarchical")
    standard = default.people.held_out
    n_validation = int(task.judgements.validation.sum())
    if standard is None or n_validation < ENOUGH_TO_CHOOSE:
        caution(
            f"model='auto' had {counted(n_validation, 'validation judgement')} and needs {ENOUGH_TO_CHOOSE} to choose "
            "by, so the hierarchical model was fitted without its rivals."
        )
        return default, (default,)
    rivals = tuple(_rivals(task, default))
    best, best_gain = default, 0.0
    scores = [_score(default, standard)]
    for rival in rivals:
        assert rival.people.held_out is not None
        gain, error = rival.people.held_out.gain_over(standard)
        scores.append(_score(rival, rival.people.held_out) | {"gain": gain, "standard_error": error})
        if gain > error and gain > best_gain:
            best, best_gain = rival, gain
    findings = best.people.findings | {"families": scores}
    return replace(best, people=replace(best.people, findings=findings)), (default, *rivals)


def _rivals(task: Task, default: ChosenModel) -> Iterator[ChosenModel]:
    yield _fitted("bt", task, fit_shared, model="bt")
    n_types = _types(default.shared)
    if n_types * 2 <= task.judgements.n_users:
        yield _fitted("mixture", task, fit_shared, model="mixture", prototypes=n_types)
    if task.settings.prototypes == 1:
        return
    points = _fitted("pal-a", task, fit_shared, model="pal-a")
    yield points
    yield _fitted("pal-a, joint", task, lambda told: fit_jointly(points.shared, told), model="pal-a", inference="joint")
    yield _fitted("low-rank, joint", task, fit_shared, model="low-rank", weights="free", inference="joint")


def _types(hierarchical: SharedFit) -> int:
    """The number of types above one that suited the hierarchical model best."""
    tried = [trial for trial in hierarchical.trials if trial["types"] > 1]
    return int(min(tried, key=lambda trial: float(trial["validation_log_loss"]))["types"]) if tried else 2


def _fitted(name: str, task: Task, fit: Callable[[Task], SharedFit], **changes: Any) -> ChosenModel:
    started = time.perf_counter()
    settings = task.settings.for_model(**changes)
    told = replace(
        task,
        settings=settings,
        progress=_under(name, task.progress),
        checkpoint=None if task.checkpoint is None else task.checkpoint.part(name.replace(", ", "-")),
    )
    shared = fit(told)
    people = place(shared, told)
    return ChosenModel(name, settings, shared, people, time.perf_counter() - started)


def _score(fitted: ChosenModel, held_out: HeldOut) -> dict[str, Any]:
    return {
        "model": fitted.name,
        "validation_log_loss": held_out.mean,
        "known_people": held_out.by_prefix[None],
        "seconds": fitted.seconds,
    }


def _under(name: str, progress: Progress | None) -> Progress | None:
    """Progress that says which model it is about."""
    if progress is None:
        return None

    def told(stage: str, done: int, total: int) -> None:
        progress(f"{name}: {stage}", done, total)

    return told
