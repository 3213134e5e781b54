"""The responses among which people's answers choose: all to a prompt, and a few of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons

__all__ = ["Pool", "prompt_at", "small_pools", "whole_pools"]

SMALL, MOST_SMALL = 4, 300
"""Responses in a small pool, and how many such pools of a split are looked at."""


@dataclass(frozen=True)
class Pool:
    """Responses to one prompt that many people compared."""

    prompt: str | None
    responses: tuple[str, ...]


def whole_pools(train: Comparisons) -> list[Pool]:
    """All responses of every prompt that are often compared: at least twice as many answers as responses."""
    pools = []
    for code in np.unique(train.prompt):
        here = train.prompt == code
        codes = np.unique(np.concatenate([train.response_a[here], train.response_b[here]]))
        if len(codes) >= SMALL and here.sum() >= 2 * len(codes):
            pools.append(Pool(prompt_at(train, int(code)), tuple(train.responses.take(codes).to_pylist())))
    return pools


def prompt_at(data: Comparisons, code: int) -> str | None:
    """The prompt of a code; None where judgements name none."""
    return str(data.prompts[code].as_py()) if 0 <= code < len(data.prompts) else None


def small_pools(pools: list[Pool], seed: int) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Some responses of each whole pool: its number and their places; all sets there are, or as many at random."""
    each = max(1, MOST_SMALL // len(pools))
    rng = np.random.default_rng(seed)
    for number, pool in enumerate(pools):
        n = len(pool.responses)
        if math.comb(n, SMALL) <= each:
            for some in itertools.combinations(range(n), SMALL):
                yield number, np.array(some, np.intp)
        else:
            for _ in range(each):
                yield number, rng.choice(n, SMALL, replace=False)
