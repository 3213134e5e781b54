"""A stable name for everything that changes an encoder's numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

__all__ = ["digest_of"]


def digest_of(settings: Mapping[str, object]) -> str:
    """Digest JSON-able settings to 32 hexadecimal digits (blake2b, 128 bits).

    Equal settings give equal digests whatever the order of their names, on every machine and in every process.

    >>> digest_of({"pooling": "mean", "layer": 3}) == digest_of({"layer": 3, "pooling": "mean"})
    True
    >>> len(digest_of({}))
    32
    """
    text = json.dumps(settings, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.blake2b(text.encode("ascii"), digest_size=16).hexdigest()
