"""Is adaptation exact, calibrated and fast, and what is a fitted prior worth?

``python -m benchmarks.adaptation [STUDY ...]`` measures on simulated people with known weights and writes
``benchmarks/results/adaptation.json``: certificates on hard problems, scipy's solvers on the same people, coverage of
credible intervals, the fitted prior against the uniform one, the compiled solver beside others, one answer more,
a million people and ten. Without names all studies run, each in
less than five minutes on one core; with names only those are replaced in the file.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.adaptation import against_scipy, certificates, coverage, kernel, one_more_answer, priors
from benchmarks.recording import ROOT, Stopwatch, read_result, write_result

SEEDS = range(5)


def scipy_study() -> list[dict[str, object]]:
    """Three sizes and priors; the smallest concentration is where general solvers have trouble."""
    return [
        against_scipy.study(SEEDS, prototypes, concentration, answers, n_users=100, n_tight=10)
        for prototypes, concentration, answers in ((4, 0.3, 10), (8, 0.3, 20), (8, 0.02, 20))
    ]


def in_own_process(module: str, n_users: int) -> dict[str, Any]:
    """In a process of its own, whose peak of memory is then this study's."""
    command = [sys.executable, "-m", f"benchmarks.adaptation.{module}", str(n_users)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


STUDIES: dict[str, Callable[[], Any]] = {
    "certificates": lambda: certificates.study(SEEDS, 1000),
    "scipy": scipy_study,
    "kernel": lambda: kernel.study(SEEDS, (2, 4, 8), 200_000, 10),
    "one_more_answer": lambda: one_more_answer.study(SEEDS, (2, 4, 8), 100),
    "coverage": lambda: coverage.study(SEEDS, [0.3, 0.3, 0.3, 0.6], (0, 1, 5, 20), 400, (0.5, 0.9)),
    "priors": lambda: priors.study(SEEDS),
    "million": lambda: in_own_process("million", 1_000_000),
    "ten_million": lambda: in_own_process("ten_million", 10_000_000),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Is adaptation exact, calibrated and fast?")
    parser.add_argument("study", nargs="*", choices=[*STUDIES, []], help="which to run (default: all)")
    chosen = parser.parse_args().study or list(STUDIES)
    studies = (read_result("adaptation") or {}).get("studies", {})
    for name in chosen:
        watch = Stopwatch()
        studies[name] = {"result": STUDIES[name](), "seconds": watch.read()}
        write_result("adaptation", {"studies": studies})
        print(f"{name}: {studies[name]['seconds']['wall']:.0f} s")


if __name__ == "__main__":
    main()
