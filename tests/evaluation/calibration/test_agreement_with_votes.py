"""Predictions against shares of votes: the same as scipy and scikit-learn, and right where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from sklearn.metrics import roc_auc_score

from gustibus.comparisons import GustibusError
from gustibus.evaluation import (
    correlation_ceiling,
    disagreement_auroc,
    measure_votes,
    people_disagree,
    share_correlation,
    share_rank_correlation,
    vote_noise,
)

M = 20
SHARE = arrays(np.float64, M, elements=st.integers(0, 8).map(lambda k: k / 8))


def both_sides(values):
    return np.concatenate([values, 1 - np.asarray(values)])


@given(SHARE, SHARE)
def test_correlations_are_those_of_scipy_over_both_sides_of_every_pair(p, y):
    found = share_correlation(p, y), share_rank_correlation(p, y)
    if np.all(p == 0.5) or np.all(y == 0.5):
        assert np.isnan(found).all()
        return
    assert found[0] == pytest.approx(stats.pearsonr(both_sides(p), both_sides(y)).statistic, abs=1e-9)
    assert found[1] == pytest.approx(stats.spearmanr(both_sides(p), both_sides(y)).statistic, abs=1e-9)


@given(SHARE, arrays(np.bool_, M))
def test_the_auroc_is_that_of_scikit_learn_for_the_margin_and_for_the_entropy(p, disagree):
    found = disagreement_auroc(p, disagree)
    if disagree.all() or not disagree.any():
        assert np.isnan(found)
        return
    assert found == pytest.approx(roc_auc_score(disagree, (1 - np.abs(2 * p - 1)).round(12)))
    assert found == pytest.approx(roc_auc_score(disagree, stats.entropy(np.stack([p, 1 - p])).round(12)))


@given(SHARE, SHARE, arrays(np.float64, M, elements=st.sampled_from([1.0, 2.0])), arrays(np.bool_, M))
def test_turning_pairs_round_and_counting_twice_change_nothing(p, y, w, turned):
    copies = np.repeat(np.arange(M), w.astype(int))
    votes = np.full(M, 8)
    one = measure_votes(p, y, votes, w).to_dict()
    other = measure_votes(np.where(turned, 1 - p, p), np.where(turned, 1 - y, y), votes, w).to_dict()
    repeated = measure_votes(p[copies], y[copies], votes[copies]).to_dict()
    for name, value in one.items():
        assert other[name] == pytest.approx(value, abs=1e-9, nan_ok=True), name
        if name not in ("n_pairs", "n_votes", "n_disagree", "ece_debiased", "calibration_error"):  # these count records
            assert repeated[name] == pytest.approx(value, abs=1e-9, nan_ok=True), name


def test_the_ceiling_is_the_correlation_of_the_shares_of_all_people_and_split_halves_agree():
    rng = np.random.default_rng(0)
    truth = rng.beta(2, 2, size=40_000)
    halves = rng.binomial(3, truth), rng.binomial(3, truth)
    share, votes = (halves[0] + halves[1]) / 6, np.full(truth.size, 6)
    ceiling = correlation_ceiling(share, votes)
    half = share_correlation(halves[0] / 3, halves[1] / 3)
    assert ceiling == pytest.approx(share_correlation(truth, share), abs=0.005)
    assert ceiling == pytest.approx(np.sqrt(2 * half / (1 + half)), abs=0.005)  # Spearman and Brown


def test_the_ceiling_holds_with_unequal_numbers_of_votes():
    rng = np.random.default_rng(1)
    truth, votes = rng.beta(1, 1, size=40_000), rng.integers(2, 12, size=40_000)
    share = rng.binomial(votes, truth) / votes
    assert correlation_ceiling(share, votes) == pytest.approx(share_correlation(truth, share), abs=0.005)


def test_the_share_error_is_the_distance_to_the_shares_of_all_people():
    rng = np.random.default_rng(2)
    truth = rng.beta(2, 2, size=40_000)
    predicted = np.clip(truth + 0.1 * rng.choice([-1, 1], size=truth.size), 0, 1)
    found = measure_votes(predicted, rng.binomial(5, truth) / 5, np.full(truth.size, 5))
    assert found.share_error == pytest.approx(np.sqrt(np.mean((predicted - truth) ** 2)), abs=0.003)
    assert found.brier > 2 * found.share_error**2


def test_the_noise_of_two_and_of_five_votes_is_binomial():
    rng = np.random.default_rng(3)
    truth = np.full(200_000, 0.7)
    for n in (2, 5):
        found = vote_noise(rng.binomial(n, truth) / n, np.full(truth.size, n))
        assert found == pytest.approx(0.21 / n, rel=0.02)


def test_ties_make_shares_less_noisy():
    rng = np.random.default_rng(4)
    votes = rng.choice([0.0, 0.5, 1.0], p=[0.2, 0.4, 0.4], size=(100_000, 5))
    share, ties = votes.mean(axis=1), np.count_nonzero(votes == 0.5, axis=1)
    assert vote_noise(share, np.full(len(share), 5), n_ties=ties) == pytest.approx(share.var(), rel=0.02)


def test_votes_without_a_taste_have_no_ceiling_and_no_votes_against_have_no_auroc():
    assert correlation_ceiling([0.5, 0.5], [2, 2]) != correlation_ceiling([0.5, 0.5], [2, 2])  # nan
    assert correlation_ceiling([0.4, 0.6], [5, 5]) == 0.0
    assert np.isnan(disagreement_auroc([0.2, 0.7], [False, False]))


def test_the_threshold_of_disagreement_is_a_share_of_votes():
    assert people_disagree([0.75, 0.8, 0.3], minority=0.25).tolist() == [True, False, True]
    assert people_disagree([0.7], minority=0.3).tolist() == [True]  # 1 - 0.7 is a little below 0.3


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (lambda: measure_votes([0.5], [1.0], [1]), "at least two votes"),
        (lambda: correlation_ceiling([0.5, 1.0], [2]), "one for each"),
        (lambda: vote_noise([0.5], [2], n_ties=[3]), "at most the number of votes"),
        (lambda: people_disagree([0.5], minority=0.0), "above 0 up to 0.5"),
    ],
)
def test_what_makes_no_sense_is_refused(call, part):
    with pytest.raises(GustibusError, match=part):
        call()
