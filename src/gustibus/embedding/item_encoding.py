"""Every distinct text encoded once, and kept."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import Progress
from gustibus.embedding.embedding_store import EmbeddingStore, text_keys
from gustibus.embedding.encoder import Encoder, FloatMatrix, TextEncoder, check_items
from gustibus.embedding.locking import locks_available
from gustibus.embedding.segment import Keys
from gustibus.embedding.shelf import Shelf

__all__ = ["encode_items"]

_MOST_TEXTS_A_WRITE = 8192


def encode_items(
    encoder: Encoder,
    prompts: Sequence[str | None],
    responses: Sequence[str],
    *,
    store: EmbeddingStore | None = None,
    progress: Progress | None = None,
) -> FloatMatrix:
    """Encode n (prompt, response) pairs, with a store only what it does not hold yet.

    Texts are encoded in batches; every ``store.write_every`` seconds what is ready goes to the store for good. An
    interrupted run goes on where it was, and a second run over the same texts only reads.

    Parameters
    ----------
    prompts, responses
        n of each; a prompt may be None.
    store
        Where vectors of texts are kept. Encoders that look vectors up (``Vectors``, ``OneHot``) need none.
    progress
        Called as ``progress("embedding", done, total)`` in distinct texts. With a store, done is on disk.

    Returns
    -------
    ``(n, D)`` float32; row i for ``prompts[i], responses[i]``.

    Examples
    --------
    >>> from gustibus.embedding import OneHot
    >>> encode_items(OneHot(["tea", "coffee"]), [None, None], ["coffee", "tea"])
    array([[0., 1.],
           [1., 0.]], dtype=float32)
    """
    if store is None or not isinstance(encoder, TextEncoder):
        return encoder.encode_items(prompts, responses, progress=progress)
    check_items(prompts, responses)
    row_of: dict[str, int] = {}
    first = np.empty(len(responses), dtype=np.intp)
    for i, (prompt, response) in enumerate(zip(prompts, responses, strict=True)):
        first[i] = row_of.setdefault(encoder.render(prompt, response), i)
    texts = list(row_of)
    result = _encode_texts(
        encoder, texts, np.fromiter(row_of.values(), np.intp, len(texts)), len(first), store, progress
    )
    repeated = np.flatnonzero(first != np.arange(len(first)))
    result[repeated] = result[first[repeated]]
    return result


def _encode_texts(
    encoder: TextEncoder,
    texts: list[str],
    rows: NDArray[np.intp],
    n_rows: int,
    store: EmbeddingStore,
    progress: Progress | None,
) -> FloatMatrix:
    """Put the vector of ``texts[i]``, stored or new, into row ``rows[i]`` of a new ``(n_rows, D)`` array."""
    shelf = store.shelf(encoder.identity)
    keys = text_keys(texts)
    result: FloatMatrix | None = None
    found = np.zeros(len(texts), dtype=bool)
    if shelf.n_dimensions is not None:
        encoder.note_dimensions(shelf.n_dimensions)
        result = np.empty((n_rows, shelf.n_dimensions), dtype=np.float32)
        found = shelf.read_into(keys, result, rows)
    missing = np.flatnonzero(~found)
    with _Writer(encoder, shelf, keys, len(texts) - len(missing), store.write_every, progress) as writer:
        for positions, vectors in encoder.encode_batches([texts[i] for i in missing]):
            encoder.note_dimensions(vectors.shape[1])
            kept = shelf.rounded(vectors)
            if result is None:
                result = np.empty((n_rows, kept.shape[1]), dtype=np.float32)
            result[rows[missing[positions]]] = kept
            writer.add(missing[positions], kept)
    return np.empty((n_rows, encoder.n_dimensions), dtype=np.float32) if result is None else result


class _Writer:
    """Collects encoded batches and writes them now and then; leaving it, even by an error, writes the rest."""

    def __init__(
        self,
        encoder: TextEncoder,
        shelf: Shelf,
        keys: Keys,
        n_found: int,
        write_every: float,
        progress: Progress | None,
    ) -> None:
        self._encoder = encoder
        self._shelf = shelf
        self._keys = keys
        self._done = n_found
        self._write_every = write_every
        self._progress = progress
        self._waiting: list[tuple[NDArray[np.intp], FloatMatrix]] = []
        self._written_at = time.monotonic()

    def __enter__(self) -> _Writer:
        self._report()
        return self

    def add(self, positions: NDArray[np.intp], vectors: FloatMatrix) -> None:
        self._waiting.append((positions, vectors))
        n_waiting = sum(len(some) for some, _ in self._waiting)
        if time.monotonic() - self._written_at >= self._write_every or n_waiting >= _MOST_TEXTS_A_WRITE:
            self._write()

    def __exit__(self, *_: object) -> None:
        self._write()

    def _write(self) -> None:
        if not self._waiting:
            return
        positions = np.concatenate([some for some, _ in self._waiting])
        vectors = np.concatenate([some for _, some in self._waiting])
        self._waiting.clear()
        self._shelf.add(self._keys[positions], vectors, identity=self._encoder.identity, encoder=self._encoder.config())
        if locks_available() and self._shelf.has_many_small_segments():
            self._shelf.merge(small_only=True, wait=False)
        self._written_at = time.monotonic()
        self._done += len(positions)
        self._report()

    def _report(self) -> None:
        if self._progress is not None:
            self._progress("embedding", self._done, len(self._keys))
