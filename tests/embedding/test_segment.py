from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gustibus.comparisons import GustibusError
from gustibus.embedding.embedding_store import text_keys
from gustibus.embedding.segment import DamagedSegment, Segment, write_segment


def write(folder, n, n_dimensions=3, dtype="float32"):
    """A segment of n vectors; returns its path, its keys, and the vectors."""
    keys = np.sort(text_keys([f"text {i}" for i in range(n)]))
    vectors = np.random.default_rng(n).normal(size=(n, n_dimensions)).astype(dtype).astype(np.float32)
    return write_segment(folder, keys, n_dimensions, dtype, lambda a, b: vectors[a:b]), keys, vectors


@pytest.mark.parametrize("dtype", ["float32", "float16"])
@pytest.mark.parametrize("n", [1, 256, 257, 9000])
def test_what_is_written_is_read_back(tmp_path, n, dtype):
    path, keys, vectors = write(tmp_path, n, dtype=dtype)

    segment = Segment(path)
    out = np.empty((n, 3), dtype=np.float32)
    order = np.random.default_rng(0).permutation(n)
    segment.read_into(order, out, order)

    np.testing.assert_array_equal(segment.keys, keys)
    np.testing.assert_array_equal(out, vectors)
    assert list(tmp_path.iterdir()) == [path]


def test_absent_keys_are_told_from_present_ones(tmp_path):
    path, keys, _ = write(tmp_path, 50)
    wanted = np.sort(np.concatenate([keys[::2], text_keys(["not there", "nor this"])]))

    rows = Segment(path).find(wanted)

    np.testing.assert_array_equal(rows >= 0, np.isin(wanted, keys))
    np.testing.assert_array_equal(keys[rows[rows >= 0]], wanted[rows >= 0])


def test_keys_that_end_in_zero_bytes_are_told_apart(tmp_path):
    keys = np.array([b"k" * 15 + b"\0", b"k" * 16, b"k" * 14 + b"\0\0"], dtype="S16")
    keys = np.sort(keys)
    path = write_segment(tmp_path, keys, 1, "float32", lambda a, b: np.arange(3, dtype=np.float32)[a:b, None])

    np.testing.assert_array_equal(Segment(path).find(keys), [0, 1, 2])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_byte_anywhere_is_noticed_before_its_vector_is_used(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("segment")
    path, keys, vectors = write(folder, 300)
    content = bytearray(path.read_bytes())
    where = data.draw(st.integers(0, len(content) - 1))
    content[where] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(content))

    try:
        segment = Segment(path)
        out = np.empty_like(vectors)
        segment.read_into(segment.find(keys), out, np.arange(300))
    except DamagedSegment:
        return
    # the only bytes that no checksum covers are the eight unused ones of the header
    assert 56 <= where < 64
    np.testing.assert_array_equal(out, vectors)


@pytest.mark.parametrize("kept", [0, 10, 64, 500, -1])
def test_a_file_cut_short_is_refused(tmp_path, kept):
    path, _, _ = write(tmp_path, 100)
    content = path.read_bytes()
    path.write_bytes(content[:kept])

    with pytest.raises(DamagedSegment):
        Segment(path)


def test_a_file_of_another_version_is_refused_by_name(tmp_path):
    path, _, _ = write(tmp_path, 5)
    content = bytearray(path.read_bytes())
    content[8] = 9
    path.write_bytes(bytes(content))

    with pytest.raises(DamagedSegment, match="format version 9"):
        Segment(path)


def test_a_failed_write_leaves_nothing_behind(tmp_path):
    def fail(start, stop):
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError, match="the source broke"):
        write_segment(tmp_path, text_keys(["a"]), 3, "float32", fail)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_explained(tmp_path):
    with pytest.raises(GustibusError, match=r"could not be stored in .*choose another folder"):
        write(tmp_path / "absent", 5)
