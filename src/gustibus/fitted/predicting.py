"""Log-odds, their uncertainty, and probabilities that average over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch

from gustibus.adapting import DirichletPrior
from gustibus.fitted.people import People
from gustibus.fitted.scorer import Scorer

__all__ = ["Pairs", "Pool", "Predictions", "predict_pairs"]

FloatArray = npt.NDArray[np.float64]
Pool = Literal["vote", "log-odds"]
CHUNK = 16_384
POPULATION_DRAWS = 512


@dataclass(frozen=True)
class Predictions:
    """What a model says about n comparisons.

    Attributes
    ----------
    log_odds : ndarray, shape (n,)
        For a person the posterior mean of ``s(a, b)``; for the population what ``pool`` says.
    sd : ndarray, shape (n,)
        Standard deviation of ``s(a, b)``: over what is not known about a person, or over the people of a population.
    probability : ndarray, shape (n,)
        That a is preferred, averaged over the same uncertainty.
    """

    log_odds: FloatArray
    sd: FloatArray
    probability: FloatArray


@dataclass(frozen=True)
class Pairs:
    """n comparisons of items with known features.

    Attributes
    ----------
    features : ndarray, shape (n_items, C)
    offsets : ndarray, shape (n_items,)
        In log-odds.
    a, b : ndarray of int, shape (n,)
    """

    features: npt.NDArray[np.float32]
    offsets: FloatArray
    a: npt.NDArray[np.intp]
    b: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.a)


def predict_pairs(scorer: Scorer, prior: DirichletPrior, pairs: Pairs, people: People, pool: Pool) -> Predictions:
    r"""Predict comparisons for people given by the moments of their tastes.

    A person: ``s = o + z . m`` and ``v = z' C z``, with ``P = sigma(s / sqrt(1 + pi v / 8))`` (MacKay 1992), where z
    are the per-prototype log-odds and m, C the mean and covariance of the weights. Models that are not linear in the
    weights get s and v from 2K sigma points instead. The population: ``pool="log-odds"`` is the mean of everybody's
    log-odds, ``pool="vote"`` the logit of the mean probability over the fitted distribution of people.
    """
    out = Predictions(*(np.empty(len(pairs)) for _ in range(3)))
    known = np.flatnonzero(people.index >= 0)
    pooled = np.flatnonzero(people.index < 0)
    linear = scorer.model.linear_in_weights
    scores = scorer.prototype_scores(pairs.features) if linear else None
    draws = prior_draws(prior) if len(pooled) else np.zeros((0, prior.n_prototypes))
    rewards = None if linear or not len(pooled) else scorer.rewards_at(pairs.features, draws)
    for start in range(0, len(known), CHUNK):
        rows = known[start : start + CHUNK]
        a, b, who = pairs.a[rows], pairs.b[rows], people.index[rows]
        offset = pairs.offsets[a] - pairs.offsets[b]
        if scores is not None:
            z = scores[a] - scores[b]
            s = np.einsum("nk,nk->n", z, people.mean[who])
            v = np.einsum("nk,nkl,nl->n", z, people.covariance[who], z)
        else:
            s, v = _by_sigma_points(scorer, pairs.features[a], pairs.features[b], people, who)
        _write(out, rows, s + offset, np.maximum(v, 0))
    for start in range(0, len(pooled), CHUNK):
        rows = pooled[start : start + CHUNK]
        a, b = pairs.a[rows], pairs.b[rows]
        offset = pairs.offsets[a] - pairs.offsets[b]
        if scores is not None:
            each = (scores[a] - scores[b]) @ draws.T
        else:
            assert rewards is not None
            each = rewards[a] - rewards[b]
        _write_pooled(out, rows, each + offset[:, None], pool)
    return out


def prior_draws(prior: DirichletPrior) -> FloatArray:
    """A fixed, evenly spread set of people drawn from the prior, shape (512, K); for K = 1 a single one."""
    if prior.n_prototypes == 1:
        return np.ones((1, 1))
    draws: FloatArray = np.exp(prior.log_draws(POPULATION_DRAWS, 0))
    return draws


def _write(out: Predictions, rows: npt.NDArray[np.intp], s: FloatArray, v: FloatArray) -> None:
    out.log_odds[rows] = s
    out.sd[rows] = np.sqrt(v)
    out.probability[rows] = _sigmoid(s / np.sqrt(1 + np.pi * v / 8))


def _write_pooled(out: Predictions, rows: npt.NDArray[np.intp], each: FloatArray, pool: Pool) -> None:
    out.sd[rows] = each.std(axis=1)
    if pool == "log-odds":
        out.log_odds[rows] = each.mean(axis=1)
        out.probability[rows] = _sigmoid(out.log_odds[rows])
    else:
        # Both shares are computed, so that neither loses its digits and swapping a and b is exact.
        share_a, share_b = _sigmoid(each).mean(axis=1), _sigmoid(-each).mean(axis=1)
        out.log_odds[rows] = np.log(share_a) - np.log(share_b)
        out.probability[rows] = share_a / (share_a + share_b)


def _by_sigma_points(
    scorer: Scorer,
    features_a: npt.NDArray[np.float32],
    features_b: npt.NDArray[np.float32],
    people: People,
    who: npt.NDArray[np.intp],
) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of the log-odds over 2K points with the person's mean and covariance (unscented transform)."""
    k = people.mean.shape[1]
    values, vectors = np.linalg.eigh(people.covariance)
    roots = vectors * np.sqrt(np.maximum(values, 0) * k)[:, None, :]
    items_a, items_b = torch.from_numpy(features_a), torch.from_numpy(features_b)

    def log_odds(weights: FloatArray) -> FloatArray:
        on_simplex = np.maximum(weights, 0)
        on_simplex /= on_simplex.sum(axis=1, keepdims=True)
        with torch.no_grad():
            s = scorer.model.log_odds(items_a, items_b, torch.from_numpy(on_simplex[who].astype(np.float32)))
        result: FloatArray = s.double().numpy() * scorer.factor
        return result

    points = [log_odds(people.mean + sign * roots[:, :, j]) for j in range(k) for sign in (1, -1)]
    stacked = np.stack(points)
    return stacked.mean(axis=0), stacked.var(axis=0)


def _sigmoid(s: FloatArray) -> FloatArray:
    half: FloatArray = np.tanh(s / 2)
    return (1 + half) / 2
