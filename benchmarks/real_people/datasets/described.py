"""Items that are nothing but a few numbers a side: the distinct rows, and the judgements between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.real_people.datasets.tables import Columns, comparisons_of
from gustibus.comparisons import Comparisons

__all__ = ["Described", "described_items"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Described:
    """Judgements between items with numeric traits.

    Attributes
    ----------
    comparisons
        Judgements between two different items.
    z
        ``(n_items, n_traits)`` in the order of the responses: standard deviations from the mean over both sides of all
        those judgements.
    n_equal
        Judgements between two equal items, which say nothing and are left out.
    """

    comparisons: Comparisons
    z: Floats
    n_equal: int


def described_items(table: Columns, traits: Sequence[str]) -> Described:
    """Read the columns ``TRAIT_a`` and ``TRAIT_b``; an item is named by its traits, such as ``"0|2|1"``."""
    a, b = (np.column_stack([table[f"{trait}_{side}"] for trait in traits]).astype(float) for side in "ab")
    differ = (a != b).any(axis=1)
    users, choices = (np.array(table[name], dtype=object)[differ] for name in ("user_id", "choice"))
    a, b = a[differ], b[differ]
    ids_a, ids_b = (["|".join(f"{value:g}" for value in row) for row in side] for side in (a, b))
    comparisons = comparisons_of(users, ids_a, ids_b, choices)
    raw = np.array([[float(value) for value in item.split("|")] for item in comparisons.responses.to_pylist()])
    everything = np.concatenate([a, b])
    z = (raw - everything.mean(axis=0)) / everything.std(axis=0)
    return Described(comparisons, z, int((~differ).sum()))
