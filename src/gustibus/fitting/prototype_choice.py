"""How many tastes there are: judged by people and judgements that the fits did not see."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import DataWarning, Progress, caution
from gustibus.comparisons.wording import counted
from gustibus.fitting.defaults import (
    FEWEST_NEW,
    FIT_TO_FIT,
    GIVE_UP_AFTER,
    MAX_SEARCH_JUDGEMENTS,
    MIN_NEW_JUDGEMENTS,
    MOST_KNOWN,
    MOST_NEW,
    MOST_OF_FEW,
    NEW_SHARE,
    PROTOTYPES,
)
from gustibus.fitting.families import fit_shared
from gustibus.fitting.held_out import HeldOut
from gustibus.fitting.records import Judgements
from gustibus.fitting.rough_placing import place_roughly
from gustibus.fitting.search import HANDICAP
from gustibus.fitting.setting_uses import idle_settings
from gustibus.fitting.task import SharedFit, Task
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE
from gustibus.fitting.warm_start import WarmStart

__all__ = ["PrototypeChoice", "choose_prototypes"]


@dataclass(frozen=True)
class PrototypeChoice:
    """The chosen number of tastes, and how it was chosen.

    Attributes
    ----------
    n_prototypes : int
    curve : list of dict
        For every number tried, ascending: ``prototypes``; ``log_loss`` in nats a judgement and its ``standard_error``
        over people; the same apart for ``known_people`` and ``new_people`` (None where there were none); ``gain`` over
        one taste and its ``gain_standard_error``, paired by person; ``excess`` over the lowest loss and its
        ``excess_standard_error``, likewise; ``seconds``.
    task : Task
        What is left to do: the same fit with this number, and with the features and penalties that were chosen.
    trials : list of dict
        Everything that was tried on the way.
    """

    n_prototypes: int
    curve: list[dict[str, Any]]
    task: Task
    trials: list[dict[str, Any]]


def choose_prototypes(task: Task) -> PrototypeChoice:
    r"""Fit 1, 2, 3, 4, 5, 6 and 8 tastes to most of the people, and take the fewest that predict about as well as any.

    A share of the people is kept out of these fits. Every number :math:`K` is scored by the log loss of answers it has
    not seen: validation judgements of the people it was fitted to, and the second half of the answers of those it was
    not. Everybody is placed by 0, 5 and all of their other answers. With :math:`\Delta_u(K)` a person's loss in excess
    of the best number's,

    .. math:: \hat K = \min \{ K : \bar\Delta(K)^2 \le \mathrm{se}(\bar\Delta(K))^2 + 0.005^2 \},

    the one-standard-error rule of Breiman, Friedman, Olshen & Stone (1984), with the error of the paired difference
    over people and (*ours*) half a hundredth of a nat for what another fit would change. One taste is always tried, and
    is the answer where more do not help.

    The cost is bounded: features, dimensions and penalties are searched for one taste and for two, and those of two
    serve all others. Each of these is fitted afresh and from the fit before it, the taste that bears most of the loss
    split in two; the better on validation judgements stays. Two numbers in a row without a gain are the end. The chosen
    number is left to be fitted to everybody with the settings that were found, from there and afresh.

    Parameters
    ----------
    task : Task
        Its settings have ``prototypes="auto"``.

    Warns
    -----
    DataWarning
        When there are too few judgements to choose by; then one taste is taken.
    """
    jury = _Jury.of(task.judgements, task.settings.seed)
    if len(jury.asked) < ENOUGH_TO_CHOOSE:
        caution(
            f"only {counted(len(jury.asked), 'judgement')} can be kept to choose the number of tastes by "
            f"({ENOUGH_TO_CHOOSE} are needed), so one taste is taken. Give prototypes a number, or collect more "
            "answers."
        )
        return PrototypeChoice(1, [], _with(task, 1), [])
    search = _Curve(task, jury)
    without_gain = 0
    for n_prototypes in PROTOTYPES:
        best = search.best_loss
        search.consider(n_prototypes)
        without_gain = 0 if search.best_loss < best - HANDICAP else without_gain + 1
        if without_gain == GIVE_UP_AFTER:
            break
    return search.result()


@dataclass(frozen=True)
class _Jury:
    """Who is fitted, and who is asked what after showing which answers.

    Attributes
    ----------
    fitted : Judgements
        Of the people who take part in the fits.
    shown, asked : Judgements
        Answers that people are placed by, and answers that are predicted: ``n_known`` known people, then new ones.
    place : ndarray of int, shape (U,)
        The number that each person has among the fitted; -1 for the others.
    """

    fitted: Judgements
    shown: Judgements
    asked: Judgements
    n_known: int
    place: npt.NDArray[np.intp]

    @classmethod
    def of(cls, judgements: Judgements, seed: int) -> _Jury:
        rng = np.random.default_rng(seed)
        counts = np.bincount(judgements.user, minlength=judgements.n_users)
        order = rng.permutation(judgements.n_users)
        able = order[counts[order] >= MIN_NEW_JUDGEMENTS]
        wanted = min(max(round(NEW_SHARE * len(able)), FEWEST_NEW), MOST_NEW, int(MOST_OF_FEW * len(able)))
        new = np.sort(able[:wanted])
        rest = np.setdiff1d(order, new, assume_unique=True)
        rest = rng.permutation(rest[counts[rest] > 0])
        rest = np.sort(rest[: max(1, int(np.searchsorted(np.cumsum(counts[rest]), MAX_SEARCH_JUDGEMENTS)) + 1)])
        fitted = judgements.of_people(rest)
        known = np.unique(fitted.user[fitted.validation])
        known = np.sort(rng.choice(known, min(len(known), MOST_KNOWN), replace=False))
        of_known = _shuffled(fitted.of_people(known), rng)
        of_new = _shuffled(judgements.of_people(new), rng)
        shown_by_new = _first_half(of_new.user)
        place = np.full(judgements.n_users, -1)
        place[rest] = np.arange(len(rest))
        return cls(
            fitted,
            _together(of_known.take(~of_known.validation), of_new.take(shown_by_new)),
            _together(of_known.take(of_known.validation), of_new.take(~shown_by_new)),
            len(known),
            place,
        )


class _Curve:
    """Numbers of tastes tried so far."""

    def __init__(self, task: Task, jury: _Jury) -> None:
        self.task, self.jury = task, jury
        self.fits: dict[int, SharedFit] = {}
        self.held_out: dict[int, HeldOut] = {}
        self.seconds: dict[int, float] = {}

    @property
    def best_loss(self) -> float:
        return min((score.mean for score in self.held_out.values()), default=float("inf"))

    def consider(self, n_prototypes: int) -> None:
        """Fit one number and ask the jury. Choices are free for the first two; later fits take those of two."""
        started = time.perf_counter()
        task = _with(self.task, n_prototypes, self.fits.get(2), self.jury.fitted)
        if n_prototypes > 2:
            task = _going_on(task, self.fits[max(self.fits)], np.arange(self.jury.fitted.n_users))
        with warnings.catch_warnings():
            # Said again of the fit that is kept, where it holds for that one.
            warnings.simplefilter("ignore", DataWarning)
            shared = fit_shared(task)
            placed = place_roughly(shared, task)
        self.fits[n_prototypes] = shared
        self.held_out[n_prototypes] = placed.held_out(self.jury.shown, self.jury.asked, seed=self.task.settings.seed)
        self.seconds[n_prototypes] = time.perf_counter() - started

    def result(self) -> PrototypeChoice:
        chosen = _fewest_as_good(self.held_out)
        trials = [{"prototypes": k, **trial} for k, fit in self.fits.items() for trial in fit.trials]
        task = _going_on(_with(self.task, chosen, self.fits[chosen]), self.fits[chosen], self.jury.place)
        return PrototypeChoice(chosen, [self._point(k) for k in self.fits], task, trials)

    def _point(self, n_prototypes: int) -> dict[str, Any]:
        score = self.held_out[n_prototypes]
        nobody = HeldOut({n: np.zeros_like(loss) for n, loss in score.losses.items()}, score.weight)
        gain, error = score.gain_over(self.held_out[1])
        excess, its_error = _best(self.held_out).gain_over(score)
        known = np.arange(len(score.weight)) < self.jury.n_known
        return {
            "prototypes": n_prototypes,
            "log_loss": score.mean,
            "standard_error": score.gain_over(nobody)[1],
            "known_people": score.of(known).mean if known.any() else None,
            "new_people": score.of(~known).mean if not known.all() else None,
            "gain": gain,
            "gain_standard_error": error,
            "excess": excess,
            "excess_standard_error": its_error,
            "seconds": self.seconds[n_prototypes],
        }


def _fewest_as_good(scores: dict[int, HeldOut]) -> int:
    """The fewest tastes within one standard error of the best, over people and over fits."""
    best = _best(scores)
    for n_prototypes in sorted(scores):
        excess, error = best.gain_over(scores[n_prototypes])
        if excess <= np.hypot(error, FIT_TO_FIT):
            return n_prototypes
    raise AssertionError("the best is within any distance of itself")


def _best(scores: dict[int, HeldOut]) -> HeldOut:
    return min(scores.values(), key=lambda score: score.mean)


def _with(task: Task, n_prototypes: int, like: SharedFit | None = None, judgements: Judgements | None = None) -> Task:
    """The task for one number of tastes, with the choices of a fit that was made; a part of it for other judgements."""
    changes: dict[str, Any] = {"prototypes": n_prototypes}
    if n_prototypes == 1:
        changes["inference"] = "point"
    choices = task.choices
    if like is not None:
        choices = choices.only(like.components, like.whiten)
        changes |= _decided(like.choices)
    idle = idle_settings({**vars(task.settings), **changes})  # of what was chosen, some may be of other models only
    settings = task.settings.with_(**{name: value for name, value in changes.items() if name not in idle})
    if judgements is None:
        return replace(task, settings=settings, choices=choices)
    name = f"prototypes-{n_prototypes}"
    return replace(
        task,
        settings=settings,
        choices=choices,
        judgements=judgements,
        checkpoint=None if task.checkpoint is None else task.checkpoint.part(name),
        progress=None if task.progress is None else _saying(task.progress, n_prototypes),
    )


def _going_on(task: Task, shared: SharedFit, people: npt.NDArray[np.intp]) -> Task:
    """The task with a fit to go on from, where it can."""
    return task if shared.trained is None else replace(task, start=WarmStart(shared.trained, people))


def _decided(choices: dict[str, Any]) -> dict[str, Any]:
    """Settings that leave nothing open of what a fit has chosen."""
    names = ("dimensions", "prototype_scale", "user_penalty", "shared_penalty")
    decided = {name: choices[name] for name in names if choices.get(name) is not None}
    strength = choices.get("offset_penalty")
    if strength is not None:
        decided["offset_penalty"] = strength
    return decided | {"item_offsets": strength is not None}


def _saying(progress: Progress, n_prototypes: int) -> Progress:
    def told(stage: str, done: int, total: int) -> None:
        progress(f"trying {n_prototypes} taste{'s' if n_prototypes > 1 else ''}: {stage}", done, total)

    return told


def _shuffled(judgements: Judgements, rng: np.random.Generator) -> Judgements:
    return judgements.take(rng.permutation(len(judgements)))


def _first_half(user: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """The first half of each person's records, rounded down."""
    order = np.argsort(user, kind="stable")
    _, start, count = np.unique(user[order], return_index=True, return_counts=True)
    rank = np.arange(len(user)) - np.repeat(start, count)
    first = np.zeros(len(user), bool)
    first[order] = rank < np.repeat(count // 2, count)
    return first


def _together(known: Judgements, new: Judgements) -> Judgements:
    """Judgements of both; the new people's numbers follow those of the known."""
    others = replace(new, user=new.user + known.n_users).arrays()
    arrays: dict[str, Any] = {name: np.concatenate([array, others[name]]) for name, array in known.arrays().items()}
    return replace(known, **arrays, n_users=known.n_users + new.n_users)
