"""How good the certificates of the exact solver are on problems that are meant to be hard."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.adaptation.worlds import hard_problem
from gustibus.adapting import solve_map


def study(seeds: range, n_problems: int) -> dict[str, object]:
    """Certificates recomputed from the returned weights alone, and iterations, over seeds."""
    certificates, iterations, seconds = [], [], 0.0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        for _ in range(n_problems):
            answers, alpha = hard_problem(rng)
            begin = time.perf_counter()
            solution = solve_map(answers, alpha)
            seconds += time.perf_counter() - begin
            weights = solution.weights[0]
            p = 1.0 / (1.0 + np.exp(-np.clip(answers.offset + answers.z @ weights, -700, 700)))
            gradient = (answers.weight * (answers.outcome - p)) @ answers.z + alpha / weights
            certificates.append(float(gradient.max() - weights @ gradient))
            iterations.append(solution.n_iterations)
    return {
        "seeds": list(seeds),
        "n_problems": len(certificates),
        "prototypes": "2 to 16",
        "answers": "0 to 100",
        "alpha": "1e-3 to 100",
        "certificate_limit": 1e-5,
        "certificate_max": max(certificates),
        "certificate_median": float(np.median(certificates)),
        "certificate_99_percent": float(np.quantile(certificates, 0.99)),
        "above_limit": int(np.sum(np.array(certificates) > 1e-5)),
        "iterations_median": float(np.median(iterations)),
        "iterations_max": int(max(iterations)),
        "milliseconds_each": 1e3 * seconds / len(certificates),
    }
