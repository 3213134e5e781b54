"""What a format is: which columns it has, and how they become judgements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from gustibus.comparisons.column_reading import ColumnReading
from gustibus.comparisons.raw_table import RawTable

__all__ = ["COMMON_FIELDS", "Derivation", "Format", "Unnested"]

COMMON_FIELDS = ("prompt", "weight", "group", "source", "timestamp", "split")
"""Optional fields that every format may have, under their own names."""


@dataclass(frozen=True)
class Derivation:
    """How pairs are made where a row is not one judgement.

    Attributes
    ----------
    pairs_per_user
        At most so many pairs of each person, drawn at random; None keeps all.
    seed
        Of the draw.
    """

    pairs_per_user: int | None = None
    seed: int = 0


@dataclass(frozen=True)
class Unnested:
    """A nested export as a flat table.

    Attributes
    ----------
    raw
        One row a judgement, or a ranking, under the names of our fields; row numbers are those of the export.
    format
        The format of that table.
    """

    raw: RawTable
    format: str


@dataclass(frozen=True)
class Format:
    """One way in which people write judgements down.

    Attributes
    ----------
    name
        What ``format=`` calls it.
    about
        One line: what it is.
    fields
        Field to what it holds.
    required
        The fields without which it cannot be read.
    answer
        The field that holds what was said, of which a table with several aspects has several; None if there is none.
    usual
        Field to the names under which its column is looked for, the first found wins; its own name if not given.
    read
        Reads the columns, one value a row, and notes faults.
    derive
        Makes the judgements from the rows to keep, where a row is not one judgement.
    unnest
        Makes a flat table of a nested export; then nothing else of the format is used.
    is_nested
        Tells a nested export by its column names.
    unpack
        Makes rows of an object in memory that is no table; None where it already is one.
    """

    name: str
    about: str
    fields: Mapping[str, str]
    required: tuple[str, ...]
    answer: str | None = "choice"
    usual: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    read: Callable[[ColumnReading], None] | None = None
    derive: Callable[[ColumnReading, npt.NDArray[np.bool_], Derivation], dict[str, Any]] | None = None
    unnest: Callable[[RawTable, Mapping[str, str | None]], Unnested] | None = None
    is_nested: Callable[[frozenset[str]], bool] | None = None
    unpack: Callable[[Any], Any] | None = None

    def names_of(self, field_name: str) -> tuple[str, ...]:
        """The column names under which a field is looked for."""
        return self.usual.get(field_name, (field_name,))
