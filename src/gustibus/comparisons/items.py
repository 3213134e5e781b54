"""The distinct things that were compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gustibus.comparisons.interning import texts_of

if TYPE_CHECKING:
    from gustibus.comparisons.table import Comparisons

__all__ = ["Items", "items_of"]


@dataclass(frozen=True, eq=False)
class Items:
    """The ``n`` distinct (prompt, response) pairs of ``M`` comparisons, and which two each puts side by side.

    Models and encoders work per item; a comparison then only gathers its two rows.

    Attributes
    ----------
    prompt, response
        ``(n,)`` int32 codes into the vocabularies of the comparisons; prompt -1 = no prompt. Sorted by prompt, then
        response.
    a, b
        ``(M,)`` intp: the item of each comparison's first and second response.
    prompts, responses
        The vocabularies.

    Examples
    --------
    >>> from gustibus.comparisons import Comparisons
    >>> data = Comparisons.from_arrays(users=["ann"], responses=["tea", "milk", "gin"], user=[0, 0],
    ...                                response_a=[0, 2], response_b=[1, 0], outcome=[1, 0])
    >>> items = data.items()
    >>> items.response_texts(), items.a.tolist(), items.b.tolist()
    (['tea', 'milk', 'gin'], [0, 2], [1, 0])
    """

    prompt: np.ndarray[tuple[int], np.dtype[np.int32]]
    response: np.ndarray[tuple[int], np.dtype[np.int32]]
    a: np.ndarray[tuple[int], np.dtype[np.intp]]
    b: np.ndarray[tuple[int], np.dtype[np.intp]]
    prompts: pa.Array
    responses: pa.Array

    def __len__(self) -> int:
        return len(self.response)

    def prompt_texts(self) -> list[str | None]:
        """Each item's prompt, None where it has none; length ``n``."""
        texts: list[str | None] = texts_of(self.prompts, self.prompt).to_pylist()
        return texts

    def response_texts(self) -> list[str]:
        """Each item's response; length ``n``."""
        texts: list[str] = texts_of(self.responses, self.response).to_pylist()
        return texts


def items_of(data: Comparisons) -> Items:
    """Find the distinct (prompt, response) pairs of some comparisons; see :class:`Items`."""
    n_responses = max(len(data.responses), 1)
    key_a = (data.prompt.astype(np.int64) + 1) * n_responses + data.response_a
    key_b = (data.prompt_b.astype(np.int64) + 1) * n_responses + data.response_b
    keys, inverse = np.unique(np.concatenate([key_a, key_b]), return_inverse=True)
    inverse = inverse.astype(np.intp, copy=False).reshape(-1)
    prompt = (keys // n_responses - 1).astype(np.int32)
    response = (keys % n_responses).astype(np.int32)
    a, b = inverse[: len(data)].copy(), inverse[len(data) :].copy()
    for array in (prompt, response, a, b):
        array.flags.writeable = False
    return Items(prompt=prompt, response=response, a=a, b=b, prompts=data.prompts, responses=data.responses)
