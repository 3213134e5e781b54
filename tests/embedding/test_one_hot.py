from __future__ import annotations

import numpy as np
import pytest

from gustibus.comparisons import GustibusError
from gustibus.embedding import OneHot


def test_each_known_response_has_its_own_dimension():
    ids = ["tea", "coffee", "water"]

    found = OneHot(ids).encode_items([None] * 4, ["water", "tea", "tea", "coffee"])

    np.testing.assert_array_equal(found, np.eye(3, dtype=np.float32)[[2, 0, 0, 1]])


def test_an_unknown_response_is_named_and_not_taken_for_zero():
    with pytest.raises(GustibusError, match=r"'cofee' \(the first at position 0\).*Nearest to the first: 'coffee'"):
        OneHot(["tea", "coffee"]).encode_items([None], ["cofee"])


def test_repeated_or_absent_ids_are_refused():
    with pytest.raises(GustibusError, match="'tea' stands for more than one row"):
        OneHot(["tea", "tea"])
    with pytest.raises(GustibusError, match="at least one id"):
        OneHot([])


def test_too_many_distinct_responses_are_sent_to_an_encoder_of_text():
    with pytest.raises(GustibusError, match=r"32,769 distinct responses.*encoder='minilm'"):
        OneHot([str(i) for i in range(32_769)])


def test_identity_follows_the_order_of_the_dimensions():
    assert OneHot(["a", "b"]).identity == OneHot(["a", "b"]).identity
    assert OneHot(["a", "b"]).identity != OneHot(["b", "a"]).identity
