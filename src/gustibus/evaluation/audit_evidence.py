"""Which judgements are alike enough that only the id can tell their answers apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons
from gustibus.comparisons.repeats import questions_of
from gustibus.evaluation.within_strata import Strata

__all__ = ["ENOUGH", "Evidence", "same_pairs", "similar_questions"]

Floats = NDArray[np.float64]

ENOUGH: Final = 50
"""Judgements in strata of several ids from which a test is made on them alone."""
_N_BINS: Final = 10


@dataclass(frozen=True)
class Evidence:
    """What is permuted against what: the statistic is the sum of value times score.

    Attributes
    ----------
    null
        Which judgements count as alike: of the same two items, or with similar expectations.
    strata
        Of judgements that are alike.
    value
        What was answered beyond what was expected of everybody, shape (M,).
    score
        What is predicted for the judgement's own id, shape (M,).
    gain
        Log-likelihood of the predictions for the right ids over what they are compared with, nats a judgement.
    """

    null: Literal["pairs", "residuals"]
    strata: Strata
    value: Floats
    score: Floats
    gain: float


def same_pairs(asked: Comparisons, person: NDArray[np.int32], own: Floats) -> Evidence:
    """Judgements of the same two items, all turned the same way round."""
    questions = questions_of(asked)
    weight = asked.weight.astype(np.float64)
    outcome = np.where(questions.flipped, 1.0 - asked.outcome, asked.outcome).astype(np.float64)
    score = np.where(questions.flipped, -own, own)
    total = np.bincount(questions.pair, weight)
    mean = np.bincount(questions.pair, weight * outcome) / np.where(total > 0, total, 1.0)
    strata = Strata.of(questions.pair, asked.user, person)
    y, s, w = outcome[strata.rows], score[strata.rows], weight[strata.rows]
    softplus = np.logaddexp(0.0, s)
    # The mean over permutations puts everybody's prediction in the pair in each judgement's place equally often.
    gains = y * (s - strata.means(s)) - (softplus - strata.means(softplus))
    return Evidence("pairs", strata, weight * (outcome - mean[questions.pair]), score, _average(gains, w))


def similar_questions(
    asked: Comparisons,
    person: NDArray[np.int32],
    own: Floats,
    everybody: Floats,
    alike: NDArray[np.intp] | None,
) -> Evidence:
    """Standardised residuals of the population's predictions, among judgements said to be alike.

    If nothing is said (None), judgements of one prompt are alike or, where several ids answered too few of those, of
    similar log-odds.
    """
    turned = np.where(everybody < 0, -1.0, 1.0)
    weight = asked.weight.astype(np.float64)
    outcome = np.where(turned < 0, 1.0 - asked.outcome, asked.outcome).astype(np.float64)
    s, base = own * turned, np.abs(everybody)
    expected = _sigmoid(base)
    sd = np.sqrt(expected * (1.0 - expected))
    same_prompt = np.where(asked.prompt == asked.prompt_b, asked.prompt, -1)
    strata = Strata.of(same_prompt if alike is None else alike, asked.user, person)
    if alike is None and len(strata.rows) < ENOUGH:
        place = np.argsort(np.argsort(base, kind="stable"), kind="stable")
        strata = Strata.of(place * _N_BINS // max(1, len(base)), asked.user, person)
    gains = outcome * (s - base) - (np.logaddexp(0.0, s) - np.logaddexp(0.0, base))
    gain = _average(gains[strata.rows], weight[strata.rows])
    return Evidence("residuals", strata, weight * (outcome - expected) / sd, (s - base) * sd, gain)


def _average(values: Floats, weight: Floats) -> float:
    return float(values @ weight / weight.sum()) if weight.sum() > 0 else 0.0


def _sigmoid(log_odds: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * log_odds)))
