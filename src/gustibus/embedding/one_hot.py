"""Items that recur, each with a dimension of its own: products, parties, players."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import GustibusError, Progress
from gustibus.embedding.encoder import FloatMatrix, check_items
from gustibus.embedding.id_table import IdTable
from gustibus.embedding.identity import digest_of

__all__ = ["OneHot"]

_MOST_IDS = 32_768


class OneHot:
    """A vector with a single 1 for each known response: nothing is shared between items but what people say of them.

    Parameters
    ----------
    ids
        The D distinct responses, one dimension each, in the order of the dimensions.

    Raises
    ------
    GustibusError
        For no ids, repeated ids, or more than 32,768 of them; later, for a response that is none of them.

    Examples
    --------
    >>> OneHot(["tea", "coffee", "water"]).encode_items([None, None], ["water", "tea"])
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """

    kind = "one-hot"

    def __init__(self, ids: Sequence[str] | Sequence[int] | NDArray[np.generic]) -> None:
        self._table = IdTable(ids)
        if len(self._table) == 0:
            raise GustibusError("one-hot needs at least one id: give the responses that occur.")
        if len(self._table) > _MOST_IDS:
            raise GustibusError(
                f"{len(self._table):,} distinct responses are too many for one-hot vectors (at most {_MOST_IDS:,}). "
                "One-hot is for items that recur; for texts use encoder='minilm', for features Vectors(ids, matrix)."
            )

    @property
    def ids(self) -> tuple[str, ...]:
        """The D ids, in the order of the dimensions."""
        return self._table.ids

    @property
    def n_dimensions(self) -> int:
        """The number D of ids."""
        return len(self._table)

    @property
    def identity(self) -> str:
        """A digest of the ids in their order."""
        return digest_of({"kind": self.kind, "ids": list(self.ids)})

    def encode_items(
        self, prompts: Sequence[str | None], responses: Sequence[str], *, progress: Progress | None = None
    ) -> FloatMatrix:
        """One-hot rows of n responses, ``(n, D)`` float32; prompts play no part."""
        check_items(prompts, responses)
        rows = self._table.rows(responses)
        result = np.zeros((len(rows), self.n_dimensions), dtype=np.float32)
        result[np.arange(len(rows)), rows] = 1.0
        return result

    def __repr__(self) -> str:
        return f"OneHot({self.n_dimensions} ids)"
