"""Processes that are killed while they encode, and processes that encode at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from trigram_encoder import TrigramEncoder, texts

from gustibus.embedding import EmbeddingStore, encode_items

SCRIPT = Path(__file__).with_name("encode_in_process.py")
TEXTS_PER_BATCH = 8


def start(store, first, n, *, seconds_per_batch=0.0, kind="trigram"):
    command = [sys.executable, str(SCRIPT), str(store), str(first), str(n), str(seconds_per_batch), kind]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def finish(process):
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert "Warning" not in errors, errors


def kill_after(process, seconds, *, n_reports=1):
    """Wait for reports (the first comes before anything is encoded), then for some seconds, then kill -9.

    Returns the number last reported as done.
    """
    *_, last = [process.stdout.readline() for _ in range(n_reports)]
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    reported = process.stdout.read().split()
    process.wait(timeout=30)
    assert process.returncode == -signal.SIGKILL
    return int([last, *reported][-1])


@pytest.mark.filterwarnings("error::gustibus.comparisons.DataWarning")  # not even a damaged file is left
def test_a_run_killed_again_and_again_loses_nothing_that_it_reported(tmp_path):
    n, rng = 4000, random.Random(0)  # more than six runs can encode before they are killed
    encoder = TrigramEncoder()
    expected = np.stack([encoder.vector(text) for text in texts(n)])
    kept_before = 0
    for _ in range(6):
        process = start(tmp_path, 0, n, seconds_per_batch=0.002)
        reported = kill_after(process, rng.uniform(0.0, 0.12))

        found, vectors = EmbeddingStore(tmp_path).stored(encoder, texts(n))

        np.testing.assert_array_equal(vectors[found], expected[found])
        # a write is durable before it is reported; the one that was running may or may not have made it
        assert max(reported, kept_before) <= found.sum()
        assert found.sum() <= max(reported, kept_before) + TEXTS_PER_BATCH
        assert found.sum() < n, "the run must have been killed while it encoded"
        kept_before = int(found.sum())
    assert kept_before > 0

    resumed = TrigramEncoder()
    vectors = encode_items(resumed, [None] * n, texts(n), store=EmbeddingStore(tmp_path))

    np.testing.assert_array_equal(vectors, expected)
    assert resumed.n_encoded == n - kept_before


def test_a_real_encoder_killed_on_the_way_is_resumed(tmp_path, minilm):
    n = 100
    reported = kill_after(start(tmp_path, 0, n, kind="minilm"), 0.0, n_reports=2)

    found, vectors = EmbeddingStore(tmp_path).stored(minilm, texts(n))

    expected = minilm.encode(texts(n))
    assert 0 < reported <= found.sum() < n
    np.testing.assert_allclose(vectors[found], expected[found], atol=1e-5)
    resumed = encode_items(minilm, [None] * n, texts(n), store=EmbeddingStore(tmp_path))
    np.testing.assert_allclose(resumed, expected, atol=1e-5)
    np.testing.assert_array_equal(resumed[found], vectors[found])


def test_several_processes_fill_one_store_at_once(tmp_path):
    encoder = TrigramEncoder()
    expected = np.stack([encoder.vector(text) for text in texts(1000)])
    # overlapping ranges; hundreds of small writes each, so that they also merge while the others write
    processes = [start(tmp_path, first, 600, seconds_per_batch=0.001) for first in (0, 200, 400)]

    for process in processes:
        finish(process)

    fresh = TrigramEncoder()
    vectors = encode_items(fresh, [None] * 1000, texts(1000), store=EmbeddingStore(tmp_path))
    np.testing.assert_array_equal(vectors, expected)
    assert fresh.n_encoded == 0


def test_merging_goes_on_beside_a_writing_process(tmp_path):
    process = start(tmp_path, 0, 800, seconds_per_batch=0.002)
    process.stdout.readline()
    store = EmbeddingStore(tmp_path)
    n_merged = 0
    while process.poll() is None:
        store.compact()
        n_merged += 1

    finish(process)

    fresh = TrigramEncoder()
    vectors = encode_items(fresh, [None] * 800, texts(800), store=EmbeddingStore(tmp_path))
    assert n_merged > 1
    assert fresh.n_encoded == 0
    np.testing.assert_array_equal(vectors, [fresh.vector(text) for text in texts(800)])


def test_a_process_killed_while_it_holds_the_lock_blocks_nobody(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from gustibus.embedding.locking import exclusive\n"
        "with exclusive(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)

    store = EmbeddingStore(tmp_path)
    encode_items(TrigramEncoder(), [None] * 20, texts(20), store=store)
    store.compact()

    assert store.describe()[0].n_vectors == 20
