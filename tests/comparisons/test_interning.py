from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from gustibus.comparisons.interning import first_appearance, intern_together, merge_vocabularies, texts_of

columns = st.lists(
    st.lists(st.one_of(st.none(), st.sampled_from(["", "a", "b", "ü", "long text"])), max_size=6), min_size=1
)


@given(columns, st.booleans())
def test_codes_lead_back_to_the_strings_in_order_of_first_appearance(
    texts: list[list[str | None]], packed: bool
) -> None:
    arrays = [pa.array(column, pa.string()) for column in texts]
    vocabulary, codes = intern_together([array.dictionary_encode() for array in arrays] if packed else arrays)
    assert [texts_of(vocabulary, part).to_pylist() for part in codes] == texts
    seen = dict.fromkeys(text for column in texts for text in column if text is not None)
    assert vocabulary.to_pylist() == list(seen)


def test_entries_of_a_dictionary_that_do_not_occur_are_left_out() -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([2, 0, None, 3], pa.int8()), ["x", "unused", "y", None])
    vocabulary, (codes,) = intern_together([pa.chunked_array([column, column])])
    assert vocabulary.to_pylist() == ["y", "x"]
    assert codes.tolist() == [0, 1, -1, -1, 0, 1, -1, -1]


def test_first_appearance_keeps_minus_one() -> None:
    used, new_code = first_appearance([np.array([-1, 3]), np.array([1, 3])], 5)
    assert used.tolist() == [3, 1]
    assert new_code[np.array([-1, 3, 1, 0])].tolist() == [-1, 0, 1, -1]


def test_merging_equal_vocabularies_changes_no_code() -> None:
    one, two = pa.array(["a", "b"]), pa.array(["a", "b"])
    joint, maps = merge_vocabularies([one, two])
    assert joint is one
    assert maps[1].tolist() == [0, 1, -1]


def test_columns_without_a_chunk_have_no_text() -> None:
    vocabulary, (codes,) = intern_together([pa.chunked_array([], pa.string())])
    assert (len(vocabulary), len(codes)) == (0, 0)


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(0, 3)), max_size=6), min_size=1))
def test_chunks_that_share_a_dictionary_mean_what_they_mean_alone(chunks: list[list[int | None]]) -> None:
    words = pa.array(["y", "unused", "x", "z"])
    column = [pa.DictionaryArray.from_arrays(pa.array(chunk, pa.int32()), words) for chunk in chunks]
    vocabulary, (codes,) = intern_together([pa.chunked_array(column)])
    said = [None if code is None else words[code].as_py() for chunk in chunks for code in chunk]
    assert texts_of(vocabulary, codes).to_pylist() == said
    assert vocabulary.to_pylist() == list(dict.fromkeys(text for text in said if text is not None))
