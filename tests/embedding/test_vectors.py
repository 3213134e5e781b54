from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gustibus.comparisons import GustibusError
from gustibus.embedding import Vectors


@given(st.data())
def test_every_response_gets_the_row_of_its_id(data):
    ids = data.draw(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=8, unique=True))
    shape = (len(ids), data.draw(st.integers(1, 4)))
    matrix = data.draw(hnp.arrays(np.float32, shape, elements=st.floats(-1e3, 1e3, width=32)))
    wanted = data.draw(st.lists(st.sampled_from(ids), max_size=12))

    found = Vectors(ids, matrix).encode_items([None] * len(wanted), wanted)

    assert found.shape == (len(wanted), shape[1])
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, matrix[[ids.index(one) for one in wanted]])


def test_whole_number_ids_are_known_by_their_decimal_text():
    vectors = Vectors(np.array([7, 12]), [[1.0], [2.0]])

    np.testing.assert_array_equal(vectors.encode_items([None], ["12"]), [[2.0]])


def test_an_unknown_response_is_named_with_its_nearest_neighbours():
    vectors = Vectors(["espresso", "ristretto"], np.eye(2))

    with pytest.raises(GustibusError, match=r"1 of the responses.*'expresso' \(the first at position 1\).*'espresso'"):
        vectors.encode_items([None, None], ["ristretto", "expresso"])


@pytest.mark.parametrize(
    ("ids", "matrix", "message"),
    [
        (["a", "b", "a"], np.zeros((3, 2)), "'a' stands for more than one row"),
        (["a", "b"], [[1.0, 2.0], [3.0, np.nan]], r"row 1 \(id 'b'\), column 1"),
        (["a", "b"], [[1.0, 2.0], [3.0, np.inf]], r"row 1 \(id 'b'\), column 1"),
        (["a"], [[1e39]], r"row 0 \(id 'a'\), column 0 is no finite 32-bit number"),
        (["a", "b"], np.zeros(2), r"shape \(2,\).*reshape"),
        (["a", "b"], np.zeros((2, 0)), "no columns"),
        (["a", "b"], np.zeros((3, 2)), "2 ids do not match 3 rows"),
        (["a", "b"], [[1.0], [2.0, 3.0]], "equal rows"),
        (["a", "b"], [["x"], ["y"]], "numbers"),
        (["a", 1], np.zeros((2, 1)), "mix texts and whole numbers"),
        (["a", None], np.zeros((2, 1)), r"ids\[1\] = None"),
        ("ab", np.zeros((2, 1)), "one text"),
    ],
)
def test_wrong_vectors_are_refused_with_their_place(ids, matrix, message):
    with pytest.raises(GustibusError, match=message):
        Vectors(ids, matrix)


def test_names_must_match_the_columns():
    with pytest.raises(GustibusError, match="names has 1 entries but the matrix has 2 columns"):
        Vectors(["a"], [[1.0, 2.0]], names=["only"])


def test_identity_follows_ids_and_numbers_but_not_names():
    one = Vectors(["a", "b"], np.eye(2))

    assert Vectors(["a", "b"], np.eye(2), names=["x", "y"]).identity == one.identity
    assert Vectors(["b", "a"], np.eye(2)).identity != one.identity
    assert Vectors(["a", "b"], 2 * np.eye(2)).identity != one.identity


def test_identity_tells_ids_apart_that_join_to_the_same_text():
    assert Vectors(["ab", "c"], np.eye(2)).identity != Vectors(["a", "bc"], np.eye(2)).identity


def test_the_matrix_is_a_copy_that_cannot_be_changed():
    mine = np.eye(2, dtype=np.float32)
    vectors = Vectors(["a", "b"], mine)
    mine[0, 0] = 9.0

    assert vectors.matrix[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        vectors.matrix[0, 0] = 5.0


def test_prompts_and_responses_must_pair_up():
    with pytest.raises(GustibusError, match="1 prompts do not pair up with 2 responses"):
        Vectors(["a"], [[1.0]]).encode_items([None], ["a", "a"])
