"""Pairs that a rule of length can judge."""

from __future__ import annotations

from gustibus.comparisons import Comparisons


def pairs(n: int) -> Comparisons:
    """n pairs of responses of different lengths; people prefer the shorter."""
    return Comparisons.from_rows(
        [
            {
                "user_id": "ann",
                "prompt": f"Say {i}",
                "response_a": "x" * (i + 2),
                "response_b": "y",
                "choice": "b",
                "source": "human",
            }
            for i in range(n)
        ]
    )
