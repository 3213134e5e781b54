"""Reward offsets of recurring items, found again by content."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

__all__ = ["ItemOffsets"]

KEY_BYTES = 16


@dataclass(frozen=True)
class ItemOffsets:
    """What fitting learned about single items beyond their features; items it has not seen have offset 0.

    Attributes
    ----------
    keys : ndarray of uint8, shape (n, 16)
        Digests of (prompt, response), so that the texts themselves need not be kept.
    values : ndarray of float32, shape (n,)
        In units of the model's scores.
    """

    keys: npt.NDArray[np.uint8]
    values: npt.NDArray[np.float32]

    @classmethod
    def of(
        cls,
        prompts: Sequence[str | None],
        responses: Sequence[str],
        values: npt.NDArray[np.float64],
    ) -> ItemOffsets:
        """Offsets of these items."""
        joined = b"".join(_key(prompt, response) for prompt, response in zip(prompts, responses, strict=True))
        keys = np.frombuffer(joined, np.uint8).reshape(-1, KEY_BYTES)
        return cls(keys.copy(), values.astype(np.float32))

    @cached_property
    def _index(self) -> dict[bytes, int]:
        return {key.tobytes(): row for row, key in enumerate(self.keys)}

    def lookup(self, prompts: Sequence[str | None], responses: Sequence[str]) -> npt.NDArray[np.float64]:
        """Offsets of some items (n,), 0 for those not seen in fitting."""
        rows = [self._index.get(_key(p, r), -1) for p, r in zip(prompts, responses, strict=True)]
        index = np.array(rows, np.intp).reshape(-1)
        found = self.values[np.maximum(index, 0)].astype(np.float64) if len(self.values) else np.zeros(len(index))
        return np.where(index >= 0, found, 0.0)


def _key(prompt: str | None, response: str) -> bytes:
    digest = hashlib.blake2b(response.encode(), digest_size=KEY_BYTES, person=b"gustibus-item")
    if prompt is not None:
        digest.update(b"\x00" + prompt.encode())
    return digest.digest()
