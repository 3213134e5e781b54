"""Crowd-Kit's pairwise comparisons: ``worker, left, right, label``, where the label repeats the preferred side.

Source: Ustalov, Pavlichenko and Tseitlin (2024), Learning from Crowds with Crowd-Kit, arXiv 2109.08584.
"""

from __future__ import annotations

import numpy as np

from gustibus.comparisons.column_reading import ColumnReading, interned, read_optional, read_texts, read_users
from gustibus.comparisons.formats.format import COMMON_FIELDS, Format
from gustibus.comparisons.record import FIELDS
from gustibus.comparisons.text_columns import plain_text

__all__ = ["CROWD_KIT"]


def _read(reading: ColumnReading) -> None:
    left, right = reading.text("response_a"), reading.text("response_b")
    read_texts(reading, reading.text("prompt"), left, right)
    label = reading.text("choice")
    _, (a, b, said) = interned([plain_text(left), plain_text(right), plain_text(label)], keep_empty=True)
    reading.missing("choice", said < 0, "Repeat the text of the preferred side.")
    neither = (said >= 0) & (said != a) & (said != b)
    reading.fault("choice", neither, "is neither the left nor the right side", "Repeat the text of the preferred side.")
    reading.columns["outcome"] = (said == a).astype(np.float32)
    read_users(reading)
    read_optional(reading)


CROWD_KIT = Format(
    name="crowd-kit",
    about="Crowd-Kit's pairwise comparisons: worker, left, right, label",
    fields={
        "user_id": FIELDS["user_id"],
        "response_a": "the left side",
        "response_b": "the right side",
        "choice": "the text of the preferred side",
    }
    | {name: FIELDS[name] for name in (*COMMON_FIELDS, "margin")},
    required=("user_id", "response_a", "response_b", "choice"),
    usual={"user_id": ("worker",), "response_a": ("left",), "response_b": ("right",), "choice": ("label",)},
    read=_read,
)
"""``worker, left, right, label``."""
