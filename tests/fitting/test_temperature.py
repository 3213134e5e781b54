"""One factor on all scores."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from gustibus.fitting import scaled_log_loss


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
