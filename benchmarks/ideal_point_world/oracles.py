"""Fits that are told a part of the truth: what the rest costs.

Held-out accuracy of each, from the ceiling down: somebody who knows everything; who has to learn the people; people and
tastes; who knows the people but has to learn map and tastes; who has the best linear map instead of the true one.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits

import gustibus as gs
from benchmarks.ideal_point_world.world import World
from gustibus.adapting import Answers, adapt, fit_dirichlet_prior
from gustibus.comparisons import Comparisons
from gustibus.embedding import Vectors
from gustibus.models import IdealPoint

__all__ = ["best_linear_map", "learn_map_for_true_people", "learn_people_only", "learn_people_and_tastes"]

Floats = NDArray[np.float64]


def learn_people_only(world: World, seed: int) -> Floats:
    """Probabilities of somebody who knows items and tastes exactly and places people by their answers."""
    rewards = world.truth.prototype_rewards(world.truth.responses).T

    def answers(data: Comparisons) -> Answers:
        # -c |z - w P|^2 = w . (-c |z - P_k|^2) + a part that is the same for all items: linear in the weights.
        z = rewards[data.response_a] - rewards[data.response_b]
        return Answers(
            z=z, offset=np.zeros(len(data)), outcome=data.outcome.astype(float), weight=data.weight.astype(float),
            user=data.user.astype(np.intp), n_users=len(world.truth.user_ids),
        )  # fmt: skip

    known, asked = answers(world.train), answers(world.test)
    prior = fit_dirichlet_prior(known, seed=seed).prior
    return adapt(known, prior, seed=seed).probability(asked.z, asked.user)


def learn_people_and_tastes(world: World, seed: int) -> Floats:
    """Probabilities of a fit whose features are the true positions of the items."""
    positions = Vectors(world.truth.responses, world.truth.positions)
    model = gs.fit(world.train, encoder=positions, prototypes=world.truth.weights.shape[1], seed=seed)
    return model.predict(world.test).probability


def learn_map_for_true_people(world: World, model: gs.FittedModel, seed: int, *, steps: int = 400) -> Floats:
    """Probabilities of a linear map and prototypes learned for people whose true weights are given.

    The features are those that a fitted model chose. Stops where a tenth of the training judgements, kept aside, is
    predicted best.
    """
    features = torch.from_numpy(_features(world, model))
    weights = torch.from_numpy(world.truth.weights.astype(np.float32))
    kept_aside = np.random.default_rng(seed).random(len(world.train)) < 0.1
    learn, check = _tensors(world.train.filter(~kept_aside)), _tensors(world.train.filter(kept_aside))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        ideal = IdealPoint(features.shape[1], weights.shape[1], world.truth.positions.shape[1], prototype_scale=1.0)
    adam = torch.optim.Adam(ideal.parameters(), lr=0.02)
    best, kept = np.inf, ideal.state_dict()
    for step in range(steps):
        a, b, user, outcome = learn
        log_odds = ideal.pair_log_odds(features, a, b, weights, user)
        loss = binary_cross_entropy_with_logits(log_odds, outcome) + 0.05 * ideal.shrinkage() / len(outcome)
        adam.zero_grad()
        loss.backward()
        adam.step()
        if step % 5 == 4:
            a, b, user, outcome = check
            with torch.no_grad():
                now = float(
                    binary_cross_entropy_with_logits(ideal.pair_log_odds(features, a, b, weights, user), outcome)
                )
            if now < best:
                best, kept = now, {key: value.clone() for key, value in ideal.state_dict().items()}
    ideal.load_state_dict(kept)
    a, b, user, _ = _tensors(world.test)
    with torch.no_grad():
        return torch.sigmoid(ideal.pair_log_odds(features, a, b, weights, user)).double().numpy()


def best_linear_map(world: World, model: gs.FittedModel) -> Floats:
    """Probabilities of the truth with its map replaced by the least-squares linear map from a fit's features.

    The true map bends a little, which no linear map can follow: this is about the ceiling of linear maps.
    """
    features = _features(world, model).astype(np.float64)
    columns = np.column_stack([features, np.ones(len(features))])
    n_train = int(max(world.train.response_a.max(), world.train.response_b.max())) + 1
    coefficients = np.linalg.lstsq(columns[:n_train], world.truth.positions[:n_train], rcond=None)[0]
    truth = world.truth
    straight = type(truth)(
        truth.user_ids, truth.responses, columns @ coefficients, truth.prototypes, truth.weights, truth.scale
    )
    return 1 / (1 + np.exp(-straight.log_odds(world.test)))


def _features(world: World, model: gs.FittedModel) -> NDArray[np.float32]:
    return model.scorer.features([None] * len(world.truth.responses), list(world.truth.responses))


def _tensors(data: Comparisons) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    a, b, user = (torch.from_numpy(c.astype(np.int64)) for c in (data.response_a, data.response_b, data.user))
    return a, b, user, torch.from_numpy(data.outcome.astype(np.float32))
