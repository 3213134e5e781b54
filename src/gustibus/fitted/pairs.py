"""Comparisons as pairs of rows among the features of distinct items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import Items, Progress
from gustibus.fitted.scorer import Scorer

__all__ = ["Pairs", "pairs_of_items", "pairs_of_texts"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pairs:
    """n comparisons of items with known features.

    Attributes
    ----------
    features : ndarray, shape (n_items, C)
    offsets : ndarray, shape (n_items,)
        In log-odds.
    a, b : ndarray of int, shape (n,)
    """

    features: npt.NDArray[np.float32]
    offsets: FloatArray
    a: npt.NDArray[np.intp]
    b: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.a)


def pairs_of_texts(scorer: Scorer, prompts: list[str | None], responses: list[str], n_first: int) -> Pairs:
    """The first ``n_first`` responses against the others, each under its own prompt."""
    features, offsets, row = _distinct(scorer, prompts, responses)
    return Pairs(features, offsets, row[:n_first], row[n_first:])


def pairs_of_items(scorer: Scorer, items: Items, progress: Progress | None = None) -> Pairs:
    """The judgements of a table."""
    features, offsets, row = _distinct(scorer, items.prompt_texts(), items.response_texts(), progress)
    return Pairs(features, offsets, row[items.a], row[items.b])


def _distinct(
    scorer: Scorer, prompts: Sequence[str | None], responses: Sequence[str], progress: Progress | None = None
) -> tuple[npt.NDArray[np.float32], FloatArray, npt.NDArray[np.intp]]:
    """Features and offsets of the distinct items in the order of their texts, and the row of each item there.

    A matrix product may round a row differently at another place. In one fixed order the same items always get the
    same numbers, so swapping a and b flips the sign of log-odds to the last digit.
    """
    keys = [(prompt is not None, prompt or "", response) for prompt, response in zip(prompts, responses, strict=True)]
    position = {key: row for row, key in enumerate(sorted(set(keys)))}
    asked = [prompt if given else None for given, prompt, _ in position]
    texts = [response for _, _, response in position]
    row = np.array([position[key] for key in keys], np.intp).reshape(-1)
    return scorer.features(asked, texts, progress), scorer.item_offsets(asked, texts), row
