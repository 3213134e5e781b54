"""Rewards of some responses to one prompt, averaged over what is not known of a person."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from gustibus.adapting import AtomTastes, Tastes, sigmoid
from gustibus.aggregation import vote_matrix
from gustibus.fitted.scorer import Scorer

__all__ = ["mean_rewards", "reward_moments", "votes_of"]

FloatArray = npt.NDArray[np.float64]
BORDA_DRAWS: Final = 512


def mean_rewards(scorer: Scorer, features: npt.NDArray[np.float32], tastes: Tastes) -> FloatArray:
    """Rewards of n items averaged over each person's posterior, (n, U)."""
    if scorer.model.linear_in_weights:
        return scorer.rewards_at(features, tastes.mean)
    assert isinstance(tastes, AtomTastes)
    return scorer.rewards_at(features, tastes.atoms.astype(np.float64)) @ tastes.mass.T.astype(np.float64)


def reward_moments(
    scorer: Scorer, prompt: str | None, texts: list[str], tastes: Tastes
) -> tuple[FloatArray, FloatArray]:
    """Mean (n,) and covariance (n, n) of the rewards of some responses, for the one person of ``tastes``."""
    features = scorer.features([prompt] * len(texts), texts)
    offsets = scorer.item_offsets([prompt] * len(texts), texts)
    if scorer.model.linear_in_weights:
        scores = scorer.prototype_scores(features)
        return scores @ tastes.mean[0] + offsets, scores @ tastes.covariance(0) @ scores.T
    assert isinstance(tastes, AtomTastes)
    mass = tastes.mass[0].astype(np.float64)
    each = scorer.rewards_at(features, tastes.atoms.astype(np.float64))
    centred = each - (each @ mass)[:, None]
    return each @ mass + offsets, (centred * mass) @ centred.T


def votes_of(scorer: Scorer, prompt: str | None, texts: list[str], tastes: Tastes) -> list[FloatArray]:
    """Probabilities (n, n) that each response is preferred to each, for draws of the one person's weights."""
    features = scorer.features([prompt] * len(texts), texts)
    offsets = scorer.item_offsets([prompt] * len(texts), texts)
    if not scorer.model.scalar:
        shift = offsets[:, None] - offsets
        weights = tastes.draws(0, BORDA_DRAWS if scorer.model.n_prototypes > 1 else 1, 0)
        return [sigmoid(scorer.pool_log_odds(features, w) + shift) for w in weights]
    each = scorer.rewards_at(features, tastes.draws(0, BORDA_DRAWS, 0)).T + offsets
    return [vote_matrix(reward[None]) for reward in each]
