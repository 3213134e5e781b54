"""A normal distribution for people whose weights are any numbers, chosen on validation judgements."""

from __future__ import annotations

import numpy as np

from gustibus.adapting import Answers, GaussianPrior, fit_gaussian_prior
from gustibus.fitting.defaults import FREE_ITERATIONS, FREE_SCALES
from gustibus.fitting.records import Judgements
from gustibus.fitting.user_step import held_out_of

__all__ = ["free_prior"]


def free_prior(answers: Answers, judgements: Judgements, factor: float = 1.0) -> GaussianPrior:
    """Fit the normal distribution of people's weights to the training judgements, from several scales.

    Parameters
    ----------
    answers : Answers
        Terms of all judgements, in their order.
    judgements : Judgements
        Tells which of them are for validation; the scale that predicts those best is taken.
    factor : float
        What the weights are multiplied by where point estimates are of size one.
    """
    train = answers.take_records(np.flatnonzero(~judgements.terms.validation))
    width = answers.n_prototypes
    best: GaussianPrior | None = None
    best_loss = np.inf
    for scale in FREE_SCALES:
        variance = scale * factor**2
        start = GaussianPrior(np.full((1, width), factor / width), variance * np.eye(width))
        fitted = fit_gaussian_prior(
            train, start, scale=variance, mean_variance=factor**2, n_iterations=FREE_ITERATIONS
        ).prior
        held_out = held_out_of(answers, judgements, fitted)
        loss = 0.0 if held_out is None else held_out.mean
        if best is None or loss < best_loss:
            best, best_loss = fitted, loss
    assert best is not None
    return best
