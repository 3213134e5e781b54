"""The world of vectors is what it says: sizes, truth, ceilings, held-out items."""

import numpy as np
import pytest

from gustibus.catalog import ideal_point_world
from gustibus.comparisons import GustibusError


def small(**settings):
    return ideal_point_world(**({"n_users": 40, "n_items": 300, "n_held_out_items": 100} | settings))


def test_equal_seeds_give_equal_worlds():
    one, two, other = small(seed=3), small(seed=3), small(seed=4)
    assert one.comparisons == two.comparisons
    assert one.held_out == two.held_out
    np.testing.assert_array_equal(one.vectors.matrix, two.vectors.matrix)
    assert one.comparisons != other.comparisons


def test_held_out_items_occur_in_no_comparison_to_learn_from():
    world = small()
    learned = set(world.comparisons.items().response_texts())
    held_out = set(world.held_out.items().response_texts())
    assert held_out
    assert not learned & held_out


def test_everybody_judges_equally_often_and_every_item_has_a_vector():
    world = small(comparisons_per_user=7, held_out_per_user=3)
    assert set(np.bincount(world.comparisons.user)) == {7}
    assert set(np.bincount(world.held_out.user)) == {3}
    vectors = world.vectors.encode_items([None] * 2, world.truth.responses[:2])
    assert vectors.shape == (2, 64)
    assert world.comparisons.sources.to_pylist() == ["simulated"]


def test_answers_follow_the_true_log_odds():
    world = ideal_point_world(n_users=200, comparisons_per_user=200)
    s = world.log_odds(world.comparisons)
    right = ((s > 0) == (world.comparisons.outcome > 0.5)).mean()
    # 40,000 answers: the standard error is 0.002
    assert right == pytest.approx(world.bayes_accuracy(world.comparisons), abs=0.008)


@pytest.mark.parametrize("seed", range(3))
def test_default_noise_leaves_a_ceiling_of_about_85_percent(seed):
    world = ideal_point_world(seed=seed)
    assert 0.81 < world.bayes_accuracy(world.held_out) < 0.89
    assert world.truth.one_taste_accuracy(world.held_out) < world.bayes_accuracy(world.held_out) - 0.02


def test_positions_are_mostly_linear_in_the_vectors():
    world = ideal_point_world()
    x = world.vectors.matrix - world.vectors.matrix.mean(0)
    z = world.truth.positions - world.truth.positions.mean(0)
    left = z - x @ np.linalg.lstsq(x, z, rcond=None)[0]
    explained = 1 - (left**2).sum() / (z**2).sum()
    # the bend has variance 0.09 (1/2 - 1/2pi) = 0.03, of which half is linear, beside 1 for the linear map
    assert 0.95 < explained < 0.999


def test_features_are_anisotropic_like_an_encoder():
    matrix = ideal_point_world().vectors.matrix.astype(float)
    spectrum = np.linalg.svd(matrix - matrix.mean(0), compute_uv=False)
    assert spectrum[0] > 5 * spectrum[-1]
    assert np.linalg.norm(matrix.mean(0)) > 1


@pytest.mark.parametrize(
    ("setting", "value"),
    [("n_users", 0), ("n_held_out_items", 1), ("concentration", 0.0), ("scale", float("nan")), ("n_informative", 65)],
)
def test_impossible_sizes_are_refused_by_name(setting, value):
    with pytest.raises(GustibusError, match=setting):
        ideal_point_world(**{setting: value})
