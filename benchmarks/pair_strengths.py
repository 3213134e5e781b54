"""How fast is Bradley-Terry on a million comparisons of ten thousand items, and are its standard errors right?

``python -m benchmarks.pair_strengths`` (``--quick``: a hundredth of it) fits the same judgements by gustibus and by
evalica (Rust) in turn, five leagues with known strengths, and compares the log-likelihoods that each reaches. choix,
which walks over comparisons in Python or holds a dense matrix, is compared on a hundredth.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import choix
import evalica
import numpy as np

from benchmarks.recording import MemoryMeter, write_result
from gustibus.aggregation import PairWins, bradley_terry

QUESTION = (
    "How fast is Bradley-Terry on a million comparisons of ten thousand items, and are its standard errors right?"
)


def league(seed: int, n_items: int, n_games: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Strengths of standard deviation 1, and games between random items."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=n_items)
    a = rng.integers(0, n_items, n_games)
    b = (a + rng.integers(1, n_items, n_games)) % n_items
    outcome = (rng.random(n_games) < 1.0 / (1.0 + np.exp(truth[b] - truth[a]))).astype(np.float64)
    return truth - truth.mean(), a, b, outcome


def log_likelihood(strength: np.ndarray, a: np.ndarray, b: np.ndarray, outcome: np.ndarray) -> float:
    """In nats."""
    toward = np.where(outcome == 1, 1.0, -1.0) * (strength[a] - strength[b])
    return -float(np.logaddexp(0.0, -toward).sum())


def timed(solve: Callable[[], Any]) -> tuple[Any, float]:
    """What it gives, and its processor seconds."""
    begin = time.process_time()
    result = solve()
    return result, time.process_time() - begin


def one_league(seed: int, n_items: int, n_games: int, with_choix: bool) -> dict[str, Any]:
    """Every solver on the same games; likelihoods below that of gustibus, in nats."""
    truth, a, b, outcome = league(seed, n_items, n_games)
    meter = MemoryMeter()
    wins, counting = timed(lambda: PairWins.of_judgements(a, b, outcome, n_items))
    found, fitting = timed(lambda: bradley_terry(wins, standard_errors="none"))
    memory = meter.read()
    with_errors, both = timed(lambda: bradley_terry(wins, standard_errors="sampled"))
    best = log_likelihood(found.strength, a, b, outcome)
    winners = np.where(outcome == 1, evalica.Winner.X, evalica.Winner.Y).tolist()
    names = [str(i) for i in range(n_items)]
    first, second = [names[i] for i in a], [names[i] for i in b]
    rust, rust_seconds = timed(lambda: evalica.bradley_terry(first, second, winners, tolerance=1e-8, limit=10_000))
    strength = np.log(rust.scores.reindex(names).to_numpy())
    row: dict[str, Any] = {
        "seed": seed,
        "log_likelihood": best,
        "newton_steps": found.n_iterations,
        "seconds": {"counting": counting, "strengths": fitting, "strengths and errors": both, "evalica": rust_seconds},
        "short_of": {"evalica": best - log_likelihood(strength, a, b, outcome)},
        "memory": memory,
        "deviation_in_standard_errors": float(np.std((with_errors.strength - truth) / with_errors.standard_error)),
        "within_two_standard_errors": float(
            np.mean(np.abs(with_errors.strength - truth) <= 1.96 * with_errors.standard_error)
        ),
    }
    if with_choix:
        games = [(int(x), int(y)) if won else (int(y), int(x)) for x, y, won in zip(a, b, outcome, strict=True)]
        scaled, seconds = timed(lambda: choix.mm_pairwise(n_items, games, tol=1e-6, max_iter=1_000))
        row["seconds"]["choix"] = seconds
        row["short_of"]["choix"] = best - log_likelihood(scaled, a, b, outcome)
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--quick", action="store_true", help="a hundredth of the games; to results/quick")
    quick = parser.parse_args().quick
    n_items, n_games = (300, 10_000) if quick else (10_000, 1_000_000)
    leagues = []
    for seed in range(2 if quick else 5):
        leagues.append(one_league(seed, n_items, n_games, with_choix=False))
        print(seed, leagues[-1]["seconds"], leagues[-1]["short_of"], flush=True)
    small = [one_league(seed, 300, 10_000, with_choix=True) for seed in range(5)]
    result = {"question": QUESTION, "items": n_items, "games": n_games, "leagues": leagues, "small": small}
    write_result("pair_strengths", result, quick=quick)


if __name__ == "__main__":
    main()
