"""The member of the family that suits the judgements: the hierarchical model, unless validation says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gustibus.comparisons import caution
from gustibus.comparisons.wording import counted
from gustibus.fitting.circle_contest import hold_contest
from gustibus.fitting.held_out import HeldOut, summed
from gustibus.fitting.kept_out import keep_out
from gustibus.fitting.members import ChosenModel, Members
from gustibus.fitting.placing import held_out_elsewhere
from gustibus.fitting.records import Judgements
from gustibus.fitting.task import SharedFit, Task
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE

__all__ = ["choose_model"]

DEFAULT = "hierarchical"


def choose_model(task: Task) -> tuple[ChosenModel, tuple[ChosenModel, ...]]:
    """The member of the family without circles that suits best, unless one with circles clearly predicts better.

    See :func:`choose_without_circles` and :func:`gustibus.fitting.circle_contest.hold_contest`.

    Returns
    -------
    tuple
        The chosen model, with what each of them lost among its findings; and all that were fitted to all judgements.
    """
    chosen, everyone, members = choose_without_circles(task)
    return hold_contest(members, chosen, everyone)


def choose_without_circles(task: Task) -> tuple[ChosenModel, tuple[ChosenModel, ...], Members]:
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
        The chosen model, with what each of them lost among its findings; all of them, the hierarchical one first; and
        where others can be had from.
    """
    members = Members(task)
    if len(np.unique(task.judgements.user)) == 1:
        who = (
            "group, which does not tell how groups"
            if task.settings.person == "group"
            else ("person, which does not tell how people")
        )
        caution(f"all judgements are by one {who} differ, so model='auto' fitted Bradley-Terry: one taste for all.")
        one = members.fit("bt")
        return one, (one,), members
    default = members.fit(DEFAULT)
    n_validation = int(task.judgements.validation.sum())
    if default.people.held_out is None or n_validation < ENOUGH_TO_CHOOSE:
        caution(
            f"model='auto' had {counted(n_validation, 'validation judgement')} and needs {ENOUGH_TO_CHOOSE} to choose "
            "by, so the hierarchical model was fitted without its rivals."
        )
        return default, (default,), members
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
    return replace(best, people=replace(best.people, findings=findings)), (default, *rivals), members


class _Divisions:
    """The same judgements, people and judgements kept out of everything, to see whether a gain comes back."""

    def __init__(self, members: Members) -> None:
        self.first = members
        self._divisions: list[tuple[Members, Judgements]] | None = None

    def gain(self, rival: str) -> tuple[float, float] | None:
        """Gain of ``rival`` over the hierarchical model on all of them, and its standard error over people.

        None where too few other judgements can be kept out to tell.
        """
        if self._divisions is None:
            self._divisions = list(self._divide())
        if not self._divisions:
            return None
        return self._held_out(self._divisions, rival).gain_over(self._held_out(self._divisions, DEFAULT))

    def _divide(self) -> Iterator[tuple[Members, Judgements]]:
        task = self.first.task
        for number, part in enumerate(keep_out(task.judgements, task.settings.seed), start=2):
            known = None if task.covariates is None else task.covariates.of_people(part.people)
            apart = replace(task, judgements=part.fitted, covariates=known)
            yield Members(apart, self.first.n_types, f", division {number}"), part.scored

    def _held_out(self, divisions: Sequence[tuple[Members, Judgements]], name: str) -> HeldOut:
        found = []
        for members, judgements in divisions:
            member = members.fit(name)
            found.append(
                held_out_elsewhere(
                    member.shared, member.people, members.task, judgements, covariates=self.first.task.covariates
                )
            )
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
