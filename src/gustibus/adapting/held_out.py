"""How well people's other answers are predicted when they are placed by some of theirs."""

from __future__ import annotations

import warnings
from typing import Literal

import numpy as np

from gustibus.adapting.answers import Answers, FloatArray
from gustibus.adapting.people_prior import PeoplePrior
from gustibus.adapting.posteriors import adapt
from gustibus.adapting.said import said_losses
from gustibus.comparisons import DataWarning, GustibusError

__all__ = ["first_answers", "held_out_log_loss", "held_out_losses"]


def first_answers(answers: Answers, n: int | None) -> Answers:
    """Each person's first ``n`` answers, in the order of the records; all of them where ``n`` is None.

    Examples
    --------
    >>> answers = Answers(z=[[1.0], [2.0], [3.0]], outcome=[1, 0, 1], user=[1, 1, 0])
    >>> first_answers(answers, 1).z.ravel()
    array([3., 1.])
    """
    if n is None:
        return answers
    if n < 0:
        raise GustibusError(f"first_answers: n is {n}, but it must be zero or more, or None for all.")
    ordered = answers.by_user
    return ordered.take_records(np.flatnonzero(ordered.place < n))


def held_out_losses(
    answers: Answers,
    held_out: Answers,
    prior: PeoplePrior,
    *,
    by: Literal["moments", "draws"] | None = None,
    n_draws: int = 128,
    seed: int = 0,
) -> FloatArray:
    """Summed log loss ``(U,)`` of each person's held-out answers, in nats, predicted after they gave ``answers``.

    Predictions average over the posterior.

    Parameters
    ----------
    answers, held_out : Answers
        Different records of the same people.
    prior : PeoplePrior
        Where they come from.
    by : "moments" or "draws", optional
        How predictions are averaged, as in ``Posteriors.probability``. The formula for moments costs about 0.002 nats
        where people differ most and have not answered; averages over draws take about twice the time.
    n_draws, seed : int
        Of the posteriors.

    Raises
    ------
    GustibusError
        If the two differ in people or prototypes.

    Examples
    --------
    >>> from gustibus.adapting import DirichletPrior
    >>> answers = Answers(z=[[2.0, -2.0]], outcome=[1], n_users=1)
    >>> held_out_losses(Answers.none(1, 2), answers, DirichletPrior.uniform(2)).round(3)
    array([0.693])
    """
    if (answers.n_users, answers.n_prototypes) != (held_out.n_users, held_out.n_prototypes):
        raise GustibusError(
            f"{answers!r} and {held_out!r} differ in people or prototypes; make both with the same n_users and the "
            "same number of columns in z."
        )
    with warnings.catch_warnings():
        # Rough uncertainty of single people does not matter for a mean over hundreds.
        warnings.simplefilter("ignore", DataWarning)
        posteriors = adapt(answers, prior, n_draws=n_draws, seed=seed)
    losses = said_losses(posteriors, held_out, by=by)
    return np.bincount(held_out.user, losses, minlength=held_out.n_users).astype(np.float64, copy=False)


def held_out_log_loss(
    answers: Answers,
    held_out: Answers,
    prior: PeoplePrior,
    *,
    by: Literal["moments", "draws"] | None = None,
    n_draws: int = 128,
    seed: int = 0,
) -> float:
    """Mean log loss of held-out answers, in nats; parameters as in ``held_out_losses``.

    Examples
    --------
    >>> from gustibus.adapting import DirichletPrior
    >>> answers = Answers(z=[[2.0, -2.0], [1.0, -1.0]], outcome=[1, 1], n_users=1)
    >>> round(held_out_log_loss(answers, answers, DirichletPrior.uniform(2)), 3)
    0.469
    """
    total = float(held_out.weight.sum())
    if total <= 0:
        raise GustibusError("held_out_log_loss: no held-out answer has a weight above zero.")
    return float(held_out_losses(answers, held_out, prior, by=by, n_draws=n_draws, seed=seed).sum()) / total
