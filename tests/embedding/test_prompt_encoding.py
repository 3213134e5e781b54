"""Prompts by themselves: texts once each, ready vectors by their ids, and what cannot be encoded."""

from __future__ import annotations

import json

import numpy as np
import pytest
from trigram_encoder import TrigramEncoder

from gustibus.comparisons import GustibusError
from gustibus.embedding import (
    EmbeddingStore,
    OneHot,
    Vectors,
    encode_items,
    encode_prompts,
    encoder_from_config,
    encoder_to_config,
)


@pytest.fixture
def vectors():
    return Vectors(["yes", "no"], np.eye(2), prompts=(["Tea?", "Gin?"], [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]))


def test_every_prompt_gets_the_row_of_its_id(vectors):
    np.testing.assert_array_equal(encode_prompts(vectors, ["Gin?", "Tea?", "Gin?"]), [[3, 4, 5], [0, 1, 2], [3, 4, 5]])


def test_an_unknown_prompt_is_named_with_its_nearest_neighbours(vectors):
    with pytest.raises(GustibusError, match=r"1 of the prompts have no vector: 'Gin!'.*'Gin\?'"):
        encode_prompts(vectors, ["Tea?", "Gin!"])


def test_a_prompt_that_is_a_text_is_encoded_as_that_text_alone(tmp_path):
    encoder, store = TrigramEncoder(), EmbeddingStore(tmp_path)
    asked = ["What is tea?", "What is gin?", "What is tea?"]

    found = encode_prompts(encoder, asked, store=store)

    np.testing.assert_array_equal(found, encode_items(encoder, [None] * 3, asked, store=store))
    np.testing.assert_array_equal(found[0], found[2])


@pytest.mark.parametrize(
    ("prompts", "message"),
    [([None, None], "there are no prompts"), (["Tea?", None, None], "2 of 3 items have none")],
)
def test_items_without_a_prompt_are_refused_with_the_model_to_use(vectors, prompts, message):
    with pytest.raises(GustibusError, match=rf"{message}\. Use model='pal-a'"):
        encode_prompts(vectors, prompts)


def test_encoders_without_vectors_for_prompts_say_what_to_give():
    with pytest.raises(GustibusError, match=r"prompts=\(prompt_ids, prompt_matrix\)"):
        encode_prompts(Vectors(["yes"], [[1.0]]), ["Tea?"])
    with pytest.raises(GustibusError, match="kind 'one-hot' has no vectors for prompts"):
        encode_prompts(OneHot(["yes"]), ["Tea?"])


def test_vectors_of_prompts_belong_to_the_identity_and_come_back_as_they_were(vectors):
    config, arrays = encoder_to_config(vectors)
    again = encoder_from_config(json.loads(json.dumps(config)), arrays)

    assert again.identity == vectors.identity
    np.testing.assert_array_equal(encode_prompts(again, ["Gin?"]), [[3, 4, 5]])
    without = Vectors(vectors.ids, vectors.matrix)
    other = Vectors(vectors.ids, vectors.matrix, prompts=(["Tea?", "Gin?"], np.eye(2)))
    assert len({one.identity for one in (vectors, without, other)}) == 3


def test_vectors_of_responses_do_not_depend_on_those_of_prompts(vectors):
    np.testing.assert_array_equal(vectors.encode_items(["Tea?", None], ["no", "yes"]), [[0, 1], [1, 0]])


def test_wrong_vectors_of_prompts_are_refused():
    with pytest.raises(GustibusError, match="2 ids do not match 1 rows"):
        Vectors(["yes"], [[1.0]], prompts=(["Tea?", "Gin?"], [[1.0]]))
