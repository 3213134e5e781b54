"""Wins on every pair that was compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.comparisons.arguments import check_comparisons
from gustibus.comparisons.wording import counted

__all__ = ["PairWins", "pair_wins"]

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, eq=False, repr=False)
class PairWins:
    """Judgements counted on each of ``E`` pairs of ``n`` items.

    Attributes
    ----------
    items
        Names of the items, ``n``.
    a, b
        ``(E,)`` the two items of each pair, ``a < b``; every pair once.
    wins_a, wins_b, ties
        ``(E,)`` judgements for either item and ties, weighted. A soft share counts as that much of a win.

    Examples
    --------
    >>> wins = PairWins.from_matrix([[0, 3, 0], [1, 0, 2], [0, 0, 0]], ["tea", "gin", "ale"])
    >>> wins, wins.a.tolist(), wins.wins_a.tolist()
    (PairWins(2 pairs of 3 items, 6 judgements), [0, 1], [3.0, 2.0])
    """

    items: tuple[str, ...]
    a: Codes
    b: Codes
    wins_a: Floats
    wins_b: Floats
    ties: Floats

    def __post_init__(self) -> None:
        for name in ("a", "b"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), np.intp))
        for name in ("wins_a", "wins_b", "ties"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), np.float64))
        lengths = {len(self.a), len(self.b), len(self.wins_a), len(self.wins_b), len(self.ties)}
        if len(lengths) > 1:
            raise GustibusError(f"pairs and their counts have lengths {sorted(lengths)}: give one of each for a pair")
        key = self.a * len(self.items) + self.b
        if np.any(self.a >= self.b) or np.any(self.a < 0) or np.any(self.b >= len(self.items)):
            raise GustibusError("every pair needs a < b, both numbers of items")
        if np.any(np.diff(key) <= 0) and len(np.unique(key)) < len(key):
            raise GustibusError("a pair occurs twice: add its counts up")
        counts = np.concatenate([self.wins_a, self.wins_b, self.ties])
        if not np.all(np.isfinite(counts) & (counts >= 0)) or np.any(self.n <= 0):
            raise GustibusError("counts must be finite and not negative, with a judgement on every pair")

    @classmethod
    def from_matrix(
        cls, wins: ArrayLike, items: Sequence[str] | None = None, *, ties: ArrayLike | None = None
    ) -> PairWins:
        """From a table of wins of the row's item against the column's, shape (n, n).

        Parameters
        ----------
        wins
            Counts; the diagonal is not read.
        items
            Names. Default: "0", "1", ...
        ties
            Ties of each pair, symmetric, shape (n, n). Default: none.

        Raises
        ------
        GustibusError
            If shapes disagree or a count is negative.
        """
        try:
            table = np.asarray(wins, np.float64)
            tied = np.zeros(table.shape) if ties is None else np.asarray(ties, np.float64)
        except (TypeError, ValueError) as error:
            raise GustibusError("wins and ties must be tables of numbers (n, n)") from error
        if table.ndim != 2 or table.shape[0] != table.shape[1]:
            raise GustibusError(f"wins have shape {table.shape}: give a table (n, n), row against column")
        names = tuple(map(str, range(len(table)))) if items is None else tuple(items)
        if tied.shape != table.shape or len(names) != len(table):
            raise GustibusError(f"{len(names)} names and ties of shape {tied.shape} for wins of shape {table.shape}")
        if len(set(names)) < len(names):
            raise GustibusError("a name occurs twice in items: name every item once")
        a, b = np.triu_indices(len(table), 1)
        if min(table[a, b].min(initial=0), table[b, a].min(initial=0), tied[a, b].min(initial=0)) < 0:
            raise GustibusError("counts of wins and ties must be finite and not negative")
        met = (table[a, b] + table[b, a] + tied[a, b]) != 0
        a, b = a[met], b[met]
        return cls(names, a, b, table[a, b], table[b, a], tied[a, b])

    @classmethod
    def of_judgements(
        cls,
        a: ArrayLike,
        b: ArrayLike,
        outcome: ArrayLike,
        items: Sequence[str] | int,
        *,
        weight: ArrayLike = 1.0,
        tie: ArrayLike = False,
    ) -> PairWins:
        """Count judgements that are given as numbers of items.

        Parameters
        ----------
        a, b
            ``(M,)`` the two items that were compared, in ``0 .. n-1``.
        outcome
            ``(M,)`` 1 where a was preferred, 0 where b was, a share between.
        items
            Names, or how many items there are.
        weight
            How often a judgement counts; those of weight 0 are left out.
        tie
            Which judgements are ties, whose outcome is not read.

        Raises
        ------
        GustibusError
            If no judgement has weight, an item is compared with itself, or a number is out of range.

        Examples
        --------
        >>> PairWins.of_judgements([0, 1, 0], [1, 0, 1], [1, 1, 0.5], ["tea", "gin"]).share.tolist()
        [0.5]
        """
        names = tuple(map(str, range(items))) if isinstance(items, (int, np.integer)) else tuple(items)
        if len(set(names)) < len(names):
            raise GustibusError("a name occurs twice in items: name every item once")
        first, second = np.asarray(a), np.asarray(b)
        shape = first.shape
        if second.shape != shape or first.ndim != 1 or first.dtype.kind not in "iu" or second.dtype.kind not in "iu":
            raise GustibusError(f"a and b must be two lists of whole numbers, got shapes {shape} and {second.shape}")
        tied = _each(tie, "tie", shape) != 0
        share = _each(np.where(tied, 0.5, outcome) if tied.any() else outcome, "outcome", shape)
        counts = _each(weight, "weight", shape)
        if np.any((share < 0) | (share > 1)) or np.any(counts < 0):
            raise GustibusError("outcomes must be shares between 0 and 1, weights not negative, and all finite")
        low, high = np.minimum(first, second).astype(np.int64), np.maximum(first, second).astype(np.int64)
        if len(low) and (low.min() < 0 or high.max() >= len(names) or np.any(low == high)):
            raise GustibusError(f"a and b must be different numbers from 0 to {len(names) - 1}, those of two items")
        used = counts > 0
        if not used.any():
            raise GustibusError("no judgement has weight, so there is nothing to count")
        toward_low = np.where(first < second, share, 1 - share)
        if not used.all():
            low, high, toward_low, counts, tied = (x[used] for x in (low, high, toward_low, counts, tied))
        keys, pair = np.unique(low * len(names) + high, return_inverse=True)

        def total(each: Floats) -> Floats:
            return np.bincount(pair, each, len(keys)).astype(np.float64)

        decided = np.where(tied, 0.0, counts)
        won, n = total(decided * toward_low), total(decided)
        ties = total(counts - decided) if tied.any() else np.zeros(len(keys))
        return cls(names, keys // len(names), keys % len(names), won, np.maximum(n - won, 0.0), ties)

    def __repr__(self) -> str:
        pairs = f"{counted(len(self.a), 'pair')} of {counted(len(self.items), 'item')}"
        return f"PairWins({pairs}, {counted(round(self.n.sum()), 'judgement')})"

    @property
    def n(self) -> Floats:
        """Judgements on each pair, ``(E,)``."""
        return self.wins_a + self.wins_b + self.ties

    @property
    def share(self) -> Floats:
        """Share for the first item of each pair, ties half, ``(E,)``."""
        return (self.wins_a + 0.5 * self.ties) / self.n

    def probability(self) -> Floats:
        """Shares as a table ``P[i, j]``, shape (n, n), for the rules over pairs; 1/2 for pairs never compared."""
        table = np.full((len(self.items), len(self.items)), 0.5)
        table[self.a, self.b], table[self.b, self.a] = self.share, 1 - self.share
        return table


def pair_wins(data: Comparisons) -> PairWins:
    """Count the judgements on every pair, whichever way round it was shown, all people together.

    Responses to different prompts are different items.

    Parameters
    ----------
    data
        Judgements; their weights count.

    Raises
    ------
    GustibusError
        If no judgement has weight.

    Examples
    --------
    >>> data = Comparisons.from_arrays(users=["ann", "ben"], responses=["tea", "gin"], user=[0, 1],
    ...                                response_a=[0, 1], response_b=[1, 0], outcome=[1, 1])
    >>> pair_wins(data).share.tolist()
    [0.5]
    """
    check_comparisons(data)
    items = data.items()
    prompts = items.prompt_texts()
    several = len(set(prompts)) > 1
    names = tuple(
        f"{prompt}: {text}" if several and prompt is not None else text
        for prompt, text in zip(prompts, items.response_texts(), strict=True)
    )
    return PairWins.of_judgements(items.a, items.b, data.outcome, names, weight=data.weight, tie=data.is_tie)


def _each(values: ArrayLike, name: str, shape: tuple[int, ...]) -> Floats:
    try:
        numbers = np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise GustibusError(f"{name} must be numbers: {error}") from error
    if numbers.shape not in ((), shape):
        raise GustibusError(f"{name} has shape {numbers.shape}, but there are {shape[0]} judgements: give one each")
    if not np.isfinite(numbers).all():
        raise GustibusError(f"{name} must be finite")
    return np.broadcast_to(numbers, shape)
