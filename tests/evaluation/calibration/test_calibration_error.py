"""The calibration errors against a known truth: what is biased, what is not, and how often chance looks as bad."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.comparisons import GustibusError
from gustibus.evaluation import chance_band, ece, ece_debiased, squared_calibration_error

LEVELS = np.repeat([0.55, 0.65, 0.75, 0.85, 0.95], 40)


def answers(truth, rng):
    return (rng.uniform(size=truth.size) < truth).astype(float)


def test_plug_in_errors_of_a_calibrated_predictor_are_biased_upwards_and_the_debiased_one_is_not():
    rng = np.random.default_rng(0)
    errors = [squared_calibration_error(LEVELS, answers(LEVELS, rng), n_bins=5) for _ in range(2000)]
    plug_in, debiased = (np.array([getattr(e, name) for e in errors]) for name in ("plug_in", "debiased"))
    expected_noise = np.mean(LEVELS * (1 - LEVELS)) / 40  # the variance of a mean of forty answers
    assert plug_in.mean() == pytest.approx(expected_noise, rel=0.05)
    assert abs(debiased.mean()) < 3 * debiased.std() / np.sqrt(len(errors))


def test_the_debiased_error_is_the_true_one_in_the_mean_where_the_predictor_is_too_sure():
    rng = np.random.default_rng(1)
    truth = 0.5 + 0.7 * (LEVELS - 0.5)
    errors = [squared_calibration_error(LEVELS, answers(truth, rng), n_bins=5) for _ in range(2000)]
    debiased = np.array([e.debiased for e in errors])
    true = np.mean((LEVELS - truth) ** 2)
    assert abs(debiased.mean() - true) < 3 * debiased.std() / np.sqrt(len(errors))
    assert np.mean([e.plug_in for e in errors]) > true + 10 * debiased.std() / np.sqrt(len(errors))


def test_the_variance_of_a_bin_of_one_prediction_is_that_of_kumar_liang_and_ma():
    rng = np.random.default_rng(2)
    y = answers(LEVELS, rng)
    shares = np.array([y[np.isclose(level, LEVELS)].mean() for level in np.unique(LEVELS)])
    expected = np.mean((shares - np.unique(LEVELS)) ** 2 - shares * (1 - shares) / 39)
    assert squared_calibration_error(LEVELS, y, n_bins=5).debiased == pytest.approx(expected, abs=1e-12)


def test_shares_of_few_votes_are_no_miscalibration():
    rng = np.random.default_rng(3)
    truth = rng.beta(3, 3, size=400)
    debiased = [squared_calibration_error(truth, rng.binomial(4, truth) / 4).debiased for _ in range(800)]
    assert abs(np.mean(debiased)) < 3 * np.std(debiased) / np.sqrt(800)


def test_people_who_answer_alike_are_taken_out_only_as_clusters():
    """Everybody has a lean of their own on all of their 25 answers: calibrated on average, alike within a person."""
    rng = np.random.default_rng(4)
    person = np.repeat(np.arange(60), 25)
    p = np.full(person.size, 0.7)
    as_clusters, as_records = [], []
    for _ in range(600):
        y = answers(rng.beta(3.5, 1.5, size=60)[person], rng)
        as_clusters.append(squared_calibration_error(p, y, cluster=person).debiased)
        as_records.append(squared_calibration_error(p, y).debiased)
    margin = 3 * np.std(as_clusters) / np.sqrt(600)
    assert abs(np.mean(as_clusters)) < margin
    assert np.mean(as_records) > 2 * margin


def test_both_binnings_agree_on_a_large_sample():
    rng = np.random.default_rng(5)
    p = rng.uniform(size=100_000)
    y = answers(0.5 + 0.6 * (p - 0.5), rng)
    # Over all confidences the predictor is off by 0.4 |p - 1/2|, whose mean is 0.1.
    for binning in ("mass", "width"):
        assert ece_debiased(p, y, binning=binning) == pytest.approx(0.1, abs=0.006)
        assert squared_calibration_error(p, y, binning=binning).root == pytest.approx(0.4 * 0.5 / np.sqrt(3), abs=0.006)


def test_the_chance_band_holds_the_error_of_a_calibrated_predictor_nineteen_times_in_twenty():
    rng = np.random.default_rng(6)
    p = rng.uniform(size=300)
    bands = [chance_band(p, answers(p, rng), n_draws=300, seed=i) for i in range(300)]
    inside = np.mean([band.low <= band.ece <= band.high for band in bands])
    assert 0.91 < inside < 0.99  # a share of 300 repeats has a standard error of .013
    assert np.mean([band.p_value for band in bands]) == pytest.approx(0.5, abs=0.05)
    assert np.mean([band.mean for band in bands]) == pytest.approx(np.mean([band.ece for band in bands]), rel=0.05)


def test_the_chance_band_knows_how_many_votes_there_are():
    rng = np.random.default_rng(7)
    p = rng.uniform(size=300)
    few, many = (chance_band(p, rng.binomial(n, p) / n, n_votes=np.full(300, n), seed=0) for n in (2, 50))
    assert few.mean == pytest.approx(5 * many.mean, rel=0.1)  # sqrt(50 / 2)
    assert few.low < few.ece < few.high
    assert many.low < many.ece < many.high


def test_by_clusters_the_chance_band_allows_for_people_who_answer_alike():
    rng = np.random.default_rng(8)
    person = np.repeat(np.arange(80), 10)
    inside, without = [], []
    for i in range(150):
        expected = rng.uniform(0.5, 0.9, size=80)
        p, own = expected[person], rng.beta(2 * expected, 2 * (1 - expected))[person]
        y = answers(own, rng)
        band = chance_band(p, y, cluster=person, n_draws=200, seed=i)
        inside.append(band.ece <= band.high)
        without.append(band.ece <= chance_band(p, y, n_draws=200, seed=i).high)
    assert 0.93 < np.mean(inside) <= 1.0  # one-sided: 97.5 %, standard error .013
    assert np.mean(without) < 0.6


def test_an_undecided_predictor_is_never_off():
    band = chance_band(np.full(10, 0.5), np.ones(10))
    assert (band.ece, band.high, band.p_value) == (0.0, 0.0, 1.0)
    assert ece(np.full(10, 0.5), np.ones(10), binning="width") == 0.0


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (lambda: chance_band([0.5, 0.6], [1, 0], n_votes=[1, 0.5]), "whole numbers"),
        (lambda: chance_band([0.5], [1], n_draws=0), "at least 1 draw"),
        (lambda: chance_band([0.5], [1], cluster=[1, 2]), "one for each"),
        (lambda: ece([0.5], [1], binning="both"), "'mass', 'width'"),
    ],
)
def test_what_makes_no_sense_is_refused(call, part):
    with pytest.raises(GustibusError, match=part):
        call()
