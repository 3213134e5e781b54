"""From a file's columns to comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from gustibus.comparisons import Comparisons

__all__ = ["comparisons_of", "read_table"]

Columns = dict[str, list[Any]]
OUTCOMES = {"a": 1.0, "tie": 0.5, "b": 0.0}


def read_table(path: Path) -> Columns:
    """The columns of a parquet file."""
    if not path.exists():
        raise FileNotFoundError(2, "no such file", str(path))
    return pq.read_table(path).to_pydict()


def comparisons_of(
    users: Sequence[Any],
    responses_a: Sequence[str],
    responses_b: Sequence[str],
    choices: Sequence[str],
    prompts: Sequence[str] | None = None,
) -> Comparisons:
    """One judgement a row, in the order of the rows; vocabularies are sorted."""
    names, user = np.unique([str(one) for one in users], return_inverse=True)
    responses, codes = np.unique([*responses_a, *responses_b], return_inverse=True)
    a, b = np.split(codes, 2)
    outcome = np.array([OUTCOMES[choice] for choice in choices])
    asked = {}
    if prompts is not None:
        vocabulary, code = np.unique(list(prompts), return_inverse=True)
        asked = {"prompts": vocabulary.tolist(), "prompt": code}
    return Comparisons.from_arrays(
        users=names.tolist(), responses=responses.tolist(), user=user, response_a=a, response_b=b,
        outcome=outcome, is_tie=outcome == 0.5, **asked,
    )  # fmt: skip
