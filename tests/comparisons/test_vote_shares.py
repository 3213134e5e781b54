from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gustibus.comparisons import Comparisons, DataWarning, GustibusError, vote_shares, wilson_interval

ANSWERS = {"a": 1.0, "b": 0.0, "tie": 0.5}
votes = st.lists(
    st.tuples(st.sampled_from("uvwx"), st.sampled_from("pq"), st.permutations("abc"), st.sampled_from(list(ANSWERS))),
    min_size=1,
    max_size=25,
)


def table(said: list[tuple[str, str, Any, str]]) -> Comparisons:
    return Comparisons.from_rows(
        [
            {"user_id": user, "prompt": prompt, "response_a": order[0], "response_b": order[1], "choice": choice}
            for user, prompt, order, choice in said
        ]
    )


def turned(data: Comparisons) -> Comparisons:
    other = {"a": "b", "b": "a", "tie": "tie"}
    return Comparisons.from_rows(
        [
            row | {"response_a": row["response_b"], "response_b": row["response_a"], "choice": other[row["choice"]]}
            for row in data.to_rows()
        ]
    )


@given(votes)
@settings(max_examples=60, deadline=None)
def test_shares_are_those_of_a_plain_count(said: list[tuple[str, str, Any, str]]) -> None:
    ballots: dict[tuple[str, str, str], dict[str, list[float]]] = {}
    for user, prompt, (a, b, _), choice in said:
        key = (prompt, a, b)
        value = ANSWERS[choice]
        if (prompt, b, a) in ballots:
            key, value = (prompt, b, a), 1 - value
        ballots.setdefault(key, {}).setdefault(user, []).append(value)

    shares = vote_shares(table(said))

    rows = shares.pairs.to_rows()
    assert [(row["prompt"], row["response_a"], row["response_b"]) for row in rows] == list(ballots)
    assert shares.n_votes.tolist() == [len(one) for one in ballots.values()]
    expected = [np.mean([np.mean(own) for own in one.values()]) for one in ballots.values()]
    np.testing.assert_allclose(shares.share, expected, atol=1e-12)
    np.testing.assert_allclose(shares.pairs.outcome, expected, atol=1e-6)
    assert ((shares.low <= shares.share + 1e-12) & (shares.share <= shares.high + 1e-12)).all()


@given(votes)
@settings(max_examples=40, deadline=None)
def test_turning_every_judgement_round_changes_no_share(said: list[tuple[str, str, Any, str]]) -> None:
    data = table(said)

    here, there = vote_shares(data), vote_shares(turned(data))

    np.testing.assert_allclose(here.of(data), there.of(data), atol=1e-12)
    np.testing.assert_allclose(here.of(data), 1 - there.of(turned(data)), atol=1e-12)


def test_a_person_has_one_vote_a_pair() -> None:
    shares = vote_shares(
        table([("u", "p", "ab", "a"), ("u", "p", "ba", "b"), ("u", "p", "ab", "a"), ("v", "p", "ab", "b")])
    )

    assert (shares.share.tolist(), shares.n_votes.tolist()) == ([0.5], [2])


def test_ties_are_half_a_vote_and_are_counted() -> None:
    shares = vote_shares(table([("u", "p", "ab", "tie"), ("v", "p", "ba", "tie"), ("w", "p", "ab", "a")]))

    assert shares.share[0] == pytest.approx(2 / 3)
    assert shares.n_ties.tolist() == [2]
    assert not shares.pairs.is_tie.any()  # a split vote is no tie


def test_equal_responses_to_different_prompts_are_different_pairs() -> None:
    assert len(vote_shares(table([("u", "p", "ab", "a"), ("u", "q", "ab", "b")]))) == 2


def test_votes_of_others_are_found_by_the_texts_of_the_pair() -> None:
    models = vote_shares(
        table([("m1", "p", "ab", "a"), ("m2", "p", "ab", "a"), ("m3", "p", "ba", "a"), ("m1", "q", "ab", "b")])
    )
    people = table([("u", "p", "ba", "a"), ("v", "q", "ab", "a"), ("w", "q", "ac", "a")])

    np.testing.assert_allclose(models.of(people), [1 / 3, 0.0, np.nan])


def test_a_source_is_kept_where_all_votes_have_the_same() -> None:
    row = {"user_id": "u", "response_a": "x", "response_b": "y", "choice": "a", "source": "human"}
    other = row | {"user_id": "v", "source": "llm"}

    assert vote_shares(Comparisons.from_rows([row])).pairs.to_rows()[0]["source"] == "human"
    with pytest.warns(DataWarning, match="vote_shares counts judgements of several sources.*'human': 1, 'llm': 1"):
        mixed = vote_shares(Comparisons.from_rows([row, other]))
    assert (mixed.pairs.source == -1).all()


def test_pairs_with_few_votes_can_be_left_out() -> None:
    shares = vote_shares(table([("u", "p", "ab", "a"), ("v", "p", "ab", "a"), ("u", "q", "ab", "b")]))

    kept = shares.at_least(2)

    assert (len(kept), len(kept.pairs), repr(kept)) == (1, 1, "VoteShares(1 pair, 2 votes)")


def test_nothing_to_count_is_refused() -> None:
    with pytest.raises(GustibusError, match="no judgement whose votes"):
        vote_shares(table([("u", "p", "ab", "a")]).take([]))
    with pytest.raises(GustibusError, match="must be Comparisons, got list"):
        vote_shares([1])  # type: ignore[arg-type]


def test_the_interval_of_a_share_is_that_of_scipy() -> None:
    from scipy.stats import binomtest

    for successes, n in [(0, 5), (3, 10), (500, 1000), (7, 7)]:
        expected = binomtest(successes, n).proportion_ci(0.95, "wilson")
        bounds = tuple(float(bound) for bound in wilson_interval(successes / n, n))
        assert bounds == pytest.approx((expected.low, expected.high), abs=1e-4)  # 1.96 against 1.95996
    assert tuple(float(bound) for bound in wilson_interval(0.5, 0)) == (0.0, 1.0)
