"""Ten million people with ten answers each, streamed in chunks; run in its own process for an honest peak of memory."""

from __future__ import annotations

import json
import resource
import sys
import time

import numpy as np

from benchmarks.adaptation.worlds import answers_of
from gustibus.adapting import solve_map


def stream(n_users: int, chunk: int) -> dict[str, float]:
    """Solve everyone chunk by chunk, keeping the weights of all in single precision."""
    alpha = np.full(4, 0.3)
    weights = np.empty((n_users, 4), np.float32)
    solving = worst = 0.0
    for first in range(0, n_users, chunk):
        rng = np.random.default_rng(first)
        answers = answers_of(rng, rng.dirichlet(alpha, chunk), 10)
        begin = time.process_time()
        solution = solve_map(answers, alpha, tolerance=1e-5, threads=1)
        solving += time.process_time() - begin
        worst = max(worst, float(solution.certificate.max()))
        weights[first : first + chunk] = solution.weights
    return {
        "people": n_users,
        "answers": 10 * n_users,
        "prototypes": 4,
        "people_a_chunk": chunk,
        "processor_seconds_solving": solving,
        "certificate_max": worst,
        "weights_mib": weights.nbytes / 2**20,
        "records_mib_a_chunk": (answers.z.nbytes + 4 * answers.outcome.nbytes) / 2**20,
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(stream(int(sys.argv[1]), 100_000)))
