from __future__ import annotations

import json
import os
import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from trigram_encoder import TrigramEncoder, texts

from gustibus.comparisons import DataWarning, GustibusError
from gustibus.embedding import EmbeddingStore, encode_items
from gustibus.embedding.embedding_store import default_store_path


def encode(store, responses, encoder=None):
    encoder = encoder or TrigramEncoder()
    return encode_items(encoder, [None] * len(responses), responses, store=store)


def segments(store):
    return sorted(store.path.glob("*/*.seg"))


def test_the_default_place_follows_the_environment(monkeypatch):
    monkeypatch.setenv("GUSTIBUS_CACHE", "/somewhere")
    assert default_store_path() == Path("/somewhere/embeddings")

    monkeypatch.delenv("GUSTIBUS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    assert default_store_path() == Path("/cache/gustibus/embeddings")

    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_store_path() == Path.home() / ".cache" / "gustibus" / "embeddings"


def test_nothing_is_made_before_something_is_stored(tmp_path):
    store = EmbeddingStore(tmp_path / "store")

    assert (store.size(), store.describe()) == (0, [])
    assert not store.path.exists()


def test_the_store_belongs_to_its_user_alone_and_holds_no_text(tmp_path):
    store = EmbeddingStore(tmp_path / "store")
    encode(store, ["a private sentence"])

    assert stat.S_IMODE(store.path.stat().st_mode) & 0o077 == 0
    assert all(b"private" not in path.read_bytes() for path in store.path.rglob("*") if path.is_file())


def test_describe_tells_what_is_stored_the_newest_first(tmp_path):
    store = EmbeddingStore(tmp_path)
    old, new = TrigramEncoder(seed=1), TrigramEncoder(seed=2)
    encode(store, texts(5), old)
    os.utime(segments(store)[0], (1e9, 1e9))
    encode(store, texts(7), new)

    described = store.describe()

    assert [one.identity for one in described] == [new.identity, old.identity]
    assert [(one.n_vectors, one.n_dimensions) for one in described] == [(7, 16), (5, 16)]
    assert described[0].encoder == {"kind": "trigram", "seed": 2}
    assert described[1].newest == datetime.fromtimestamp(1e9, UTC)
    assert store.size() == sum(path.stat().st_size for path in segments(store))


def test_encoders_do_not_share_vectors(tmp_path):
    store = EmbeddingStore(tmp_path)

    one, other = (encode(store, texts(5), TrigramEncoder(seed=seed)) for seed in (1, 2))

    assert not np.array_equal(one, other)


def test_compact_merges_files_and_keeps_every_vector_once(tmp_path):
    store = EmbeddingStore(tmp_path)
    for start in range(0, 50, 10):
        encode(store, texts(10, start=start))
    twin = segments(store)[0]
    (twin.parent / f"9{twin.name[1:]}").write_bytes(twin.read_bytes())  # as if a second process had encoded them too
    expected = encode(EmbeddingStore(tmp_path), texts(50))

    store.compact()

    assert len(segments(store)) == 1
    assert [one.n_vectors for one in store.describe()] == [50]
    fresh = TrigramEncoder()
    np.testing.assert_array_equal(encode(EmbeddingStore(tmp_path), texts(50), fresh), expected)
    assert fresh.n_encoded == 0


def test_many_small_files_are_merged_on_the_way(tmp_path):
    store = EmbeddingStore(tmp_path, write_every=0.0)
    encoder = TrigramEncoder(texts_per_batch=1)

    vectors = encode(store, texts(150), encoder)

    assert len(segments(store)) < 100
    np.testing.assert_array_equal(vectors, [encoder.vector(text) for text in texts(150)])
    assert [one.n_vectors for one in store.describe()] == [150]


def test_a_reader_goes_on_while_others_merge_and_prune(tmp_path):
    reader, other = EmbeddingStore(tmp_path), EmbeddingStore(tmp_path)
    encode(other, texts(10))
    expected = encode(reader, texts(10))
    encode(other, texts(10, start=10))

    other.compact()
    np.testing.assert_array_equal(encode(reader, texts(10)), expected)
    other.prune(older_than=timedelta(0))
    np.testing.assert_array_equal(encode(reader, texts(10)), expected)


def test_prune_removes_one_encoder(tmp_path):
    store = EmbeddingStore(tmp_path)
    keep, drop = TrigramEncoder(seed=1), TrigramEncoder(seed=2)
    encode(store, texts(5), keep)
    encode(store, texts(5), drop)
    before = store.size()

    freed = store.prune(identity=drop.identity[:10])

    assert freed == before - store.size() > 0
    assert [one.identity for one in store.describe()] == [keep.identity]


def test_prune_removes_what_is_old_and_its_texts_are_encoded_again(tmp_path):
    store = EmbeddingStore(tmp_path)
    encode(store, texts(5))
    os.utime(segments(store)[0], (time.time() - 90_000,) * 2)
    encode(store, texts(5, start=5))

    assert store.prune(older_than=timedelta(days=2)) == 0
    assert store.prune(older_than=timedelta(days=1)) > 0

    encoder = TrigramEncoder()
    encode(store, texts(10), encoder)
    assert encoder.n_encoded == 5


def test_merging_does_not_make_old_vectors_young(tmp_path):
    store = EmbeddingStore(tmp_path)
    for start in (0, 5):
        encode(store, texts(5, start=start))
    for path in segments(store):
        os.utime(path, (1e9, 1e9))

    store.compact()

    assert store.describe()[0].newest == datetime.fromtimestamp(1e9, UTC)


def test_prune_without_a_choice_removes_nothing(tmp_path):
    store = EmbeddingStore(tmp_path)
    encode(store, texts(5))

    with pytest.raises(GustibusError, match=r"older_than=timedelta\(0\)\) for everything"):
        store.prune()
    with pytest.raises(GustibusError, match="0 stored encoders have an identity that starts with 'xyz'"):
        store.prune(identity="xyz")
    assert store.size() > 0


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "foreign"])
def test_a_damaged_file_is_named_left_out_and_its_texts_encoded_again(tmp_path, damage):
    store = EmbeddingStore(tmp_path)
    encode(store, texts(20))
    expected = encode(store, texts(40))
    path = segments(store)[0]
    content = path.read_bytes()
    flipped = content[:-5] + bytes([content[-5] ^ 1]) + content[-4:]
    path.write_bytes({"cut": content[:-7], "flip": flipped, "empty": b"", "foreign": b"hello" * 100}[damage])

    encoder = TrigramEncoder()
    again = EmbeddingStore(tmp_path)
    with pytest.warns(DataWarning, match=f"{path.name} are damaged .*encoded again.*Delete the file"):
        vectors = encode(again, texts(40), encoder)

    np.testing.assert_array_equal(vectors, expected)
    assert encoder.n_encoded == 20
    encode(again, texts(40), encoder)
    assert encoder.n_encoded == 20  # the new vectors are found, the damaged file is not looked at again


def test_merging_leaves_a_damaged_file_out(tmp_path):
    store = EmbeddingStore(tmp_path)
    for start in (0, 10, 20):
        encode(store, texts(10, start=start))
    path = segments(store)[1]
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))

    with pytest.warns(DataWarning, match="damaged"):
        EmbeddingStore(tmp_path).compact()

    assert path.exists()
    assert len(segments(store)) == 2
    path.unlink()
    encoder = TrigramEncoder()
    encode(EmbeddingStore(tmp_path), texts(30), encoder)
    assert encoder.n_encoded == 10


def test_a_damaged_description_is_explained(tmp_path):
    store = EmbeddingStore(tmp_path)
    encode(store, texts(3))
    (about,) = tmp_path.glob("*/encoder.json")
    about.write_text(json.dumps({"version": 7}))

    with pytest.raises(GustibusError, match=r"encoder.json is damaged or of another version \(version 7\).*Delete"):
        encode(EmbeddingStore(tmp_path), texts(3))


def test_half_written_files_are_cleared_when_they_are_old(tmp_path):
    store = EmbeddingStore(tmp_path)
    encode(store, texts(3))
    folder = segments(store)[0].parent
    old, young = folder / "1.f32.seg.tmp", folder / "2.f32.seg.tmp"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (time.time() - 4000,) * 2)

    encode(EmbeddingStore(tmp_path), texts(6))

    assert (old.exists(), young.exists()) == (False, True)


def test_half_precision_takes_half_the_room_and_reads_the_same_each_time(tmp_path):
    responses = texts(500)
    full, half = EmbeddingStore(tmp_path / "full"), EmbeddingStore(tmp_path / "half", dtype="float16")

    exact, first, second = encode(full, responses), encode(half, responses), encode(half, responses)

    np.testing.assert_array_equal(first, exact.astype(np.float16))
    np.testing.assert_array_equal(first, second)
    assert half.size() < 0.7 * full.size()  # keys of 16 bytes beside vectors of 64 or 32


def test_single_precision_never_reads_what_was_rounded_but_half_reads_both(tmp_path):
    responses, encoder = texts(20), TrigramEncoder()
    half = encode(EmbeddingStore(tmp_path, dtype="float16"), responses, encoder)

    full = encode(EmbeddingStore(tmp_path), responses, encoder)
    assert encoder.n_encoded == 40
    np.testing.assert_array_equal(full, [encoder.vector(text) for text in responses])

    for path in tmp_path.glob("*/*.f16.seg"):
        path.unlink()
    np.testing.assert_array_equal(encode(EmbeddingStore(tmp_path, dtype="float16"), responses, encoder), half)
    assert encoder.n_encoded == 40


def test_numbers_too_large_for_half_precision_are_refused(tmp_path):
    class Loud(TrigramEncoder):
        def vector(self, text):
            return super().vector(text) * np.float32(1e6)

    with pytest.raises(GustibusError, match=r"too large for float16.*dtype='float32'"):
        encode(EmbeddingStore(tmp_path, dtype="float16"), texts(3), Loud())


def test_an_encoder_whose_vectors_changed_length_is_refused(tmp_path):
    class Longer(TrigramEncoder):
        def encode_batches(self, texts):
            yield np.arange(len(texts)), np.ones((len(texts), 20), dtype=np.float32)

    encode(EmbeddingStore(tmp_path), texts(3))

    with pytest.raises(
        GustibusError, match="vectors of 20 dimensions after vectors of 16: the model behind it has changed"
    ):
        encode(EmbeddingStore(tmp_path), texts(6), Longer())


def test_stored_tells_what_is_there_without_encoding(tmp_path):
    store, encoder = EmbeddingStore(tmp_path), TrigramEncoder()
    nothing, _ = store.stored(encoder, texts(2))
    encode(store, texts(3), encoder)

    found, vectors = store.stored(encoder, texts(5))

    assert nothing.tolist() == [False, False]
    assert found.tolist() == [True, True, True, False, False]
    np.testing.assert_array_equal(vectors[:3], [encoder.vector(text) for text in texts(3)])
    assert np.isnan(vectors[3:]).all()


def test_a_file_in_place_of_the_folder_and_unknown_settings_are_refused(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(GustibusError, match="is a file"):
        EmbeddingStore(tmp_path / "file")
    with pytest.raises(GustibusError, match="dtype='int8' is unknown"):
        EmbeddingStore(tmp_path, dtype="int8")
    with pytest.raises(GustibusError, match="no encoder identity"):
        EmbeddingStore(tmp_path).shelf("../elsewhere")


def test_text_that_is_no_unicode_is_refused(tmp_path):
    with pytest.raises(GustibusError, match="half a surrogate pair at position 4"):
        encode(EmbeddingStore(tmp_path), ["half\ud800"])
