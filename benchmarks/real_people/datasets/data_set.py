"""What every loader returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons, Items
from gustibus.embedding import Encoder

__all__ = ["DataSet"]


@dataclass(frozen=True)
class DataSet:
    """Judgements and what is known about the items.

    Attributes
    ----------
    name, title
        Short and in words.
    comparisons
        All judgements that can be used.
    encoder
        Features of the items, for :func:`gustibus.fit`.
    nmax, mint
        Answers of an unseen person that are held ready to adapt from, and that are left at least to test on.
    left_out
        Judgements that cannot be used, and why.
    items_recur
        The same few items are judged again and again beside features that do not tell them apart wholly, so an offset
        for each can be learned.
    is_text
        Responses are texts, so that the longer one is a baseline.
    """

    name: str
    title: str
    comparisons: Comparisons
    encoder: Encoder
    nmax: int
    mint: int
    left_out: str = ""
    items_recur: bool = False
    is_text: bool = False

    @property
    def shots(self) -> tuple[int, ...]:
        """Numbers of answers after which new people are predicted."""
        return (*(n for n in (0, 1, 2, 5, 10, 20) if n < self.nmax), self.nmax)

    def features(self, items: Items) -> NDArray[np.float32]:
        """The same features, for the baselines."""
        return self.encoder.encode_items(items.prompt_texts(), items.response_texts())
