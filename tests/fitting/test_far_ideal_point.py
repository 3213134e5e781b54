"""One taste for all: Bradley-Terry, unless people agree on where the best item lies."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gustibus.fitting import FitInputs, FitResult, FitSettings, Judgements, fit_arrays, validation_mask

ONE = FitSettings(prototypes=1, dimensions=3, item_offsets=False, max_steps=200)


def world(rewards_of: str, seed: int = 0) -> FitInputs:
    """40 people who agree: that more is better, or that the middle is."""
    rng = np.random.default_rng(seed)
    items = rng.normal(size=(150, 3)).astype(np.float32)
    reward = items @ np.array([1.5, -1.0, 0.5]) if rewards_of == "more" else -(items**2).sum(axis=1)
    user = np.repeat(np.arange(40), 40)
    a = rng.integers(0, 150, len(user))
    b = (a + rng.integers(1, 150, len(user))) % 150
    outcome = (rng.random(len(user)) < 1 / (1 + np.exp(reward[b] - reward[a]))).astype(float)
    judgements = Judgements(a, b, user, outcome, np.ones(len(user)), validation_mask(user, 0.1, seed), 40)
    return FitInputs(items, None, "numeric", judgements)


def rewards(fit: FitResult, inputs: FitInputs) -> np.ndarray:
    found = (
        fit.factor
        * fit.model.prototype_scores(torch.from_numpy(fit.feature_map(inputs.embeddings)))[:, 0].detach().numpy()
    )
    return found - found.mean()


@pytest.mark.parametrize("model", ["pal-a", "low-rank"])
def test_one_taste_for_more_is_bradley_terry(model: str) -> None:
    inputs = world("more")
    one, plain = (
        fit_arrays(inputs, ONE.for_model(model)),
        fit_arrays(inputs, FitSettings(model="bt", item_offsets=False)),
    )
    # What is left of the quadratic term is a millionth of the squared reward.
    np.testing.assert_allclose(rewards(one, inputs), rewards(plain, inputs), atol=1e-3)


def test_one_taste_for_the_middle_has_an_ideal_point() -> None:
    inputs = world("middle")
    one, plain = fit_arrays(inputs, ONE), fit_arrays(inputs, FitSettings(model="bt", item_offsets=False))
    assert one.validation_log_loss < plain.validation_log_loss - 0.1
    best = inputs.embeddings[np.argmax(rewards(one, inputs))]
    assert np.linalg.norm(best) < 1  # of 150 items with mean norm 1.6
