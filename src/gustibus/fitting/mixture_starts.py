"""Where the EM of a mixture of types starts: clusters of how people depart from the population."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gustibus.fitting.mixture_climb import climb
from gustibus.fitting.mixture_points import MixturePoints, Penalties
from gustibus.fitting.mixture_records import MixtureRecords

__all__ = ["clustered_starts", "population_start"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

_MAX_LLOYD_STEPS = 30
_LEAST_CURVATURE = 1e-6


def population_start(records: MixtureRecords, penalties: Penalties) -> MixturePoints:
    """One type, for everybody: the exact ridge logistic fit."""
    nothing = MixturePoints(np.zeros((len(records.spectrum), 1, 1)), np.zeros((records.n_offsets, 1)), np.zeros((1, 1)))
    return climb(records, nothing, penalties, tolerance=1e-9, max_iterations=50).points


def clustered_starts(
    records: MixtureRecords,
    population: MixturePoints,
    penalties: Penalties,
    *,
    n_types: int,
    n_starts: int,
    rng: np.random.Generator,
) -> MixturePoints:
    r"""Mixtures around the population, one type for each cluster of people who depart from it alike.

    A person's departure is the gradient of their log-likelihood at the population's head,
    :math:`g_u = \sum_i c_i (y_i - p_i) D_i`. Divided by its standard deviation under the population (so that those with
    many answers do not count for more than their number) and seen in the ``n_types`` directions in which departures
    vary most (where the means of types lie), departures are clustered by k-means. A type's head is the population's
    after one Newton step with the answers of the type's people.

    People assigned at random would start near the population instead, a saddle that EM leaves slowly.

    The people drawn as seeds depend on what they said, not on their numbers or order.
    """
    log_odds = records.log_odds(population.heads, population.offsets)[:, 0, 0]
    if records.offset is not None:
        log_odds = log_odds + records.offset
    probability = records.link.mean(log_odds)
    departures = records.gradient_per_person(records.weight * (records.outcome - probability))
    curvature = records.sums(records.weight * records.link.curvature(log_odds, probability))
    deviation = np.sqrt(records.spectrum * np.maximum(curvature, _LEAST_CURVATURE)[:, None] / records.total_weight)
    seen = _leading(departures / deviation, n_types)
    mark = records.axes.T @ rng.normal(size=len(records.axes))
    order = np.argsort(departures @ mark, kind="stable")
    heads = np.empty((len(records.spectrum), n_starts, n_types))
    log_weights = np.empty((n_starts, n_types))
    for start in range(n_starts):
        cluster = np.empty(len(order), np.intp)
        cluster[order] = _k_means(seen[order], n_types, rng)
        member = np.eye(n_types)[cluster]
        share = member.T @ curvature / records.total_weight
        heads[:, start] = population.heads[:, 0] + (departures.T @ member) / (
            records.spectrum[:, None] * share + penalties.ridge
        )
        log_weights[start] = np.log((member.sum(axis=0) + 1) / (len(order) + n_types))
    return MixturePoints(heads, np.repeat(population.offsets, n_starts, axis=1), log_weights)


def _leading(points: FloatArray, n_directions: int) -> FloatArray:
    """Points ``(U, G)`` in their leading principal directions ``(U, n_directions)`` around zero."""
    _, directions = np.linalg.eigh(points.T @ points)
    return np.asarray(points @ directions[:, -n_directions:])


def _k_means(points: FloatArray, n_clusters: int, rng: np.random.Generator) -> IntArray:
    """Cluster of every point: Lloyd's steps from k-means++ seeds (Arthur & Vassilvitskii 2007)."""
    centres = points[[rng.integers(len(points))]]
    while len(centres) < n_clusters:
        nearest = _squared_distances(points, centres).min(axis=1)
        total = nearest.sum()
        chance = nearest / total if total > 0 else np.full(len(points), 1 / len(points))
        centres = np.concatenate([centres, points[[rng.choice(len(points), p=chance)]]])
    cluster: IntArray = _squared_distances(points, centres).argmin(axis=1)
    for _ in range(_MAX_LLOYD_STEPS):
        counts = np.bincount(cluster, minlength=n_clusters)
        means = np.eye(n_clusters)[cluster].T @ points / np.maximum(counts, 1)[:, None]
        centres = np.where(counts[:, None] > 0, means, centres)
        before, cluster = cluster, _squared_distances(points, centres).argmin(axis=1)
        if (cluster == before).all():
            break
    return cluster


def _squared_distances(points: FloatArray, centres: FloatArray) -> FloatArray:
    distances: FloatArray = (points**2).sum(axis=1)[:, None] - 2 * points @ centres.T + (centres**2).sum(axis=1)
    np.maximum(distances, 0.0, out=distances)
    return distances
