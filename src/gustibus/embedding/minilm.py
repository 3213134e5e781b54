"""The encoder that needs no hub: all-MiniLM-L6-v2, shipped inside a PyPI package."""

from __future__ import annotations

from gustibus.embedding.encoder import ItemText
from gustibus.embedding.transformers_encoder import TransformersEncoder

__all__ = ["minilm"]


def minilm(*, item_text: ItemText = "joined") -> TransformersEncoder:
    """all-MiniLM-L6-v2: 384 dimensions, mean over at most 256 tokens, unit length.

    A small sentence encoder (6 layers, 22 million weights) that runs well on a CPU. The weights are under Apache-2.0.

    Raises
    ------
    GustibusError
        If the package that ships it is not installed.

    References
    ----------
    Reimers & Gurevych 2019, arXiv 1908.10084; Wang et al. 2020, arXiv 2002.10957.
    """
    return TransformersEncoder("minilm", pooling="mean", max_length=256, normalise=True, item_text=item_text)
