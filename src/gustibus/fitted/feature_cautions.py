"""Features that cannot tell items apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import caution
from gustibus.comparisons.wording import counted
from gustibus.embedding import Encoder, Vectors

__all__ = ["warn_of_constant_features"]

_NAMED = 5


def warn_of_constant_features(encoder: Encoder, embeddings: npt.NDArray[np.float32]) -> None:
    """Warn where all items are alike, and name the columns of ready vectors that are the same for every item.

    Parameters
    ----------
    encoder : Encoder
        That the embeddings are from.
    embeddings : ndarray, shape (n_items, D)
        Of distinct items.
    """
    if len(embeddings) < 2:
        return
    constant = np.flatnonzero((embeddings == embeddings[0]).all(axis=0))
    if len(constant) == embeddings.shape[1]:
        caution(
            f"all {len(embeddings):,} items have the same features, so nothing can be learned from them. Check the "
            f"{'table of vectors' if isinstance(encoder, Vectors) else 'encoder'}."
        )
    elif len(constant) and isinstance(encoder, Vectors):
        names = [repr(encoder.names[j]) if encoder.names else str(j) for j in constant[:_NAMED]]
        more = "" if len(constant) <= _NAMED else f" and {len(constant) - _NAMED} more"
        caution(
            f"{counted(len(constant), 'column')} of the vectors {'is' if len(constant) == 1 else 'are'} the same for "
            f"all {len(embeddings):,} items ({', '.join(names)}{more}) and can explain no choice. Check or leave out."
        )
