"""The convex population fit against independent solvers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from gustibus.comparisons import GustibusError
from gustibus.fitting import fit_ridge_logistic


def judgements(seed: int = 0, n_items: int = 30, n: int = 400) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n_items, 3))
    a = rng.integers(0, n_items, n)
    b = (a + rng.integers(1, n_items, n)) % n_items
    s = (features[a] - features[b]) @ [1.0, -0.5, 0.0] + rng.normal(size=n_items)[a] * 0.3
    outcome = (rng.random(n) < 1 / (1 + np.exp(-s))).astype(float)
    outcome[:20] = 0.5
    return features, a, b, outcome, rng.uniform(0.5, 2, n)


@pytest.mark.parametrize("offset_ridge", [None, 2.0])
def test_solution_equals_tightly_converged_bfgs(offset_ridge: float | None) -> None:
    features, a, b, outcome, weight = judgements()
    fit = fit_ridge_logistic(features, a, b, outcome, weight, ridge=0.7, offset_ridge=offset_ridge, tolerance=1e-9)
    full = features if offset_ridge is None else np.hstack([features, np.eye(len(features))])
    precision = np.r_[np.full(3, 0.7), np.full(full.shape[1] - 3, offset_ridge or 0.0)]
    design = full[a] - full[b]

    def objective(theta: np.ndarray) -> tuple[float, np.ndarray]:
        s = design @ theta
        value = weight @ (np.logaddexp(0, -s) + (1 - outcome) * s) + 0.5 * precision @ theta**2
        return float(value), design.T @ (weight * (1 / (1 + np.exp(-s)) - outcome)) + precision * theta

    oracle = minimize(objective, np.zeros(full.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-9})

    found = fit.beta if fit.offsets is None else np.r_[fit.beta, fit.offsets]
    np.testing.assert_allclose(found, oracle.x, atol=1e-6)  # both gradients are below 1e-8, curvature is above 0.5


def test_warm_start_ends_at_the_same_optimum() -> None:
    features, a, b, outcome, weight = judgements(seed=1)
    cold = fit_ridge_logistic(features, a, b, outcome, weight, ridge=1.0, offset_ridge=1.0, tolerance=1e-9)
    other = fit_ridge_logistic(features, a, b, outcome, weight, ridge=50.0)
    warm = fit_ridge_logistic(features, a, b, outcome, weight, ridge=1.0, offset_ridge=1.0, start=other, tolerance=1e-9)
    np.testing.assert_allclose(warm.rewards(features), cold.rewards(features), atol=1e-6)


def test_a_weight_of_two_is_the_same_as_saying_it_twice() -> None:
    features, a, b, outcome, _ = judgements(seed=2)
    ones = np.ones(len(a))
    twice = fit_ridge_logistic(features, np.r_[a, a], np.r_[b, b], np.r_[outcome, outcome], np.r_[ones, ones], ridge=1)
    doubled = fit_ridge_logistic(features, a, b, outcome, 2 * ones, ridge=1)
    np.testing.assert_allclose(twice.beta, doubled.beta, atol=1e-5)


def test_ridge_must_be_positive() -> None:
    features, a, b, outcome, weight = judgements()
    with pytest.raises(GustibusError, match="positive"):
        fit_ridge_logistic(features, a, b, outcome, weight, ridge=0.0)


def test_rewards_that_are_held_still_leave_only_the_residual_to_the_offsets() -> None:
    features, a, b, outcome, weight = judgements(seed=3)
    held = features @ [0.8, 0.1, -0.3]
    none = np.zeros((len(features), 0))
    found = fit_ridge_logistic(none, a, b, outcome, weight, ridge=1.0, offset_ridge=1.5, held=held, tolerance=1e-9)

    def gradient(offsets: np.ndarray) -> np.ndarray:
        s = (held + offsets)[a] - (held + offsets)[b]
        slope = weight * (1 / (1 + np.exp(-s)) - outcome)
        return np.bincount(a, slope, len(held)) - np.bincount(b, slope, len(held)) + 1.5 * offsets

    assert found.offsets is not None
    assert found.beta.shape == (0,)
    assert np.abs(gradient(found.offsets)).max() < 1e-6  # stationary in a strictly convex problem: the optimum
