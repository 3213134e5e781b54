"""Who won: a, b, a tie, or a probability."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.bad_rows import Fault
from gustibus.comparisons.interning import intern_together
from gustibus.comparisons.number_columns import numbers_in_text
from gustibus.comparisons.text_columns import decoded, is_text_type

__all__ = ["Choices", "choice_column", "fix_for", "side_of_word"]

_PLAIN_FIX: Final = "Write a, b, tie, or the probability from 0 to 1 that response_a is preferred."
_MEANT: Final = {
    "a": (
        "left",
        "first",
        "response_a",
        "answer_a",
        "model_a",
        "option_a",
        "item_a",
        "chosen_a",
        "a wins",
        "a>b",
        "win",
    ),
    "b": (
        "right",
        "second",
        "response_b",
        "answer_b",
        "model_b",
        "option_b",
        "item_b",
        "chosen_b",
        "b wins",
        "b>a",
        "loss",
    ),
    "tie": ("equal", "same", "both", "neither", "draw", "none", "no preference", "tie (bothbad)", "a=b", "="),
}
_MEANING: Final = {word: side for side, words in _MEANT.items() for word in words}


@dataclass(frozen=True)
class Choices:
    """What was chosen in ``M`` judgements.

    Attributes
    ----------
    outcome
        ``(M,)`` float32 probability that a is preferred, nan where the choice is missing or unusable.
    is_tie
        ``(M,)`` bool.
    missing
        ``(M,)`` bool: no choice at all.
    only_zero_and_one
        All choices are the numbers 0 and 1, which some people mean the other way round.
    faults
        Values that are no choice.
    """

    outcome: npt.NDArray[np.float32]
    is_tie: npt.NDArray[np.bool_]
    missing: npt.NDArray[np.bool_]
    only_zero_and_one: bool
    faults: list[Fault]


def choice_column(column: pa.ChunkedArray) -> Choices:
    """Read choices: ``a``, ``b`` and ``tie`` in any case, probabilities as numbers or digits.

    Examples
    --------
    >>> choices = choice_column(pa.chunked_array([["a", " B ", "tie", "0.25", "left"]]))
    >>> choices.outcome.tolist(), choices.faults[0].fix("left")
    ([1.0, 0.0, 0.5, 0.25, nan], "Write 'a' for the first response if that is what it means.")
    """
    if not (pa.types.is_dictionary(column.type) and is_text_type(column.type.value_type)):
        column = decoded(column)
    kind = column.type
    if is_text_type(kind) or pa.types.is_dictionary(kind):
        return _choices_in_text(column)
    if pa.types.is_null(kind):
        return _choices_in_text(pa.nulls(len(column), pa.large_string()))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        double = column.cast(pa.float64(), safe=False).fill_null(np.nan).to_numpy()
        return _from_numbers(double, double.astype(np.float32), np.isnan(double), [])
    missing = column.is_null().to_numpy()
    wrong = np.flatnonzero(~missing)
    faults = [Fault("choice", wrong, f"is of type {kind}, which does not say who won", fix_for)] if len(wrong) else []
    return Choices(np.full(len(column), np.nan, np.float32), np.zeros(len(column), bool), missing, False, faults)


def _choices_in_text(text: pa.Array | pa.ChunkedArray) -> Choices:
    """Judge each distinct text once, then look the rows up."""
    words, (codes,) = intern_together([text])
    said = pc.utf8_lower(pc.utf8_trim_whitespace(words))
    double, single, no_number = numbers_in_text(said)
    side = (
        pc.index_in(said, pa.array(["b", "a", "tie"], pa.large_string())).fill_null(-1).to_numpy(zero_copy_only=False)
    )
    is_side = side >= 0
    empty = pc.equal(said, "").to_numpy(zero_copy_only=False)
    unknown = no_number & ~is_side & ~pc.equal(said, "nan").to_numpy(zero_copy_only=False)
    value = np.where(is_side, np.array([0.0, 1.0, 0.5])[side], single).astype(np.float32)
    judged = _from_numbers(np.where(is_side, 0.5, double), value, empty, [])

    def at(column: npt.NDArray[Any], beyond: Any) -> npt.NDArray[Any]:
        looked_up: npt.NDArray[Any] = np.append(column, beyond).astype(column.dtype)[codes]
        return looked_up

    def rows_with(wrong: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
        return np.flatnonzero(at(wrong, False)) if wrong.any() else np.zeros(0, np.intp)

    faults = [Fault("choice", rows, "is not a choice", fix_for)] if len(rows := rows_with(unknown)) else []
    for fault in judged.faults:
        outside = np.zeros(len(words), bool)
        outside[fault.positions] = True
        faults.append(replace(fault, positions=rows_with(outside)))
    return Choices(
        outcome=at(judged.outcome, np.nan),
        is_tie=at(side == 2, False),
        missing=at(empty | (np.isnan(value) & ~unknown), True),
        only_zero_and_one=judged.only_zero_and_one and not is_side.any(),
        faults=faults,
    )


def _from_numbers(
    double: npt.NDArray[np.float64],
    single: npt.NDArray[np.float32],
    missing: npt.NDArray[np.bool_],
    faults: list[Fault],
) -> Choices:
    outside = ~np.isnan(double) & ~((double >= 0) & (double <= 1))
    if outside.any():
        faults = [*faults, Fault("choice", np.flatnonzero(outside), "is not a probability from 0 to 1", fix_for)]
    outcome = np.where(outside, np.nan, single).astype(np.float32)
    present = double[~np.isnan(double)]
    only_zero_and_one = bool(len(present)) and bool(((present == 0) | (present == 1)).all())
    return Choices(outcome, np.zeros(len(outcome), bool), missing, only_zero_and_one, faults)


def fix_for(value: Any) -> str:
    """Say what to write instead of a value that is no choice."""
    if isinstance(value, bool):
        return "True and False do not say which response is meant: write 'a' or 'b'."
    text = str(value).strip().lower()
    side = side_of_word(text)
    if side is not None:
        which = {"a": "the first response", "b": "the second response", "tie": "no preference"}[side]
        return f"Write {side!r} for {which} if that is what it means."
    number = text.removesuffix("%").strip()
    try:
        size = float(number)
    except ValueError:
        return _PLAIN_FIX
    if size in (1, 2) and not text.endswith("%"):
        return "If 1 means the first response and 2 the second, write 'a' and 'b' (a number is the probability of a)."
    if text.endswith("%") or 2 < size <= 100:
        return f"If this is a percentage, divide by 100: {size / 100:g}."
    return _PLAIN_FIX


def side_of_word(word: str) -> str | None:
    """What a word says about who won in the languages of other tools; None if it says nothing.

    Examples
    --------
    >>> side_of_word("Left"), side_of_word("response-b"), side_of_word("no preference"), side_of_word("maybe")
    ('a', 'b', 'tie', None)
    """
    text = word.strip().lower()
    spaced = text.replace("_", " ").replace("-", " ")
    forms = (text, spaced, spaced.replace(" ", "_"))
    if text in ("a", "b", "tie"):
        return text
    return next((_MEANING[form] for form in forms if form in _MEANING), None)
