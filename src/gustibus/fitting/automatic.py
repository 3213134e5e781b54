"""The member of the family that suits the judgements: the hierarchical model, unless validation says otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gustibus.comparisons import Progress, caution
from gustibus.comparisons.wording import counted
from gustibus.fitting.families import fit_shared
from gustibus.fitting.held_out import HeldOut, summed
from gustibus.fitting.joint_gaussian import fit_jointly
from gustibus.fitting.kept_out import keep_out
from gustibus.fitting.placing import held_out_elsewhere, place
from gustibus.fitting.records import Judgements
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.task import SharedFit, Task
from gustibus.fitting.user_step import PlacedPeople
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE

__all__ = ["ChosenModel", "choose_model"]

DEFAULT = "hierarchical"


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
    answers: the gain over the hierarchical model, paired by person, against its standard error over people. The largest
    of several gains is flattering by chance, and so is one of people whom the fit knows on judgements by which it was
    chosen. A rival that passes therefore has to pass once more: both are fitted again, up to three times, without some
    of the people and some of the others' judgements (:func:`gustibus.fitting.kept_out.keep_out`), and the gain on
    these has to exceed its standard error, too. Of the rivals that pass twice the one with the largest first gain is
    taken. With too few validation judgements to choose by, the hierarchical model is fitted alone; answers of a single
    person give Bradley-Terry.

    Rivals are Bradley-Terry, a mixture of types (as many as suited the hierarchical model best), PAL-A by point
    estimates and jointly, and low-rank rewards with free weights, jointly.

    Returns
    -------
    tuple
        The chosen model, with what each of them lost among its findings; and all of them, the hierarchical one first.
    """
    members = _Members(task)
    if len(np.unique(task.judgements.user)) == 1:
        who = (
            "group, which does not tell how groups"
            if task.settings.person == "group"
            else ("person, which does not tell how people")
        )
        caution(f"all judgements are by one {who} differ, so model='auto' fitted Bradley-Terry: one taste for all.")
        one = members.fit("bt")
        return one, (one,)
    default = members.fit(DEFAULT)
    n_validation = int(task.judgements.validation.sum())
    if default.people.held_out is None or n_validation < ENOUGH_TO_CHOOSE:
        caution(
            f"model='auto' had {counted(n_validation, 'validation judgement')} and needs {ENOUGH_TO_CHOOSE} to choose "
            "by, so the hierarchical model was fitted without its rivals."
        )
        return default, (default,)
    members.n_types = _types(default.shared)
    rivals = tuple(members.fit(name) for name in members.rivals())
    scores = {one.name: _score(one, default) for one in (default, *rivals)}
    passed = [one for one in rivals if _passes(scores[one.name])]
    best = default
    again = _Divisions(members)
    for rival in sorted(passed, key=lambda one: -scores[one.name]["gain"]):
        confirming = again.gain(rival.name)
        if confirming is None:
            break
        gain, error = confirming
        scores[rival.name] |= {"confirming_gain": gain, "confirming_standard_error": error}
        if gain > error:
            best = rival
            break
    findings = best.people.findings | {"families": list(scores.values())}
    return replace(best, people=replace(best.people, findings=findings)), (default, *rivals)


class _Members:
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
            self.task,
            settings=settings,
            progress=_under(said, self.task.progress),
            checkpoint=None if self.task.checkpoint is None else self.task.checkpoint.part(said.replace(", ", "-")),
        )
        shared = fit(told)
        people = place(shared, told)
        return ChosenModel(name, settings, shared, people, time.perf_counter() - started)


class _Divisions:
    """The same judgements, people and judgements kept out of everything, to see whether a gain comes back."""

    def __init__(self, members: _Members) -> None:
        self.first = members
        self._divisions: list[tuple[_Members, Judgements]] | None = None

    def gain(self, rival: str) -> tuple[float, float] | None:
        """Gain of ``rival`` over the hierarchical model on all of them, and its standard error over people.

        None where too few other judgements can be kept out to tell.
        """
        if self._divisions is None:
            self._divisions = list(self._divide())
        if not self._divisions:
            return None
        return _held_out(self._divisions, rival).gain_over(_held_out(self._divisions, DEFAULT))

    def _divide(self) -> Iterator[tuple[_Members, Judgements]]:
        task = self.first.task
        for number, part in enumerate(keep_out(task.judgements, task.settings.seed), start=2):
            apart = replace(task, judgements=part.fitted, covariates=None)
            yield _Members(apart, self.first.n_types, f", division {number}"), part.scored


def _held_out(divisions: Sequence[tuple[_Members, Judgements]], name: str) -> HeldOut:
    found = []
    for members, judgements in divisions:
        member = members.fit(name)
        found.append(held_out_elsewhere(member.shared, member.people, members.task, judgements))
    return summed([one for one in found if one is not None])


def _types(hierarchical: SharedFit) -> int:
    """The number of types above one that suited the hierarchical model best."""
    tried = [trial for trial in hierarchical.trials if trial["types"] > 1]
    return int(min(tried, key=lambda trial: float(trial["validation_log_loss"]))["types"]) if tried else 2


def _score(fitted: ChosenModel, default: ChosenModel) -> dict[str, Any]:
    held_out, standard = fitted.people.held_out, default.people.held_out
    assert held_out is not None
    assert standard is not None
    score = {
        "model": fitted.name,
        "validation_log_loss": held_out.mean,
        "known_people": held_out.by_prefix[None],
        "seconds": fitted.seconds,
    }
    if fitted is default:
        return score
    gain, error = held_out.gain_over(standard)
    return score | {"gain": gain, "standard_error": error}


def _passes(score: dict[str, Any]) -> bool:
    return bool(score["gain"] > max(score["standard_error"], 0.0))


def _under(name: str, progress: Progress | None) -> Progress | None:
    """Progress that says which model it is about."""
    if progress is None:
        return None

    def told(stage: str, done: int, total: int) -> None:
        progress(f"{name}: {stage}", done, total)

    return told
