"""The world of prompts is what it says: prompts apart, truth by the formula, ceilings."""

import numpy as np
import pytest

from gustibus.catalog import prompt_world
from gustibus.comparisons import GustibusError


def small(**settings):
    return prompt_world(**({"n_users": 40, "n_prompts": 60, "n_held_out_prompts": 20} | settings))


def test_equal_seeds_give_equal_worlds():
    one, two, other = small(seed=3), small(seed=3), small(seed=4)
    assert one.comparisons == two.comparisons
    assert one.held_out == two.held_out
    assert one.vectors.identity == two.vectors.identity
    assert one.comparisons != other.comparisons


def test_held_out_prompts_occur_in_no_comparison_to_learn_from():
    world = small()
    learned, held_out = (set(data.items().prompt_texts()) for data in (world.comparisons, world.held_out))
    assert len(held_out) == 20
    assert not learned & held_out


def test_both_responses_answer_the_prompt_that_was_asked():
    world = small(responses_per_prompt=4)
    data = world.comparisons
    assert set(np.bincount(data.user)) == {40}
    np.testing.assert_array_equal(data.prompt, data.prompt_b)
    prompt = np.array([int(name.split("-")[1]) for name in data.prompts.to_pylist()])[data.prompt]
    for column in (data.response_a, data.response_b):
        response = np.array([int(name.split("-")[1]) for name in data.responses.to_pylist()])[column]
        np.testing.assert_array_equal(response // 4, prompt)
    assert (data.response_a != data.response_b).all()


def test_answers_follow_the_true_log_odds():
    world = small(comparisons_per_user=500)
    s = world.log_odds(world.comparisons)
    right = ((s > 0) == (world.comparisons.outcome > 0.5)).mean()
    # 20,000 answers: the standard error is 0.003
    assert right == pytest.approx(world.bayes_accuracy(world.comparisons), abs=0.012)


@pytest.mark.parametrize("seed", range(3))
def test_default_noise_leaves_a_ceiling_of_about_80_percent(seed):
    world = prompt_world(seed=seed)
    assert 0.76 < world.bayes_accuracy(world.held_out) < 0.84
    assert world.truth.one_taste_accuracy(world.held_out) < world.bayes_accuracy(world.held_out) - 0.05
    assert world.truth.one_taste_log_loss(world.held_out) > world.bayes_log_loss(world.held_out) + 0.05


def test_rewards_of_a_pure_taste_are_cosines_times_the_scale():
    world = small(scale=3.0)
    assert np.abs(world.truth.scores).max() <= 3.0
    # Cosines of random directions in six dimensions have standard deviation 6 ** -0.5.
    assert world.truth.scores.std() == pytest.approx(3.0 * 6**-0.5, rel=0.15)


def affine_fit(x, y):
    """Share of the variance of y that an affine function of x explains."""
    x = np.column_stack([x, np.ones(len(x))])
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return 1 - (left**2).sum() / ((y - y.mean(0)) ** 2).sum()


def test_the_prompt_decides_what_is_wanted_as_far_as_its_share_says():
    # Without a share of the prompt the scores are cosines to one direction: nearly linear in the response.
    for share, low, high in ((0.0, 0.9, 1.0), (1.0, 0.0, 0.15)):
        world = prompt_world(prompt_share=share, n_prompts=600)
        explained = affine_fit(world.vectors.matrix.astype(float), world.truth.scores)
        assert low < explained < high


def test_joined_vectors_are_those_of_response_and_prompt():
    world = small(responses_per_prompt=3)
    assert world.joined.n_dimensions == 48
    np.testing.assert_array_equal(world.joined.matrix[:, :32], world.vectors.matrix)
    np.testing.assert_array_equal(world.joined.matrix[:, 32:], np.repeat(world.vectors.prompts.matrix, 3, axis=0))


@pytest.mark.parametrize(
    ("setting", "value"), [("n_users", 0), ("responses_per_prompt", 1), ("prompt_share", 1.5), ("scale", 0.0)]
)
def test_impossible_sizes_are_refused_by_name(setting, value):
    with pytest.raises(GustibusError, match=setting):
        prompt_world(**{setting: value})
