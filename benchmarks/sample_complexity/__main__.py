"""How many answers does a new person have to give, with K tastes, and how many people must be known before?

``python -m benchmarks.sample_complexity`` makes worlds of ideal points with K = 2, 4, 8 prototypes and D = 8, 32
features, five of each; new people give 0 to 100 answers to somebody who knows map and prototypes, and to PAL-A fitted
to 50, 200 or 800 other people (``errors.py``). Errors are about new items: log loss above the truth's, and the share of
judgements in which the wrong response is preferred. It writes ``benchmarks/results/sample_complexity.json`` with the
curves, and the exponents of power laws fitted to them (``exponents.py``).

Finished worlds are kept in ``benchmarks/results/quick/sample_complexity``, so that the program goes on where it was.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.recording import RESULTS, Stopwatch, write_result
from benchmarks.sample_complexity import errors
from benchmarks.sample_complexity.errors import ANSWERS, MAPS, N_NEW, SEEN, errors_of
from benchmarks.sample_complexity.exponents import Curves, Means, Rows, interval_of_draws, power_law, resampled
from gustibus.comparisons import DataWarning

QUESTION = "How does a new person's error fall with their answers, the number of tastes and what is known of others?"
PROTOTYPES, FEATURES = (2, 4, 8), (8, 32)
KEPT = RESULTS / "quick" / "sample_complexity"
N_BOOT = 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--quick", action="store_true", help="one world of each kind; to results/quick")
    quick = parser.parse_args().quick
    watch = Stopwatch()
    seeds = range(1 if quick else 5)
    excess: dict[tuple[int, int], list[NDArray[np.float64]]] = {}
    wrong: dict[tuple[int, int], list[NDArray[np.float64]]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        for seed in seeds:
            for k in PROTOTYPES:
                for d in FEATURES:
                    found = errors_of(k, d, seed, KEPT)
                    excess.setdefault((k, d), []).append(found.excess)
                    wrong.setdefault((k, d), []).append(found.wrong_side)
                    print(f"K = {k}, D = {d}, seed {seed}: {watch.read()['cpu']:.0f} s", flush=True)
    both = {"excess_log_loss": _stacked(excess), "wrong_side": _stacked(wrong)}
    result = {"question": QUESTION, "setting": _setting(list(seeds))}
    result |= {name: _measured(curves) for name, curves in both.items()}
    path = write_result("sample_complexity", result | {"seconds": watch.read()}, quick=quick)
    for name in both:
        for law, exponents in result[name]["exponents"].items():
            print(f"{name}: {law}: {', '.join(f'{x} {value}' for x, value in exponents.items())}")
    print(path.name)


def _setting(seeds: list[int]) -> dict[str, Any]:
    return {
        "seeds": seeds,
        "prototypes": PROTOTYPES,
        "features": FEATURES,
        "answers": ANSWERS,
        "seen_people": SEEN,
        "answers_of_seen_people": errors.OF_A_SEEN_PERSON,
        "new_people_a_world": N_NEW,
        "test_judgements_a_person": errors.N_TEST,
        "dimensions": errors.DIMENSIONS,
        "concentration": errors.CONCENTRATION,
        "fit": errors.SETTINGS,
    }


def _stacked(curves: dict[tuple[int, int], list[NDArray[np.float64]]]) -> Curves:
    return {key: np.stack(worlds) for key, worlds in curves.items()}


def _measured(curves: Curves) -> dict[str, Any]:
    draws = resampled(curves, N_BOOT, seed=0)
    people = sum(values.shape[0] * N_NEW for values in curves.values())
    laws = {"true map": power_law(_of_map(0), draws, ("n/K", "K", "D"), people)}
    for i, n_seen in enumerate(SEEN, start=1):
        laws[f"map learned from {n_seen} people"] = power_law(_of_map(i), draws, ("n/K", "K", "D"), people)
    laws["what the learned map adds at 100 answers"] = power_law(_cost_of_map, draws, ("seen people", "K", "D"), people)
    table = {}
    for key, values in curves.items():
        each = np.array([means[key] for means in draws])  # (draws, maps, answers)
        people = values.shape[0] * N_NEW
        table[f"K = {key[0]}, D = {key[1]}"] = {
            str(of_map): {n: interval_of_draws(each[:, i, j], people) for j, n in enumerate(ANSWERS)}
            for i, of_map in enumerate(MAPS[: values.shape[1]])
        }
    return {"curves": table, "exponents": laws}


def _of_map(i: int) -> Callable[[Means], Rows]:
    """Rows (error, n/K, K, D) with one map, from one answer a prototype on."""

    def rows(means: Means) -> Rows:
        return [
            (error, n / k, k, d)
            for (k, d), of_maps in means.items()
            if i < len(of_maps)
            for error, n in zip(of_maps[i], ANSWERS, strict=True)
            if n >= k
        ]

    return rows


def _cost_of_map(means: Means) -> Rows:
    """Rows (error with a learned map minus error with the true one, seen people, K, D), where people are known well."""
    return [
        (of_maps[i][-1] - of_maps[0][-1], n_seen, k, d)
        for (k, d), of_maps in means.items()
        if len(of_maps) > 1
        for i, n_seen in enumerate(SEEN, start=1)
    ]


if __name__ == "__main__":
    main()
