from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gustibus.comparisons import GustibusError
from gustibus.embedding import (
    EndpointEncoder,
    OneHot,
    TransformersEncoder,
    Vectors,
    encoder_from_config,
    encoder_to_config,
)


def round_trip(encoder):
    config, arrays = encoder_to_config(encoder)
    return encoder_from_config(json.loads(json.dumps(config)), arrays)


@given(st.lists(st.text(max_size=6), min_size=1, max_size=10, unique=True))
def test_one_hot_comes_back_as_it_was(ids):
    encoder = OneHot(ids)

    again = round_trip(encoder)

    assert again.ids == encoder.ids
    assert again.identity == encoder.identity


@given(st.lists(st.text(max_size=6), min_size=1, max_size=10, unique=True), st.booleans())
def test_vectors_come_back_as_they_were(ids, named):
    matrix = np.random.default_rng(0).normal(size=(len(ids), 3))
    encoder = Vectors(ids, matrix, names=["x", "y", "z"] if named else None)

    again = round_trip(encoder)

    assert again.identity == encoder.identity
    assert again.names == encoder.names
    np.testing.assert_array_equal(again.matrix, encoder.matrix)


def test_a_transformers_encoder_comes_back_as_it_was(causal_folder):
    encoder = TransformersEncoder(
        causal_folder, layer=-2, pooling="last", max_length=20, truncation="end", normalise=True, item_text="response"
    )

    again = round_trip(encoder)

    assert again.identity == encoder.identity
    assert again.n_dimensions == 24
    np.testing.assert_array_equal(again.encode(["the cat sat"]), encoder.encode(["the cat sat"]))


def test_minilm_is_saved_by_name_not_by_place(minilm):
    config, arrays = encoder_to_config(minilm)

    assert config["model"] == "minilm"
    assert str(minilm.folder) not in json.dumps(config)
    assert encoder_from_config(config, arrays).identity == minilm.identity


def test_an_endpoint_comes_back_without_its_key(monkeypatch):
    encoder = EndpointEncoder(
        "http://localhost:9/v1",
        "small",
        api_key="sk-very-secret",
        api_key_env="MY_KEY",
        dimensions=8,
        revision="May",
        normalise=True,
    )

    config, arrays = encoder_to_config(encoder)

    assert "sk-very-secret" not in json.dumps(config) + repr(encoder) + encoder.identity
    again = encoder_from_config(config, arrays)
    assert again.identity == encoder.identity
    assert (again.api_key_env, again.n_dimensions) == ("MY_KEY", 8)


def test_an_encoder_of_ones_own_cannot_be_saved_and_the_way_out_is_named():
    class Mine:
        kind = "mine"
        identity = "0" * 32
        n_dimensions = 1

        def encode_items(self, prompts, responses, *, progress=None):
            return np.zeros((len(responses), 1), dtype=np.float32)

    with pytest.raises(GustibusError, match=r"type Mine cannot be saved.*Vectors\(ids, matrix\)"):
        encoder_to_config(Mine())


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"kind": "telepathy"}, "'telepathy', which this version of gustibus does not know"),
        ({}, "of kind None"),
        ({"kind": "vectors", "names": None}, "damaged or of another version"),
        ({"kind": "endpoint", "url": "http://localhost/v1", "wishes": 3}, "damaged or of another version"),
    ],
)
def test_a_config_that_cannot_be_read_is_explained(config, message):
    with pytest.raises(GustibusError, match=message):
        encoder_from_config(config, {})


def test_cut_ids_are_refused():
    config, arrays = encoder_to_config(OneHot(["tea", "coffee"]))

    with pytest.raises(GustibusError, match="stored ids are damaged"):
        encoder_from_config(config, {**arrays, "ids_utf8": arrays["ids_utf8"][:-1]})
