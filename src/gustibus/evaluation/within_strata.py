"""Permutation tests within strata: of single judgements, or of people with all their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Strata", "flipped_p_value", "permuted_p_value"]

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

_BLOCK: Final = 1 << 21
"""Entries of a block of permutations (16 MB)."""


@dataclass(frozen=True)
class Strata:
    """Judgements in strata that hold several ids, sorted by stratum.

    Attributes
    ----------
    rows
        Which judgements they are, shape (n,).
    stratum
        ``0 .. n_strata - 1`` of each, ascending, shape (n,).
    person
        Whose judgement each is, ``0 .. n_people - 1``, shape (n,).
    n_strata
        Number of strata.
    """

    rows: Codes
    stratum: Codes
    person: Codes
    n_strata: int

    @property
    def n_people(self) -> int:
        """Number of people with judgements in these strata."""
        return int(self.person.max(initial=-1)) + 1

    @classmethod
    def of(cls, stratum: NDArray[np.integer], ids: NDArray[np.integer], person: NDArray[np.integer]) -> Strata:
        """Keep the judgements of strata with at least two ids; a negative stratum is none."""
        inside = np.flatnonzero(stratum >= 0)
        keys = np.unique(np.stack([stratum[inside], ids[inside]]), axis=1)
        found, n_ids = np.unique(keys[0], return_counts=True)
        rows = inside[np.isin(stratum[inside], found[n_ids > 1])]
        rows = rows[np.argsort(stratum[rows], kind="stable")]
        codes = np.unique(stratum[rows], return_inverse=True)[1]
        people = np.unique(person[rows], return_inverse=True)[1]
        return cls(rows.astype(np.intp), codes.astype(np.intp), people.astype(np.intp), len(found[n_ids > 1]))

    def means(self, values: Floats) -> Floats:
        """The mean of each judgement's stratum, for values of these judgements, shape (n,)."""
        sums = np.bincount(self.stratum, values, self.n_strata)
        return np.asarray((sums / np.bincount(self.stratum, minlength=self.n_strata))[self.stratum])

    def centred(self, values: Floats) -> Floats:
        """Values of all judgements, for these without their stratum's mean: (M,) to (n,); rounding errors become 0."""
        inside = values[self.rows]
        without = inside - self.means(inside)
        return np.where(np.abs(without) > 1e-12 * np.abs(inside).max(initial=0.0), without, 0.0)


def permuted_p_value(strata: Strata, value: Floats, score: Floats, n_permutations: int, seed: int) -> float:
    """P-value of ``sum value * score`` when scores are permuted within strata.

    Parameters
    ----------
    strata
        n judgements.
    value, score
        Of all judgements, also those outside the strata, shape (M,).
    n_permutations, seed
        Of the null distribution, which counts the observed value as one of its own.

    Examples
    --------
    >>> two_answers = Strata.of(np.zeros(2, int), np.array([0, 1]), np.array([0, 1]))
    >>> permuted_p_value(two_answers, np.array([1.0, -1.0]), np.array([0.3, 0.3]), 99, seed=0)  # nothing to tell
    1.0
    """
    v, s = strata.centred(value), strata.centred(score)
    rng = np.random.default_rng(seed)
    observed, scale = float(v @ s), float(np.abs(v) @ np.abs(s))
    at_least = 1
    for size in _blocks(n_permutations, len(v)):
        # Sorting by stratum plus a fraction shuffles inside each stratum only.
        order = np.argsort(strata.stratum + rng.random((size, len(v))), axis=1)
        at_least += int(np.count_nonzero(s[order] @ v >= observed - 1e-12 * scale))
    return at_least / (n_permutations + 1)


def flipped_p_value(strata: Strata, value: Floats, score: Floats, n_permutations: int, seed: int) -> float:
    """P-value of the same sum when each person's part of it gets a random sign.

    Centring makes the n values of a stratum add to zero, which takes a share 1 / n of their variance: the parts that
    get signs are scaled up by as much, so that their sum varies as the observed one does. Exact in the limit of many
    people.
    """
    terms = strata.centred(value) * strata.centred(score)
    n_in_stratum = np.bincount(strata.stratum, minlength=strata.n_strata)[strata.stratum]
    of_person = np.bincount(strata.person, terms * np.sqrt(n_in_stratum / (n_in_stratum - 1)))
    rng = np.random.default_rng(seed)
    observed, scale = float(terms.sum()), float(np.abs(of_person).sum())
    at_least = 1
    for size in _blocks(n_permutations, len(of_person)):
        signs = rng.integers(0, 2, (size, len(of_person))) * 2.0 - 1.0
        at_least += int(np.count_nonzero(signs @ of_person >= observed - 1e-12 * scale))
    return at_least / (n_permutations + 1)


def _blocks(n_permutations: int, width: int) -> list[int]:
    size = max(1, _BLOCK // max(1, width))
    return [min(size, n_permutations - start) for start in range(0, n_permutations, size)]
