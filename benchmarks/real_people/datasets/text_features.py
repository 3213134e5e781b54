"""Features of texts: whitened principal components of sentence embeddings, and length."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["components", "length", "read_embeddings", "standardised"]

Floats = NDArray[np.float64]


def read_embeddings(path: Path) -> Floats:
    """A matrix of stored embeddings, one row an item."""
    return np.load(path).astype(np.float64)


def components(embeddings: Floats, n: int = 32) -> Floats:
    """The first principal components, each with variance 1; fewer where there are not as many rows."""
    centred = embeddings - embeddings.mean(axis=0)
    left, _, _ = np.linalg.svd(centred, full_matrices=False)
    return left[:, : min(n, len(embeddings) - 1)] * np.sqrt(len(embeddings))


def length(texts: Sequence[str]) -> Floats:
    """Logarithm of one plus the number of words, standardised."""
    return standardised(np.log1p([len(text.split()) for text in texts]))


def standardised(values: ArrayLike) -> Floats:
    """Mean 0 and standard deviation 1, by column."""
    columns = np.asarray(values, dtype=np.float64)
    return (columns - columns.mean(axis=0)) / columns.std(axis=0)
