"""Where more prototypes stop to help."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["ENOUGH", "bend"]

ENOUGH = 0.95


def bend(accuracy: Mapping[int, float], enough: float = ENOUGH) -> int:
    """The smallest number of prototypes with most of what any number gains over a single one.

    Parameters
    ----------
    accuracy
        By number of prototypes, 1 among them.
    enough
        Share of the largest gain that is called most.

    Examples
    --------
    >>> bend({1: 0.5, 2: 0.7, 3: 0.79, 4: 0.8})
    3
    """
    least = accuracy[1] + enough * (max(accuracy.values()) - accuracy[1])
    return min(k for k, value in accuracy.items() if value >= least)
