"""The population's regression on the graph of items, against independent solvers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from baseline_worlds import people_world
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from gustibus.comparisons import GustibusError
from gustibus.evaluation import Judgements
from gustibus.evaluation.baselines.item_graph import ItemGraph, ridge_logistic


def soft_and_weighted(seed=0):
    judged = people_world(seed, quality=1.0)
    rng = np.random.default_rng(seed + 1)
    outcome = np.where(rng.uniform(size=len(judged)) < 0.3, rng.choice([0.5, 0.8], size=len(judged)), judged.outcome)
    return replace(judged, outcome=outcome, weight=rng.choice([0.0, 0.5, 1.0, 3.0], size=len(judged)))


def objective(judged, x, ridge, offset_ridge):
    """Value and gradient, written on the differences of features."""
    f = judged.n_features
    beta, offset = x[:f], x[f:]
    difference = judged.difference()
    s = difference @ beta + offset[judged.a] - offset[judged.b]
    value = judged.weight @ (np.logaddexp(0, s) - judged.outcome * s)
    value += 0.5 * ridge * beta @ beta + 0.5 * offset_ridge * offset @ offset
    pull = judged.weight * (1 / (1 + np.exp(-s)) - judged.outcome)
    n = len(judged.features)
    items = np.bincount(judged.a, pull, n) - np.bincount(judged.b, pull, n)
    return value, np.concatenate([difference.T @ pull + ridge * beta, items + offset_ridge * offset])


@pytest.mark.parametrize(("ridge", "offset_ridge"), [(1.0, 0.5), (50.0, 8.0), (0.01, 0.01)])
def test_weights_and_offsets_are_those_of_a_tightly_converged_scipy(ridge, offset_ridge):
    judged = soft_and_weighted()
    fit = ridge_logistic(ItemGraph.of(judged), ridge, offset_ridge)
    best = minimize(
        lambda x: objective(judged, x, ridge, offset_ridge),
        np.zeros(judged.n_features + len(judged.features)),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 20_000, "maxfun": 40_000, "ftol": 1e-15, "gtol": 1e-9},
    )
    ours = objective(judged, np.concatenate([fit.beta, fit.offset]), ridge, offset_ridge)
    assert ours[0] <= best.fun + 1e-6
    # the weakest curvature is the penalty: a gradient of 1e-7 of the total weight moves a weight by up to 1e-4 / .01
    assert np.abs(ours[1]).max() <= 1e-7 * judged.weight.sum() * 1.01
    tolerance = 2e-4 / min(1.0, offset_ridge)
    np.testing.assert_allclose(np.concatenate([fit.beta, fit.offset]), best.x, atol=tolerance)


def test_without_offsets_it_is_sklearns_logistic_regression():
    judged = people_world(3)
    fit = ridge_logistic(ItemGraph.of(judged), 2.0, tolerance=1e-10)
    other = LogisticRegression(C=1 / 2.0, fit_intercept=False, tol=1e-10, max_iter=10_000)
    other.fit(judged.difference(), judged.outcome)
    np.testing.assert_allclose(fit.beta, other.coef_[0], atol=1e-6)
    np.testing.assert_array_equal(fit.offset, 0.0)


def test_merging_pairs_keeps_the_hessian():
    judged = soft_and_weighted(2)
    fit = ridge_logistic(ItemGraph.of(judged), 3.0)
    s = judged.difference() @ fit.beta
    p = 1 / (1 + np.exp(-s))
    plain = (judged.difference() * (judged.weight * p * (1 - p))[:, None]).T @ judged.difference() + 3.0 * np.eye(4)
    np.testing.assert_allclose(fit.hessian, plain, rtol=1e-9)


def test_repeated_judgements_of_a_pair_are_one_pair_whichever_way_round():
    judged = Judgements.of_arrays(np.eye(3), [0, 1, 2, 0], [1, 0, 0, 0], [1, 1, 0.5, 1], [0] * 4, weight=[1, 3, 1, 1])
    graph = ItemGraph.of(judged)
    assert (graph.a.tolist(), graph.b.tolist()) == ([0, 0], [1, 2])
    np.testing.assert_allclose(graph.share, [0.25, 0.5])
    np.testing.assert_allclose(graph.weight, [4.0, 1.0])


def test_swapping_a_and_b_gives_the_same_fit():
    judged = soft_and_weighted(4)
    swapped = replace(judged, a=judged.b, b=judged.a, outcome=1 - judged.outcome)
    one, other = (ridge_logistic(ItemGraph.of(j), 1.0, 1.0) for j in (judged, swapped))
    np.testing.assert_allclose(one.beta, other.beta, atol=1e-6)
    np.testing.assert_allclose(one.offset, other.offset, atol=1e-6)


def test_perfectly_separated_data_converge_because_of_the_ridge():
    rng = np.random.default_rng(5)
    features = rng.normal(size=(30, 3))
    a, b = rng.integers(0, 15, 400), rng.integers(15, 30, 400)
    outcome = (features[a, 0] > features[b, 0]).astype(float)
    judged = Judgements.of_arrays(features, a, b, outcome, np.zeros(400, int))
    fit = ridge_logistic(ItemGraph.of(judged), 1e-3, 1e-2)
    utility = features @ fit.beta + fit.offset
    np.testing.assert_array_equal(utility[a] > utility[b], outcome > 0.5)


def test_too_few_steps_are_an_error_with_a_fix():
    with pytest.raises(GustibusError, match="scale the features"):
        ridge_logistic(ItemGraph.of(people_world()), 1.0, max_iterations=1)
