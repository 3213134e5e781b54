"""How many answers a person it takes to tell two types of people apart by the mixture of Bradley-Terry types.

``python -m benchmarks.type_recovery`` simulates 20 worlds and writes ``benchmarks/results/type_recovery.json``; half a
minute on one core. Two worlds: tastes that have nothing to do with each other, and opposite tastes. Beside the fitted
types stand those that one would find knowing both types' rewards exactly: more cannot be got from the answers.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from benchmarks.recording import Stopwatch, write_result
from gustibus.comparisons import DataWarning
from gustibus.fitting import Judgements, fit_mixture_em

SEEDS = range(20)
ANSWERS = (1, 2, 5, 10)
N_USERS, N_FEATURES, STRENGTH, RIDGE = 500, 8, 4.0, 1.0
WORLDS = {"unrelated": 0.0, "opposite": -1.0}  # cosine between the heads of the two types

Floats = NDArray[np.float64]


def two_heads(cosine: float, rng: np.random.Generator) -> Floats:
    """Two heads of length STRENGTH with a given cosine between them, (2, F)."""
    first, other = np.linalg.qr(rng.normal(size=(N_FEATURES, 2)))[0].T
    return STRENGTH * np.stack([first, cosine * first + math.sqrt(1 - cosine**2) * other])


def recovery(cosine: float, n_answers: int, seed: int) -> dict[str, float]:
    """Adjusted Rand index of fitted and of known types, every person having seen pairs of their own."""
    rng = np.random.default_rng([seed, n_answers])
    heads, kind = two_heads(cosine, rng), rng.integers(2, size=N_USERS)
    n_records = N_USERS * n_answers
    items = rng.normal(size=(2 * n_records, N_FEATURES))
    a, user = np.arange(n_records), np.repeat(np.arange(N_USERS), n_answers)
    b = a + n_records
    log_odds = (items[a] - items[b]) @ heads.T
    outcome = (rng.random(n_records) < 1 / (1 + np.exp(-log_odds[a, kind[user]]))).astype(float)
    judgements = Judgements(a, b, user, outcome, np.ones(n_records), np.zeros(n_records, bool), N_USERS)
    fit = fit_mixture_em(items, judgements, 2, ridge=RIDGE, seed=seed)
    log_likelihood = -np.logaddexp(0, -log_odds * (2 * outcome - 1)[:, None])
    known = np.stack([np.bincount(user, column) for column in log_likelihood.T], axis=1)
    return {
        "fitted": adjusted_rand_score(kind, fit.responsibilities.argmax(axis=1)),
        "known_rewards": adjusted_rand_score(kind, known.argmax(axis=1)),
    }


def summary(values: list[float]) -> dict[str, float]:
    """Mean over worlds with a 95 % interval, and the worst world."""
    mean, error = float(np.mean(values)), float(np.std(values, ddof=1) / math.sqrt(len(values)))
    return {"mean": mean, "low": mean - 2.09 * error, "high": mean + 2.09 * error, "worst": min(values)}  # t, 19 df


def study(cosine: float) -> list[dict[str, Any]]:
    """One row for every number of answers."""
    rows = []
    for n_answers in ANSWERS:
        each = [recovery(cosine, n_answers, seed) for seed in SEEDS]
        figures = {name: summary([one[name] for one in each]) for name in each[0]}
        rows.append({"answers": n_answers, "adjusted_rand": figures})
        print(n_answers, {name: round(figure["mean"], 3) for name, figure in figures.items()}, flush=True)
    return rows


def main() -> None:
    warnings.simplefilter("ignore", DataWarning)  # of few answers: that is the question here
    watch = Stopwatch()
    setting = {"people": N_USERS, "features": N_FEATURES, "head_length": STRENGTH, "ridge": RIDGE, "seeds": list(SEEDS)}
    worlds = {name: {"cosine_of_heads": cosine, "table": study(cosine)} for name, cosine in WORLDS.items()}
    write_result("type_recovery", {"setting": setting, "worlds": worlds, "seconds": watch.read()})


if __name__ == "__main__":
    main()
