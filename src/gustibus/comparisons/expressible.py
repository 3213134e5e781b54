"""What a format cannot say: refused with counts, or left out when asked."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from gustibus.comparisons.caution import caution
from gustibus.comparisons.errors import GustibusError
from gustibus.comparisons.table import Comparisons

__all__ = ["expressible"]


def expressible(
    data: Comparisons, format_name: str, lost: Mapping[str, npt.NDArray[np.bool_]], drop: bool
) -> Comparisons:
    """The judgements that a format can say.

    Parameters
    ----------
    data
        What is to be written.
    format_name
        What messages call the format.
    lost
        What it cannot say, and ``(M,)`` which judgements are of that kind.
    drop
        Leave these out with a warning.

    Raises
    ------
    GustibusError
        If there are such judgements and they are not to be dropped, or nothing else is there.
    """
    left = np.ones(len(data), bool)
    counts: dict[str, int] = {}
    for name, where in lost.items():
        counts[name] = int((where & left).sum())
        left &= ~where
    if left.all():
        return data
    what = ", ".join(f"{name} ({count:,})" for name, count in counts.items() if count)
    share = f"{int((~left).sum()):,} of {len(data):,} judgements"
    if not drop or not left.any():
        raise GustibusError(
            f"{format_name} cannot say {what}: {share}. Write parquet to keep everything"
            + (", or leave them out with drop_inexpressible=True." if left.any() else ".")
        )
    caution(f"{share} were left out, as {format_name} cannot say {what}.")
    return data.filter(left)
