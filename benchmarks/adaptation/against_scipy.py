"""The exact solver beside scipy's general ones, on the same people in the same run."""

from __future__ import annotations

import time
from functools import partial

import numpy as np
from scipy import optimize

from benchmarks.adaptation.worlds import answers_of
from gustibus.adapting import Answers, solve_map


def study(
    seeds: range, n_prototypes: int, concentration: float, n_answers: int, n_users: int, n_tight: int
) -> dict[str, object]:
    """Objective gaps in nats (positive: scipy is worse), certificates and people a second."""
    alpha = np.full(n_prototypes, concentration)
    solvers = {
        "slsqp_default": (partial(slsqp, ftol=1e-6), n_users),
        "slsqp_tight": (partial(slsqp, ftol=1e-12), n_users),
        "trust_constr": (_trust_constr, n_tight),
    }
    gaps: dict[str, list[float]] = {name: [] for name in solvers}
    certificates: dict[str, list[float]] = {name: [] for name in ("solve_map", *solvers)}
    seconds = dict.fromkeys(certificates, 0.0)
    apart: list[float] = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        answers = answers_of(rng, rng.dirichlet(alpha, n_users), n_answers, scale=4.0)
        begin = time.perf_counter()
        solution = solve_map(answers, alpha)
        seconds["solve_map"] += time.perf_counter() - begin
        certificates["solve_map"] += solution.certificate.tolist()
        for name, (solver, count) in solvers.items():
            for person in range(count):
                problem = PersonProblem(answers.of_user(person), alpha)
                begin = time.perf_counter()
                found = solver(problem)
                seconds[name] += time.perf_counter() - begin
                gaps[name].append(float(solution.objective[person] + problem.loss(found)))
                gradient = -problem.slope(found)
                certificates[name].append(float(gradient.max() - found @ gradient))
                if name == "trust_constr":
                    apart.append(float(np.abs(found - solution.weights[person]).max()))
    people = {name: len(values) for name, values in certificates.items()}
    speed = {name: people[name] / seconds[name] for name in people}
    return {
        "seeds": list(seeds),
        "prototypes": n_prototypes,
        "alpha": concentration,
        "answers_a_person": n_answers,
        "people": people,
        "objective_gap_nats": {
            name: {"max": max(values), "min": min(values), "mean": float(np.mean(values))}
            for name, values in gaps.items()
        },
        "share_of_people_with_gap_above_1e-3": {
            name: float(np.mean(np.array(values) > 1e-3)) for name, values in gaps.items()
        },
        "trust_constr_weights_apart_max": max(apart),
        "certificate_max": {name: max(values) for name, values in certificates.items()},
        "people_a_second": speed,
        "times_faster_thanslsqp_default": speed["solve_map"] / speed["slsqp_default"],
    }


class PersonProblem:
    """One person's objective for a minimiser."""

    def __init__(self, answers: Answers, alpha: np.ndarray) -> None:
        self.z, self.outcome, self.alpha = answers.z, answers.outcome, alpha
        self.start = np.full(len(alpha), 1.0 / len(alpha))

    def loss(self, weights: np.ndarray) -> float:
        log_odds = self.z @ weights
        fit = self.outcome * log_odds - np.logaddexp(0.0, log_odds)
        return -float(fit.sum() + self.alpha @ np.log(np.maximum(weights, 1e-300)))

    def slope(self, weights: np.ndarray) -> np.ndarray:
        p = np.exp(-np.logaddexp(0.0, -(self.z @ weights)))
        return -((self.outcome - p) @ self.z + self.alpha / np.maximum(weights, 1e-300))

    def curvature(self, weights: np.ndarray) -> np.ndarray:
        p = np.exp(-np.logaddexp(0.0, -(self.z @ weights)))
        return (self.z * (p * (1 - p))[:, None]).T @ self.z + np.diag(self.alpha / weights**2)


def slsqp(problem: PersonProblem, ftol: float) -> np.ndarray:
    """With exact gradients; ``ftol`` 1e-6 is scipy's default."""
    found = optimize.minimize(
        problem.loss,
        problem.start,
        jac=problem.slope,
        method="SLSQP",
        bounds=[(1e-9, 1.0)] * len(problem.start),
        constraints={"type": "eq", "fun": _sum_to_one, "jac": np.ones_like},
        options={"ftol": ftol, "maxiter": 500},
    )
    weights = np.clip(found.x, 1e-9, 1.0)
    return weights / weights.sum()


def _sum_to_one(weights: np.ndarray) -> float:
    return float(weights.sum()) - 1.0


def _trust_constr(problem: PersonProblem) -> np.ndarray:
    """As tight as it goes, with exact gradients and Hessians."""
    n_prototypes = len(problem.start)
    found = optimize.minimize(
        problem.loss,
        problem.start,
        jac=problem.slope,
        hess=problem.curvature,
        method="trust-constr",
        constraints=[optimize.LinearConstraint(np.ones(n_prototypes), 1.0, 1.0)],
        bounds=optimize.Bounds(1e-12, 1.0, keep_feasible=True),
        options={"gtol": 1e-11, "xtol": 1e-13, "barrier_tol": 1e-12, "maxiter": 3000},
    )
    return np.asarray(found.x)
