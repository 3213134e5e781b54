"""The Stanford Human Preferences: two comments on a post, and which of them readers voted up.

Source: Ethayarajh, Choi and Swayamdipta (2022), Understanding dataset difficulty with V-usable information,
arXiv 2110.08420, and the card of the data set.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gustibus.comparisons.choices import choice_column
from gustibus.comparisons.column_reading import (
    ColumnReading,
    interned,
    read_optional,
    read_split_words,
    read_texts,
    read_users,
)
from gustibus.comparisons.formats.format import Format
from gustibus.comparisons.number_columns import number_column
from gustibus.comparisons.record import FIELDS
from gustibus.comparisons.text_columns import plain_text

__all__ = ["SHP"]

_SUFFIX = "_(train|validation|test)$"


def _read(reading: ColumnReading) -> None:
    read_texts(reading, reading.text("prompt"), reading.text("response_a"), reading.text("response_b"))
    choices = choice_column(reading.raw.table[reading.column_of["choice"]])
    reading.faults.extend(choices.faults)
    reading.unusable("choice")
    reading.missing("choice", choices.missing, "Write 1 if response A is preferred, 0 if B is.")
    fractional = (choices.outcome > 0) & (choices.outcome < 1)
    reading.fault("choice", fractional, "is neither 0 nor 1", "Write 1 if response A is preferred, 0 if B is.")
    reading.columns["outcome"] = choices.outcome
    read_users(reading)
    read_optional(reading)
    if "group" in reading.column_of:
        _read_domain(reading)
    if "ratio" in reading.column_of and "margin" not in reading.column_of:
        _read_ratio(reading)


def _read_domain(reading: ColumnReading) -> None:
    """``askculinary_train`` is the community askculinary and the split train."""
    domain = plain_text(reading.text("group"))
    reading.columns["groups"], (reading.columns["group"],) = interned([pc.replace_substring_regex(domain, _SUFFIX, "")])
    if "split" not in reading.column_of:
        found = pc.struct_field(pc.extract_regex(domain, "_(?P<split>train|validation|test)$"), "split")
        read_split_words(reading, found.cast(pa.large_string()))


def _read_ratio(reading: ColumnReading) -> None:
    ratio, missing, faults = number_column("ratio", reading.raw.table[reading.column_of["ratio"]])
    reading.faults.extend(faults)
    reading.fault("ratio", ratio <= 0, "is not a ratio", "Write the better score divided by the worse, or nothing.")
    with np.errstate(invalid="ignore", divide="ignore"):
        reading.columns["margin"] = np.where(missing | (ratio <= 0), np.nan, np.log(ratio)).astype(np.float32)


SHP = Format(
    name="shp",
    about="Stanford Human Preferences: history, human_ref_A, human_ref_B, labels (1 = A)",
    fields={
        "user_id": FIELDS["user_id"],
        "prompt": "the post",
        "response_a": "comment A",
        "response_b": "comment B",
        "choice": "1 if A is preferred, 0 if B is",
        "group": "the community, perhaps with the split behind it, as askculinary_train",
        "ratio": "the better score divided by the worse; its logarithm becomes the margin unless a column holds that",
    }
    | {name: FIELDS[name] for name in ("margin", "weight", "source", "timestamp", "split")},
    required=("prompt", "response_a", "response_b", "choice"),
    usual={
        "prompt": ("history",),
        "response_a": ("human_ref_A",),
        "response_b": ("human_ref_B",),
        "choice": ("labels",),
        "group": ("domain",),
        "ratio": ("score_ratio",),
    },
    read=_read,
)
"""``history, human_ref_A, human_ref_B, labels, domain, score_ratio``."""
