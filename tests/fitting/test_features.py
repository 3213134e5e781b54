"""Features: principal components against numpy, scale, and refusals."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.comparisons import GustibusError
from gustibus.fitting import PrincipalComponents, rescaled, standardised


def embeddings(n: int = 300, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(6, 6))
    return (rng.normal(size=(n, 6)) * [5, 3, 2, 1, 0.5, 0.1] @ mixing + 2).astype(np.float32)


def test_components_span_the_space_that_a_singular_value_decomposition_finds() -> None:
    items = embeddings()
    features = PrincipalComponents(items, 3).feature_map(3, whiten=True)(items).astype(np.float64)
    centred = items.astype(np.float64) - items.mean(axis=0)
    left = np.linalg.svd(centred, full_matrices=False)[0][:, :3]
    # Whitened components are left singular vectors up to sign and scale: projecting on their space loses nothing.
    residual = features - left @ (left.T @ features)
    assert np.abs(residual).max() < 1e-3 * np.abs(features).max()


def test_whitened_features_have_unit_variance_and_no_correlation() -> None:
    items = embeddings()
    features = PrincipalComponents(items, 4).feature_map(4, whiten=True)(items)
    np.testing.assert_allclose(np.cov(features.T), np.eye(4), atol=2e-3)  # float32 projections


def test_unwhitened_features_keep_their_proportions_and_have_unit_mean_square() -> None:
    items = embeddings()
    features = PrincipalComponents(items, 4).feature_map(4, whiten=False)(items)
    variances = features.var(axis=0)
    assert np.all(np.diff(variances) < 0)
    assert variances.mean() == pytest.approx(1, abs=0.01)


def test_equal_data_give_equal_features_whatever_is_asked_for_first() -> None:
    items = embeddings()
    few, many = PrincipalComponents(items, 2), PrincipalComponents(items, 6)
    np.testing.assert_allclose(
        few.feature_map(2, whiten=True)(items), many.feature_map(2, whiten=True)(items), atol=1e-4
    )


def test_standardising_leaves_constant_columns_at_zero() -> None:
    items = embeddings()
    items[:, 2] = 7
    features = standardised(items)(items)
    assert np.all(features[:, 2] == 0)
    np.testing.assert_allclose(np.delete(features, 2, axis=1).std(axis=0), 1, atol=1e-4)


def test_indicators_get_one_common_scale_and_stay_indicators() -> None:
    items = np.eye(5, dtype=np.float32)
    features = rescaled(items)(items)
    np.testing.assert_allclose(features, np.eye(5) * np.sqrt(5), atol=1e-6)


def test_extra_columns_are_standardised_beside_the_components() -> None:
    items = embeddings()
    extra = np.arange(len(items), dtype=np.float32)[:, None]
    features = PrincipalComponents(items, 2, extra=extra).feature_map(2, whiten=False)(items, extra)
    assert features.shape == (len(items), 3)
    assert features[:, 2].std() == pytest.approx(1, abs=1e-4)


def test_vectors_of_another_width_are_refused_with_the_fix() -> None:
    feature_map = standardised(embeddings())
    with pytest.raises(GustibusError, match="encoder"):
        feature_map(np.zeros((2, 5), np.float32))


def test_a_column_that_differs_only_by_rounding_counts_as_constant() -> None:
    items = np.full((60, 2), 0.1, np.float32)
    items[:, 1] = np.linspace(-1, 1, 60)
    new = np.array([[0.2, 0.0]], np.float32)
    assert standardised(items)(new)[0, 0] == 0


def test_whitened_components_of_few_items_stay_moderate_on_new_items() -> None:
    rng = np.random.default_rng(0)
    items = rng.normal(size=(1060, 384)).astype(np.float32)
    features = PrincipalComponents(items[:60], 96).feature_map(96, whiten=True)(items[60:])
    # Unit variance on the 60 items it was computed from; on others a few times that, not thousands.
    assert features.shape[1] <= 20
    assert np.abs(features).max() < 20
