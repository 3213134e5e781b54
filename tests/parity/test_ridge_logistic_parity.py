"""The population fit beside scikit-learn's logistic regression on differences of features.

Both minimise the sum of log losses plus half the ridge times the squared coefficients; scikit-learn's ``C`` is one over
the ridge. Both stop at gradients below about 1e-4 of a judgement, which with the curvatures here leaves differences
below 1e-5.
"""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from gustibus.fitting import fit_ridge_logistic

N_ITEMS, N_FEATURES, N_JUDGEMENTS = 60, 7, 2000


def problem(seed):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(N_ITEMS, N_FEATURES))
    a = rng.integers(0, N_ITEMS, N_JUDGEMENTS)
    b = (a + rng.integers(1, N_ITEMS, N_JUDGEMENTS)) % N_ITEMS
    reward = features @ rng.normal(size=N_FEATURES) + rng.normal(size=N_ITEMS)
    outcome = (rng.random(N_JUDGEMENTS) < 1 / (1 + np.exp(reward[b] - reward[a]))).astype(float)
    return features, a, b, outcome, rng.uniform(0.2, 3.0, N_JUDGEMENTS)


def sklearn_coefficients(differences, outcome, weight, ridge):
    """Soft outcomes are given to it as two weighted records."""
    twice = np.concatenate([differences, differences])
    said = np.concatenate([np.ones(len(outcome)), np.zeros(len(outcome))])
    weights = np.concatenate([weight * outcome, weight * (1 - outcome)])
    kept = weights > 0
    model = LogisticRegression(C=1 / ridge, fit_intercept=False, tol=1e-10, max_iter=10_000, solver="newton-cg")
    return model.fit(twice[kept], said[kept], sample_weight=weights[kept]).coef_[0]


@pytest.mark.parametrize("ridge", [0.1, 3.0, 100.0])
@pytest.mark.parametrize("soft", [False, True])
def test_coefficients_equal_those_of_scikit_learn(ridge, soft):
    features, a, b, outcome, weight = problem(0)
    if soft:
        outcome = 0.8 * outcome + 0.1

    ours = fit_ridge_logistic(features, a, b, outcome, weight, ridge=ridge)

    theirs = sklearn_coefficients(features[a] - features[b], outcome, weight, ridge)
    np.testing.assert_allclose(ours.beta, theirs, atol=1e-5)


def test_item_offsets_equal_indicator_columns_scaled_to_their_own_ridge():
    features, a, b, outcome, weight = problem(1)
    ridge, offset_ridge = 2.0, 5.0

    ours = fit_ridge_logistic(features, a, b, outcome, weight, ridge=ridge, offset_ridge=offset_ridge)

    # A column multiplied by c needs a coefficient 1 / c times as large, so its ridge becomes ridge / c^2.
    scale = np.sqrt(ridge / offset_ridge)
    columns = np.column_stack([features, scale * np.eye(N_ITEMS)])
    theirs = sklearn_coefficients(columns[a] - columns[b], outcome, weight, ridge)
    np.testing.assert_allclose(ours.beta, theirs[:N_FEATURES], atol=1e-5)
    np.testing.assert_allclose(ours.offsets, scale * theirs[N_FEATURES:], atol=1e-5)
