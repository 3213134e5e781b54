"""A model with circles takes the place of one without only where it clearly predicts unseen judgements better."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any, Final, Literal, cast

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import DataWarning
from gustibus.fitting.circle_signs import CircleSigns, circle_signs
from gustibus.fitting.defaults import (
    CONTEST_CLUSTERS,
    CONTEST_ERRORS,
    CONTEST_JUDGEMENTS,
    CONTEST_LEAST,
    CONTEST_PARTS,
    CONTEST_SURE,
    FEWEST_PAIRS,
)
from gustibus.fitting.likelihood_uses import likelihood_use
from gustibus.fitting.members import ChosenModel, Members
from gustibus.fitting.placing import answers_under, known_shift
from gustibus.fitting.records import Judgements
from gustibus.fitting.setting_uses import ModelName
from gustibus.fitting.task import Task
from gustibus.fitting.user_step import held_out_losses
from gustibus.fitting.validation_split import validation_mask

__all__ = ["hold_contest"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]
Unit = Literal["people", "pairs", "judgements"]

SHARED: Final[ModelName] = "scalar-cyclic"
PLURAL: Final[ModelName] = "plural-gpm"


def hold_contest(
    members: Members, chosen: ChosenModel, everyone: tuple[ChosenModel, ...]
) -> tuple[ChosenModel, tuple[ChosenModel, ...]]:
    """Let a reward plus circles, and plural circles of two tastes, stand against the model that was chosen.

    Each is tried only where :func:`gustibus.fitting.circle_signs.circle_signs` sees a sign of it in what the chosen
    model leaves over. The judgements are dealt into four parts, by whole pairs where there are a hundred or more, and
    each part is predicted by fits, choices included, to the others, people placed by none, five and all of their other
    answers. The gain in log loss has to exceed twice its standard error, the largest of those over people and over
    pairs. A gain that is not positive after a part is the end, so that data in order cost one part as a rule; and one
    of more than five standard errors is, too. Plural circles have to beat whatever stands by then.

    Returns
    -------
    tuple
        The model that stands, with what was seen and tried among its findings as ``circle_contest``; and the members,
        with that model if it was not among them.
    """
    task = members.task
    contenders = [name for name in (SHARED, PLURAL) if _possible(name, task)]
    if len(task.judgements) < CONTEST_LEAST or not contenders:
        return chosen, everyone
    signs = _signs(chosen, task)
    wanted = {SHARED: signs.of_shared, PLURAL: signs.of_within}
    contest = _Contest(members)
    champion, trials = chosen.name, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # said again of the fit that is kept
        for name in contenders:
            if wanted[name]:
                trial = contest.between(name, champion)
                trials.append(trial)
                champion = name if trial["taken"] else champion
    before = {name: found for name, found in chosen.people.findings.items() if name == "families"}
    taken = champion if champion != chosen.name else None
    if taken is not None:
        chosen = members.fit(taken)
        everyone = (*everyone, chosen)
    found = {"shared_sign": signs.shared, "within_sign": _or_none(signs.within), "trials": trials, "taken": taken}
    findings = chosen.people.findings | before | {"circle_contest": found}
    return replace(chosen, people=replace(chosen.people, findings=findings)), everyone


class _Contest:
    """Some of the judgements, dealt into parts, and what each model loses on each part."""

    def __init__(self, members: Members) -> None:
        task = members.task
        self.judgements, self.covariates = _some(task.judgements, task.settings.seed), task.covariates
        self.pair = _pairs(self.judgements)
        self.whole_pairs = int(self.pair.max()) + 1 >= FEWEST_PAIRS
        self.part = _dealt(self.pair if self.whole_pairs else None, self.judgements.user, task.settings.seed)
        self.parts = [self._without(members, number) for number in range(CONTEST_PARTS)]
        self._losses: dict[tuple[str, int], FloatArray] = {}

    def between(self, name: str, champion: str) -> dict[str, Any]:
        """Part by part, until all are predicted, or nothing is gained, or there is no doubt."""
        gain = np.zeros(len(self.judgements))
        seen = np.zeros(len(gain), bool)
        for number in range(CONTEST_PARTS):
            here = self.part == number
            gain[here] = self._loss(champion, number) - self._loss(name, number)
            seen |= here
            mean, error, unit = self._with_error(gain[seen], seen)
            if mean <= 0 or mean > CONTEST_SURE * error:
                break
        return {
            "model": name,
            "against": champion,
            "gain": mean,
            "standard_error": error,
            "over": unit,
            "held_out": "pairs" if self.whole_pairs else "judgements",
            "parts": number + 1,
            "taken": mean > (CONTEST_ERRORS if seen.all() else CONTEST_SURE) * error,
        }

    def _loss(self, name: str, number: int) -> FloatArray:
        if (name, number) not in self._losses:
            members = self.parts[number]
            member = members.fit(name)
            asked = replace(self.judgements, validation=self.part == number)
            answers = answers_under(member.shared, member.people, member.task, asked)
            shift = known_shift(member.shared, self.covariates)
            self._losses[name, number] = held_out_losses(answers, asked, member.people.prior, shift)
        return self._losses[name, number]

    def _with_error(self, gain: FloatArray, seen: BoolArray) -> tuple[float, float, Unit]:
        """Mean gain, and the largest standard error over units of which there are enough."""
        weight = self.judgements.weight[seen]
        mean = float(gain.sum() / weight.sum())
        residual = gain - mean * weight
        units: dict[Unit, IntArray] = {"people": self.judgements.user[seen]}
        if self.whole_pairs:
            units["pairs"] = self.pair[seen]
        units = {unit: of for unit, of in units.items() if len(np.unique(of)) >= CONTEST_CLUSTERS}
        if not units:
            units = {"judgements": np.arange(len(gain))}
        errors = {
            unit: float(np.sqrt((np.bincount(of, residual) ** 2).sum()) / weight.sum()) for unit, of in units.items()
        }
        largest = max(errors, key=errors.__getitem__)
        return mean, errors[largest], largest

    def _without(self, members: Members, number: int) -> Members:
        """What can be fitted to the other parts, their own validation judgements drawn anew."""
        task = members.task
        others = self.judgements.take(self.part != number)
        people = np.unique(others.user)
        others = others.of_people(people)
        drawn = validation_mask(others.user, task.settings.validation, task.settings.seed)
        shown = replace(others, validation=drawn)
        known = None if task.covariates is None else task.covariates.of_people(people)
        apart = replace(task, judgements=shown, covariates=known, validation_drawn=True)
        return Members(apart, members.n_types, f", circles {number + 1}")


def _possible(name: ModelName, task: Task) -> bool:
    """Whether the settings leave room for this model."""
    settings = task.settings
    if likelihood_use(name, settings.likelihood).kind == "refused":
        return False
    return name == SHARED or (settings.prototypes != 1 and task.judgements.n_users >= CONTEST_CLUSTERS)


def _signs(chosen: ChosenModel, task: Task) -> CircleSigns:
    """In what the chosen model leaves over, at the first of the features that a model with circles starts from."""
    said = _some(task.judgements, task.settings.seed).as_said
    answers = answers_under(chosen.shared, chosen.people, chosen.task, said)
    user = answers.user
    expected = chosen.people.posteriors.probability(answers.z, user, answers.offset)
    choices = task.choices.for_circles()
    features = choices.features(*choices.options()[0]).astype(np.float64)
    return circle_signs(features, said.a, said.b, user, said.weight * (said.outcome - expected), task.settings.seed)


def _some(judgements: Judgements, seed: int) -> Judgements:
    """All of them, or those of as many people as fit into the bound; of a single person as many as fit."""
    if len(judgements) <= CONTEST_JUDGEMENTS:
        return judgements
    rng = np.random.default_rng(seed)
    counts = np.bincount(judgements.user, minlength=judgements.n_users)
    order = rng.permutation(judgements.n_users)
    n = max(1, int(np.searchsorted(np.cumsum(counts[order]), CONTEST_JUDGEMENTS, side="right")))
    some = np.zeros(judgements.n_users, bool)
    some[order[:n]] = True
    inside = np.flatnonzero(some[judgements.user])
    return judgements.take(np.sort(rng.permutation(inside)[:CONTEST_JUDGEMENTS]))


def _or_none(chance: float) -> float | None:
    return None if np.isnan(chance) else chance


def _pairs(judgements: Judgements) -> IntArray:
    """The number of the pair of items, in either order, of each judgement."""
    ends = np.sort(np.stack([judgements.a, judgements.b], axis=1), axis=1)
    return cast(IntArray, np.unique(ends, axis=0, return_inverse=True)[1].reshape(-1))


def _dealt(pair: IntArray | None, user: IntArray, seed: int) -> IntArray:
    """The part of each judgement: by its pair, or else dealt round among those of its person."""
    rng = np.random.default_rng(seed)
    if pair is not None:
        return (rng.permutation(int(pair.max()) + 1) % CONTEST_PARTS)[pair]
    order = rng.permutation(len(user))
    order = order[np.argsort(user[order], kind="stable")]
    _, start, count = np.unique(user[order], return_index=True, return_counts=True)
    first = rng.integers(CONTEST_PARTS, size=len(start))
    part = np.empty(len(user), np.intp)
    part[order] = (np.arange(len(user)) - np.repeat(start, count) + np.repeat(first, count)) % CONTEST_PARTS
    return part
