"""The table of what is known of people, and what it is worth."""

from __future__ import annotations

from typing import Any

from benchmarks.recording import interval_of
from benchmarks.report.predictors import signed
from gustibus.reporting import Cell, Table, format_cell

__all__ = ["full"]


def full(result: dict[str, Any]) -> str:
    """One row a data set and number of answers."""
    rows: list[list[Cell]] = []
    for data_set in result["data_sets"].values():
        kept = sum(penalty is not None for penalty in data_set["penalties"]["with"])
        of_shuffled = sum(penalty is not None for penalty in data_set["penalties"]["shuffled"])
        n = len(data_set["penalties"]["with"])
        for name, cell in data_set["cells"].items():
            differences = [signed(cell["difference"][kind]) for kind in ("with", "shuffled")]
            who = "known" if name == "seen" else f"new, {name} answers"
            loss = format_cell(interval_of(cell["log_loss"]["without"]))
            rows.append([data_set["title"], f"{kept}, {of_shuffled} of {n}", who, loss, *differences])
    columns = [
        "data", "kept: covariates, shuffled ones", "people", "log loss without", "change with covariates",
        "change with shuffled ones",
    ]  # fmt: skip
    return Table(columns, rows).to_markdown()
