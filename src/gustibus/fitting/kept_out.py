"""People and judgements that are kept out of a whole fit, choices included, to see whether a gain comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gustibus.fitting.defaults import (
    ENOUGH_TO_CHOOSE,
    ENOUGH_TO_CONFIRM,
    MIN_JUDGEMENTS,
    MOST_DIVISIONS,
    MOST_NEW,
    NEW_SHARE,
)
from gustibus.fitting.records import Judgements
from gustibus.fitting.validation_split import asks_new_questions, confirming_questions, validation_mask

__all__ = ["KeptOut", "keep_out"]


@dataclass(frozen=True)
class KeptOut:
    """One division of the judgements.

    Attributes
    ----------
    fitted : Judgements
        Of most people, renumbered, with their validation judgements; all that a fit is shown.
    scored : Judgements
        Everybody's, those to be predicted marked as validation: half of what each person said of whom the fit was shown
        nothing, and a share of what the others said that it was not shown either; where validation asks new questions,
        what everybody said to questions that the fit was not shown.
    people : ndarray of int
        The numbers that the people of ``fitted`` have in ``scored``.
    """

    fitted: Judgements
    scored: Judgements
    people: npt.NDArray[np.intp]


def keep_out(judgements: Judgements, seed: int) -> Iterator[KeptOut]:
    """Divisions in which other people and other judgements are kept out each time.

    A gain on judgements by which a fit was chosen is flattering, and so is one of known people alone, whom a map may
    serve better than those who come later. There are three divisions, fewer where fewer keep a thousand judgements
    out, and none where fewer than thirty can be.

    Examples
    --------
    >>> user, zeros = np.repeat(np.arange(40), 10), np.zeros(400)
    >>> all_of_them = Judgements(user, user, user, zeros, zeros, validation_mask(user, 0.1, seed=0), 40)
    >>> [(part.fitted.n_users, int(part.scored.validation.sum())) for part in keep_out(all_of_them, seed=0)]
    [(34, 64), (34, 64), (34, 64)]
    """
    counts = np.bincount(judgements.user, minlength=judgements.n_users)
    able = np.flatnonzero(counts >= MIN_JUDGEMENTS)
    order = np.random.default_rng(seed).permutation(able)
    n_new = min(round(NEW_SHARE * len(able)), MOST_NEW)
    share = float(judgements.validation.mean())
    divisions = list(confirming_questions(judgements, seed)) if asks_new_questions(judgements) else None
    kept_out = 0
    for number in range(1, MOST_DIVISIONS + 1 if n_new else 1):
        new = np.zeros(judgements.n_users, bool)
        new[order[(number - 1) * n_new : number * n_new]] = True
        if divisions is None:
            scored = _scored(judgements, new, share, seed + number)
        else:
            scored = divisions.pop(0).validation if divisions else np.zeros(len(judgements), bool)
        if scored.sum() < ENOUGH_TO_CHOOSE:
            return
        shown = judgements.take(~new[judgements.user] & ~scored)
        people = np.flatnonzero(np.bincount(shown.user, minlength=judgements.n_users))
        yield KeptOut(shown.of_people(people), replace(judgements, validation=scored), people)
        kept_out += int(scored.sum())
        if kept_out >= ENOUGH_TO_CONFIRM:
            return


def _scored(judgements: Judgements, new: npt.NDArray[np.bool_], share: float, seed: int) -> npt.NDArray[np.bool_]:
    """Half of new people's judgements, and the share of the others' training judgements."""
    scored = np.zeros(len(judgements), bool)
    of_new = np.flatnonzero(new[judgements.user])
    scored[of_new[_half(judgements.user[of_new], seed)]] = True
    training = np.flatnonzero(~new[judgements.user] & ~judgements.validation)
    scored[training[validation_mask(judgements.user[training], share, seed)]] = True
    return scored


def _half(user: npt.NDArray[np.intp], seed: int) -> npt.NDArray[np.bool_]:
    """Every other judgement of each person, in random order."""
    shuffled = np.random.default_rng(seed).permutation(len(user))
    order = shuffled[np.argsort(user[shuffled], kind="stable")]
    _, start, count = np.unique(user[order], return_index=True, return_counts=True)
    rank = np.arange(len(user)) - np.repeat(start, count)
    half = np.zeros(len(user), bool)
    half[order] = rank % 2 == 1
    return half
