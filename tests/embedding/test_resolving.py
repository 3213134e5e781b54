from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from gustibus.comparisons import GustibusError
from gustibus.embedding import OneHot, TransformersEncoder, Vectors, resolve_encoder


def test_an_encoder_is_returned_as_it_is():
    encoder = Vectors(["a"], [[1.0]])

    assert resolve_encoder(encoder) is encoder


def test_one_hot_knows_the_distinct_responses_whatever_their_order():
    encoder = resolve_encoder("one-hot", ["tea", "coffee", "tea"])

    assert isinstance(encoder, OneHot)
    assert encoder.identity == resolve_encoder("one-hot", ["coffee", "tea"]).identity


def test_a_folder_becomes_a_transformers_encoder(causal_folder):
    encoder = resolve_encoder(causal_folder)

    assert isinstance(encoder, TransformersEncoder)
    assert encoder.encode_items([None], ["the cat"]).shape == (1, 24)


@pytest.mark.parametrize("spec", [None, 3, np.eye(2), ["minilm"]])
def test_what_is_no_encoder_is_refused_with_what_could_be_given(spec):
    with pytest.raises(GustibusError, match=r"Give 'minilm', 'one-hot', a folder or hub name, Vectors"):
        resolve_encoder(spec)


def test_being_recognised_costs_an_encoder_nothing():
    class Costly:
        kind = "costly"
        identity = "costly"

        @property
        def n_dimensions(self):
            raise AssertionError("computed")

        def encode_items(self, prompts, responses, *, progress=None):
            raise AssertionError("computed")

    encoder = Costly()

    assert resolve_encoder(encoder) is encoder


def test_the_room_loads_no_heavy_library():
    code = (
        "import sys, gustibus.embedding\n"
        "heavy = {'torch', 'transformers', 'huggingface_hub', 'httpx', 'scipy', 'tokenizers'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
