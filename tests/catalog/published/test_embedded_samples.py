"""Judgements of vectors, from samples with the layout of PAL's published embeddings made for these tests."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from published_files import image_choice, write_lines

import gustibus as gs

FOX, DOG, CAT = np.float32([0.1, 0.9]), np.float32([0.8, 0.2]), np.float32([0.5, 0.5])
ASKED = np.float32([1, 0, 0])


def test_vectors_that_recur_are_one_response() -> None:
    samples = [(("ann", ASKED, (FOX, DOG)), -1), (("ben", ASKED, (DOG, FOX)), -1), ((7, ASKED, (FOX, CAT)), 1)]
    data, vectors = gs.embedded_samples(samples)
    assert data.user_ids == ["ann", "ben", "7"]
    assert data.outcome.tolist() == [1, 1, 0]
    assert len(vectors.ids) == 3
    assert vectors.prompts is not None
    assert (len(vectors.prompts.ids), vectors.prompts.n_dimensions) == (1, 3)
    rows = data.to_rows()
    np.testing.assert_array_equal(vectors.encode_items([None], [rows[2]["response_b"]]), [CAT])
    assert (rows[0]["response_a"], rows[0]["response_b"]) == (rows[1]["response_b"], rows[1]["response_a"])


def test_tensors_and_samples_with_their_own_ids_are_read_alike() -> None:
    plain = [(("ann", ASKED, (FOX, DOG)), -1)]
    wrapped = [((("ann", torch.tensor(ASKED), (torch.tensor(FOX), torch.tensor(DOG))), torch.tensor(-1).item()), 4711)]
    (data, vectors), (same, same_vectors) = gs.embedded_samples(plain), gs.embedded_samples(wrapped)
    assert data == same
    assert vectors.identity == same_vectors.identity


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        ([], "hold nothing"),
        ([("ann", FOX, DOG, 1)], "sample 1 is"),
        ([(("ann", "a fox", ("tea", "gin")), 1)], "no vector of numbers"),
        ([(("ann", ASKED, (FOX, DOG)), -1), (("ann", ASKED, (FOX, [1.0])), 1)], "sample 2: a response has 1 numbers"),
        ([(("ann", ASKED, (FOX, [np.nan, 1.0])), -1)], "no finite numbers"),
        ([(("ann", ASKED, ([FOX], DOG)), -1)], "has shape (1, 2)"),
        ([(("ann", ASKED, (FOX, DOG)), 3)], "is neither -1 nor 1"),
        ([(("ann", ASKED, (FOX, FOX)), 1)], "is the same response as response_a"),
    ],
)
def test_a_wrong_sample_is_refused_with_its_number(samples: list[Any], said: str) -> None:
    with pytest.raises(gs.GustibusError) as raised:
        gs.embedded_samples(samples)
    assert said in str(raised.value)


def test_embeddings_beside_the_metadata_of_pickapic_are_vectors_of_its_images(tmp_path: Any) -> None:
    choices = [image_choice(user, label) for user in range(3) for label in (1.0, 0.0, 0.5)]
    images = gs.load_dataset("pickapic-v1", path=write_lines(tmp_path / "train.jsonl", choices))
    embeddings = pa.array([FOX.tolist(), DOG.tolist()], pa.list_(pa.float16(), 2))
    (tmp_path / "vectors").mkdir()
    for shard, row in (("0", 0), ("1", 1)):
        some = pa.table({"image_uid": [f"img-{row}"], "embedding": embeddings[row : row + 1]})
        pq.write_table(some, tmp_path / "vectors" / f"{shard}.parquet")
    vectors = gs.read_vectors(tmp_path / "vectors")
    assert vectors.names == ("embedding[0]", "embedding[1]")
    found = vectors.encode_items([None] * 2, images.responses.to_pylist())
    np.testing.assert_allclose(found, [FOX, DOG], atol=1e-3)  # half precision
