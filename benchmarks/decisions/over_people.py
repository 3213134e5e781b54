"""What all splits of a data set say together, with intervals over people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.decisions.real import POOLED

__all__ = ["summary_of"]

Floats = NDArray[np.float64]
Held = list[list[Any]]

BOOTSTRAP: Final = 1000
BASE: Final = "borda"
"""The rule that others are held against."""
BOOKS: Final = ("mean", "worst decile", "worst", "worst group", "overruled", "as mean")


def summary_of(title: str, splits: list[dict[str, Any]]) -> dict[str, Any]:
    """One entry a rule, and how often heads and means differ, from splits as :func:`measure_split` gives them."""
    found: dict[str, Any] = {
        "title": title,
        "splits": len(splits),
        "people": float(np.mean([one["people"] for one in splits])),
        "pools": splits[0]["pools"],
        "small pools": _small(splits),
    }
    if "rules" in splits[0]:
        found["rules"] = _rules(splits)
    return found


def _rules(splits: list[dict[str, Any]]) -> dict[str, Any]:
    rules = list(splits[0]["rules"])
    held = {rule: [row for split in splits for row in split["rules"][rule]["held-out"]] for rule in rules}
    ids = sorted({row[0] for rows in held.values() for row in rows})
    drawn = _drawn(len(ids))
    won = {rule: _sums(rows, ids) for rule, rows in held.items()}
    losing = {rule: _sums([row for row in rows if row[3]], ids) for rule, rows in held.items()}
    groups = sorted({row[4] for row in held[BASE]} - {""})
    of_group = {
        (rule, group): _sums([row for row in held[rule] if row[4] == group], ids) for rule in rules for group in groups
    }
    found = {}
    for rule in rules:
        pools = [pool for split in splits for pool in split["rules"][rule]["pools"]]
        books = {name: float(np.mean([pool[name] for pool in pools])) for name in BOOKS}
        found[rule] = books | {
            "mixtures": float(np.mean([len(pool["chosen"]) > 1 for pool in pools])),
            "chosen": _chosen(pools) if splits[0]["pools"] == 1 else None,
            "held-out answers": len(held[rule]),
            "held-out": _interval(lambda w, rule=rule: _share(won[rule], w), drawn, len(ids)),
            "held-out, against borda": _interval(
                lambda w, rule=rule: _share(won[rule], w) - _share(won[BASE], w), drawn, len(ids)
            ),
            "held-out, by group": {
                group: _interval(lambda w, key=(rule, group): _share(of_group[key], w), drawn, len(ids))
                for group in groups
            },
            "held-out, who loses": _interval(lambda w, rule=rule: _share(losing[rule], w), drawn, len(ids)),
        }
    return found


def _chosen(pools: list[dict[str, Any]]) -> dict[str, float]:
    """How often each response was chosen over the splits, by falling share."""
    total: dict[str, float] = {}
    for pool in pools:
        for name, weight in pool["chosen"].items():
            total[name] = total.get(name, 0.0) + weight / len(pools)
    return dict(sorted(total.items(), key=lambda one: -one[1]))


def _small(splits: list[dict[str, Any]]) -> dict[str, Any]:
    direct = [row for split in splits for row in split["small"]["direct"]]
    ids = sorted({row[0] for row in direct})
    sums = _sums(direct, ids)
    lost = [value for split in splits for value in split["small"]["lost"]]
    shares = {
        name: [float(np.mean(split["small"]["differ"][name])) for split in splits]
        for name in ("borda", POOLED, f"{POOLED} from borda")
    }
    return {
        "pools of a split": splits[0]["small"]["pools"],
        "differ from mean": shares,
        "lost": float(np.mean(lost)) if lost else None,
        "direct answers": len(direct),
        "mean's choice won": _interval(lambda w: _share(sums, w), _drawn(len(ids)), len(ids)) if ids else None,
    }


def _sums(rows: Held, ids: list[str]) -> Floats:
    """How much each person's answers count, and how much of that was won, (2, U)."""
    place = {one: i for i, one in enumerate(ids)}
    who = np.array([place[row[0]] for row in rows], np.intp)
    columns = ([row[1] for row in rows], [row[2] for row in rows])
    return np.stack([np.bincount(who, np.array(values, np.float64), len(ids)) for values in columns])


def _share(sums: Floats, weight: Floats) -> Floats:
    """Won, of all that counts, of people weighted in one way or in many, (...,)."""
    counts, won = weight @ sums[0], weight @ sums[1]
    return np.asarray(np.divide(won, counts, out=np.full(np.shape(counts), np.nan), where=counts > 0))


def _drawn(n_people: int) -> Floats:
    """How often each person is in each bootstrap sample, (B, U)."""
    rng = np.random.default_rng(0)
    return (
        rng.multinomial(n_people, np.full(n_people, 1 / n_people), BOOTSTRAP).astype(np.float64)
        if n_people
        else (np.zeros((BOOTSTRAP, 0)))
    )


def _interval(statistic: Callable[[Floats], Floats], drawn: Floats, n_people: int) -> dict[str, Any]:
    """An estimate with its 95 % interval by resampling people, all answers of a person in all splits together."""
    low, high = np.nanpercentile(statistic(drawn), [2.5, 97.5])
    return {"estimate": float(statistic(np.ones(n_people))), "low": float(low), "high": float(high), "people": n_people}
