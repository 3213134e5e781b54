"""What one more answer of one person takes, in process."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.adaptation.worlds import answers_of
from gustibus.adapting import Answers, DirichletPrior, RunningPosterior, adapt


def study(seeds: range, prototypes: tuple[int, ...], n_answers: int) -> list[dict[str, float]]:
    """Microseconds of an answer and of the mean after it, by reweighting draws and by solving again."""
    rows = []
    for n_prototypes in prototypes:
        alpha = np.full(n_prototypes, 0.3)
        quick, anew, again = [], [], 0
        for seed in seeds:
            rng = np.random.default_rng(seed)
            answers = answers_of(rng, rng.dirichlet(alpha, 1), n_answers)
            start = adapt(Answers.none(1, n_prototypes), DirichletPrior(alpha))[0]
            running, exact = RunningPosterior(start), start
            for z, outcome in zip(answers.z, answers.outcome, strict=True):
                begin = time.process_time_ns()
                running.answer(z, outcome)
                running.weights  # noqa: B018
                quick.append((time.process_time_ns() - begin) / 1e3)
            for z, outcome in zip(answers.z[:10], answers.outcome[:10], strict=True):
                begin = time.process_time_ns()
                exact = exact.update(z, outcome)
                anew.append((time.process_time_ns() - begin) / 1e3)
            again += running.n_placements
        rows.append({
            "prototypes": n_prototypes,
            "answers": n_answers,
            "microseconds_median": float(np.median(quick)),
            "microseconds_mean": float(np.mean(quick)),
            "placed_again_a_hundred_answers": 100 * again / len(quick),
            "microseconds_solving_again": float(np.median(anew)),
        })  # fmt: skip
    return rows
