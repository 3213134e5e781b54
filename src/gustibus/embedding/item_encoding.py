"""Every distinct text encoded once, and kept."""

from __future__ import annotations

from collections.abc import Sequence

from gustibus.comparisons import Progress
from gustibus.embedding.encoder import Encoder, FloatMatrix

__all__ = ["encode_items"]


def encode_items(
    encoder: Encoder,
    prompts: Sequence[str | None],
    responses: Sequence[str],
    *,
    progress: Progress | None = None,
) -> FloatMatrix:
    """Encode n (prompt, response) pairs; returns ``(n, D)`` float32."""
    return encoder.encode_items(prompts, responses, progress=progress)
