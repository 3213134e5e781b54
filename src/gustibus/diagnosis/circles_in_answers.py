"""Whether anybody goes in circles, from two answers of one person that share an item."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Paths", "circles_in", "paths_of"]

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Paths:
    """Pairs of one person's answers that share an item.

    ``circle`` numbers the triples of items, ``corner`` says which of the three is shared, and ``way`` is -1 where the
    answers run against each other along the circle from the lowest to the highest of the three.
    """

    user: Codes
    first: Codes
    second: Codes
    circle: Codes
    corner: Codes
    way: Floats
    n_circles: int

    def products(self, sign: Floats) -> Floats:
        """Products of the two answers, signed along the circle."""
        return self.way * sign[self.first] * sign[self.second]


def paths_of(user: Codes, low: Codes, high: Codes) -> Paths:
    """All pairs of one person's answers that share exactly one item."""
    n = len(user)
    who, shared = np.tile(user, 2), np.concatenate([low, high])
    other, record = np.concatenate([high, low]), np.tile(np.arange(n), 2)
    order = np.lexsort((shared, who))
    who, shared, other, record = who[order], shared[order], other[order], record[order]
    firsts, seconds = [np.empty(0, np.intp)], [np.empty(0, np.intp)]
    for step in range(1, 2 * n):
        here = np.flatnonzero((who[step:] == who[:-step]) & (shared[step:] == shared[:-step]))
        if not len(here):
            break
        firsts.append(here)
        seconds.append(here + step)
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    apart = other[first] != other[second]
    first, second = first[apart], second[apart]
    corners = np.sort(np.stack([shared[first], other[first], other[second]], axis=1), axis=1)
    circles, circle = np.unique(corners, axis=0, return_inverse=True)
    # Along low, middle, high, low only the question (low, high) runs the other way: it is not among two that share the
    # middle, and is one of any other two.
    way = np.where(shared[first] == corners[:, 1], 1.0, -1.0)
    return Paths(
        user=who[first],
        first=record[first],
        second=record[second],
        circle=circle.reshape(-1).astype(np.intp),
        corner=(shared[first][:, None] == corners).argmax(axis=1).astype(np.intp),
        way=way,
        n_circles=len(circles),
    )


def circles_in(paths: Paths, sign: Floats, draws: int, rng: np.random.Generator) -> tuple[float, float]:
    """The statistic, and its p-value among those of answers whose signs are drawn anew."""
    people = np.unique(paths.user)
    half = np.zeros(int(people.max(initial=0)) + 1, np.intp)
    half[people] = rng.permutation(np.arange(len(people)) % 2)
    side = half[paths.user]
    halves = _Half.of(paths, side == 0), _Half.of(paths, side == 1)
    seen = _both_ways(halves, paths.products(sign))
    if not np.isfinite(seen):
        return seen, 1.0
    as_much = 0
    for _ in range(draws):
        drawn = sign * rng.choice((-1.0, 1.0), len(sign))
        as_much += _both_ways(halves, paths.products(drawn)) >= seen
    return seen, (1 + as_much) / (1 + draws)


def _both_ways(halves: tuple[_Half, _Half], product: Floats) -> float:
    """z of each half of people with weights from the other, together; -inf where no triple is expected to turn."""
    total = [half.totals(product) for half in halves]
    zs = [halves[i].z(product, halves[1 - i].expected(total[1 - i])) for i in (0, 1)]
    known = [z for z in zs if not np.isnan(z)]
    return float(np.sum(known) / np.sqrt(len(known))) if known else -np.inf


@dataclass(frozen=True)
class _Half:
    """Half of the people: their paths, and of every triple the variance of the sum of its three mean products.

    ``scale`` is one over the number of paths through the same corner; ``whole`` are the triples with paths through all
    three corners.
    """

    path: Codes
    person: Codes
    circle: Codes
    scale: Floats
    variance: Floats
    whole: NDArray[np.bool_]

    @classmethod
    def of(cls, paths: Paths, here: NDArray[np.bool_]) -> _Half:
        path = np.flatnonzero(here)
        place = 3 * paths.circle[path] + paths.corner[path]
        n = np.bincount(place, minlength=3 * paths.n_circles).astype(np.float64)
        per_corner = np.where(n > 0, 1 / np.maximum(n, 1), np.inf).reshape(-1, 3)
        person = np.unique(paths.user[path], return_inverse=True)[1]
        whole = np.asarray((n.reshape(-1, 3) > 0).all(axis=1), bool)
        return cls(path, person, paths.circle[path], 1 / n[place], per_corner.sum(1), whole)

    def totals(self, product: Floats) -> Floats:
        """The sum of the three mean products of each triple."""
        return np.bincount(self.circle, self.scale * product[self.path], len(self.whole)).astype(np.float64)

    def expected(self, totals: Floats) -> Floats:
        """Posterior mean of each triple's sum, under a normal prior whose mean and variance fit these people."""
        total, variance = totals[self.whole], self.variance[self.whole]
        if not len(total):
            return np.zeros(len(totals))
        precision = 1 / variance
        mean = float((precision * total).sum() / precision.sum())
        excess = float((precision * (total - mean) ** 2).sum()) - (len(total) - 1)
        room = float(precision.sum() - (precision**2).sum() / precision.sum())
        spread = max(0.0, excess / room) if len(total) > 1 else 0.0
        found = np.full(len(totals), mean)
        found[self.whole] += spread / (spread + variance) * (total - mean)
        return found

    def z(self, product: Floats, expected: Floats) -> float:
        """Of the sums of these people, weighted by what the others make expect; each person counts as one."""
        weight = np.zeros(len(expected))
        weight[self.whole] = np.maximum(expected[self.whole], 0) / self.variance[self.whole]
        of_person = np.bincount(self.person, weight[self.circle] * self.scale * product[self.path])
        spread = float(np.sqrt((of_person**2).sum()))
        return float(of_person.sum()) / spread if spread > 0 else float("nan")
