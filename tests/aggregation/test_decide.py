"""Each rule against its definition, and what people can gain by lying to it."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.special import expit

from gustibus.aggregation import (
    RULES,
    SocialRule,
    calibrated_win_rate,
    decide,
    decide_by_all,
    ledger_of,
    manipulability,
    maximal_lottery,
    minimax_regret,
    vote_matrix,
)
from gustibus.aggregation.case import Case
from gustibus.comparisons import DataWarning, GustibusError


@pytest.fixture
def case() -> tuple[np.ndarray, np.ndarray, list[str]]:
    rng = np.random.default_rng(5)
    return rng.normal(size=(25, 6)) * rng.exponential(2, size=(25, 1)), rng.exponential(size=25), list("abcde") * 5


def test_every_rule_chooses_by_its_definition(case: tuple[np.ndarray, np.ndarray, list[str]]) -> None:
    reward, weight, group = case
    share = weight / weight.sum()
    rate, votes = calibrated_win_rate(reward), vote_matrix(reward, weight=weight)
    groups = np.array(group)
    by_group = [np.average(rate[groups == g], axis=0, weights=weight[groups == g]) for g in "abcde"]
    score = {
        "mean": share @ reward,
        "borda": votes.sum(axis=1),
        "nash": share @ np.log(rate),
        "alpha": -np.log(share @ np.exp(-2.0 * reward)),
        "max-min": rate.min(axis=0),
        "leximin": rate.min(axis=0),
        "group-max-min": np.min(by_group, axis=0),
        "copeland": (votes > votes.T).sum(axis=1) + 0.5 * (votes == votes.T).sum(axis=1),
    }
    found = decide_by_all(reward, weight, group=group, alpha=-2.0)
    assert list(found) == list(RULES)
    for rule, one in found.items():
        if rule in score:
            assert one.response == score[rule].argmax(), rule
            assert not one.is_mixture
    np.testing.assert_allclose(found["lottery"].weight, maximal_lottery(votes).weight, atol=1e-9)
    np.testing.assert_allclose(found["minimax-regret"].weight, minimax_regret(rate).weight, atol=1e-9)


def test_a_decision_carries_its_ledger(case: tuple[np.ndarray, np.ndarray, list[str]]) -> None:
    reward, weight, group = case
    people = [f"p{i}" for i in range(25)]
    for one in decide_by_all(reward, weight, group=group, people=people).values():
        books = ledger_of(reward, one.weight, weight, group=group, people=people)
        assert one.ledger.mean == pytest.approx(books.mean)
        assert one.ledger.overruled == books.overruled
        assert one.ledger.groups == pytest.approx(books.groups)


def test_the_ledger_shows_what_each_rule_is_for(case: tuple[np.ndarray, np.ndarray, list[str]]) -> None:
    reward, weight, group = case
    found = decide_by_all(reward, weight, group=group)
    single = [one for one in found.values() if not one.is_mixture]
    assert found["borda"].ledger.mean == max(one.ledger.mean for one in found.values())
    assert found["max-min"].ledger.worst == max(one.ledger.worst for one in single)
    assert found["leximin"].ledger.worst == found["max-min"].ledger.worst
    assert found["group-max-min"].ledger.worst_group == max(one.ledger.worst_group for one in single)


def test_scales_and_constants_matter_where_they_are_said_to(case: tuple[np.ndarray, np.ndarray, list[str]]) -> None:
    """A person's constant changes no rule on win rates or votes, and not the mean; alpha listens to it."""
    reward, _, group = case
    shifted = reward + np.linspace(-30, 30, 25)[:, None]
    plain, moved = decide_by_all(reward, group=group), decide_by_all(shifted, group=group)
    for rule, one in plain.items():
        if rule != "alpha":
            np.testing.assert_allclose(moved[rule].weight, one.weight, atol=1e-6, err_msg=rule)
    assert moved["alpha"].response == reward[0].argmax()  # of whoever was put lowest
    # Who multiplies their rewards decides the mean alone, and has one vote by win rates.
    louder = reward.copy()
    louder[3] *= 1000
    assert decide(louder, "mean").response == reward[3].argmax()
    assert np.abs(decide(louder, "borda").score - decide(reward, "borda").score).max() < 1 / 25


def test_ties_are_told() -> None:
    decision = decide([[1.0, 0.0, 1.0]], "borda")
    assert (decision.response, decision.tied) == (0, (2,))
    assert decide([[1.0, 0.0, 0.5]], "borda").tied == ()


def test_what_cannot_be_decided_is_refused() -> None:
    with pytest.raises(GustibusError, match="at least two"):
        decide([[1.0]])
    with pytest.raises(GustibusError, match="rule='plurality' is not known"):
        decide([[1.0, 2.0]], "plurality")  # type: ignore[arg-type]
    with pytest.raises(GustibusError, match="needs groups"):
        decide([[1.0, 2.0]], "group-max-min")
    with pytest.raises(GustibusError, match="2 groups for 1 people"):
        decide([[1.0, 2.0]], "borda", group=["a", "b"])
    with pytest.raises(GustibusError, match=r"reward\[0, 1\] is nan"):
        decide([[1.0, float("nan")]])


def test_what_one_person_says_changes_nothing_else(case: tuple[np.ndarray, np.ndarray, list[str]]) -> None:
    reward, weight, group = case
    honest = Case(reward, weight, group, -1.0)
    assert honest.votes.shape == (6, 6)
    said = np.array([9.0, -9.0, 0.0, 1.0, 2.0, 3.0])
    told, anew = honest.saying(7, said), reward.copy()
    anew[7] = said
    again = Case(anew, weight, group, -1.0)
    np.testing.assert_allclose(told.votes, again.votes, atol=1e-12)
    for rule in RULES:
        np.testing.assert_allclose(told.choose(rule).weight, again.choose(rule).weight, atol=1e-6, err_msg=rule)
    np.testing.assert_array_equal(honest.reward, reward)


def test_lies_are_judged_by_the_truth() -> None:
    """Two of three like the first; shouting is worth everything to the third under the mean, nothing by majority."""
    reward = np.array([[2.0, 0.0], [2.0, 0.0], [-1.0, 1.0]])
    audit = manipulability(reward, "mean")
    assert audit.gain == pytest.approx([0.0, 0.0, expit(2.0) - expit(-2.0)])
    assert audit.strategy[2] == "exaggerate"
    assert manipulability(reward, "copeland").largest == 0.0


def test_the_mean_of_rewards_is_easier_to_bend_than_win_rates() -> None:
    reward = np.random.default_rng(0).normal(size=(60, 5))
    mean, borda = (manipulability(reward, rule, tried=60, factor=100) for rule in ("mean", "borda"))
    assert mean.share > 0.6 > 0.4 > borda.share
    assert mean.gain.mean() > 5 * borda.gain.mean()
    assert np.all(mean.gain >= 0)


def test_the_same_seed_tries_the_same_people() -> None:
    reward = np.random.default_rng(0).normal(size=(60, 3))
    first, again, other = (manipulability(reward, tried=10, seed=seed).people.tolist() for seed in (1, 1, 2))
    assert first == again != other
    with pytest.raises(GustibusError, match=r"factor is 1\.0: give a number above 1"):
        manipulability(reward, factor=1.0)


def test_copies_of_the_best_are_tied_whatever_the_rounding() -> None:
    """Sums over people in another order differ in the last digit; a copy of the whole table has the same scores."""
    for seed in range(20):
        reward = np.random.default_rng(seed).normal(size=(7, 4))
        both = np.concatenate([reward, reward], axis=1)
        for rule in ("mean", "borda", "nash", "alpha", "max-min", "leximin", "copeland"):
            one = decide(both, rule)  # type: ignore[arg-type]
            copy = (one.response + 4) % 8
            assert copy in one.tied, (seed, rule)
            assert not one.unique


def test_ties_go_to_what_is_better_on_average() -> None:
    """Somebody is left with nothing by every response, so max-min cannot tell them apart; the mean win rate can."""
    reward = np.array([[0.0, 60.0, 90.0], [90.0, 0.0, 80.0], [80.0, 90.0, 0.0], [10.0, 50.0, 99.0]])
    with pytest.warns(DataWarning, match="practically certain"):
        found = decide_by_all(reward, rules=["max-min", "nash", "borda"])
    assert found["max-min"].tied == (0, 1)
    assert found["max-min"].response == 2
    assert not found["max-min"].unique
    assert found["nash"].tied == (0, 1)
    assert found["borda"].unique


def test_ratings_taken_for_log_odds_are_told_and_log_odds_are_not() -> None:
    rng = np.random.default_rng(0)
    ratings = rng.uniform(0, 100, size=(50, 8))
    with pytest.warns(DataWarning, match="divide them by a scale first"):
        decide(ratings)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        decide(ratings / ratings.std())
        decide(rng.normal(scale=3, size=(50, 8)))
        decide(rng.integers(1, 6, size=(50, 8)))


@pytest.mark.parametrize("rule", ["lottery", "minimax-regret"])
def test_what_is_mixed_has_the_highest_score_and_the_rest_is_ordered(rule: SocialRule) -> None:
    for seed in range(10):
        reward = np.random.default_rng(seed).normal(size=(9, 5)) * 2
        one = decide(reward, rule)
        inside = one.weight > 0
        np.testing.assert_allclose(one.score[inside], one.score.max(), atol=1e-7)
        assert np.all(one.score[~inside] <= one.score.max() + 1e-9)
        assert len(np.unique(one.score[~inside].round(9))) == (~inside).sum()


def test_the_score_of_a_lottery_is_how_many_prefer_a_response_to_the_mixture() -> None:
    cycle = np.array([[2.0, 1.0, 0.0, -3.0], [0.0, 2.0, 1.0, -3.0], [1.0, 0.0, 2.0, -3.0]])
    one = decide(cycle, "lottery")
    np.testing.assert_allclose(one.weight, [1 / 3, 1 / 3, 1 / 3, 0.0])
    np.testing.assert_allclose(one.score[:3], 0.5)
    assert one.score[3] == pytest.approx(np.mean([expit(cycle[:, 3] - cycle[:, j]).mean() for j in range(3)]))
    assert one.unique
    even = decide([[1.0, 0.0], [0.0, 1.0]], "lottery")
    assert (even.is_mixture, even.unique) == (True, False)


def test_people_of_weight_zero_are_nowhere_counted() -> None:
    reward = np.array([[9.0, -9.0, 0.0], [1.0, 0.0, 2.0], [0.5, 0.0, 2.0]])
    without = decide_by_all(reward[1:], group=["a", "b"])
    for rule, one in decide_by_all(reward, [0, 1, 1], group=["ghosts", "a", "b"]).items():
        np.testing.assert_allclose(one.weight, without[rule].weight, atol=1e-9, err_msg=rule)
        np.testing.assert_allclose(one.score, without[rule].score, atol=1e-9, err_msg=rule)
        told, expected = one.to_dict(), without[rule].to_dict()
        assert told["people"] == 2
        assert told["groups"] == pytest.approx(expected["groups"])
        assert (told["mean"], told["overruled_share"]) == pytest.approx((expected["mean"], expected["overruled_share"]))
