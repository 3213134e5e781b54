"""Judgements in the formats of other tools."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa

from gustibus.comparisons.expressible import expressible
from gustibus.comparisons.interning import texts_of
from gustibus.comparisons.preference_writing import preference_table
from gustibus.comparisons.record import NO_TIMESTAMP
from gustibus.comparisons.table import Comparisons

__all__ = ["WRITERS", "arena_table", "crowd_kit_table"]


def crowd_kit_table(data: Comparisons, drop_inexpressible: bool = False) -> pa.Table:
    """Write judgements as ``worker``, ``left``, ``right`` and ``label``, the other fields beside them.

    Raises
    ------
    GustibusError
        If there are ties, probabilities or pairs across prompts, and they are not to be dropped.

    Examples
    --------
    >>> row = {"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "b"}
    >>> crowd_kit_table(Comparisons.from_rows([row])).to_pylist()
    [{'worker': 'ann', 'left': 'tea', 'right': 'gin', 'label': 'gin'}]
    """
    lost = {
        "ties": data.is_tie,
        "probabilities": (data.outcome > 0) & (data.outcome < 1),
        "pairs across prompts": data.prompt != data.prompt_b,
    }
    data = expressible(data, "Crowd-Kit's format", lost, drop_inexpressible)
    preferred = np.where(data.outcome == 1, data.response_a, data.response_b)
    table = data.to_table()
    columns = {"worker": table["user_id"], "left": table["response_a"], "right": table["response_b"]}
    columns["label"] = texts_of(data.responses, preferred)
    return pa.table(columns | _others(table))


def arena_table(data: Comparisons, drop_inexpressible: bool = False) -> pa.Table:
    """Write judgements as ``model_a``, ``model_b``, ``winner`` and ``judge``, the other fields beside them.

    What was compared stands in the place of the models; times become ``tstamp``, seconds since 1970 UTC.

    Raises
    ------
    GustibusError
        If there are probabilities or pairs across prompts, and they are not to be dropped.

    Examples
    --------
    >>> row = {"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "tie"}
    >>> arena_table(Comparisons.from_rows([row])).to_pylist()
    [{'model_a': 'tea', 'model_b': 'gin', 'winner': 'tie', 'judge': 'ann'}]
    """
    lost = {
        "probabilities": (data.outcome > 0) & (data.outcome < 1) & ~data.is_tie,
        "pairs across prompts": data.prompt != data.prompt_b,
    }
    data = expressible(data, "the arena's format", lost, drop_inexpressible)
    side = np.where(data.is_tie, 2, (data.outcome == 1).astype(np.int64))
    table = data.to_table()
    columns = {"model_a": table["response_a"], "model_b": table["response_b"]}
    columns["winner"] = pa.array(["model_b", "model_a", "tie"]).take(pa.array(side))
    columns["judge"] = table["user_id"]
    if "timestamp" in table.column_names:
        columns["tstamp"] = pa.array(data.timestamp / 1e6, mask=data.timestamp == NO_TIMESTAMP)
        table = table.drop_columns(["timestamp"])
    return pa.table(columns | _others(table))


def _others(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    said = ("user_id", "response_a", "response_b", "choice")
    return {name: table[name] for name in table.column_names if name not in said}


WRITERS: Final[dict[str, Callable[[Comparisons, bool], pa.Table]]] = {
    "trl": preference_table,
    "openrlhf": preference_table,
    "crowd-kit": crowd_kit_table,
    "arena": arena_table,
}
"""The formats that can be written beside our own, and what makes their tables."""
