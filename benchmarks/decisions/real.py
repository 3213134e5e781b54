"""What each rule chooses for real people, who loses, and what held-out answers say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import gustibus as gs
from benchmarks.real_people.datasets import DataSet
from gustibus.aggregation import Decision, borda_vs_mean, decide_by_all
from gustibus.comparisons import Comparisons
from gustibus.evaluation import people_split

__all__ = ["measure_set"]

Floats = NDArray[np.float64]

POOL_SIZE, N_POOLS = 6, 300
BOOTSTRAP: Final = 500
FEWEST_HELD_OUT = 2
"""Responses of a prompt among which held-out answers can tell anything."""


@dataclass(frozen=True)
class Pool:
    """Responses to one prompt that many people compared."""

    prompt: str | None
    responses: tuple[str, ...]


def measure_set(data: DataSet, seeds: Sequence[int]) -> dict[str, Any]:
    """Rules on a data set: fitted to known people's training answers, judged by their held-out ones."""
    judged: dict[str, list[Floats]] = {}
    ledgers: dict[str, list[Decision]] = {}
    differ, lost = [], []
    for seed in seeds:
        split = people_split(data.comparisons, data.nmax, data.mint, seed)
        model = gs.fit(split.train, validation=split.validation, model="hierarchical", encoder=data.encoder, seed=seed)
        pools = _whole_pools(split.train)
        for pool in pools:
            rewards = model.rewards_of_people(pool.prompt, pool.responses)
            for rule, decision in decide_by_all(rewards.reward).items():
                ledgers.setdefault(rule, []).append(decision)
                judged.setdefault(rule, []).append(_held_out(split.seen_test, pool, decision.weight, seed))
        small = _small_pools(split.train, seed)
        found = borda_vs_mean([model.rewards_of_people(one.prompt, one.responses).reward for one in small])
        differ.append(found.share)
        lost.append(float(found.lost[found.pools].mean()) if len(found.pools) else 0.0)
    return {
        "title": data.title,
        "pools": len(ledgers["mean"]),
        "borda differs from mean": {"share of pools": differ, "lost where it differs": lost, "pool": POOL_SIZE},
        "rules": {rule: _summary(rule, ledgers, judged) for rule in ledgers},
    }


def _whole_pools(train: Comparisons) -> list[Pool]:
    """All responses of every prompt that are often compared: at least twice as many answers as responses."""
    pools = []
    prompts = train.prompts.to_pylist()
    for prompt in np.unique(train.prompt):
        here = train.prompt == prompt
        codes = np.unique(np.concatenate([train.response_a[here], train.response_b[here]]))
        if len(codes) >= FEWEST_HELD_OUT and here.sum() >= 2 * len(codes):
            texts = train.responses.take(codes).to_pylist()
            pools.append(Pool(_prompt(prompts, prompt), tuple(texts)))
    return pools


def _prompt(prompts: Sequence[str], code: int) -> str | None:
    return prompts[code] if 0 <= code < len(prompts) else None


def _small_pools(train: Comparisons, seed: int) -> list[Pool]:
    """Some responses to one prompt each, drawn at random."""
    rng, pools = np.random.default_rng(seed), []
    whole = [pool for pool in _whole_pools(train) if len(pool.responses) >= POOL_SIZE]
    for _ in range(N_POOLS if whole else 0):
        pool = whole[int(rng.integers(len(whole)))]
        pools.append(Pool(pool.prompt, tuple(rng.permutation(pool.responses)[:POOL_SIZE].tolist())))
    return pools


def _held_out(test: Comparisons, pool: Pool, weight: Floats, seed: int) -> Floats:
    """Of each held-out answer about the decision: person, how much it counts, how much of that it won, (m, 3)."""
    share = dict(zip(pool.responses, weight, strict=True))
    responses, prompts = test.responses.to_pylist(), test.prompts.to_pylist()
    rows = []
    for i in range(len(test)):
        if _prompt(prompts, test.prompt[i]) != pool.prompt:
            continue
        a, b = (share.get(responses[code], 0.0) for code in (test.response_a[i], test.response_b[i]))
        if a + b > 0:
            y = float(test.outcome[i])
            rows.append((seed * 1_000_000 + int(test.user[i]), a + b, a * y + b * (1 - y)))
    return np.array(rows).reshape(-1, 3)


def _summary(rule: str, ledgers: dict[str, list[Decision]], judged: dict[str, list[Floats]]) -> dict[str, Any]:
    books = [one.ledger for one in ledgers[rule]]
    same = [float(one.weight @ other.weight) for one, other in zip(ledgers[rule], ledgers["mean"], strict=True)]
    answers = np.concatenate(judged[rule])
    return {
        "mean": float(np.mean([one.mean for one in books])),
        "worst decile": float(np.mean([one.worst_decile for one in books])),
        "worst": float(np.mean([one.worst for one in books])),
        "overruled": float(np.mean([one.overruled_share for one in books])),
        "same as mean": float(np.mean(same)),
        "mixtures": float(np.mean([one.is_mixture for one in ledgers[rule]])),
        "held-out": _won(answers),
    }


def _won(answers: Floats) -> dict[str, Any]:
    """Share of held-out answers about the decision that it won, with a 95 % interval by bootstrap over people."""
    people, who = np.unique(answers[:, 0], return_inverse=True)
    counts, wins = np.bincount(who, answers[:, 1]), np.bincount(who, answers[:, 2])
    rng = np.random.default_rng(0)
    draws = []
    for _ in range(BOOTSTRAP):
        drawn = rng.integers(len(people), size=len(people))
        draws.append(wins[drawn].sum() / counts[drawn].sum())
    low, high = np.percentile(draws, [2.5, 97.5])
    return {"answers": len(answers), "estimate": float(wins.sum() / counts.sum()), "low": low, "high": high}
