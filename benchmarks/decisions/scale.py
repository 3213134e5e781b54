"""Every rule on ten thousand people and a thousand responses: time, memory, and the same as the plain computation."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.special import expit

from benchmarks.recording import MemoryMeter, Stopwatch
from gustibus.aggregation import (
    RULES,
    SocialRule,
    calibrated_win_rate,
    decide,
    manipulability,
    overton_set,
    vote_matrix,
)
from gustibus.aggregation.case import Case

__all__ = ["measure_rules"]

Floats = NDArray[np.float64]

TASTES, GROUPS = 8, 20
SAMPLE_PEOPLE, SAMPLE_RESPONSES = 60, 12
SET_SIZE, SMALL_SET = 10, 3


def people_of(n_people: int, n_responses: int, seed: int) -> tuple[Floats, Floats, list[str]]:
    """Rewards of people with tastes in some dimensions, how much each counts, and their groups."""
    rng = np.random.default_rng(seed)
    reward = rng.normal(size=(n_people, TASTES)) @ rng.normal(size=(TASTES, n_responses)) / np.sqrt(TASTES) * 2
    return reward, rng.exponential(size=n_people), [f"group {i % GROUPS}" for i in range(n_people)]


def measure_rules(n_people: int, n_responses: int, seed: int) -> dict[str, Any]:
    """Seconds and memory of everything that rules need, and of each rule after that; errors against loops."""
    reward, weight, group = people_of(n_people, n_responses, seed)
    found: dict[str, Any] = {"people": n_people, "responses": n_responses, "rewards_mib": reward.nbytes / 2**20}
    found["steps"] = {
        "win rates": _cost(lambda: calibrated_win_rate(reward)),
        "votes": _cost(lambda: vote_matrix(reward, weight=weight)),
    }
    case = Case(reward, weight, group, -1.0)
    assert case.votes.shape == (n_responses, n_responses)
    assert case.groups.names
    found["rules"] = {rule: _cost(lambda rule=rule: case.weights(rule)) for rule in RULES}
    found["steps"]["Overton set of 10"] = _cost(lambda: overton_set(reward, min(SET_SIZE, n_responses), weight))
    found["steps"]["lies of 10 people to borda"] = _cost(lambda: manipulability(reward, "borda", weight, tried=10))
    found["largest_error_on_a_sample"] = _errors(seed)
    return found


def _cost(compute: Callable[[], object]) -> dict[str, Any]:
    memory, watch = MemoryMeter(), Stopwatch()
    compute()
    return {"seconds": watch.read(), "memory": memory.read()}


def _errors(seed: int) -> dict[str, float]:
    """Largest difference to the plain computation, on a sample that loops can walk through."""
    reward, weight, group = people_of(SAMPLE_PEOPLE, SAMPLE_RESPONSES, seed + 1)
    plain, share = _plainly(reward, weight, group), weight / weight.sum()
    errors = {}
    for rule, expected in plain.items():
        one = decide(reward, rule, weight, group=group)
        if one.is_mixture or rule in ("lottery", "minimax-regret"):
            errors[rule] = abs(_worth(rule, one.weight, reward, share) - expected)
        else:
            errors[rule] = abs(_worth(rule, one.weight, reward, share, group) - expected)
    shifted = reward - reward.min(axis=1, keepdims=True)
    best = max(
        float(share @ shifted[:, chosen].max(axis=1))
        for chosen in itertools.combinations(range(SAMPLE_RESPONSES), SMALL_SET)
    )
    exact = overton_set(reward, SMALL_SET, weight, method="exact").coverage
    return {**errors, "Overton set of 3, exact": abs(exact - best)}


def _rates(reward: Floats) -> Floats:
    n = reward.shape[1]
    return np.array([[np.mean([expit(r[i] - r[j]) for j in range(n) if j != i]) for i in range(n)] for r in reward])


def _plainly(reward: Floats, weight: Floats, group: list[str]) -> dict[SocialRule, float]:
    """The most that a response (or mixture) can be worth by each rule, by its definition and in loops."""
    n = reward.shape[1]
    share = weight / weight.sum()
    pure = np.eye(n)
    rules: list[SocialRule] = ["mean", "borda", "nash", "alpha", "max-min", "group-max-min", "copeland"]
    best = {rule: max(_worth(rule, one, reward, share, group) for one in pure) for rule in rules}
    rate = _rates(reward)
    regret = rate.max(axis=1, keepdims=True) - rate
    solved = linprog(
        [*[0.0] * n, 1.0], A_ub=np.hstack([regret, -np.ones((len(regret), 1))]), b_ub=np.zeros(len(regret)),
        A_eq=[[*[1.0] * n, 0.0]], b_eq=[1.0], bounds=[(0, None)] * (n + 1),
    )  # fmt: skip
    return {**best, "minimax-regret": float(solved.fun), "lottery": 0.0}


def _worth(rule: SocialRule, mixture: Floats, reward: Floats, share: Floats, group: list[str] | None = None) -> float:
    """What a decision is worth by a rule."""
    rate = _rates(reward) @ mixture
    gets = reward @ mixture
    votes = np.array(
        [[share @ expit(reward[:, i] - reward[:, j]) for j in range(reward.shape[1])] for i in range(reward.shape[1])]
    )
    if rule == "mean":
        return float(share @ gets)
    if rule == "alpha":
        return float(-np.log(share @ np.exp(-gets)))
    if rule == "borda":
        return float(share @ rate)
    if rule == "nash":
        return float(np.prod(rate**share))
    if rule == "max-min":
        return float(rate.min())
    if rule == "group-max-min":
        assert group is not None
        return min(
            float(np.average(rate[here], weights=share[here]))
            for here in (np.array([one == name for one in group]) for name in set(group))
        )
    if rule == "copeland":
        beaten = (votes > votes.T).sum(axis=1) + 0.5 * ((votes == votes.T).sum(axis=1) - 1)
        return float(beaten @ mixture)
    if rule == "lottery":
        return float(min(0.0, (mixture @ (votes - 0.5)).min()))
    return float((_rates(reward).max(axis=1) - rate).max())
