"""Our own format, and the two that say chosen and rejected: TRL's and OpenRLHF's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from gustibus.comparisons.column_names import PREFERENCE_FIELDS
from gustibus.comparisons.column_reading import ColumnReading, read_choice, read_optional, read_texts, read_users
from gustibus.comparisons.formats.format import Format
from gustibus.comparisons.preference_format import preference_texts
from gustibus.comparisons.record import FIELDS, REQUIRED_FIELDS

__all__ = ["GUSTIBUS", "OPENRLHF", "TRL"]


def _read_native(reading: ColumnReading) -> None:
    read_texts(reading, reading.text("prompt"), reading.text("response_a"), reading.text("response_b"))
    read_choice(reading)
    read_users(reading)
    read_optional(reading)


def _preference_reader(shared_text: bool) -> Callable[[ColumnReading], None]:
    def read(reading: ColumnReading) -> None:
        texts = preference_texts(reading.raw, reading.column_of, shared_text=shared_text)
        reading.faults.extend(texts.faults)
        for name in ("prompt", "chosen", "rejected"):
            if name in reading.column_of:
                reading.mixed(name)
        prompt = pa.nulls(reading.n_rows, pa.large_string()) if texts.prompt is None else texts.prompt
        reading.column_of |= {"response_a": reading.column_of["chosen"], "response_b": reading.column_of["rejected"]}
        read_texts(reading, prompt, texts.chosen, texts.rejected)
        reading.columns["outcome"] = np.ones(reading.n_rows, np.float32)
        read_users(reading)
        read_optional(reading)

    return read


_PREFERENCE_FIELDS = PREFERENCE_FIELDS | {
    name: meaning for name, meaning in FIELDS.items() if name not in ("response_a", "response_b", "choice")
}

GUSTIBUS = Format(
    name="gustibus",
    about="our own: user_id, prompt, response_a, response_b, choice",
    fields=FIELDS,
    required=REQUIRED_FIELDS,
    read=_read_native,
)
"""``user_id, prompt, response_a, response_b, choice``."""

TRL = Format(
    name="trl",
    about="TRL's preference format: prompt, chosen, rejected; without prompt, what both share at their beginning",
    fields=_PREFERENCE_FIELDS,
    required=("chosen", "rejected"),
    answer=None,
    read=_preference_reader(shared_text=True),
)
"""``prompt, chosen, rejected``."""

OPENRLHF = Format(
    name="openrlhf",
    about="OpenRLHF's preference format: prompt, chosen, rejected, margin; text without prompt has none",
    fields=_PREFERENCE_FIELDS,
    required=("chosen", "rejected"),
    answer=None,
    read=_preference_reader(shared_text=False),
)
"""``prompt, chosen, rejected, margin``."""
