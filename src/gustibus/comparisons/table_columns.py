"""The columns of a table of judgements: their types, whose codes they are, and what must hold in every row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.record import SPLITS

if TYPE_CHECKING:
    from gustibus.comparisons.judgement_columns import JudgementColumns

__all__ = [
    "DTYPES",
    "VOCABULARIES",
    "VOCABULARY_OF",
    "blocks_of_rows",
    "check_codes",
    "check_values",
    "constant",
    "frozen",
    "handed_over",
]

VOCABULARY_OF: Final = {
    "user": "users",
    "prompt": "prompts",
    "prompt_b": "prompts",
    "response_a": "responses",
    "response_b": "responses",
    "group": "groups",
    "source": "sources",
}
"""Each column of codes, and the vocabulary that they point into."""

DTYPES: Final[dict[str, type[np.generic]]] = {
    "user": np.int32,
    "prompt": np.int32,
    "prompt_b": np.int32,
    "response_a": np.int32,
    "response_b": np.int32,
    "outcome": np.float32,
    "is_tie": np.bool_,
    "margin": np.float32,
    "weight": np.float32,
    "group": np.int32,
    "source": np.int8,
    "timestamp": np.int64,
    "split": np.int8,
}
"""All columns and their types."""

VOCABULARIES: Final = ("users", "prompts", "responses", "groups", "sources")

_NEVER_NONE: Final = ("user", "response_a", "response_b")
_ROWS_AT_ONCE: Final = 1 << 15


def blocks_of_rows(n: int) -> Iterator[slice]:
    """Cut ``n`` rows into blocks for which all that is computed on the way stays in the processor's cache."""
    for start in range(0, n, _ROWS_AT_ONCE):
        yield slice(start, min(start + _ROWS_AT_ONCE, n))


def constant(value: float, n: int, dtype: type[np.generic]) -> npt.NDArray[Any]:
    """A read-only column of ``n`` equal values, which takes the memory of one.

    Examples
    --------
    >>> column = constant(1, 1_000_000, np.float32)
    >>> column.shape, column.strides
    ((1000000,), (0,))
    """
    one = np.array(value, dtype)
    one.flags.writeable = False
    return np.broadcast_to(one, (n,))


def handed_over(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Make a fresh array read-only, for a table to keep as it is: see :func:`frozen`."""
    part: Any = column
    while isinstance(part, np.ndarray):
        part.flags.writeable = False
        part = part.base
    return column


def frozen(values: npt.ArrayLike, dtype: type[np.generic]) -> npt.NDArray[Any]:
    """A read-only array of the column's type; copied, so that nobody else can write into it, unless nobody can.

    Raises
    ------
    GustibusError
        If codes are no integers or do not fit, or ties are not True and False.
    """
    array = np.asarray(values)
    if array.dtype == dtype and _is_read_only(array):
        return array
    if np.issubdtype(dtype, np.integer) and array.size and not np.issubdtype(array.dtype, np.integer):
        raise GustibusError(f"Codes must be integers; got an array of {array.dtype}. Give integer codes.")
    if np.issubdtype(dtype, np.integer) and array.size and array.dtype != dtype:
        limits = np.iinfo(dtype)  # type: ignore[type-var]
        if array.min() < limits.min or array.max() > limits.max:
            raise GustibusError(f"A code of {array.max()} does not fit into {np.dtype(dtype)}.")
    if dtype is np.bool_ and array.size and array.dtype != np.bool_:
        raise GustibusError(f"is_tie must hold True and False; got an array of {array.dtype}.")
    return handed_over(np.array(array, dtype=dtype))


def _is_read_only(array: npt.NDArray[Any]) -> bool:
    """Tell whether neither the array nor any that it is a view of can be written into."""
    part: Any = array
    while isinstance(part, np.ndarray) and not part.flags.writeable:
        part = part.base
    return part is None


def check_codes(data: JudgementColumns) -> None:
    """Refuse columns of unequal length, and codes that point nowhere.

    Raises
    ------
    GustibusError
        Naming the column, and the row.
    """
    shape = (len(data.outcome),) if data.outcome.ndim == 1 else None
    for name in DTYPES:
        column = getattr(data, name)
        if column.shape != shape:
            raise GustibusError(
                f"Column {name!r} has shape {column.shape}, but outcome has {data.outcome.shape}. "
                "Give every column one value for each judgement."
            )
    for name, vocabulary in VOCABULARY_OF.items():
        codes, n = getattr(data, name), len(getattr(data, vocabulary))
        lowest = 0 if name in _NEVER_NONE else -1
        if codes.size and (codes.min() < lowest or codes.max() >= n):
            row = int(np.flatnonzero((codes < lowest) | (codes >= n))[0])
            raise GustibusError(
                f"Judgement {row}: code {int(codes[row])} in {name!r} points nowhere; {vocabulary!r} has {n} entries. "
                f"Give codes from {lowest} to {n - 1}."
            )


def check_values(data: JudgementColumns) -> None:
    """Refuse values that mean nothing.

    Raises
    ------
    GustibusError
        Naming the column, the first such row and their number.
    """
    if any(wrong.any() for rows in blocks_of_rows(len(data)) for wrong, *_ in _faults(data, rows)):
        _refuse(data)


def _refuse(data: JudgementColumns) -> None:
    for wrong, name, reason, fix in _faults(data, slice(None)):
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise GustibusError(
                f"Judgement {row}: the value {getattr(data, name)[row]} in {name!r} {reason} "
                f"({int(wrong.sum())} such judgements). {fix}"
            )


def _faults(data: JudgementColumns, rows: slice) -> Iterator[tuple[npt.NDArray[np.bool_], str, str, str]]:
    """Which of some rows are wrong; in which column, why, and what to do."""
    outcome, weight, split = data.outcome[rows], data.weight[rows], data.split[rows]
    prompt, prompt_b = data.prompt[rows], data.prompt_b[rows]
    yield ~((outcome >= 0) & (outcome <= 1)), "outcome", "is not a probability", "Give values from 0 to 1."
    yield ~((weight >= 0) & np.isfinite(weight)), "weight", "is not a weight", "Give finite values >= 0."
    yield np.isinf(data.margin[rows]), "margin", "is not a number", "Give finite values, nan for none."
    yield data.is_tie[rows] & (outcome != 0.5), "outcome", "belongs to a tie", "Give ties the outcome 0.5."
    yield (split < -1) | (split >= len(SPLITS)), "split", "is not a split", "Give 0, 1, 2, or -1 for none."
    yield (
        (prompt < 0) != (prompt_b < 0),
        "prompt_b",
        "goes with a different kind of prompt",
        "Give both responses a prompt, or neither.",
    )
    yield (
        (data.response_a[rows] == data.response_b[rows]) & (prompt == prompt_b),
        "response_b",
        "is the same response as response_a",
        "Leave out judgements that compare a response with itself.",
    )
