from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gustibus.comparisons import NO_TIMESTAMP, Comparisons, GustibusError


def three_drinks(**changes: object) -> Comparisons:
    settings: dict[str, object] = {
        "users": ["ann", "ben", "cat"],
        "responses": ["tea", "gin", "ale"],
        "user": [0, 1, 1],
        "response_a": [0, 1, 2],
        "response_b": [1, 2, 0],
        "outcome": [1, 0, 0.25],
    }
    return Comparisons.from_arrays(**(settings | changes))  # type: ignore[arg-type]


def test_columns_have_the_promised_types_and_defaults() -> None:
    data = three_drinks()
    types = {
        name: getattr(data, name).dtype.name for name in ("user", "prompt", "outcome", "is_tie", "source", "split")
    }
    assert types == {
        "user": "int32",
        "prompt": "int32",
        "outcome": "float32",
        "is_tie": "bool",
        "source": "int8",
        "split": "int8",
    }
    assert (data.prompt == -1).all()
    assert (data.weight == 1).all()
    assert np.isnan(data.margin).all()
    assert (data.timestamp == NO_TIMESTAMP).all()


def test_nothing_in_a_table_can_be_changed() -> None:
    codes = np.array([0, 1, 1])
    data = three_drinks(user=codes)
    with pytest.raises(ValueError, match="read-only"):
        data.user[0] = 1
    with pytest.raises(FrozenInstanceError):
        data.user = codes  # type: ignore[misc, assignment]
    codes[0] = 1
    assert data.user[0] == 0, "the caller's array is copied"


def test_subsets_share_the_vocabularies_so_codes_stay_comparable() -> None:
    data = three_drinks()
    subset = data.filter(data.user == 1)
    assert subset.users is data.users
    assert subset.user.tolist() == [1, 1]
    assert subset.user_ids == ["ben"]
    assert subset.n_users == 1
    assert data.take([2, 0]).outcome.tolist() == [0.25, 1.0]


def test_for_users_keeps_the_order_and_names_the_nearest_id_of_an_unknown_one() -> None:
    data = three_drinks()
    assert data.for_users(["ben", "ann"]).user.tolist() == [0, 1, 1]
    assert len(data.for_users("ben")) == 2
    with pytest.raises(GustibusError, match=r"no user 'bem'.*'ben'"):
        data.for_users(["bem"])


def test_somebody_in_the_vocabulary_without_judgements_is_not_present() -> None:
    with pytest.raises(GustibusError, match="no user 'cat'"):
        three_drinks().for_users("cat")


def test_compact_forgets_people_and_texts_that_do_not_occur() -> None:
    small = three_drinks().for_users("ann").compact()
    assert small.users.to_pylist() == ["ann"]
    assert small.responses.to_pylist() == ["tea", "gin"]
    assert small == three_drinks().for_users("ann")


def test_equality_looks_at_the_records_and_not_at_the_codes() -> None:
    other = three_drinks(
        users=["ben", "ann"],
        user=[1, 0, 0],
        responses=["gin", "tea", "ale"],
        response_a=[1, 0, 2],
        response_b=[0, 2, 1],
    )
    assert other == three_drinks()
    assert hash(other) == hash(three_drinks())
    assert other.fingerprint() == three_drinks().fingerprint()
    assert other != three_drinks(outcome=[1, 0, 0.5])
    assert three_drinks(outcome=[1, 0, 0.5]) != three_drinks(outcome=[1, 0, 0.5], is_tie=[False, False, True])
    assert other.take([1, 0, 2]) != other, "the order of the records counts"
    assert other != "another thing"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outcome": [1, 0, 1.1]}, "Judgement 2: the value 1.1.* 'outcome' is not a probability"),
        ({"outcome": [1, 0, np.nan]}, "not a probability"),
        ({"weight": [1, -1, 1]}, "Judgement 1.*'weight' is not a weight"),
        ({"weight": [1, np.inf, 1]}, "not a weight"),
        ({"margin": [1, np.inf, 1]}, "'margin' is not a number"),
        ({"is_tie": [True, False, False]}, "belongs to a tie"),
        ({"user": [0, 1, 3]}, "code 3 in 'user' points nowhere; 'users' has 3 entries"),
        ({"user": [0, 1, -1]}, "code -1 in 'user' points nowhere"),
        ({"user": [0, 1]}, "'user' has shape"),
        ({"user": [0.5, 1, 1]}, "Codes must be integers"),
        ({"source": [0, 1, 300], "sources": ["human"]}, "does not fit into int8"),
        ({"response_b": [0, 2, 0]}, "Judgement 0.*same response as response_a"),
        ({"users": ["ann", "ann", "ben"]}, "'users' holds 'ann' more than once"),
        ({"users": ["ann", None, "ben"]}, "'users' has a missing entry"),
        ({"users": [1, 2, 3]}, "'users' must hold text"),
        ({"prompts": ["p"], "prompt": [0, 0, -1], "prompt_b": [0, 0, 0]}, "different kind of prompt"),
        ({"split": [0, 1, 5]}, "not a split"),
        ({"is_tie": [0, 0, 1]}, "must hold True and False"),
    ],
)
def test_arrays_that_make_no_sense_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(GustibusError, match=message):
        three_drinks(**changes)


def test_the_same_response_to_two_prompts_can_be_compared() -> None:
    data = three_drinks(prompts=["p", "q"], prompt=[0, 0, 0], prompt_b=[1, 0, 0], response_b=[0, 2, 0])
    assert data.to_rows()[0]["prompt_b"] == "q"
    assert data.to_rows()[1]["prompt_b"] is None


def test_take_and_filter_do_not_take_each_others_input() -> None:
    data = three_drinks()
    with pytest.raises(GustibusError, match="use filter"):
        data.take(data.user == 1)
    with pytest.raises(GustibusError, match="use take"):
        data.filter([0, 1, 2])
    with pytest.raises(GustibusError, match="each of the 3 judgements"):
        data.filter(np.array([True]))
    assert len(data.take([])) == 0


def test_concat_joins_vocabularies_and_keeps_every_record(everything: Comparisons) -> None:
    both = Comparisons.concat([three_drinks(), everything])
    assert both.take(np.arange(3)) == three_drinks()
    assert both.take(np.arange(3, 7)) == everything
    same = Comparisons.concat([everything.take([0]), everything.take([1, 2, 3])])
    assert same.users is everything.users, "equal vocabularies are not made again"
    with pytest.raises(GustibusError, match="nothing to concatenate"):
        Comparisons.concat([])


def test_an_arrow_capable_library_gets_the_strings(everything: Comparisons) -> None:
    frame = pl.DataFrame(everything)
    assert frame["user_id"].to_list() == ["ann, the first", "007", "null", "null"]
    assert pa.table(everything).equals(everything.to_table())


def test_rows_say_words_for_sides_and_numbers_for_shares(everything: Comparisons) -> None:
    rows = everything.to_rows()
    assert [row["choice"] for row in rows[:2]] == ["a", "tie"]
    assert rows[2]["choice"] == pytest.approx(1 / 3, abs=1e-7)  # single precision
    assert rows[3]["choice"] == 0.5
    assert Comparisons.from_rows(rows) == everything


def test_fields_that_nobody_uses_are_not_written() -> None:
    assert three_drinks().to_table().column_names == ["user_id", "response_a", "response_b", "choice"]


def test_items_are_the_distinct_prompts_with_responses(everything: Comparisons) -> None:
    items = everything.items()
    pairs = list(zip(items.prompt_texts(), items.response_texts(), strict=True))
    assert len(set(pairs)) == len(pairs) == len(items)
    for row, a, b in zip(everything.to_rows(), items.a, items.b, strict=True):
        assert pairs[a] == (row["prompt"], row["response_a"])
        assert pairs[b] == (row["prompt_b"] or row["prompt"], row["response_b"])
    with pytest.raises(ValueError, match="read-only"):
        items.a[0] = 0


def test_items_of_nothing_are_nothing() -> None:
    assert len(three_drinks().take([]).items()) == 0


@given(st.permutations(range(3)))
def test_items_do_not_depend_on_the_order_of_the_rows(order: list[int]) -> None:
    data = three_drinks()
    assert data.take(order).items().response_texts() == data.items().response_texts()
    assert data.take(order).items().a.tolist() == data.items().a[order].tolist()
