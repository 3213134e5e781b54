"""Intervals over users: coverage, clustering, pairing, edge cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gustibus.comparisons import GustibusError
from gustibus.evaluation import UserSums, bootstrap_over_users, interval_of_sums, paired_interval, sums_by_user
from gustibus.evaluation.intervals import resampled_counts


def a_population(rng, n_users=60, spread=0.5):
    """Values that differ between people (mean zero) and within them; people have 1 to 15 records."""
    user = np.repeat(np.arange(n_users), rng.integers(1, 16, size=n_users))
    person = rng.normal(scale=spread, size=n_users)
    return person[user] + rng.normal(scale=0.5, size=user.size), user


@pytest.mark.parametrize("over", ["records", "users"])
def test_coverage_is_near_nominal_when_people_differ(over):
    rng = np.random.default_rng(0)
    n_worlds = 400
    covered = 0
    for world in range(n_worlds):
        values, user = a_population(rng)
        interval = bootstrap_over_users(values, user, n_boot=300, seed=world, over=over)
        covered += interval.low <= 0.0 <= interval.high
    # nominal .95; the percentile bootstrap of 60 people is a little short (.93-.94), and 400 worlds have an se of .011
    assert 0.90 <= covered / n_worlds <= 0.98


def test_resampling_records_instead_would_be_far_too_sure():
    values, user = a_population(np.random.default_rng(1))
    by_user = bootstrap_over_users(values, user)
    by_record = bootstrap_over_users(values, np.arange(values.size))
    assert by_user.high - by_user.low > 1.5 * (by_record.high - by_record.low)


def test_seeds_of_the_same_people_do_not_make_more_people():
    values, user = a_population(np.random.default_rng(2))
    once = bootstrap_over_users(values, user)
    thrice = bootstrap_over_users(np.tile(values, 3), np.tile(user, 3))
    assert (thrice.low, thrice.high) == pytest.approx((once.low, once.high))
    assert thrice.n_users == once.n_users


def test_pooled_sums_equal_the_sums_of_all_records():
    values, user = a_population(np.random.default_rng(3))
    first = np.arange(values.size) % 2 == 0
    parts = [sums_by_user(values[rows], user[rows]) for rows in (first, ~first)]
    pooled, whole = UserSums.pool(parts), sums_by_user(values, user)
    np.testing.assert_array_equal(pooled.user, whole.user)
    np.testing.assert_allclose(pooled.total, whole.total)
    assert interval_of_sums(pooled).low == pytest.approx(interval_of_sums(whole).low)


def test_means_by_user_with_their_weights_give_the_same_interval_as_records():
    values, user = a_population(np.random.default_rng(4))
    sums = sums_by_user(values, user)
    records, people = bootstrap_over_users(values, user), bootstrap_over_users(sums.means, sums.user, sums.weight)
    assert (people.estimate, people.low, people.high) == pytest.approx((records.estimate, records.low, records.high))


def test_a_paired_interval_is_narrow_where_the_same_people_are_hard_for_both():
    rng = np.random.default_rng(5)
    values, user = a_population(rng)
    better = values - 0.05 + 0.01 * rng.normal(size=values.size)
    paired = paired_interval(values, better, user)
    assert paired.excludes(0.0)
    assert paired.estimate == pytest.approx(0.05, abs=0.005)
    alone = bootstrap_over_users(values, user)
    assert paired.high - paired.low < 0.1 * (alone.high - alone.low)


def test_swapping_the_pair_turns_the_interval_round():
    rng = np.random.default_rng(6)
    values, user = a_population(rng)
    other = rng.normal(size=values.size)
    forth, back = paired_interval(values, other, user), paired_interval(other, values, user)
    assert (back.low, back.high) == pytest.approx((-forth.high, -forth.low))


def test_one_person_gives_no_interval_rather_than_a_certain_one():
    interval = bootstrap_over_users([0.1, 0.9], ["ann", "ann"])
    assert interval.estimate == 0.5
    assert np.isnan(interval.low)
    assert not interval.excludes(0.0)
    assert "one person" in str(interval)


def test_people_who_are_all_alike_give_a_point():
    interval = bootstrap_over_users(np.full(20, 0.3), np.repeat(np.arange(10), 2))
    assert (interval.low, interval.high) == pytest.approx((0.3, 0.3))


def test_worst_decile_of_the_resamples_agrees_with_a_plain_loop():
    values, user = a_population(np.random.default_rng(7), n_users=25)
    sums = sums_by_user(values, user)
    (counts,) = resampled_counts(25, 200, seed=3)
    plain = [np.sort(np.repeat(sums.means, row))[-3:].mean() for row in counts.astype(int)]
    interval = interval_of_sums(sums, n_boot=200, seed=3, over="worst decile")
    assert (interval.low, interval.high) == pytest.approx(tuple(np.quantile(plain, [0.025, 0.975])))
    assert interval.estimate == pytest.approx(sums.worst_decile())


@given(st.integers(2, 40), st.integers(1, 60), st.integers(0, 5))
def test_every_resample_draws_as_many_people_as_there_are(n_users, n_boot, seed):
    counts = np.concatenate(list(resampled_counts(n_users, n_boot, seed)))
    assert counts.shape == (n_boot, n_users)
    np.testing.assert_array_equal(counts.sum(axis=1), n_users)


def test_counts_are_multinomial():
    counts = np.concatenate(list(resampled_counts(20, 20_000, seed=0)))
    # mean 1, variance 1 - 1/20, covariance -1/20; 20,000 draws have an se of about .01
    np.testing.assert_allclose(counts.mean(axis=0), 1.0, atol=0.04)
    np.testing.assert_allclose(np.cov(counts.T), np.eye(20) - 1 / 20, atol=0.06)


def test_equal_seeds_give_equal_intervals_and_other_seeds_others():
    values, user = a_population(np.random.default_rng(8))
    assert bootstrap_over_users(values, user, seed=1) == bootstrap_over_users(values, user, seed=1)
    assert bootstrap_over_users(values, user, seed=1) != bootstrap_over_users(values, user, seed=2)


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (lambda: bootstrap_over_users([1.0], ["ann", "bob"]), "equally long"),
        (lambda: bootstrap_over_users([np.nan], ["ann"]), "finite"),
        (lambda: bootstrap_over_users([1.0], ["ann"], n_boot=0), "n_boot=0"),
        (lambda: bootstrap_over_users([1.0], ["ann"], over="people"), "over='people'"),
        (lambda: bootstrap_over_users([1.0], ["ann"], weight=[0.0]), "nobody"),
        (lambda: paired_interval([1.0], [1.0, 2.0], ["ann"]), "same records"),
        (lambda: UserSums.pool([]), "nothing to pool"),
    ],
)
def test_wrong_input_is_refused_with_a_fix(call, part):
    with pytest.raises(GustibusError, match=part):
        call()
