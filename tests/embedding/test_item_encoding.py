from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trigram_encoder import TrigramEncoder, texts

from gustibus.comparisons import GustibusError
from gustibus.embedding import EmbeddingStore, OneHot, encode_items

PROMPT = st.none() | st.sampled_from(["Why?", "When?"])
RESPONSE = st.sampled_from(["rain", "snow", "a clear sky", "fog"])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(PROMPT, RESPONSE), max_size=30), st.integers(1, 9))
def test_with_and_without_a_store_each_row_is_its_pairs_vector(tmp_path_factory, pairs, texts_per_batch):
    prompts, responses = [one for one, _ in pairs], [other for _, other in pairs]
    encoder = TrigramEncoder(texts_per_batch=texts_per_batch)
    encoder.note_dimensions(16)
    store = EmbeddingStore(tmp_path_factory.mktemp("store"))
    expected = [encoder.vector(encoder.render(*pair)) for pair in pairs]

    for kept in (None, store, store):
        vectors = encode_items(encoder, prompts, responses, store=kept)

        assert vectors.dtype == np.float32
        assert vectors.shape == (len(pairs), 16)
        np.testing.assert_array_equal(vectors, np.reshape(expected, (len(pairs), 16)))


def test_each_distinct_text_is_encoded_once_and_never_again(tmp_path):
    encoder = TrigramEncoder()
    prompts = ["Why?", None, "Why?", None, "When?"]
    responses = ["rain", "rain", "rain", "rain", "rain"]

    encode_items(encoder, prompts, responses, store=EmbeddingStore(tmp_path))
    assert encoder.n_encoded == 3

    encode_items(encoder, prompts, responses, store=EmbeddingStore(tmp_path))
    assert encoder.n_encoded == 3


def test_only_what_is_missing_is_encoded(tmp_path):
    encoder = TrigramEncoder()
    encode_items(encoder, [None] * 10, texts(10), store=EmbeddingStore(tmp_path))

    encode_items(encoder, [None] * 15, texts(15), store=EmbeddingStore(tmp_path))

    assert encoder.n_encoded == 15


def test_progress_counts_distinct_texts_from_what_was_stored_to_all(tmp_path):
    encoder = TrigramEncoder(texts_per_batch=4)
    store = EmbeddingStore(tmp_path, write_every=0.0)
    encode_items(encoder, [None] * 10, texts(10), store=store)
    told = []

    encode_items(encoder, [None] * 36, texts(18) * 2, store=store, progress=lambda *one: told.append(one))

    assert told == [("embedding", 10, 18), ("embedding", 14, 18), ("embedding", 18, 18)]


def test_what_was_encoded_before_an_error_is_kept(tmp_path):
    class Breaking(TrigramEncoder):
        def encode_batches(self, texts):
            for n_batches, batch in enumerate(super().encode_batches(texts)):
                if n_batches == 3:
                    raise GustibusError("the service stopped")
                yield batch

    with pytest.raises(GustibusError, match="the service stopped"):
        encode_items(Breaking(), [None] * 40, texts(40), store=EmbeddingStore(tmp_path, write_every=3600.0))

    encoder = TrigramEncoder()
    encode_items(encoder, [None] * 40, texts(40), store=EmbeddingStore(tmp_path))
    assert encoder.n_encoded == 40 - 3 * 8


def test_encoders_that_look_vectors_up_need_no_store(tmp_path):
    store = EmbeddingStore(tmp_path)

    vectors = encode_items(OneHot(["tea", "coffee"]), [None], ["tea"], store=store)

    np.testing.assert_array_equal(vectors, [[1.0, 0.0]])
    assert store.size() == 0


def test_prompts_and_responses_must_pair_up(tmp_path):
    with pytest.raises(GustibusError, match="2 prompts do not pair up with 1 responses"):
        encode_items(TrigramEncoder(), [None, None], ["a"], store=EmbeddingStore(tmp_path))
    with pytest.raises(GustibusError, match="not one text"):
        encode_items(TrigramEncoder(), "a", "b", store=EmbeddingStore(tmp_path))
