"""People a second of the compiled solver, beside a scalar one, numpy, scipy, and what memory allows, in one run."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.adaptation.against_scipy import PersonProblem, slsqp
from benchmarks.adaptation.scalar_kernel import solve_one_by_one
from benchmarks.adaptation.worlds import answers_of
from gustibus.adapting import Answers, solve_map

_TOLERANCE = 1e-5
_SCIPY_PEOPLE = 300


def study(seeds: range, prototypes: tuple[int, ...], n_users: int, n_answers: int) -> dict[str, object]:
    """Medians over seeds of processor seconds of one thread, the solvers in turn, each compiled beforehand."""
    return {
        "people": n_users,
        "answers_a_person": n_answers,
        "certificate": _TOLERANCE,
        "seeds": list(seeds),
        "rows": [_row(seeds, n_prototypes, n_users, n_answers) for n_prototypes in prototypes],
    }


def _row(seeds: range, n_prototypes: int, n_users: int, n_answers: int) -> dict[str, object]:
    alpha = np.full(n_prototypes, 0.3)
    rates: dict[str, list[float]] = {}
    apart = worst = slsqp_worst = 0.0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        answers = answers_of(rng, rng.dirichlet(alpha, n_users), n_answers)
        some, few = answers.users(0, n_users // 10), answers.users(0, _SCIPY_PEOPLE)
        scalar_weights, scalar_certificate = np.empty((n_users, n_prototypes)), np.empty(n_users)

        def lanes(answers: Answers = answers) -> np.ndarray:
            nonlocal worst
            solution = solve_map(answers, alpha, tolerance=_TOLERANCE, solver="compiled", threads=1)
            worst = max(worst, float(solution.certificate.max()))
            return solution.weights

        def scalar(
            answers: Answers = answers,
            weights: np.ndarray = scalar_weights,
            certificate: np.ndarray = scalar_certificate,
        ) -> np.ndarray:
            records = (answers.z, answers.outcome, answers.starts)
            solve_one_by_one(tuple(range(n_prototypes)), *records, alpha, _TOLERANCE, 40, weights, certificate)
            return weights

        def by_numpy(some: Answers = some) -> np.ndarray:
            return solve_map(some, alpha, tolerance=_TOLERANCE, solver="numpy").weights

        def by_scipy(few: Answers = few) -> np.ndarray:
            return np.array([slsqp(PersonProblem(few.of_user(u), alpha), 1e-6) for u in range(few.n_users)])

        if seed == seeds[0]:
            lanes()
            scalar()
        found = {}
        for name, solve, count in (
            ("lanes", lanes, n_users),
            ("scalar", scalar, n_users),
            ("numpy", by_numpy, len(some.n_records)),
            ("slsqp", by_scipy, _SCIPY_PEOPLE),
        ):
            found[name], seconds = _timed(solve)
            rates.setdefault(name, []).append(count / seconds)
        rates.setdefault("memory", []).append(n_users / _copying(answers))
        apart = max(apart, float(np.abs(found["lanes"][: len(some.n_records)] - found["numpy"]).max()))
        slsqp_worst = max(slsqp_worst, float(np.abs(found["lanes"][:_SCIPY_PEOPLE] - found["slsqp"]).max()))
    median = {name: float(np.median(values)) for name, values in rates.items()}
    return {
        "prototypes": n_prototypes,
        "people_a_second": {name: _spread(values) for name, values in rates.items()},
        "times_scalar": median["lanes"] / median["scalar"],
        "times_numpy": median["lanes"] / median["numpy"],
        "times_slsqp": median["lanes"] / median["slsqp"],
        "share_of_memory_floor": median["lanes"] / median["memory"],
        "certificate_max": worst,
        "weights_apart_from_numpy": apart,
        "weights_apart_from_slsqp": slsqp_worst,
    }


def _timed(solve: Callable[[], np.ndarray]) -> tuple[np.ndarray, float]:
    begin = time.process_time()
    result = solve()
    return result, time.process_time() - begin


def _copying(answers: Answers) -> float:
    """Processor seconds of copying what a solver has to read: the records once."""
    columns = [answers.z, answers.outcome, answers.offset, answers.weight]
    places = [np.empty_like(column) for column in columns]
    for place in places:
        place.fill(0.0)
    begin = time.process_time()
    for place, column in zip(places, columns, strict=True):
        np.copyto(place, column)
    return time.process_time() - begin


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": float(np.median(values)), "least": min(values), "most": max(values)}
