"""Seen and unseen people: who gets what, exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.evaluation import people_split, prefix

PARTS = ("train", "validation", "seen_test", "unseen_pool", "unseen_test")


def answers(counts, seed=0):
    """One table in which person i has counts[i] answers, each about a response of its own, rows in random order."""
    user = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    m = len(user)
    return Comparisons.from_arrays(
        users=[f"p{i:03d}" for i in range(len(counts))],
        responses=["other"] + [f"r{i}" for i in range(m)],
        user=user,
        response_a=np.arange(m) + 1,
        response_b=np.zeros(m, int),
        outcome=np.ones(m),
    )


def counts_by_user(data):
    return np.bincount(data.user, minlength=len(data.users))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=8, max_size=25), st.integers(0, 4))
def test_every_person_gets_exactly_the_shares_of_the_protocol(counts, seed):
    counts = np.array([*counts, 12, 30])
    split = people_split(answers(counts), nmax=8, mint=4, seed=seed)
    train, validation, test, pool, unseen_test = (counts_by_user(getattr(split, part)) for part in PARTS)
    unseen = pool > 0
    assert unseen.sum() == np.ceil(0.3 * (counts >= 12).sum())
    assert np.all(counts[unseen] >= 12)
    np.testing.assert_array_equal(pool[unseen], 8)
    np.testing.assert_array_equal(unseen_test[unseen], np.minimum(counts[unseen] - 8, 50))
    np.testing.assert_array_equal((train + validation + test)[unseen], 0)
    n = counts[~unseen]
    np.testing.assert_array_equal(test[~unseen], np.minimum(n * 2 // 10, 100))
    np.testing.assert_array_equal(validation[~unseen], np.where(n >= 6, np.maximum(1, n // 10), 0))
    np.testing.assert_array_equal(train[~unseen], n - test[~unseen] - validation[~unseen])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=8, max_size=15), st.integers(0, 4))
def test_no_answer_is_used_twice(counts, seed):
    split = people_split(answers([*counts, 30]), nmax=8, mint=4, seed=seed)
    used = np.concatenate([getattr(split, part).response_a for part in PARTS])
    assert len(used) == len(set(used.tolist()))


def test_long_lists_are_capped_for_the_test():
    split = people_split(answers([900] * 4), nmax=20, mint=5, seed=0)
    assert counts_by_user(split.seen_test).max() == 100
    assert counts_by_user(split.unseen_test).max() == 50


def test_the_stated_generator_is_the_one_that_is_used():
    data = answers([30, 14, 5, 22])
    rng = np.random.default_rng(3)
    eligible = np.array([0, 1, 3])
    unseen = eligible[rng.permutation(3)[:1]]
    pool = []
    for person in range(4):
        shuffled = rng.permutation(np.flatnonzero(data.user == person))
        if person in unseen:
            pool.append(shuffled[:10])
    expected = data.response_a[np.concatenate(pool)]
    np.testing.assert_array_equal(people_split(data, nmax=10, mint=4, seed=3).unseen_pool.response_a, expected)


def test_equal_seeds_split_equally_and_other_seeds_otherwise():
    data = answers([20] * 12)
    one, same, other = (people_split(data, 8, 4, seed) for seed in (0, 0, 1))
    assert all(getattr(one, part) == getattr(same, part) for part in PARTS)
    assert one.unseen_pool != other.unseen_pool


def test_interleaving_people_otherwise_changes_nothing():
    data = answers([20] * 6)
    by_person = data.take(np.argsort(data.user, kind="stable"))
    one, other = people_split(data, 8, 4, 0), people_split(by_person, 8, 4, 0)
    assert all(getattr(one, part) == getattr(other, part) for part in PARTS)


def test_people_are_taken_by_id_and_not_by_code():
    data = answers([20] * 6)
    flipped = Comparisons.concat([data.take(np.flatnonzero(data.user == u)) for u in (5, 3, 4, 0, 1, 2)]).compact()
    assert flipped.users.to_pylist()[0] == "p005"
    one, other = people_split(data, 8, 4, 0), people_split(flipped, 8, 4, 0)
    assert one.unseen_pool == other.unseen_pool


@given(st.lists(st.integers(0, 4), min_size=1, max_size=40), st.integers(0, 12))
def test_a_prefix_is_the_first_answers_of_each_person_in_order(users, n):
    m = len(users)
    pool = Comparisons.from_arrays(
        users=list("abcde"),
        responses=["other"] + [f"r{i}" for i in range(m)],
        user=users,
        response_a=np.arange(m) + 1,
        response_b=np.zeros(m, int),
        outcome=np.ones(m),
    )
    expected = [i + 1 for i in range(m) if users[:i].count(users[i]) < n]
    assert prefix(pool, n).response_a.tolist() == expected


def test_prefixes_are_nested():
    pool = people_split(answers([30] * 10), nmax=20, mint=5, seed=0).unseen_pool
    for n in (1, 2, 5, 10, 20):
        assert counts_by_user(prefix(pool, n)).max() == n
        assert prefix(prefix(pool, n), n - 1) == prefix(pool, n - 1)
    assert prefix(pool, 20) == pool


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (lambda: people_split(answers([5, 9]), nmax=8, mint=4), "the most is 9"),
        (lambda: people_split(answers([20]), nmax=8, mint=4), "nobody left to learn from"),
        (lambda: people_split(answers([20]), nmax=-1), "nmax=-1"),
        (lambda: people_split(answers([20]), unseen=1.5), "unseen=1.5"),
        (lambda: prefix(answers([2]), -1), "cannot be negative"),
    ],
)
def test_wrong_input_is_refused_with_a_fix(call, part):
    with pytest.raises(GustibusError, match=part):
        call()
