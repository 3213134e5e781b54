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
    export_pairs,
    frontier,
    ledger_of,
    manipulability,
    maximal_lottery,
    minimax_regret,
    overton_set,
    vote_matrix,
)
from gustibus.aggregation.case import Case
from gustibus.comparisons import RewardTable

__all__ = ["measure_rules"]

Floats = NDArray[np.float64]

TASTES, GROUPS = 8, 20
SAMPLE_PEOPLE, SAMPLE_RESPONSES = 60, 12
SET_SIZE, SMALL_SET, CHECKED = 10, 3, 20


def people_of(n_people: int, n_responses: int, seed: int) -> tuple[Floats, Floats, list[str]]:
    """Rewards of people with tastes in some dimensions, how much each counts, and their groups."""
    rng = np.random.default_rng(seed)
    reward = rng.normal(size=(n_people, TASTES)) @ rng.normal(size=(TASTES, n_responses)) / np.sqrt(TASTES) * 2
    return reward, rng.exponential(size=n_people), [f"group {i % GROUPS}" for i in range(n_people)]


def measure_rules(n_people: int, n_responses: int, seed: int) -> dict[str, Any]:
    """Seconds and memory of everything that rules need, and of each rule after that; errors against plain sums."""
    reward, weight, group = people_of(n_people, n_responses, seed)
    found: dict[str, Any] = {"people": n_people, "responses": n_responses, "rewards_mib": reward.nbytes / 2**20}
    table = RewardTable(
        None, tuple(f"u{i}" for i in range(n_people)), tuple(f"y{i}" for i in range(n_responses)), reward, weight
    )
    found["steps"] = {
        "everybody's win rates": _cost(lambda: calibrated_win_rate(reward)),
        "shares of people who prefer each to each": _cost(lambda: vote_matrix(reward, weight=weight)),
    }
    case = Case(reward, weight, group, -1.0)
    assert case.votes.shape == (n_responses, n_responses)
    assert case.groups.names
    found["rules"] = {rule: _cost(lambda rule=rule: case.choose(rule)) for rule in RULES}
    chosen = case.choose("borda")
    found["steps"] |= {
        "the books of one decision": _cost(
            lambda: ledger_of(reward, chosen.weight, weight, group=group, win_rate=case.rate)
        ),
        "one decision by borda, from the rewards to the books": _cost(
            lambda: decide(reward, "borda", weight, group=group)
        ),
        "the frontier": _cost(lambda: frontier(reward, weight, group=group)),
        "an Overton set of 10, greedy": _cost(lambda: overton_set(reward, min(SET_SIZE, n_responses), weight)),
        "lies of 10 people to borda": _cost(lambda: manipulability(reward, "borda", weight, tried=10)),
        "lies of 10 people to max-min": _cost(lambda: manipulability(reward, "max-min", weight, tried=10)),
        "the ten clearest pairs of every person": _cost(lambda: export_pairs(table, "person", pairs="all", most=10)),
    }
    found["largest_error_at_full_size"] = _errors_at_full_size(case, seed)
    found["largest_error_on_a_sample"] = _errors(seed)
    return found


def _cost(compute: Callable[[], object]) -> dict[str, Any]:
    memory, watch = MemoryMeter(), Stopwatch()
    compute()
    return {"seconds": watch.read(), "memory": memory.read()}


def _errors_at_full_size(case: Case, seed: int) -> dict[str, float]:
    """Scores of some responses among all people and responses, by their definition; mixtures by their certificates."""
    reward, share = case.reward, case.share
    n = reward.shape[1]
    some = np.random.default_rng(seed).choice(n, min(CHECKED, n), replace=False)
    rate = np.stack([np.delete(expit(reward[:, [i]] - reward), i, axis=1).mean(axis=1) for i in some], axis=1)
    gets = reward[:, some]
    in_group = np.array([[one == name for one in case.group or []] for name in case.groups.names], np.float64) * share
    expected = {
        "mean": share @ gets,
        "borda": share @ rate,
        "nash": np.exp(share @ np.log(rate)),
        "alpha": -np.log(share @ np.exp(-gets)),
        "max-min": rate.min(axis=0),
        "group-max-min": (in_group @ rate / in_group.sum(axis=1, keepdims=True)).min(axis=0),
    }
    errors = {rule: float(np.abs(case.choose(rule).score[some] - values).max()) for rule, values in expected.items()}
    votes = np.array([[share @ expit(reward[:, i] - reward[:, j]) for j in some] for i in some])
    errors["copeland and lottery: votes of some pairs"] = float(np.abs(case.votes[np.ix_(some, some)] - votes).max())
    worst_first = sorted(range(len(some)), key=lambda k: tuple(-np.sort(rate[:, k])))
    errors["leximin: some out of order"] = float(np.sum(np.diff(case.choose("leximin").score[some[worst_first]]) > 0))
    errors["lottery: what another response gains"] = max(0.0, -maximal_lottery(case.votes).value)
    least = minimax_regret(case.rate, share)
    errors["minimax-regret: gap to the bound"] = abs(least.value - least.bound)
    return errors


def _errors(seed: int) -> dict[str, float]:
    """Largest difference to the plain computation, on a sample that loops can walk through."""
    reward, weight, group = people_of(SAMPLE_PEOPLE, SAMPLE_RESPONSES, seed + 1)
    plain, share = _plainly(reward, weight, group), weight / weight.sum()
    errors = {}
    for rule, expected in plain.items():
        one = decide(reward, rule, weight, group=group)
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
