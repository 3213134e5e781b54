"""The samples on which PAL was published: ``((user, prompt, (left, right)), y)``, or ``uid, prompt, left, right, y``.

Source: the repository of Chen et al. (2024), PAL: Pluralistic Alignment Framework, arXiv 2406.08469; ``y`` is -1 where
the left response is preferred and 1 where the right one is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gustibus.comparisons.column_reading import ColumnReading, read_optional, read_texts, read_users
from gustibus.comparisons.formats.format import COMMON_FIELDS, Format
from gustibus.comparisons.number_columns import number_column
from gustibus.comparisons.record import FIELDS

__all__ = ["PAL"]

_FIX = "Write -1 if the left response is preferred, 1 if the right one is."


def _read(reading: ColumnReading) -> None:
    read_texts(reading, reading.text("prompt"), reading.text("response_a"), reading.text("response_b"))
    said, missing, faults = number_column("choice", reading.raw.table[reading.column_of["choice"]])
    reading.faults.extend(faults)
    reading.unusable("choice")
    reading.missing("choice", missing, _FIX)
    reading.fault("choice", ~np.isnan(said) & (np.abs(said) != 1), "is neither -1 nor 1", _FIX)
    reading.columns["outcome"] = (said < 0).astype(np.float32)
    read_users(reading)
    read_optional(reading)


def _unpack(source: Any) -> Any:
    """Rows of nested samples; anything else stays as it is."""
    if not isinstance(source, list | tuple) or not source or not all(_is_sample(sample) for sample in source):
        return source
    names = ("uid", "prompt", "left", "right", "y")
    return [dict(zip(names, (user, prompt, *pair, said), strict=True)) for (user, prompt, pair), said in source]


def _is_sample(sample: Any) -> bool:
    def parts(value: Any, length: int) -> bool:
        return isinstance(value, list | tuple) and len(value) == length

    return parts(sample, 2) and parts(sample[0], 3) and parts(sample[0][2], 2)


PAL = Format(
    name="pal",
    about="PAL's samples: uid, prompt, left, right, y (-1 = left), also nested as ((uid, prompt, (left, right)), y)",
    fields={
        "user_id": FIELDS["user_id"],
        "response_a": "the left response",
        "response_b": "the right response",
        "choice": "-1 if the left response is preferred, 1 if the right one is",
    }
    | {name: FIELDS[name] for name in (*COMMON_FIELDS, "margin")},
    required=("user_id", "response_a", "response_b", "choice"),
    usual={
        "user_id": ("uid", "user_id"),
        "response_a": ("left", "response_1"),
        "response_b": ("right", "response_2"),
        "choice": ("y",),
    },
    read=_read,
    unpack=_unpack,
)
"""``uid, prompt, left, right, y``."""
