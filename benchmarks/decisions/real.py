"""One split of a data set: what each rule chooses for real people, and what their held-out answers say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import gustibus as gs
from benchmarks.decisions.pools import Pool, prompt_at, small_pools, whole_pools
from benchmarks.real_people.datasets import DataSet
from gustibus.aggregation import borda_vs_mean, calibrated_win_rate, decide_by_all, ledger_of
from gustibus.comparisons import Comparisons, RewardTable
from gustibus.evaluation import people_split

__all__ = ["POOLED", "measure_split"]

Floats = NDArray[np.float64]

POOLED: Final = "pooled Bradley-Terry"
"""What one reward model for everybody ranks first: no rule over people."""
WHO_LOSES: Final = 1 / 3
"""Of the people, those whom a decision pleases least by the fitted model."""
Held = list[tuple[str, float, float, bool, str]]


def measure_split(data: DataSet, seed: int, group_of: Mapping[str, str] | None, *, whole: bool) -> dict[str, Any]:
    """Fit known people's training answers, decide by every rule, look at what their held-out answers say.

    Parameters
    ----------
    group_of
        People's groups, where they are known.
    whole
        Decide among all responses to a prompt; else only small pools are looked at.
    """
    split = people_split(data.comparisons, data.nmax, data.mint, seed)
    settings: dict[str, Any] = {"validation": split.validation, "encoder": data.encoder, "seed": seed}
    model = gs.fit(split.train, model="hierarchical", **settings)
    pooled = gs.fit(split.train, model="bt", **settings)
    pools = whole_pools(split.train)
    tables, one_for_all = [], []
    for pool in pools:
        table = model.rewards_of_people(pool.prompt, pool.responses)
        tables.append(table if group_of is None else table.with_groups(group_of))
        one_for_all.append(pooled.rewards_of_people(pool.prompt, pool.responses, [table.people[0]]).reward[0])
    found: dict[str, Any] = {"people": len(tables[0].people), "judgements": len(split.train), "pools": len(pools)}
    if whole:
        found["rules"] = _rules(pools, tables, one_for_all, split.seen_test)
    found["small"] = _small(pools, tables, one_for_all, split.seen_test, seed)
    return found


def _rules(pools: list[Pool], tables: list[RewardTable], one_for_all: list[Floats], test: Comparisons) -> Any:
    """Rule to what it chooses and gives in each pool, and the held-out answers about that."""
    books: dict[str, list[dict[str, Any]]] = {}
    held: dict[str, Held] = {}
    for pool, table, pooled in zip(pools, tables, one_for_all, strict=True):
        answers = _answers(test, pool)
        chosen = {rule: one.weight for rule, one in decide_by_all(table.reward, group=table.group).items()}
        chosen[POOLED] = np.eye(len(pooled))[int(pooled.argmax())]
        rate = calibrated_win_rate(table.reward)
        for rule, weight in chosen.items():
            ledger = ledger_of(table.reward, weight, group=table.group, people=table.people, win_rate=rate)
            books.setdefault(rule, []).append(
                {
                    "chosen": {pool.responses[i][:60]: float(weight[i]) for i in np.flatnonzero(weight > 0)},
                    "mean": ledger.mean,
                    "worst decile": ledger.worst_decile,
                    "worst": ledger.worst,
                    "worst group": ledger.worst_group,
                    "overruled": ledger.overruled_share,
                    "as mean": float(weight @ chosen["mean"]),
                }
            )
            loses = ledger.satisfaction <= np.quantile(ledger.satisfaction, WHO_LOSES)
            losing = dict(zip(table.people, loses.tolist(), strict=True))
            groups = dict(zip(table.people, table.group or [""] * len(loses), strict=True))
            held.setdefault(rule, []).extend(_about(weight, answers, losing, groups))
    return {rule: {"pools": books[rule], "held-out": held[rule]} for rule in books}


def _answers(test: Comparisons, pool: Pool) -> list[tuple[str, int, int, float]]:
    """Held-out answers in a pool: who, the places of both responses, and how much the first one won."""
    place = {text: i for i, text in enumerate(pool.responses)}
    responses, people = test.responses.to_pylist(), test.users.to_pylist()
    found = []
    for i in range(len(test)):
        if prompt_at(test, int(test.prompt[i])) == pool.prompt:
            a, b = (place.get(responses[code], -1) for code in (test.response_a[i], test.response_b[i]))
            found.append((people[int(test.user[i])], a, b, float(test.outcome[i])))
    return found


def _about(
    weight: Floats,
    answers: list[tuple[str, int, int, float]],
    losing: Mapping[str, bool],
    group: Mapping[str, str],
) -> Held:
    """Of each answer about what was chosen: who, how much it counts and won, whether they lose, and their group."""
    share = np.append(weight, 0.0)  # of responses that are not in the pool
    return [
        (who, share[a] + share[b], share[a] * won + share[b] * (1 - won), losing.get(who, False), group.get(who, ""))
        for who, a, b, won in answers
        if share[a] + share[b] > 0
    ]


def _small(
    pools: list[Pool], tables: list[RewardTable], one_for_all: list[Floats], test: Comparisons, seed: int
) -> dict[str, Any]:
    """How often heads, means and the pooled model choose differently among few, and direct answers where they do."""
    answers = [_answers(test, pool) for pool in pools]
    rates = [calibrated_win_rate(table.reward) for table in tables]
    direct: Held = []
    differ, lost = {"borda": [], POOLED: [], f"{POOLED} from borda": []}, []
    kept = []
    for number, some in small_pools(pools, seed):
        reward = tables[number].reward[:, some]
        found = borda_vs_mean([reward])
        by_borda, by_mean = int(found.by_borda[0]), int(found.by_mean[0])
        by_pooled = int(one_for_all[number][some].argmax())
        apart = bool(len(found.pools))
        differ["borda"].append(apart)
        differ[POOLED].append(by_pooled != by_mean)
        differ[f"{POOLED} from borda"].append(by_pooled != by_borda)
        kept.append((number, some.tolist(), by_pooled))
        if apart:
            lost.append(float(found.lost[0]))
            both = np.zeros(len(rates[number][0]))
            both[some[by_mean]] = 1.0
            pair = {some[by_mean], some[by_borda]}
            told = [one for one in answers[number] if {one[1], one[2]} == pair]
            direct.extend(_about(both, told, {}, {}))
    return {"pools": len(kept), "differ": differ, "lost": lost, "direct": direct}
