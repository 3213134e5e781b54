"""From columns as found to judgements: what each column means, what is wrong, and what is worth a warning."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from gustibus.comparisons.column_reading import ColumnReading
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.formats import Derivation, laid_out
from gustibus.comparisons.raw_table import RawTable
from gustibus.comparisons.table import Comparisons
from gustibus.comparisons.table_columns import handed_over
from gustibus.comparisons.usable_rows import usable_rows
from gustibus.comparisons.wording import counted

__all__ = ["interpret"]


def interpret(
    raw: RawTable,
    *,
    columns: Mapping[str, str | None] | None = None,
    format: str | None = None,
    derivation: Derivation | None = None,
    skip_bad: bool = False,
    rejects: Path | None = None,
) -> Comparisons:
    """Turn columns as found into judgements.

    Parameters
    ----------
    raw
        What was read.
    columns
        Field to column where the names differ; a field that maps to None is left out.
    format
        The name of the format; None tells it by the columns.
    derivation
        How pairs are made where a row is not one judgement.
    skip_bad, rejects
        Keep the good rows and write the others, with reasons, to ``rejects``.

    Raises
    ------
    BadRows
        If rows cannot be used and ``skip_bad`` is False.
    GustibusError
        If no row, or a whole column, cannot be used.
    """
    if raw.table.num_rows == 0 and not raw.broken:
        raise GustibusError(f"{raw.name} holds no judgement (0 rows). Give a source with at least one row.")
    raw, chosen, column_of = laid_out(raw, columns, format)
    if derivation is not None and derivation.pairs_per_user is not None and chosen.derive is None:
        raise GustibusError(
            f"{raw.name}: pairs_per_user draws from derived pairs, but in the format {chosen.name} every row is a "
            "judgement. Leave it out."
        )
    reading = ColumnReading(raw, column_of)
    assert chosen.read is not None, "every format that is not nested reads columns"
    chosen.read(reading)
    keep = usable_rows(reading, skip_bad, rejects)
    if chosen.derive is not None:
        pairs = Comparisons.from_arrays(**chosen.derive(reading, keep, derivation or Derivation()))
        if not len(pairs):
            raise GustibusError(
                f"{raw.name}: no two different responses can be compared ({counted(int(keep.sum()), 'usable row')}). "
                "Check which column holds the responses."
            )
        return pairs.compact()
    made = {
        name: handed_over(value if keep.all() else value[keep]) if isinstance(value, np.ndarray) else value
        for name, value in reading.columns.items()
    }
    return Comparisons.from_arrays(**made)
