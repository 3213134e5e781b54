"""The end of a fit: every person placed exactly, with the map held still."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from gustibus.adapting import (
    Answers,
    DirichletPrior,
    GaussianPosteriors,
    GaussianPrior,
    Posteriors,
    Prior,
    PriorFamily,
    adapt,
    adapt_gaussian,
    choose_prior,
    first_answers,
    fit_dirichlet_prior,
    fit_prior,
    said_losses,
)
from gustibus.comparisons import DataWarning, Progress
from gustibus.fitting.defaults import (
    FACTOR_DRAWS,
    FACTOR_MAX_STEPS,
    FACTOR_PEOPLE,
    FACTOR_STEP,
    PREFIXES,
    PRIOR_PEOPLE,
    ROUGH_PRIOR_PEOPLE,
    ROUGH_PRIOR_STEPS,
)
from gustibus.fitting.differences import Differences
from gustibus.fitting.held_out import HeldOut, score_held_out
from gustibus.fitting.records import Judgements
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE

__all__ = [
    "PlacedPeople",
    "answers_of",
    "answers_with",
    "best_factor",
    "held_out_losses",
    "held_out_of",
    "place_people",
    "some_people",
]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PlacedPeople:
    """Everybody's posterior under a fitted prior.

    Attributes
    ----------
    prior : Prior
    posteriors : Posteriors or GaussianPosteriors
        One per person, in the order of their numbers.
    factor : float
        What the scores and offsets were multiplied by.
    held_out : HeldOut or None
        Log loss of posterior-averaged predictions of validation judgements, people placed by their other judgements;
        None where there were too few.
    findings : dict
        What else was measured.
    """

    prior: Prior
    posteriors: Posteriors | GaussianPosteriors
    factor: float
    held_out: HeldOut | None
    findings: dict[str, Any] = field(default_factory=dict)


def answers_of(differences: Differences, offsets: FloatArray | None, judgements: Judgements) -> Answers:
    """Terms of judgements as log-odds at every prototype: what a person's weights are inferred from."""
    terms = judgements.terms
    a, b = terms.a, terms.b
    return answers_with(terms, differences(a, b), None if offsets is None else offsets[a] - offsets[b])


def answers_with(terms: Judgements, z: FloatArray, offset: FloatArray | None) -> Answers:
    """Terms of judgements as answers; ``z`` and ``offset`` are what the model says of each."""
    return Answers.of_terms(
        z=z,
        offset=terms.shift if offset is None else offset + terms.shift,
        outcome=terms.outcome,
        weight=terms.weight,
        user=terms.user,
        n_users=terms.n_users,
        continues=terms.continues,
        tie=terms.tie,
        three_way=None if terms.scoring is None else terms.scoring.three_way,
        link=terms.link,
        tie_level=terms.tie_level,
    )


def held_out_of(
    answers: Answers, judgements: Judgements, prior: Prior, shift: FloatArray | None = None
) -> HeldOut | None:
    """Log loss of the validation judgements, people placed by their other answers; None where there are too few.

    Parameters
    ----------
    answers : Answers
        Terms of all judgements, in their order.
    shift : ndarray, shape (U, K), optional
        By how much each person's prior mean is moved by what is known of them.
    """
    if int(judgements.validation.sum()) < ENOUGH_TO_CHOOSE:
        return None
    train, held_out = _divided(answers, judgements)

    def losses(n: int | None) -> FloatArray:
        return said_losses(_placed(first_answers(train, n), prior, shift), held_out)

    return score_held_out(losses, PREFIXES, held_out)


def held_out_losses(
    answers: Answers, judgements: Judgements, prior: Prior, shift: FloatArray | None = None
) -> FloatArray:
    """Weighted log loss of each validation judgement, the mean over people placed by none, five and all of their other
    answers; in the judgements' order."""
    train, held_out = _divided(answers, judgements)
    after = [said_losses(_placed(first_answers(train, n), prior, shift), held_out) for n in PREFIXES]
    return np.asarray(np.mean(after, axis=0))


def _placed(answers: Answers, prior: Prior, shift: FloatArray | None) -> Posteriors | GaussianPosteriors:
    """Everybody under a prior, its means moved where something is known of people."""
    if shift is not None and isinstance(prior, GaussianPrior):
        return adapt_gaussian(answers, prior, shift=shift)
    return adapt(answers, prior, n_draws=FACTOR_DRAWS)


def _divided(answers: Answers, judgements: Judgements) -> tuple[Answers, Answers]:
    """Answers that people are placed by, and those of validation judgements by which predictions are scored."""
    terms, asked = judgements.terms, judgements.asked
    train = answers.take_records(np.flatnonzero(~terms.validation))
    if terms is judgements and asked.scoring is None:
        return train, answers.take_records(np.flatnonzero(terms.validation))
    first = np.flatnonzero(terms.validation if terms.continues is None else terms.validation & ~terms.continues)
    plain = answers.offset[first] - terms.shift[first]
    three_way = None if asked.scoring is None else asked.scoring.three_way
    return train, answers.take_records(first).said(
        asked.outcome, plain, asked.weight, asked.tie, three_way, asked.tie_level
    )


def place_people(
    differences: Differences,
    offsets: FloatArray | None,
    judgements: Judgements,
    *,
    factor: float,
    family: PriorFamily | None,
    n_draws: int,
    seed: int,
    progress: Progress | None = None,
) -> PlacedPeople:
    """Fit the prior and every person's posterior, and choose one factor on all scores by validation.

    The map was fitted to the same judgements and is too sure of itself; the factor that gives the best
    posterior-averaged log loss on validation judgements, people placed by none, five or all of their training answers,
    corrects for it (*ours*). The family of the prior is chosen in the same way, unless one is asked for. The final
    prior and posteriors use all judgements, those of validation included.

    Parameters
    ----------
    differences : Differences
        Of the fitted model.
    offsets : ndarray, shape (n_items,), or None
    judgements : Judgements
    factor : float
        The factor that suits the point estimates, where the choice starts.
    family : {"dirichlet", "logistic-normal", "particles"}, optional
        Of the prior; None chooses.
    n_draws, seed
        Of the posteriors.
    """
    chosen, rough, held_out, findings = factor, None, None, {}
    can_choose = judgements.validation.sum() >= ENOUGH_TO_CHOOSE
    if can_choose:
        chosen, rough, held_out = _choose_factor(differences, offsets, judgements, factor, seed, progress)
    answers = answers_of(differences.scaled(chosen), None if offsets is None else offsets * chosen, judgements)
    prior: Prior
    if family is None and can_choose:
        train, validation = _divided(answers, judgements)
        choice = choose_prior(train, validation, prefixes=PREFIXES, seed=seed)
        family = choice.family
        findings["prior_families"] = {score.family: score.log_loss for score in choice.scores}
    if family in (None, "dirichlet"):
        prior = _dirichlet(answers, rough, seed, progress)
    else:
        # Particles are drawn under a Dirichlet prior, which is fitted from where the factor's choice left it.
        near = None if family != "particles" else _dirichlet(answers, rough, seed, progress)
        prior = fit_prior(family, answers, dirichlet=near, seed=seed)
    posteriors = adapt(answers, prior, n_draws=n_draws, seed=seed, progress=progress)
    return PlacedPeople(prior, posteriors, chosen, held_out, findings)


def _dirichlet(answers: Answers, near: FloatArray | None, seed: int, progress: Progress | None) -> DirichletPrior:
    return fit_dirichlet_prior(answers, max_users=PRIOR_PEOPLE, start=near, seed=seed, progress=progress).prior


def _choose_factor(
    differences: Differences,
    offsets: FloatArray | None,
    judgements: Judgements,
    start: float,
    seed: int,
    progress: Progress | None,
) -> tuple[float, FloatArray, HeldOut]:
    """The factor with the best mean log loss over prefixes, the concentrations of the prior there, and what it
    loses."""
    people, train, validation = some_people(judgements, seed)
    validation = validation.as_said
    losses: dict[float, HeldOut] = {}
    priors: dict[float, FloatArray] = {}

    def score(factor: float, near: float) -> float:
        scaled = None if offsets is None else offsets * factor
        answers = answers_of(differences.scaled(factor), scaled, train)
        # People spread over scores as factor / sqrt(concentration): the concentrations that go with another factor.
        expected = None if near not in priors else np.clip(priors[near] * (factor / near) ** 2, 0.01, 100)
        fitted = fit_dirichlet_prior(
            answers,
            max_users=ROUGH_PRIOR_PEOPLE,
            n_draws=FACTOR_DRAWS,
            start=expected,
            max_steps=ROUGH_PRIOR_STEPS,
            seed=seed,
        )
        priors[factor] = fitted.prior.alpha
        held_out = answers_of(differences.scaled(factor), scaled, validation)
        losses[factor] = _held_out(answers, held_out, fitted.prior, seed)
        if progress is not None:
            progress("placing people: choosing the scale", len(losses), 0)
        return losses[factor].mean

    best = best_factor(score, start)
    return best, priors[best], losses[best].among(people, judgements.n_users)


def best_factor(score: Callable[[float, float], float], start: float) -> float:
    """From ``start`` in steps of ``FACTOR_STEP`` to the side that gains more at first, as long as it gains.

    Smaller scores suit people who are at single prototypes, larger ones people who mix them, and each can be better
    than what lies between.

    Parameters
    ----------
    score : callable
        ``(factor, neighbour)`` -> loss, the neighbour one whose loss is known.
    start : float
    """
    best, least = start, score(start, start)
    sides = {step: score(start * step, start) for step in (FACTOR_STEP, 1 / FACTOR_STEP)}
    step = min(sides, key=sides.__getitem__)
    found = sides[step]
    for _ in range(FACTOR_MAX_STEPS):
        if found > least - 1e-4:
            break
        best, least = best * step, found
        found = score(best * step, best)
    return best


def _held_out(answers: Answers, held_out: Answers, prior: DirichletPrior, seed: int) -> HeldOut:
    """Log loss of posterior-averaged predictions of held-out answers, people placed by some or all of ``answers``."""

    def losses(n: int | None) -> FloatArray:
        with warnings.catch_warnings():
            # Rough uncertainty of single people does not matter for a mean over hundreds.
            warnings.simplefilter("ignore", DataWarning)
            posteriors = adapt(first_answers(answers, n), prior, n_draws=FACTOR_DRAWS, seed=seed)
        return said_losses(posteriors, held_out)

    return score_held_out(losses, PREFIXES, held_out)


def some_people(judgements: Judgements, seed: int) -> tuple[npt.NDArray[np.intp], Judgements, Judgements]:
    """At most ``FACTOR_PEOPLE`` people who have validation judgements; their training and validation judgements,
    renumbered."""
    train, validation = judgements.take(~judgements.validation), judgements.take(judgements.validation)
    people = np.unique(validation.user)
    if len(people) > FACTOR_PEOPLE:
        people = np.sort(np.random.default_rng(seed).choice(people, FACTOR_PEOPLE, replace=False))
    return people, train.of_people(people), validation.of_people(people)
