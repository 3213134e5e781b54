"""The end of a fit: every person placed exactly, with the map held still."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.adapting import Answers, DirichletPrior, Posteriors, adapt, fit_dirichlet_prior
from gustibus.comparisons import DataWarning, Progress
from gustibus.fitting.records import Judgements
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE

__all__ = ["PlacedPeople", "answers_of", "place_people"]

FloatArray = npt.NDArray[np.float64]
# The choice of the factor: steps up and down from where it starts, as long as they bring a gain.
STEP, MAX_STEPS = 1.4, 6
# It is made on at most this many people, with few draws and a rough prior.
CHOOSING_PEOPLE, CHOOSING_DRAWS = 600, 128
ROUGH_PRIOR_PEOPLE, ROUGH_PRIOR_STEPS = 300, 6
# The final prior is fitted on at most this many people: its concentrations are then known to a few per cent.
PRIOR_PEOPLE = 600
# People are predicted from their first n training answers, so that the factor also suits new people; None is all.
PREFIXES: tuple[int | None, ...] = (0, 5, None)


@dataclass(frozen=True)
class PlacedPeople:
    """Everybody's posterior under a fitted prior.

    Attributes
    ----------
    prior : DirichletPrior
    posteriors : Posteriors
        One per person, in the order of their numbers.
    factor : float
        What the scores and offsets were multiplied by.
    validation_log_loss : float
        Of posterior-averaged predictions on validation judgements, people placed by their other judgements.
    """

    prior: DirichletPrior
    posteriors: Posteriors
    factor: float
    validation_log_loss: float


def answers_of(scores: FloatArray, offsets: FloatArray | None, judgements: Judgements) -> Answers:
    """Judgements as differences of per-prototype scores: what a person's weights are inferred from."""
    a, b = judgements.a, judgements.b
    offset = np.zeros(len(judgements)) if offsets is None else offsets[a] - offsets[b]
    return Answers(
        z=scores[a] - scores[b],
        offset=offset,
        outcome=judgements.outcome,
        weight=judgements.weight,
        user=judgements.user,
        n_users=judgements.n_users,
    )


def place_people(
    scores: FloatArray,
    offsets: FloatArray | None,
    judgements: Judgements,
    *,
    factor: float,
    n_draws: int,
    seed: int,
    progress: Progress | None = None,
) -> PlacedPeople:
    """Fit the prior and every person's posterior, and choose one factor on all scores by validation.

    The map was fitted to the same judgements and is too sure of itself; the factor that gives the best
    posterior-averaged log loss on validation judgements, people placed by none, five or all of their training answers,
    corrects for it (*ours*). The final prior and posteriors use all
    judgements, those of validation included.

    Parameters
    ----------
    scores : ndarray, shape (n_items, K)
        Per-prototype scores of the fitted model.
    offsets : ndarray, shape (n_items,), or None
    judgements : Judgements
    factor : float
        The factor that suits the point estimates, where the choice starts.
    n_draws, seed
        Of the posteriors.
    """
    chosen, loss, rough = factor, float("nan"), None
    if judgements.validation.sum() >= ENOUGH_TO_CHOOSE:
        chosen, loss, rough = _choose_factor(scores, offsets, judgements, factor, seed, progress)
    answers = answers_of(scores * chosen, None if offsets is None else offsets * chosen, judgements)
    prior = fit_dirichlet_prior(answers, max_users=PRIOR_PEOPLE, start=rough, seed=seed, progress=progress).prior
    posteriors = adapt(answers, prior, n_draws=n_draws, seed=seed, progress=progress)
    return PlacedPeople(prior, posteriors, chosen, loss)


def _choose_factor(
    scores: FloatArray,
    offsets: FloatArray | None,
    judgements: Judgements,
    start: float,
    seed: int,
    progress: Progress | None,
) -> tuple[float, float, FloatArray | None]:
    """The factor with the best mean log loss over prefixes, the log loss there with all training answers, and
    concentrations of the prior to start from."""
    train, validation = _some_people(judgements, seed)
    losses: dict[float, list[float]] = {}
    priors: dict[float, FloatArray] = {}

    def score(factor: float, near: float) -> float:
        scaled = None if offsets is None else offsets * factor
        answers = answers_of(scores * factor, scaled, train)
        # People spread over scores as factor / sqrt(concentration): the concentrations that go with another factor.
        expected = None if near not in priors else np.clip(priors[near] * (factor / near) ** 2, 0.01, 100)
        fitted = fit_dirichlet_prior(
            answers,
            max_users=ROUGH_PRIOR_PEOPLE,
            n_draws=CHOOSING_DRAWS,
            start=expected,
            max_steps=ROUGH_PRIOR_STEPS,
            seed=seed,
        )
        priors[factor] = fitted.prior.alpha
        held_out = answers_of(scores * factor, scaled, validation)
        losses[factor] = [_held_out_log_loss(_first(answers, n), held_out, fitted.prior, seed) for n in PREFIXES]
        if progress is not None:
            progress("placing people: choosing the scale", len(losses), 0)
        return float(np.mean(losses[factor]))

    best, best_score = start, score(start, start)
    for step in (STEP, 1 / STEP):
        for _ in range(MAX_STEPS):
            tried = score(best * step, best)
            if tried > best_score - 1e-4:
                break
            best, best_score = best * step, tried
        if best != start:
            break
    return best, losses[best][-1], priors[best]


def _first(answers: Answers, n: int | None) -> Answers:
    """Each person's first n answers, in the order of the records."""
    if n is None:
        return answers
    ordered = answers.by_user
    place = np.arange(len(ordered)) - ordered.starts[ordered.user]
    kept = place < n
    return Answers(
        z=ordered.z[kept],
        offset=ordered.offset[kept],
        outcome=ordered.outcome[kept],
        weight=ordered.weight[kept],
        user=ordered.user[kept],
        n_users=ordered.n_users,
    )


def _held_out_log_loss(answers: Answers, held_out: Answers, prior: DirichletPrior, seed: int) -> float:
    """Mean log loss of posterior-averaged predictions of held-out answers, people placed by ``answers``."""
    with warnings.catch_warnings():
        # Rough uncertainty of single people does not matter for a mean over hundreds.
        warnings.simplefilter("ignore", DataWarning)
        posteriors = adapt(answers, prior, n_draws=CHOOSING_DRAWS, seed=seed)
    p = np.clip(posteriors.probability(held_out.z, held_out.user, held_out.offset), 1e-12, 1 - 1e-12)
    y, c = held_out.outcome, held_out.weight
    return float(-(c * (y * np.log(p) + (1 - y) * np.log1p(-p))).sum() / c.sum())


def _some_people(judgements: Judgements, seed: int) -> tuple[Judgements, Judgements]:
    """Training and validation judgements of at most ``CHOOSING_PEOPLE`` people who have both, renumbered."""
    train, validation = judgements.take(~judgements.validation), judgements.take(judgements.validation)
    people = np.unique(validation.user)
    if len(people) > CHOOSING_PEOPLE:
        people = np.sort(np.random.default_rng(seed).choice(people, CHOOSING_PEOPLE, replace=False))
    number = np.full(judgements.n_users, -1)
    number[people] = np.arange(len(people))
    return _renumbered(train, number, len(people)), _renumbered(validation, number, len(people))


def _renumbered(judgements: Judgements, number: npt.NDArray[np.intp], n_users: int) -> Judgements:
    inside = judgements.take(number[judgements.user] >= 0)
    return Judgements(
        inside.a,
        inside.b,
        number[inside.user],
        inside.outcome,
        inside.weight,
        inside.validation,
        n_users,
    )
