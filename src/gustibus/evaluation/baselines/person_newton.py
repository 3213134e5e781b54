"""One small ridge logistic regression for every person, all people at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import GustibusError
from gustibus.evaluation.baselines.judgements import Judgements

__all__ = ["People", "PersonBatch", "person_batches", "person_deviations"]

Floats = NDArray[np.float64]

_BLOCK = 1 << 21
"""Numbers in the largest array of a batch of people (16 MB)."""


@dataclass(frozen=True)
class People:
    """The people a baseline knows and how each deviates.

    Attributes
    ----------
    user
        Their ids, sorted, shape (U,).
    deviation
        Shape (U, F).
    """

    user: NDArray[np.generic]
    deviation: Floats

    def log_odds(self, judgements: Judgements) -> Floats:
        """``delta_u . (phi(a) - phi(b))`` of every judgement, shape (M,); 0 for people who are not known."""
        person, known = lookup(self.user, judgements.user)
        result = np.zeros(len(judgements))
        step = max(1, _BLOCK // max(1, judgements.n_features))
        rows = np.flatnonzero(known)
        for start in range(0, len(rows), step):
            block = rows[start : start + step]
            difference = judgements.features[judgements.a[block]] - judgements.features[judgements.b[block]]
            result[block] = np.einsum("if,if->i", difference, self.deviation[person[block]])
        return result

    def updated(self, other: People) -> People:
        """These people and those of `other`, whose deviations hold where somebody is in both."""
        stays = ~np.isin(self.user, other.user)
        user = np.concatenate([self.user[stays], other.user])
        deviation = np.concatenate([self.deviation[stays], other.deviation])
        order = np.argsort(user)
        return People(user[order], deviation[order])


@dataclass(frozen=True)
class PersonBatch:
    """Some people's judgements in arrays of one shape, padded with judgements of weight zero.

    Attributes
    ----------
    people
        Positions among all people, shape (B,).
    design
        What multiplies the coefficients, shape (B, n, R): feature differences, or their coordinates in the person's
        own span when that has fewer dimensions than there are features.
    basis
        Back from those coordinates to features, shape (B, F, R); None where they are the features.
    base, outcome, weight
        Log-odds without the person's deviation, and the answers, shape (B, n).
    """

    people: NDArray[np.intp]
    design: Floats
    basis: Floats | None
    base: Floats
    outcome: Floats
    weight: Floats

    def features(self, coefficients: Floats) -> Floats:
        """Deviations in the features, shape (B, F), from coefficients, shape (B, R)."""
        return coefficients if self.basis is None else np.einsum("bfr,br->bf", self.basis, coefficients)


def lookup(known: NDArray[np.generic], wanted: NDArray[np.generic]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Position of each wanted id among sorted known ones, and whether it is there (the position is valid anyway)."""
    if len(known) == 0 or len(wanted) == 0:
        return np.zeros(len(wanted), dtype=np.intp), np.zeros(len(wanted), dtype=np.bool_)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return place.astype(np.intp), np.asarray(known[place] == wanted, dtype=np.bool_)


def person_batches(judgements: Judgements, base: Floats) -> tuple[NDArray[np.generic], list[PersonBatch]]:
    """People sorted by id, and their judgements in batches of people with similar numbers of judgements.

    A person with n judgements and F > n features needs only the n-dimensional span of their differences: with the
    eigendecomposition ``D D' = V S V'`` the coordinates are ``V S^1/2`` and a ridge there equals a ridge on features.
    """
    kept = np.flatnonzero(judgements.weight > 0)
    ids, person = np.unique(judgements.user[kept], return_inverse=True)
    order = np.argsort(person, kind="stable")
    rows, counts = kept[order], np.bincount(person, minlength=len(ids))
    starts = np.cumsum(counts) - counts
    by_count = np.argsort(counts, kind="stable")
    batches = []
    for people in _slices(by_count, counts, judgements.n_features):
        n = int(counts[people].max())
        place = starts[people][:, None] + np.minimum(np.arange(n), counts[people][:, None] - 1)
        row, real = rows[place], np.arange(n) < counts[people][:, None]
        design = (judgements.features[judgements.a[row]] - judgements.features[judgements.b[row]]) * real[..., None]
        basis = None
        if n < judgements.n_features:
            design, basis = _own_span(design)
        weight = judgements.weight[row] * real
        batches.append(PersonBatch(people, design, basis, base[row] * real, judgements.outcome[row], weight))
    return ids, batches


def person_deviations(
    batch: PersonBatch,
    ridge: float,
    start: Floats | None = None,
    *,
    tolerance: float = 1e-7,
    max_iterations: int = 200,
) -> Floats:
    r"""Every person's most probable coefficients by damped Newton steps.

    .. math:: \min_\delta \sum_i w_i \bigl[\log(1 + e^{s_i}) - y_i s_i\bigr] + \tfrac{\lambda}{2} |\delta|^2,
        \qquad s_i = s_i^0 + \delta \cdot x_i

    Parameters
    ----------
    batch
        The people.
    ridge
        Penalty :math:`\lambda > 0` (a prior precision), the same for everybody.
    start
        Coefficients to start from, shape (B, R).
    tolerance
        Largest absolute entry of a person's gradient at the end, relative to their total weight (at least 1).
    max_iterations
        Steps at most.

    Returns
    -------
    Coefficients, shape (B, R).

    Raises
    ------
    GustibusError
        Somebody's steps did not converge.
    """
    x, w, y = batch.design, batch.weight, batch.outcome
    delta = np.zeros((len(x), x.shape[2])) if start is None else start.copy()
    limit = tolerance * np.maximum(1.0, w.sum(axis=1))
    active = np.arange(len(x))
    for _ in range(max_iterations):
        xa, wa, ya, da = x[active], w[active], y[active], delta[active]
        s = batch.base[active] + np.einsum("bnr,br->bn", xa, da)
        p = 0.5 * (1.0 + np.tanh(0.5 * s))
        gradient = np.einsum("bnr,bn->br", xa, wa * (p - ya)) + ridge * da
        moving = np.abs(gradient).max(axis=1, initial=0.0) > limit[active]
        if not np.any(moving):
            return delta
        active, xa, wa, ya, da = active[moving], xa[moving], wa[moving], ya[moving], da[moving]
        s, p, gradient = s[moving], p[moving], gradient[moving]
        curved = xa * (wa * p * (1 - p))[..., None]
        hessian = curved.transpose(0, 2, 1) @ xa + ridge * np.eye(x.shape[2])
        step = np.linalg.solve(hessian, gradient[..., None])[..., 0]
        size = _step_sizes(s, np.einsum("bnr,br->bn", xa, step), ya, wa, da, step, ridge, gradient)
        delta[active] = da - size[:, None] * step
    raise GustibusError(
        f"{len(active)} people's regressions did not converge in {max_iterations} Newton steps (ridge {ridge:g}): "
        "scale the features to a standard deviation near 1 or raise the ridge"
    )


def _step_sizes(
    s: Floats, s_step: Floats, y: Floats, w: Floats, delta: Floats, step: Floats, ridge: float, gradient: Floats
) -> Floats:
    """Per person the largest of 1, 1/2, 1/4 ... that lowers the objective enough (Armijo)."""

    def objective(size: Floats) -> Floats:
        moved, at = s - size[:, None] * s_step, delta - size[:, None] * step
        likelihood = (w * (np.logaddexp(0.0, moved) - y * moved)).sum(axis=1)
        return np.asarray(likelihood + 0.5 * ridge * (at**2).sum(axis=1))

    slope = (step * gradient).sum(axis=1)
    before = objective(np.zeros(len(s)))
    size = np.ones(len(s))
    for _ in range(60):
        short = objective(size) > before - 1e-4 * size * slope + 1e-12 * np.abs(before)
        if not np.any(short):
            break
        size[short] /= 2
    return size


def _slices(by_count: NDArray[np.intp], counts: NDArray[np.intp], n_features: int) -> Iterator[NDArray[np.intp]]:
    """Runs of people, fewest judgements first, whose padded arrays stay within a block and waste at most half."""
    start = 0
    while start < len(by_count):
        smallest = int(counts[by_count[start]])
        stop = int(np.searchsorted(counts[by_count], 2 * smallest + 4, side="right"))
        largest = int(counts[by_count[stop - 1]])
        cost = max(largest, 1) * max(largest, n_features, 1)
        stop = min(stop, start + max(1, _BLOCK // cost))
        yield by_count[start:stop]
        start = stop


def _own_span(design: Floats) -> tuple[Floats, Floats]:
    """Coordinates (B, n, n) of each person's differences (B, n, F) in their own span, and the way back (B, F, n)."""
    squared, vectors = np.linalg.eigh(design @ design.transpose(0, 2, 1))
    scale = np.sqrt(np.maximum(squared, 0.0))
    real = scale > 1e-7 * scale.max(axis=1, keepdims=True, initial=0.0)
    scale = np.where(real, scale, 0.0)
    inverse = np.divide(1.0, scale, out=np.zeros_like(scale), where=real & (scale > 0))
    return vectors * scale[:, None, :], (design.transpose(0, 2, 1) @ vectors) * inverse[:, None, :]
