from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gustibus.comparisons import Comparisons, GustibusError, SplitBy, check_no_leak, n_shot, split
from gustibus.comparisons.repeats import questions_of


def world(seed: int = 0, m: int = 400, n_users: int = 20, n_prompts: int = 12, n_responses: int = 6) -> Comparisons:
    """Few responses, so that people often meet the same pair again, either way round."""
    rng = np.random.default_rng(seed)
    a = rng.integers(n_responses, size=m)
    return Comparisons.from_arrays(
        users=[f"u{i}" for i in range(n_users)],
        prompts=[f"p{i}" for i in range(n_prompts)],
        responses=[f"r{i}" for i in range(n_responses)],
        user=rng.integers(n_users, size=m),
        prompt=rng.integers(n_prompts, size=m),
        response_a=a,
        response_b=(a + rng.integers(1, n_responses, size=m)) % n_responses,
        outcome=rng.integers(2, size=m),
    )


@given(st.sampled_from(["comparison", "user", "prompt"]), st.integers(0, 1000), st.floats(0.05, 0.9))
def test_a_split_is_a_partition_without_leaks_and_the_seed_decides_it(by: SplitBy, seed: int, share: float) -> None:
    data = world(seed)
    train, test = split(data, by=by, test=share, seed=seed)
    assert len(train) + len(test) == len(data)
    assert len(train)
    assert len(test)
    check_no_leak(train, test, by)
    again, _ = split(data, by=by, test=share, seed=seed)
    assert again == train
    assert train.users is data.users


def test_the_share_is_kept_on_average_by_comparison() -> None:
    data = world(m=4000, n_prompts=200)
    shares = [len(split(data, test=0.2, seed=seed)[1]) / len(data) for seed in range(20)]
    # 20 splits of 4,000 rows; rounding at random within 20 people keeps the sd of the mean below 0.002
    assert np.mean(shares) == pytest.approx(0.2, abs=0.01)


def test_people_with_few_answers_are_in_the_test_too_but_never_lose_all() -> None:
    n_users = 300
    data = Comparisons.from_arrays(
        users=[f"u{i}" for i in range(n_users)],
        responses=["x", "y", "z"],
        user=np.repeat(np.arange(n_users), 2),
        response_a=np.tile([0, 1], n_users),
        response_b=np.tile([1, 2], n_users),
        outcome=np.ones(2 * n_users),
    )
    train, test = split(data, test=0.2, seed=0)
    assert train.n_users == n_users
    # each person gives one of two with probability 0.4: 120 expected, sd 8.5
    assert 80 < len(test) < 160


def test_repeats_of_a_question_stay_on_one_side() -> None:
    data = world(3, m=2000)
    train, test = split(data, by="comparison", test=0.5, seed=1)
    joint = questions_of(Comparisons.concat([train, test])).question
    assert not set(joint[: len(train)]) & set(joint[len(train) :])


def test_prompts_tied_by_a_comparison_stay_on_one_side() -> None:
    data = Comparisons.from_arrays(
        users=["u"],
        prompts=["p", "q", "r"],
        responses=["x", "y"],
        user=[0, 0, 0],
        prompt=[0, 1, 2],
        prompt_b=[1, 1, 2],
        response_a=[0, 0, 0],
        response_b=[1, 1, 1],
        outcome=[1, 1, 1],
    )
    for seed in range(5):
        train, test = split(data, by="prompt", test=0.5, seed=seed)
        assert sorted((len(train), len(test))) == [1, 2]


def test_what_cannot_be_split_is_refused_with_a_way_out() -> None:
    data = world()
    plain = Comparisons.from_arrays(
        users=["u"], responses=["x", "y"], user=[0], response_a=[0], response_b=[1], outcome=[1]
    )
    with pytest.raises(GustibusError, match=r'needs prompts, but no judgement has one. Split by="user"'):
        split(plain, by="prompt")
    with pytest.raises(GustibusError, match=r"1 of 401 judgements have none.*data.filter"):
        split(Comparisons.concat([data, plain]), by="prompt")
    with pytest.raises(GustibusError, match='With 1 user a split by="user" would leave one side empty'):
        split(plain, by="user")
    with pytest.raises(GustibusError, match="too few"):
        split(plain, by="comparison")
    with pytest.raises(GustibusError, match="not a share"):
        split(data, test=1.0)
    with pytest.raises(GustibusError, match="not a way to split"):
        split(data, by="row")  # type: ignore[arg-type]


@given(st.integers(0, 12), st.integers(0, 100))
def test_n_shot_gives_everybody_the_first_n_questions_and_smaller_n_are_prefixes(n: int, seed: int) -> None:
    data = world(seed)
    adaptation, test = n_shot(data, n, seed)
    assert len(adaptation) + len(test) == len(data)
    check_no_leak(adaptation, test, "comparison")
    questions = questions_of(adaptation)
    given_by = np.bincount(questions.user, minlength=len(data.users)) if n else np.zeros(len(data.users))
    available = np.bincount(questions_of(data).user, minlength=len(data.users))
    assert given_by.tolist() == np.minimum(available, n).tolist()
    more, _ = n_shot(data, n + 1, seed)
    rows = [tuple(sorted(row.items())) for row in adaptation.to_rows()]
    assert set(rows) <= {tuple(sorted(row.items())) for row in more.to_rows()}


def test_n_shot_refuses_negative_numbers() -> None:
    with pytest.raises(GustibusError, match="n=-1"):
        n_shot(world(), -1)


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("user", r"Row 0 of test leaks: user 'u\d+' is in train too \(1 such row\)"),
        ("prompt", r"Row 0 of test leaks: prompt 'p\d+' is in train too"),
        ("comparison", r"Row 0 of test leaks: the question put to user 'u\d+', 'r\d' or 'r\d', is in train too"),
    ],
)
def test_a_leak_is_named_with_its_row_also_between_separate_tables(by: SplitBy, message: str) -> None:
    data = world()
    turned = data.to_rows()[0]
    turned["response_a"], turned["response_b"] = turned["response_b"], turned["response_a"]
    with pytest.raises(GustibusError, match=message):
        check_no_leak(data, Comparisons.from_rows([turned]), by)


def test_missing_prompts_are_no_leak() -> None:
    row = {"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a"}
    one, two = Comparisons.from_rows([row]), Comparisons.from_rows([row | {"user_id": "ben"}])
    check_no_leak(one, two, "prompt")
    check_no_leak(one, two, "user")
    assert len(one) == len(two) == 1
