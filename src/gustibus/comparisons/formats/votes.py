"""Counts of votes, one row a pair: the share becomes a soft outcome, the number of votes its weight."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gustibus.comparisons.column_reading import ColumnReading, read_optional, read_texts, read_users
from gustibus.comparisons.formats.format import COMMON_FIELDS, Format
from gustibus.comparisons.number_columns import number_column
from gustibus.comparisons.record import FIELDS

__all__ = ["VOTES"]

_FIX = "Write how many voted so, 0 for nobody."


def _read(reading: ColumnReading) -> None:
    read_texts(reading, reading.text("prompt"), reading.text("response_a"), reading.text("response_b"))
    for_a, for_b = _count(reading, "votes_a"), _count(reading, "votes_b")
    ties = _count(reading, "votes_tie") if "votes_tie" in reading.column_of else np.zeros(reading.n_rows)
    total = for_a + for_b + ties
    reading.fault("votes_a", total == 0, "is one of no votes at all", "Leave out pairs on which nobody voted.")
    with np.errstate(invalid="ignore", divide="ignore"):
        reading.columns["outcome"] = ((for_a + ties / 2) / total).astype(np.float32)
    reading.columns["is_tie"] = (ties > 0) & (for_a + for_b == 0)
    read_users(reading)
    read_optional(reading)
    reading.columns["weight"] = (total * reading.columns.get("weight", 1.0)).astype(np.float32)


def _count(reading: ColumnReading, field: str) -> npt.NDArray[np.float64]:
    values, missing, faults = number_column(field, reading.raw.table[reading.column_of[field]])
    reading.faults.extend(faults)
    reading.unusable(field)
    reading.missing(field, missing, _FIX)
    reading.fault(field, values < 0, "is negative", _FIX)
    return np.where(values < 0, np.nan, values.astype(np.float64))


VOTES = Format(
    name="votes",
    about="one row a pair with the numbers of votes for each side",
    fields={
        "user_id": FIELDS["user_id"],
        "response_a": FIELDS["response_a"],
        "response_b": FIELDS["response_b"],
        "votes_a": "how many prefer the first response",
        "votes_b": "how many prefer the second response",
        "votes_tie": "how many find them equal; each counts as half a vote for either",
    }
    | {name: FIELDS[name] for name in (*COMMON_FIELDS, "margin", "prompt_b")},
    required=("response_a", "response_b", "votes_a", "votes_b"),
    answer=None,
    usual={
        "votes_a": ("votes_a", "wins_a", "count_a", "n_a"),
        "votes_b": ("votes_b", "wins_b", "count_b", "n_b"),
        "votes_tie": ("votes_tie", "ties", "votes_ties"),
    },
    read=_read,
)
"""``response_a, response_b, votes_a, votes_b``."""
