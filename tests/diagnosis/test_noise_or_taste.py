"""A planted minority is called taste, planted slips are called noise; figures do not depend on names or sides."""

from dataclasses import replace

import numpy as np
import pytest

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.diagnosis import CrossFitted, noise_or_taste

COMMON = np.array([1.5, 0, 0, 0, 0])


def world(seed, *, minority=0.0, opposite=0.0, flips=0.0, careless=0.0, n_people=60, n_answers=30, n_questions=150):
    """Judgements, the population model that knows the common taste exactly, and the features of the items."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(2 * n_questions, 5))
    tastes = np.tile(COMMON, (n_people, 1))
    n_other, n_opposite = round(minority * n_people), round(opposite * n_people)
    tastes[:n_other] = [0, 1.5, 0, 0, 0]
    tastes[n_other : n_other + n_opposite] *= -1
    user = np.repeat(np.arange(n_people), n_answers)
    question = rng.integers(0, n_questions, len(user))
    a, b = 2 * question, 2 * question + 1
    x = features[a] - features[b]
    y = rng.random(len(user)) < 1 / (1 + np.exp(-np.einsum("nf,nf->n", x, tastes[user])))
    y ^= rng.random(len(user)) < flips + careless * (user >= 0.8 * n_people)
    data = Comparisons.from_arrays(
        users=[f"u{i}" for i in range(n_people)], groups=["new", "old"], group=(user >= n_other).astype(int),
        responses=[f"r{i}" for i in range(2 * n_questions)], user=user, response_a=a, response_b=b, outcome=y,
    )  # fmt: skip
    s = (x @ COMMON)[None] * (1 - 2 * flips)
    items = data.items()
    return (
        data,
        CrossFitted(s, 1 / (1 + np.exp(-s)), np.zeros(len(y), np.intp), "pair", n_people),
        features[items.response],
    )


def verdicts(n, **planted):
    return [noise_or_taste(*world(seed, **planted), n_permutations=99, seed=seed) for seed in range(n)]


def test_a_planted_minority_is_taste_and_its_people_come_first():
    found = verdicts(4, minority=0.2)
    assert [(one.verdict, one.within) for one in found] == [("taste", "pair")] * 4
    assert all(one.agreement > one.agreement_by_chance for one in found)
    first = [int(person.user_id[1:]) < 12 for one in found for person in one.people[:12]]
    assert sum(first) >= 20  # of 48, where chance has 10: thirty answers do not tell everybody apart


def test_slips_and_careless_people_are_noise():
    for planted in ({"flips": 0.2}, {"careless": 0.4}, {}):
        found = verdicts(4, **planted)
        # At 5 % two of four are called taste by chance once in seventy times.
        assert sum(one.verdict == "taste" for one in found) <= 1, planted


def test_people_who_answer_the_other_way_round_are_told_from_those_who_guess():
    for one in verdicts(3, opposite=0.1):
        assert one.verdict == "taste"
        assert one.reversed_p_value < 0.01
        assert sorted(person.with_the_others for person in one.people)[5] < -0.2
    assert all(one.reversed_p_value > 0.01 for one in verdicts(3, careless=0.5))


def test_a_group_can_be_the_minority():
    found = noise_or_taste(*world(0, minority=0.2), by="group", n_permutations=99)
    assert (found.verdict, found.by, found.people[0].user_id) == ("taste", "group", "new")


def test_turning_judgements_round_changes_nothing():
    data, crossed, features = world(3, minority=0.2)
    swap = np.arange(len(data)) % 2 == 0
    s = np.where(swap, -crossed.log_odds, crossed.log_odds)
    other = replace(
        data,
        response_a=np.where(swap, data.response_b, data.response_a),
        response_b=np.where(swap, data.response_a, data.response_b),
        outcome=np.where(swap, 1 - data.outcome, data.outcome),
    )
    one = noise_or_taste(data, crossed, features, n_permutations=49)
    two = noise_or_taste(other, replace(crossed, log_odds=s, probability=1 / (1 + np.exp(-s))), features,
                         n_permutations=49)  # fmt: skip
    assert one.statistic == pytest.approx(two.statistic)
    assert one.p_value == two.p_value
    assert [person.user_id for person in one.people] == [person.user_id for person in two.people]


def test_few_judgements_are_too_few_to_tell():
    data, crossed, features = world(0, n_people=5, n_answers=4, n_questions=10)
    assert noise_or_taste(data, crossed, features, n_permutations=9).verdict == "too few to tell"


def test_vectors_must_be_of_the_items():
    data, crossed, features = world(0)
    with pytest.raises(GustibusError, match="300 items"):
        noise_or_taste(data, crossed, features[1:])
