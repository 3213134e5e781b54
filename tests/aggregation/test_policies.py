"""Pooling distributions and aggregating rewards: the same where rewards are normalised."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.special import log_softmax, softmax

from gustibus.aggregation import alpha_mean, favourites, jensen_shannon, pool_opinions
from gustibus.comparisons import GustibusError


@pytest.fixture
def reward() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(6, 5)) * 2


def test_pooling_is_by_its_definition(reward: np.ndarray) -> None:
    own, weight = softmax(reward, axis=1), np.arange(1.0, 7.0)
    share = weight / weight.sum()
    geometric = np.prod(own ** share[:, None], axis=0)
    np.testing.assert_allclose(pool_opinions(reward, weight, pool="linear"), share @ own)
    np.testing.assert_allclose(pool_opinions(reward, weight), geometric / geometric.sum())


def test_logarithmic_pooling_is_the_policy_of_the_mean_reward_normalised_or_not(reward: np.ndarray) -> None:
    expected = softmax(alpha_mean(reward, 0.0))
    for normalise in (True, False):
        np.testing.assert_allclose(pool_opinions(reward, normalise=normalise), expected)


def test_linear_pooling_is_the_policy_of_the_aggregate_only_of_normalised_rewards(reward: np.ndarray) -> None:
    pooled = pool_opinions(reward, pool="linear")
    np.testing.assert_allclose(softmax(alpha_mean(log_softmax(reward, axis=1), 1.0)), pooled)
    louder = reward + np.arange(6.0)[:, None]
    np.testing.assert_allclose(pool_opinions(louder, pool="linear"), pooled)
    unnormalised = softmax(alpha_mean(louder, 1.0))
    np.testing.assert_allclose(pool_opinions(louder, pool="linear", normalise=False), unnormalised)
    assert np.abs(unnormalised - pooled).max() > 0.05


def test_favourites_are_counted_by_weight_and_ties_shared() -> None:
    reward = [[1.0, 0.0, 0.0], [0.0, 2.0, 2.0], [5.0, 4.0, 5.0]]
    np.testing.assert_allclose(favourites(reward, [2, 1, 1]), [0.5 + 0.125, 0.125, 0.125 + 0.125])


def test_the_distance_is_that_of_scipy_and_a_metric() -> None:
    p, q, r = np.random.default_rng(1).dirichlet(np.full(6, 0.3), size=(3, 200))
    np.testing.assert_allclose(jensen_shannon(p, q), jensenshannon(p, q, base=2, axis=1), atol=1e-12)
    assert np.all(jensen_shannon(p, r) <= jensen_shannon(p, q) + jensen_shannon(q, r) + 1e-12)
    assert jensen_shannon(3 * p, p).max() < 1e-7


def test_what_is_no_distribution_is_refused() -> None:
    for wrong in ([0.0, 0.0], [-1.0, 2.0], [np.nan, 1.0]):
        with pytest.raises(GustibusError, match="no distribution"):
            jensen_shannon([0.5, 0.5], wrong)
    with pytest.raises(GustibusError, match="p has 2 shares and q 3"):
        jensen_shannon([1, 1], [1, 1, 1])
    with pytest.raises(GustibusError, match="pool='median'"):
        pool_opinions([[0.0]], pool="median")  # type: ignore[arg-type]
