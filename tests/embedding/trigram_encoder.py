"""A small encoder of texts that needs no model: signed counts of hashed letter trigrams, 16 dimensions.

Slow on request, so that a process can be stopped while it encodes.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from gustibus.embedding import TextEncoder, digest_of

N_DIMENSIONS = 16


class TrigramEncoder(TextEncoder):
    def __init__(self, *, texts_per_batch: int = 8, seconds_per_batch: float = 0.0, seed: int = 0) -> None:
        super().__init__()
        self.texts_per_batch = texts_per_batch
        self.seconds_per_batch = seconds_per_batch
        self.seed = seed
        self.n_encoded = 0

    @property
    def kind(self) -> str:
        return "trigram"

    @property
    def identity(self) -> str:
        return digest_of({"kind": self.kind, "seed": self.seed})

    def config(self) -> dict[str, object]:
        return {"kind": self.kind, "seed": self.seed}

    def encode_batches(self, texts: Sequence[str]) -> Iterator[tuple[NDArray[np.intp], NDArray[np.float32]]]:
        order = np.argsort([-len(text) for text in texts], kind="stable")
        for start in range(0, len(order), self.texts_per_batch):
            batch = order[start : start + self.texts_per_batch]
            time.sleep(self.seconds_per_batch)
            vectors = np.stack([self.vector(texts[i]) for i in batch])
            self.n_encoded += len(batch)
            yield batch, vectors

    def vector(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(N_DIMENSIONS, dtype=np.float32)
        padded = f"  {text} "
        for i in range(len(padded) - 2):
            code = zlib.crc32(padded[i : i + 3].encode(), self.seed)
            vector[code % N_DIMENSIONS] += 1.0 if code & 0x8000_0000 else -1.0
        return vector / np.float32(np.sqrt(len(padded)))


def texts(n: int, *, start: int = 0) -> list[str]:
    """n distinct texts of unequal length."""
    return [f"statement {i}: " + "they would rather walk " * (i % 7) for i in range(start, start + n)]
