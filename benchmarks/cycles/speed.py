"""n responses in one product against n^2 pairs through a network, in CPU-seconds of one thread and ratios of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from gustibus.models import GeneralPreference, PairInput

__all__ = ["speed"]

SIZES, FEATURES, DIMENSIONS = (128, 512, 2048), 384, 4
REPEATS, LEAST_SECONDS, LONG_SECONDS = 7, 0.02, 0.5
MOST_WHOLE = 512
BIG_HEAD = (1024, (512, 512, 512))


def speed() -> dict[str, Any]:
    """For pools of each size: what all log-odds, and mean log-odds against the pool, cost in three models.

    The head is the map from features to representations, affine or with a hidden layer as wide as its input; the
    pair-input network has the same hidden layer over both responses' features. It maps each response to the first layer
    once (a pair needs their sum only); *whole* is the same network on the features of every pair side by side, the way
    in which an encoder has to read them. Seconds are medians of 7, of one call where a call is long.
    """
    torch.set_num_threads(1)
    torch.manual_seed(0)
    one = torch.ones(1)
    affine, deep = GeneralPreference(FEATURES, DIMENSIONS), GeneralPreference(FEATURES, DIMENSIONS, hidden=(FEATURES,))
    big = GeneralPreference(BIG_HEAD[0], DIMENSIONS, hidden=BIG_HEAD[1])
    pairs = PairInput(FEATURES, (FEATURES,))
    rows = []
    with torch.no_grad():
        for n in SIZES:
            items = torch.randn(n, FEATURES)
            v, wide = deep.representations(items), torch.randn(n, BIG_HEAD[0])
            row: dict[str, Any] = {
                "responses": n,
                "head": _seconds(lambda items=items: deep.representations(items)),
                "big head": _seconds(lambda wide=wide: big.representations(wide)),
                "product": _seconds(lambda v=v: deep.operator.against_all(v)),
                "mean": _seconds(lambda v=v: deep.operator.against_pool(v, v)),
                "affine, all pairs": _seconds(lambda items=items: affine.pool_log_odds(items, one)),
                "deep, all pairs": _seconds(lambda items=items: deep.pool_log_odds(items, one)),
                "pair-input, all pairs": _seconds(lambda items=items: pairs.pool_log_odds(items, one)),
            }
            if n <= MOST_WHOLE:
                row["pair-input, whole"] = _seconds(lambda items=items: _each_pair_whole(pairs, items))
            rows.append(row)
    return {"features": FEATURES, "big_head": [BIG_HEAD[0], *BIG_HEAD[1]], "load": os.getloadavg()[0], "pools": rows}


def _each_pair_whole(model: PairInput, items: torch.Tensor) -> list[torch.Tensor]:
    """The network on both responses' features side by side, a row of pairs at a time."""
    return [model.head(torch.cat([one.expand_as(items), items], dim=1)) for one in items]


def _seconds(work: Callable[[], object]) -> float:
    """Median CPU-seconds of one call, over calls repeated until the clock can tell them."""
    started, n = time.process_time(), 0
    while (spent := time.process_time() - started) < LEAST_SECONDS:
        work()
        n += 1
    if spent > LONG_SECONDS:
        return spent / n
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        for _ in range(n):
            work()
        times.append((time.process_time() - started) / n)
    return float(np.median(times))
