"""Prompts encoded apart from responses, for models in which what is wanted depends on the prompt."""

from __future__ import annotations

from collections.abc import Sequence

from gustibus.comparisons import GustibusError, Progress
from gustibus.embedding.embedding_store import EmbeddingStore
from gustibus.embedding.encoder import Encoder, FloatMatrix, TextEncoder
from gustibus.embedding.item_encoding import encode_items
from gustibus.embedding.vectors import Vectors

__all__ = ["encode_prompts"]


def encode_prompts(
    encoder: Encoder,
    prompts: Sequence[str | None],
    *,
    store: EmbeddingStore | None = None,
    progress: Progress | None = None,
) -> FloatMatrix:
    """Encode n prompts by themselves: as texts, or by their rows in ``Vectors(..., prompts=(ids, matrix))``.

    Parameters
    ----------
    prompts
        n of them, one an item; they may repeat, and each distinct one is encoded once.
    store
        Where vectors of texts are kept.
    progress
        As for :func:`encode_items`.

    Returns
    -------
    ``(n, P)`` float32.

    Raises
    ------
    GustibusError
        If an item has no prompt, or the encoder has no vectors for prompts.

    Examples
    --------
    >>> vectors = Vectors(["yes", "no"], [[1.0], [0.0]], prompts=(["Tea?", "Gin?"], [[0.0, 1.0], [2.0, 3.0]]))
    >>> encode_prompts(vectors, ["Gin?", "Gin?", "Tea?"])
    array([[2., 3.],
           [2., 3.],
           [0., 1.]], dtype=float32)
    """
    given = [prompt for prompt in prompts if prompt is not None]
    if len(given) < len(prompts):
        without = (
            "there are no prompts" if not given else f"{len(prompts) - len(given)} of {len(prompts)} items have none"
        )
        raise GustibusError(
            f"model='pal-b', or a gate other than 'none', is about tastes that depend on the prompt, but {without}. "
            "Use model='pal-a', or leave gate out; or give every comparison a prompt."
        )
    if isinstance(encoder, Vectors):
        return encoder.encode_prompts(given)
    if isinstance(encoder, TextEncoder):
        return encode_items(encoder, [None] * len(given), given, store=store, progress=progress)
    raise GustibusError(
        f"an encoder of kind {encoder.kind!r} has no vectors for prompts, which model='pal-b' and gates need. Use an "
        "encoder of text, or Vectors(ids, matrix, prompts=(prompt_ids, prompt_matrix))."
    )
