"""One factor on all scores."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from gustibus.fitting import scaled_log_loss
from gustibus.fitting.temperature import shrunk_factor


@given(seed=st.integers(0, 1000), scale=st.floats(0.05, 20))
@settings(max_examples=30, deadline=None)
def test_the_factor_is_the_one_scipy_finds(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    s = rng.normal(size=60)
    y = (rng.random(60) < 1 / (1 + np.exp(-1.5 * s))).astype(float)
    w = rng.uniform(0.1, 1, 60)
    shown = torch.from_numpy(s * scale)

    def loss(g: float) -> float:
        return float(w @ (np.logaddexp(0, -g * s * scale) + (1 - y) * g * s * scale) / w.sum())

    oracle = minimize_scalar(loss, bounds=(0, 100), method="bounded", options={"xatol": 1e-10})
    found, _ = scaled_log_loss(shown, torch.from_numpy(y), torch.from_numpy(w), n_rounds=40)
    assert found <= oracle.fun + 1e-8


def test_scores_that_point_the_wrong_way_are_scaled_to_nothing() -> None:
    s = torch.tensor([2.0, 1.0, 3.0])
    loss, factor = scaled_log_loss(s, torch.zeros(3), torch.ones(3))
    assert factor < 1e-3
    np.testing.assert_allclose(loss, np.log(2), atol=1e-3)


def told(n: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Log-odds that are twice too loud, and what was said."""
    rng = np.random.default_rng(seed)
    s = 2 * rng.normal(size=n)
    outcome = (rng.random(n) < 1 / (1 + np.exp(-s / 2))).astype(float)
    return torch.from_numpy(s), torch.from_numpy(outcome), torch.ones(n)


def test_a_factor_learned_from_few_judgements_stays_near_one() -> None:
    few = [shrunk_factor(*told(30, seed)) for seed in range(20)]
    free = [scaled_log_loss(*told(30, seed))[1] for seed in range(20)]
    assert np.std(np.log(few)) < 0.5 * np.std(np.log(free))


def test_many_judgements_overrule_the_pull_towards_one() -> None:
    # 20,000 judgements: the data's standard error is about 0.01, the prior's pull another 0.005.
    np.testing.assert_allclose(shrunk_factor(*told(20_000)), 0.5, atol=0.04)


def test_without_judgements_the_factor_is_one() -> None:
    np.testing.assert_allclose(shrunk_factor(*told(0)), 1.0, atol=1e-5)
