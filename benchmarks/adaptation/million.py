"""A million people with ten answers each, streamed in chunks; run in its own process for an honest peak of memory."""

from __future__ import annotations

import json
import resource
import sys
import time

import numpy as np

from benchmarks.adaptation.worlds import answers_of
from gustibus.adapting import DirichletPrior, adapt, solve_map


def stream(n_users: int, chunk: int, n_draws: int) -> dict[str, float]:
    """Solve and sample everyone chunk by chunk, keeping the posterior means of all."""
    alpha = np.full(4, 0.3)
    prior = DirichletPrior(alpha)
    means = np.empty((n_users, 4))
    solving = sampling = worst = 0.0
    fewest = np.inf
    for first in range(0, n_users, chunk):
        rng = np.random.default_rng(first)
        answers = answers_of(rng, rng.dirichlet(alpha, chunk), 10)
        begin = time.perf_counter()
        solution = solve_map(answers, alpha)
        middle = time.perf_counter()
        posteriors = adapt(answers, prior, n_draws=n_draws, start=solution.weights)
        sampling += time.perf_counter() - middle
        solving += middle - begin
        worst = max(worst, float(solution.certificate.max()))
        fewest = min(fewest, float(posteriors.effective_draws.min()))
        means[first : first + chunk] = posteriors.mean
    return {
        "people": n_users,
        "answers": 10 * n_users,
        "prototypes": 4,
        "people_a_chunk": chunk,
        "draws": n_draws,
        "seconds_solving": solving,
        "seconds_posteriors": sampling,
        "certificate_max": worst,
        "effective_draws_min": fewest,
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(stream(int(sys.argv[1]), 20_000, 128)))
