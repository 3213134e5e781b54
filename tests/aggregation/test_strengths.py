"""Bradley-Terry strengths against a dense solver, choix, closed forms and simulation."""

from __future__ import annotations

import choix
import numpy as np
import pytest
from scipy import optimize

from gustibus.aggregation import PairWins, bradley_terry
from gustibus.comparisons import GustibusError


def league(seed, n_items=30, n_games=3_000):
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=n_items)
    a = rng.integers(0, n_items, n_games)
    b = (a + rng.integers(1, n_items, n_games)) % n_items
    outcome = (rng.random(n_games) < 1 / (1 + np.exp(truth[b] - truth[a]))).astype(float)
    return truth - truth.mean(), a, b, outcome


def log_likelihood(strength, a, b, outcome):
    d = strength[a] - strength[b]
    return -(outcome * np.logaddexp(0, -d) + (1 - outcome) * np.logaddexp(0, d)).sum()


@pytest.mark.parametrize("ridge", [0.0, 0.5])
def test_no_other_strengths_are_more_probable(ridge):
    _, a, b, outcome = league(0)
    found = bradley_terry(PairWins.of_judgements(a, b, outcome, 30), ridge=ridge)

    def loss(s):
        return -log_likelihood(s, a, b, outcome) + ridge / 2 * (s @ s)

    best = optimize.minimize(loss, np.zeros(30), method="BFGS", options={"gtol": 1e-6})
    assert loss(found.strength) <= best.fun + 1e-7
    np.testing.assert_allclose(found.strength, best.x - (best.x.mean() if ridge == 0 else 0), atol=1e-4)
    assert found.log_likelihood == pytest.approx(log_likelihood(found.strength, a, b, outcome), rel=1e-12)


def test_it_equals_choix():
    _, a, b, outcome = league(1)
    games = [(int(x), int(y)) if won else (int(y), int(x)) for x, y, won in zip(a, b, outcome, strict=True)]
    found = bradley_terry(PairWins.of_judgements(a, b, outcome, 30))
    np.testing.assert_allclose(found.strength, choix.ilsr_pairwise(30, games, tol=1e-10), atol=1e-6)


def test_two_items_have_the_log_odds_of_their_share_and_its_error():
    found = bradley_terry(PairWins.from_matrix([[0, 30], [10, 0]]))
    assert found.strength[0] - found.strength[1] == pytest.approx(np.log(3))
    # The variance of a log-odds is 1 / (n p (1 - p)); each strength is half of it.
    assert found.standard_error[0] == pytest.approx(np.sqrt(1 / (40 * 0.75 * 0.25)) / 2, rel=1e-6)


def test_ties_are_half_a_win_each():
    tied = bradley_terry(PairWins.from_matrix([[0, 6], [2, 0]], ties=[[0, 4], [4, 0]]))
    assert tied.strength == pytest.approx(bradley_terry(PairWins.from_matrix([[0, 8], [4, 0]])).strength)


@pytest.mark.parametrize("how", ["exact", "sampled"])
def test_standard_errors_are_those_of_repeated_leagues(how):
    deviations = []
    for seed in range(40):
        truth, a, b, outcome = league(seed)
        found = bradley_terry(PairWins.of_judgements(a, b, outcome, 30), standard_errors=how)
        deviations.append((found.strength - truth) / found.standard_error)
    # 1,200 deviations in units of their standard error, of which those of a league add up to about zero.
    assert np.std(deviations) == pytest.approx(1.0, abs=0.07)


@pytest.mark.parametrize("ridge", [0.0, 2.0])
def test_sampled_errors_are_near_the_exact_ones(ridge):
    _, a, b, outcome = league(2, n_items=300, n_games=60_000)
    wins = PairWins.of_judgements(a, b, outcome, 300)
    exact, sampled = (bradley_terry(wins, ridge=ridge, standard_errors=how) for how in ("exact", "sampled"))
    np.testing.assert_allclose(sampled.standard_error, exact.standard_error, rtol=0.05)
    assert np.abs(sampled.standard_error / exact.standard_error - 1).mean() < 0.01
    again = bradley_terry(wins, ridge=ridge, standard_errors="sampled")
    assert (again.standard_error == sampled.standard_error).all()


def test_leagues_that_nothing_connects_are_told_apart():
    _, a, b, outcome = league(3)
    two = PairWins.of_judgements(np.r_[a, a + 30], np.r_[b, b + 30], np.r_[outcome, 1 - outcome], 60)
    found = bradley_terry(two)
    assert found.n_components == 2
    alone = bradley_terry(PairWins.of_judgements(a, b, outcome, 30))
    np.testing.assert_allclose(found.strength[:30], alone.strength, atol=1e-6)
    np.testing.assert_allclose(found.strength[30:], -alone.strength, atol=1e-6)
    np.testing.assert_allclose(found.standard_error[:30], alone.standard_error, rtol=1e-6)
    sampled = bradley_terry(two, standard_errors="sampled")
    np.testing.assert_allclose(sampled.standard_error, found.standard_error, rtol=0.1)
    with pytest.raises(GustibusError, match="2 components"):
        found.ranked()
    assert len(bradley_terry(two, ridge=0.1).ranked()) == 60


def test_something_that_was_never_compared_stands_alone():
    found = bradley_terry(PairWins.from_matrix([[0, 3, 0], [1, 0, 0], [0, 0, 0]]))
    assert found.strength.round(3).tolist() == [0.549, -0.549, 0.0]
    assert found.n_components == 2
    assert np.isfinite(
        bradley_terry(PairWins.from_matrix([[0, 3, 0], [1, 0, 0], [0, 0, 0]]), standard_errors="sampled").strength
    ).all()


@pytest.mark.parametrize("scale", [1e-10, 1e-4, 1e17])
def test_without_a_ridge_only_the_shares_matter(scale):
    table = np.array([[0, 99, 1], [1, 0, 50], [1, 1, 0]])
    once, scaled = (bradley_terry(PairWins.from_matrix(table * by)) for by in (1.0, scale))
    np.testing.assert_allclose(scaled.strength, once.strength, atol=1e-3)
    np.testing.assert_allclose(scaled.standard_error, once.standard_error / np.sqrt(scale), rtol=1e-3)


def test_errors_that_probes_cannot_tell_are_not_told():
    chain = np.zeros((12, 12))
    chain[np.arange(11), np.arange(1, 12)] = chain[np.arange(1, 12), np.arange(11)] = 50
    chain[5, 6] = chain[6, 5] = 0.01
    exact, sampled = (bradley_terry(PairWins.from_matrix(chain), standard_errors=how) for how in ("exact", "sampled"))
    told = np.isfinite(sampled.standard_error)
    assert not (sampled.standard_error == 0).any()
    assert (np.abs(sampled.standard_error / exact.standard_error - 1)[told] < 0.75).all()


def test_infinite_strengths_are_refused_by_name():
    wins = PairWins.from_matrix([[0, 2, 3], [0, 0, 1], [0, 2, 0]], ["tea", "gin", "ale"])
    with pytest.raises(GustibusError, match="'tea' never lost to any other item"):
        bradley_terry(wins)
    found = bradley_terry(wins, ridge=0.1)
    assert [one.response for one in found.ranked()] == ["tea", "ale", "gin"]


def test_extreme_counts_come_to_an_end():
    found = bradley_terry(PairWins.from_matrix([[0, 1e12], [1, 0]]))
    assert found.strength[0] - found.strength[1] == pytest.approx(np.log(1e12), rel=1e-6)


def test_odd_arguments_are_refused():
    wins = PairWins.from_matrix([[0, 1], [1, 0]])
    for arguments, message in (
        ({"ridge": -1.0}, "ridge"),
        ({"ridge": float("nan")}, "ridge"),
        ({"standard_errors": "all"}, "standard_errors"),
    ):
        with pytest.raises(GustibusError, match=message):
            bradley_terry(wins, **arguments)
    with pytest.raises(GustibusError, match="count judgements first"):
        bradley_terry([[0, 1], [1, 0]])
    with pytest.raises(GustibusError, match="no pair"):
        bradley_terry(PairWins.from_matrix([[0, 0], [0, 0]]))
    for columns, message in (
        (([0], [0], [1]), "different numbers"),
        (([0], [5], [1]), "different numbers"),
        (([0.5], [1], [1]), "whole numbers"),
        (([0], [1], [2]), "shares"),
        (([0], [1], [float("nan")]), "finite"),
        (([0], [1], [1, 0]), "one each"),
        (([0], [1], ["a"]), "must be numbers"),
    ):
        with pytest.raises(GustibusError, match=message):
            PairWins.of_judgements(*columns, 2)
    with pytest.raises(GustibusError, match="one each"):
        PairWins.of_judgements([0], [1], [1], 2, tie=[True, False])
    with pytest.raises(GustibusError, match="occurs twice"):
        PairWins.of_judgements([0], [1], [1], ["x", "x"])
    assert PairWins.of_judgements([0], [1], [float("nan")], np.int64(2), tie=True).ties.tolist() == [1.0]
