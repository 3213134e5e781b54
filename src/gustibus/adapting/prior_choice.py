"""Which family of priors suits people best: chosen by how well it predicts answers that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gustibus.adapting.answers import Answers, FloatArray, IntArray
from gustibus.adapting.dirichlet import DirichletPrior
from gustibus.adapting.families import FAMILIES, PriorFamily, fit_prior
from gustibus.adapting.held_out import first_answers, held_out_losses
from gustibus.adapting.people_prior import PeoplePrior
from gustibus.comparisons import GustibusError, Progress

__all__ = ["FamilyScore", "PriorChoice", "choose_prior"]

_ROUNDING = 1e-9


@dataclass(frozen=True)
class FamilyScore:
    """How well a family predicts held-out answers of people to whom it was not fitted.

    Attributes
    ----------
    family : str
        Its name.
    log_loss : float
        Mean log loss in nats, averaged over the prefixes.
    by_prefix : tuple of float
        The same for each prefix.
    difference : float
        ``log_loss`` minus that of the first family: negative where this one is better.
    standard_error : float
        Of the difference, over people.
    """

    family: str
    log_loss: float
    by_prefix: tuple[float, ...]
    difference: float
    standard_error: float


@dataclass(frozen=True, eq=False)
class PriorChoice:
    """The chosen prior and what spoke for it.

    Attributes
    ----------
    prior : PeoplePrior
        The chosen family, fitted to everyone's training answers.
    family : str
        Its name.
    scores : tuple of FamilyScore
        One a family, in the order in which they were given.
    prefixes : tuple
        By how many of their first training answers people were placed; None is all.
    n_users, n_answers : int
        People and held-out answers that the scores are means over.
    """

    prior: PeoplePrior
    family: PriorFamily
    scores: tuple[FamilyScore, ...]
    prefixes: tuple[int | None, ...]
    n_users: int
    n_answers: int


def choose_prior(
    train: Answers,
    held_out: Answers,
    *,
    families: Sequence[PriorFamily] = FAMILIES,
    prefixes: Sequence[int | None] = (0, 5, None),
    n_folds: int = 2,
    max_users: int = 600,
    by: Literal["moments", "draws"] = "draws",
    n_draws: int = 128,
    seed: int = 0,
    progress: Progress | None = None,
) -> PriorChoice:
    r"""Choose a family of priors by the log loss of its posterior-averaged predictions of held-out answers.

    People are placed by none, a few or all of their training answers, so that the choice suits new people and seen ones
    alike, under priors that were fitted to the training answers of *other* people (``n_folds`` parts): particles would
    otherwise recognise them. The first family, the fast default, is kept unless another is better by more than one
    standard error of the difference over people. The chosen one is then fitted to everyone.

    Parameters
    ----------
    train, held_out : Answers
        Different records of the same people.
    families : sequence of str
        Names, the default first; see ``PriorFamily``.
    prefixes : sequence of int or None
        By how many of their first training answers people are placed, each counting the same; None is all.
    n_folds : int
        Parts into which people are split.
    max_users : int
        At most so many people with held-out answers take part, chosen by the seed; the last fit may use more.
    by : "draws" or "moments"
        How predictions are averaged over posteriors, see ``held_out_losses``: "draws" compares the families themselves,
        "moments" also what the formula for moments costs each. (Particles are averaged exactly with "draws".)
    n_draws : int
        Draws a person in the posteriors.
    seed : int
        Equal seeds give equal results.
    progress : Progress, optional
        Told of each fit.

    Raises
    ------
    GustibusError
        If families or prefixes are missing or unknown, the two sets of answers do not go together, nobody has held-out
        answers, or fewer than two people have training answers.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> user = np.repeat(np.arange(60), 8)
    >>> z = rng.normal(size=(480, 2)) * 3
    >>> weights = rng.dirichlet([0.5, 1.0], 60)[user]
    >>> outcome = rng.random(480) < 1 / (1 + np.exp(-(weights * z).sum(axis=1)))
    >>> everything = Answers(z=z, outcome=outcome, user=user)
    >>> shown = np.arange(480) % 8 < 6
    >>> choice = choose_prior(
    ...     everything.take_records(np.flatnonzero(shown)), everything.take_records(np.flatnonzero(~shown))
    ... )
    >>> choice.family, len(choice.scores)
    ('dirichlet', 3)
    """
    _refuse_settings(families, prefixes, n_folds)
    shown, hidden = _who_takes_part(train, held_out, max_users, seed)
    folds = _folds(shown, n_folds, seed)
    losses = np.zeros((len(families), len(prefixes), shown.n_users))
    for index, people in enumerate(folds):
        others = np.setdiff1d(np.arange(shown.n_users), people)
        priors = _fitted(families, shown.take_users(others), seed)
        test = hidden.take_users(people)
        for column, n in enumerate(prefixes):
            placed_by = first_answers(shown.take_users(people), n)
            for row, prior in enumerate(priors):
                losses[row, column, people] = held_out_losses(placed_by, test, prior, by=by, n_draws=n_draws, seed=seed)
        if progress is not None:
            progress("choose the prior", index + 1, len(folds) + 1)
    weight = _weights(hidden)
    scores = tuple(_score(family, losses[row], losses[0], weight) for row, family in enumerate(families))
    best = min(range(len(scores)), key=lambda row: scores[row].log_loss)
    chosen = best if scores[best].difference < -scores[best].standard_error - _ROUNDING else 0
    prior = fit_prior(families[chosen], train, seed=seed)
    if progress is not None:
        progress("choose the prior", len(folds) + 1, len(folds) + 1)
    return PriorChoice(prior, families[chosen], scores, tuple(prefixes), int((weight > 0).sum()), len(hidden))


def _refuse_settings(families: Sequence[PriorFamily], prefixes: Sequence[int | None], n_folds: int) -> None:
    unknown = [family for family in families if family not in FAMILIES]
    if unknown or not families:
        raise GustibusError(f"choose_prior: families are {list(families)}; give at least one of {', '.join(FAMILIES)}.")
    if not prefixes or any(n is not None and n < 0 for n in prefixes):
        raise GustibusError(f"choose_prior: prefixes are {list(prefixes)}; give numbers of answers, or None for all.")
    if n_folds < 2:
        raise GustibusError(f"choose_prior: n_folds is {n_folds}, but people are split into at least 2 parts.")


def _who_takes_part(train: Answers, held_out: Answers, max_users: int, seed: int) -> tuple[Answers, Answers]:
    """Training and held-out answers of at most so many people who have the latter."""
    if (train.n_users, train.n_prototypes) != (held_out.n_users, held_out.n_prototypes):
        raise GustibusError(f"choose_prior: {train!r} and {held_out!r} differ in people or prototypes.")
    people = np.flatnonzero(_weights(held_out))
    if len(people) == 0:
        raise GustibusError("choose_prior: nobody has held-out answers; keep some of the answers of several people.")
    if len(people) > max_users:
        people = np.sort(np.random.default_rng(seed).choice(people, max_users, replace=False))
    shown = train.take_users(people)
    if (shown.n_answers > 0).sum() < 2:
        raise GustibusError(
            "choose_prior: fewer than two people have both training and held-out answers; the family of the prior "
            "cannot be chosen from so few. Fit a Dirichlet prior instead."
        )
    return shown, held_out.take_users(people)


def _weights(answers: Answers) -> FloatArray:
    """Summed weight of each person's answers, ``(U,)``."""
    return np.bincount(answers.user, answers.weight, minlength=answers.n_users).astype(np.float64, copy=False)


def _folds(shown: Answers, n_folds: int, seed: int) -> list[IntArray]:
    """People in parts of equal size; those with training answers are spread evenly, so that no fit is left without."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(shown.n_users)
    order = order[np.argsort(shown.n_answers[order] == 0, kind="stable")]
    n_parts = min(n_folds, int((shown.n_answers > 0).sum()))
    return [np.sort(order[part::n_parts]) for part in range(n_parts)]


def _fitted(families: Sequence[PriorFamily], answers: Answers, seed: int) -> list[PeoplePrior]:
    """All families on the same answers; particles start from the Dirichlet prior if that is among them."""
    dirichlet = None
    if "dirichlet" in families:
        found = fit_prior("dirichlet", answers, seed=seed)
        assert isinstance(found, DirichletPrior)
        dirichlet = found
    return [
        dirichlet
        if family == "dirichlet" and dirichlet is not None
        else fit_prior(family, answers, dirichlet=dirichlet, seed=seed)
        for family in families
    ]


def _score(family: str, losses: FloatArray, of_first: FloatArray, weight: FloatArray) -> FamilyScore:
    """Means over people's answers from summed losses ``(P, U)``, and the error of the paired difference."""
    total = float(weight.sum())
    by_prefix = losses.sum(axis=1) / total
    change = (losses - of_first).mean(axis=0)
    difference = float(change.sum()) / total
    n_people = int((weight > 0).sum())
    residual = change - difference * weight
    error = np.sqrt(float((residual**2).sum()) * n_people / max(n_people - 1, 1)) / total
    return FamilyScore(
        family, float(by_prefix.mean()), tuple(float(loss) for loss in by_prefix), difference, float(error)
    )
