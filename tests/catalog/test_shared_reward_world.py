"""The world of shared rewards is what it says: kinds of people, truth by name, ceilings."""

import numpy as np
import pytest

from gustibus.catalog import SharedRewardTruth, shared_reward_world
from gustibus.comparisons import Comparisons, GustibusError

KINDS = ["discrete", "mixed", "free"]


def small(**settings):
    return shared_reward_world(**({"n_users": 40, "n_items": 300, "n_held_out_items": 100} | settings))


@pytest.mark.parametrize("types", KINDS)
def test_equal_seeds_give_equal_worlds(types):
    one, two, other = (small(types=types, seed=seed) for seed in (3, 3, 4))
    assert one.comparisons == two.comparisons
    assert one.vectors.identity == two.vectors.identity
    assert one.comparisons != other.comparisons


def test_people_are_types_mixtures_or_free():
    discrete, mixed, free = (small(types=types, n_users=400).truth.weights for types in KINDS)
    assert set(discrete.ravel()) == {0.0, 1.0}
    np.testing.assert_allclose(discrete.sum(1), 1)
    np.testing.assert_allclose(mixed.sum(1), 1)
    assert mixed.min() > 0
    # 1,200 normal weights: their mean is known to 0.03
    assert free.mean() == pytest.approx(3**-0.5, abs=0.12)
    assert free.min() < -1


@pytest.mark.parametrize("types", KINDS)
def test_answers_follow_the_true_log_odds_of_the_shared_rewards(types):
    world = small(types=types, comparisons_per_user=500)
    data = world.comparisons
    by_hand = ((world.truth.scores[data.response_a] - world.truth.scores[data.response_b])
               * world.truth.weights[data.user]).sum(1)  # fmt: skip
    s = world.log_odds(data)
    np.testing.assert_allclose(s, by_hand, atol=1e-12)
    right = ((s > 0) == (data.outcome > 0.5)).mean()
    # 20,000 answers: the standard error is 0.003
    assert right == pytest.approx(world.bayes_accuracy(data), abs=0.012)


def test_shared_rewards_are_linear_in_the_vectors_and_agree_as_far_as_asked():
    world = shared_reward_world(agreement=0.5, scale=1.5, n_features=200, n_prototypes=4)
    x = np.column_stack([world.vectors.matrix.astype(float), np.ones(2500)])
    y = world.truth.scores
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    assert np.abs(left).max() < 1e-3  # of float32 vectors
    # 200 random coordinates know a correlation to about 0.05
    assert np.corrcoef(y.T)[np.triu_indices(4, 1)].mean() == pytest.approx(0.5, abs=0.12)
    assert y.std() == pytest.approx(1.5, rel=0.1)


def test_held_out_items_occur_in_no_comparison_to_learn_from():
    world = small()
    learned, held_out = (set(data.items().response_texts()) for data in (world.comparisons, world.held_out))
    assert held_out
    assert not learned & held_out


def test_votes_and_ceilings_are_as_counted_by_hand():
    truth = SharedRewardTruth(
        ("ann", "ben"), ("tea", "gin"), np.array([[2.0, 0.0], [0.0, 1.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    )
    data = Comparisons.from_arrays(
        users=["ben", "ann"], responses=["gin", "tea"], user=[1, 0], response_a=[1, 1], response_b=[0, 0],
        outcome=[1, 0],
    )  # fmt: skip
    p, q = 1 / (1 + np.exp(-2)), 1 / (1 + np.exp(1))
    np.testing.assert_allclose(truth.log_odds(data), [2, -1])
    np.testing.assert_allclose(truth.vote_shares(data), [(p + q) / 2] * 2)
    assert truth.bayes_accuracy(data) == pytest.approx((p + 1 - q) / 2)
    np.testing.assert_allclose(truth.rewards(["ben"], ["gin", "tea"]), [[1, 0]])


@pytest.mark.parametrize(
    ("setting", "value"), [("types", "odd"), ("n_users", 0), ("agreement", 1.0), ("n_held_out_items", 1), ("scale", -1)]
)
def test_impossible_sizes_are_refused_by_name(setting, value):
    with pytest.raises(GustibusError, match=setting):
        shared_reward_world(**{setting: value})
