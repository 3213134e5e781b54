"""What every rule has in common, and which changes of people's rewards change which decision."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from gustibus.aggregation import (
    RULES,
    SocialRule,
    alpha_mean,
    decide,
    decide_by_all,
    first_order_gap,
    leximin,
    max_min,
    nash_welfare,
    overton_set,
)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_what_everybody_likes_less_than_something_else_is_given_by_no_rule(seed: int) -> None:
    rng = np.random.default_rng(seed)
    reward = rng.normal(size=(7, 5)) * rng.exponential(2, size=(7, 1))
    reward[:, 4] = reward[:, 2] - rng.uniform(0.05, 2, size=7)
    group = ["a", "b", "c", "a", "b", "c", "a"]
    for rule, one in decide_by_all(reward, rng.exponential(size=7), group=group).items():
        assert one.weight[4] == pytest.approx(0.0, abs=1e-6), rule


@pytest.mark.parametrize("rule", list(RULES))
def test_for_one_person_every_rule_chooses_their_favourite(rule: SocialRule) -> None:
    """Steerable: the decision for one person is the head of their own ranking."""
    for seed in range(5):
        reward = np.random.default_rng(seed).normal(size=(1, 6))
        one = decide(reward, rule, group=["alone"])
        assert one.weight[reward[0].argmax()] == pytest.approx(1.0, abs=1e-6)
        assert one.ledger.overruled_share == 0.0


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_names_and_order_of_people_and_responses_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    reward, weight, group = rng.normal(size=(6, 4)), rng.exponential(size=6), np.array(list("abcabc"))
    people, responses = rng.permutation(6), rng.permutation(4)
    plain = decide_by_all(reward, weight, group=group)
    turned = decide_by_all(reward[people][:, responses], weight[people], group=group[people])
    for rule, one in plain.items():
        np.testing.assert_allclose(turned[rule].weight, one.weight[responses], atol=1e-5, err_msg=rule)


def test_a_factor_of_everybody_changes_no_mean_and_is_the_inverse_of_alpha() -> None:
    reward = np.random.default_rng(0).normal(size=(8, 5))
    assert decide(3 * reward, "mean").response == decide(reward, "mean").response
    np.testing.assert_allclose(alpha_mean(3 * reward, -0.5), 3 * alpha_mean(reward, -1.5))


def test_max_min_and_leximin_hang_on_everybodys_zero_and_scale() -> None:
    reward = np.array([[2.0, 1.0], [0.5, 1.5]])
    assert max_min(reward).argmax() == leximin(reward)[0] == 1
    lower = reward - np.array([[3.0], [0.0]])  # now the first person is the worst-off whatever is chosen
    assert max_min(lower).argmax() == leximin(lower)[0] == 0
    louder = reward * np.array([[1.0], [9.0]])
    assert max_min(louder).argmax() == leximin(louder)[0] == 0


def test_nash_welfare_hangs_on_everybodys_zero_and_not_on_scale() -> None:
    rate = np.array([[0.9, 0.5], [0.1, 0.3]])
    assert nash_welfare(rate).argmax() == nash_welfare(rate * [[7.0], [0.2]]).argmax() == 1
    assert nash_welfare(rate + np.array([[0.0], [1.0]])).argmax() == 0


def test_an_overton_set_hangs_on_scale() -> None:
    reward = np.array([[1.0, 0.0, 0.8], [0.0, 1.0, 0.8]])
    assert overton_set(reward, 1).responses == (2,)
    assert overton_set(reward * [[9.0], [1.0]], 1).responses == (0,)


def test_greedy_can_miss_the_best_set_and_its_bound_does_not() -> None:
    """The response that is good for all is taken first; two that divide the people between them would be better."""
    reward = np.array([[6.0, 0.0, 4.0], [6.0, 0.0, 4.0], [0.0, 6.0, 4.0], [0.0, 6.0, 4.0]])
    greedy, exact = overton_set(reward, 2), overton_set(reward, 2, method="exact")
    assert greedy.responses[0] == 2
    assert set(exact.responses) == {0, 1}
    assert (1 - 1 / np.e) * exact.coverage < greedy.coverage < exact.coverage <= greedy.bound


def test_the_correction_works_with_a_variance_from_repeated_judgements() -> None:
    """Twenty judgements a person; the spread of their shares, less what chance adds, is how much people differ."""
    rng, m = np.random.default_rng(0), 20
    gap = 1.2 + 0.6 * rng.normal(size=40_000)
    share = rng.binomial(m, expit(gap)) / m
    chance = np.mean(share * (1 - share)) / (m - 1)
    found = first_order_gap(share.mean(), share.var(ddof=1) - chance)
    heads = logit(share.mean())
    # Heads are off by .07, the correction by less than a quarter of that; the draws have a standard error of .004.
    assert abs(heads - gap.mean()) > 0.05
    assert abs(found - gap.mean()) < 0.25 * abs(heads - gap.mean())
    with_chance = first_order_gap(share.mean(), share.var(ddof=1))
    assert abs(with_chance - gap.mean()) > abs(found - gap.mean())
