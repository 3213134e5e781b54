"""Two well-separated types of people are recovered as well as their answers allow.

Over 20 worlds of 500 people with unrelated tastes the mean adjusted Rand index was 0.21, 0.47, 0.87 and 0.98 at 1, 2, 5
and 10 answers a person, and within 0.02 of what the types' true rewards would have given (benchmarks/type_recovery.py).
The bounds leave room for the mean of four worlds, whose standard error is about 0.02.
"""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from gustibus.fitting import Judgements, fit_mixture_em

N_USERS, N_FEATURES = 500, 8


def recovered(n_answers: int, seed: int) -> tuple[float, float]:
    """Adjusted Rand index of the fitted types, and of those found with the true rewards."""
    rng = np.random.default_rng(seed)
    heads = 4.0 * np.linalg.qr(rng.normal(size=(N_FEATURES, 2)))[0].T
    kind, n_records = rng.integers(2, size=N_USERS), N_USERS * n_answers
    items, user = rng.normal(size=(2 * n_records, N_FEATURES)), np.repeat(np.arange(N_USERS), n_answers)
    a, b = np.arange(n_records), np.arange(n_records, 2 * n_records)
    log_odds = (items[a] - items[b]) @ heads.T
    outcome = (rng.random(n_records) < 1 / (1 + np.exp(-log_odds[a, kind[user]]))).astype(float)
    judgements = Judgements(a, b, user, outcome, np.ones(n_records), np.zeros(n_records, bool), N_USERS)
    fit = fit_mixture_em(items, judgements, 2, ridge=1.0)
    signed = log_odds * (2 * outcome - 1)[:, None]
    likely = np.stack([np.bincount(user, -np.logaddexp(0, -column)) for column in signed.T], axis=1)
    found, best = fit.responsibilities.argmax(axis=1), likely.argmax(axis=1)
    return adjusted_rand_score(kind, found), adjusted_rand_score(kind, best)


@pytest.mark.filterwarnings("ignore:people gave")
@pytest.mark.parametrize(("n_answers", "expected"), [(1, 0.21), (2, 0.47), (5, 0.87), (10, 0.98)])
def test_two_types_are_recovered_as_well_as_the_answers_allow(n_answers: int, expected: float) -> None:
    fitted, possible = np.mean([recovered(n_answers, seed) for seed in range(4)], axis=0)
    assert fitted == pytest.approx(expected, abs=0.08)
    assert fitted > possible - 0.04
