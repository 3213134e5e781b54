"""The town is deterministic, honest about its truth, and leaves room for people."""

import numpy as np
import pytest

from gustibus.catalog import town
from gustibus.catalog.town_grammar import STYLES
from gustibus.comparisons import Comparisons, GustibusError


@pytest.fixture(scope="module")
def here():
    return town(seed=0)


def test_equal_seeds_give_equal_towns(here):
    again, other = town(seed=0), town(seed=1)
    assert again.comparisons == here.comparisons
    np.testing.assert_array_equal(again.weights, here.weights)
    assert other.comparisons != here.comparisons


def test_texts_do_not_depend_on_the_people(here):
    assert town(seed=0, n_people=10).styles.responses == here.styles.responses


def test_default_size(here):
    assert len(here.comparisons) == 12_000
    assert here.comparisons.n_users == 300
    assert len(set(here.styles.responses)) == len(here.styles.responses) == 1260
    assert len(set(here.styles.prompts)) == 252
    assert here.styles.levels.shape == (1260, len(STYLES))
    assert here.comparisons.sources.to_pylist() == ["simulated"]


def test_responses_to_a_prompt_differ_in_style(here):
    levels = here.styles.levels.reshape(252, 5, -1)
    assert all(len({tuple(row) for row in prompt}) == 5 for prompt in levels)


def test_every_comparison_is_of_two_answers_to_one_prompt(here):
    data = here.comparisons
    prompt_of = np.array(here.styles.prompts)
    texts = data.responses.to_pylist()
    assert texts == list(here.styles.responses)
    prompts = np.array(data.prompts.to_pylist())[data.prompt]
    assert (prompt_of[data.response_a] == prompts).all()
    assert (prompt_of[data.response_b] == prompts).all()


def test_nobody_judges_a_pair_twice(here):
    data = here.comparisons
    low, high = np.minimum(data.response_a, data.response_b), np.maximum(data.response_a, data.response_b)
    seen = set(zip(data.user.tolist(), low.tolist(), high.tolist(), strict=True))
    assert len(seen) == len(data)


@pytest.mark.parametrize("seed", range(3))
def test_ceilings_leave_room_for_taste(seed):
    world = town(seed=seed)
    data = world.comparisons
    assert 0.83 < world.bayes_accuracy(data) < 0.88
    assert 0.68 < world.one_taste_accuracy(data) < 0.73
    assert world.bayes_log_loss(data) < world.truth.one_taste_log_loss(data) - 0.15


def test_answers_follow_the_true_log_odds(here):
    s = here.log_odds(here.comparisons)
    y = here.comparisons.outcome
    # 12,000 answers: standard error about 0.003
    assert ((s > 0) == (y > 0.5)).mean() == pytest.approx(here.bayes_accuracy(here.comparisons), abs=0.013)
    strong = np.abs(s) > 4
    assert ((s > 0) == (y > 0.5))[strong].mean() > 0.975


def test_sides_are_balanced(here):
    assert here.comparisons.outcome.mean() == pytest.approx(0.5, abs=0.02)


def test_log_odds_survive_writing_the_answers_out_as_rows(here):
    some = here.comparisons.take(np.arange(0, 12_000, 400))
    rows = [
        {name: row[name] for name in ("user_id", "prompt", "response_a", "response_b", "choice")}
        for row in some.to_rows()
    ]
    np.testing.assert_allclose(here.log_odds(Comparisons.from_rows(rows)), here.log_odds(some))


def test_a_pure_taste_likes_its_own_style_best(here):
    liking = here.liking(here.styles.responses)
    levels = here.styles.levels
    for k, ideal in enumerate(here.tastes.ideal_points):
        nearest = ((levels - ideal) ** 2).sum(1).argmin()
        assert liking[k].argmax() == nearest


def test_styles_are_described_in_words(here):
    styles = here.styles
    words = styles.describe(styles.responses[0]).split(", ")
    named = [poles[level > 0] for poles, level in zip(styles.poles, styles.levels[0].tolist(), strict=True) if level]
    assert words == (named or ["even"])
    with pytest.raises(GustibusError, match="never wrote"):
        styles.describe("Hello!")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_prompts": 253}, "n_prompts is 253, but must be from 1 to 252"),
        ({"responses_per_prompt": 1}, "responses_per_prompt"),
        ({"n_people": 0}, "at least 1"),
        ({"n_prompts": 2, "responses_per_prompt": 3}, "make 6 pairs"),
        ({"concentration": -1.0}, "concentration"),
    ],
)
def test_impossible_towns_are_refused(settings, message):
    with pytest.raises(GustibusError, match=message):
        town(**settings)


def test_twelve_responses_a_prompt_are_possible():
    assert len(town(n_people=3, n_prompts=40, responses_per_prompt=12).styles.responses) == 480
