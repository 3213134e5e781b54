"""Batches of texts of like length, so that little of a batch is padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["token_batches"]


def token_batches(n_tokens: Sequence[int], tokens_per_batch: int) -> Iterator[NDArray[np.intp]]:
    """Positions of texts, longest first, in batches whose padded size keeps to a budget.

    A batch of b texts, the longest of which has t tokens, holds ``b * t <= tokens_per_batch`` tokens, padding included;
    a text that is longer than the budget goes alone.

    >>> [batch.tolist() for batch in token_batches([3, 9, 2, 4], tokens_per_batch=8)]
    [[1], [3, 0], [2]]
    """
    lengths = np.asarray(n_tokens, dtype=np.int64)
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        longest = max(int(lengths[order[start]]), 1)
        stop = start + max(tokens_per_batch // longest, 1)
        yield order[start:stop]
        start = stop
