"""The table of the ideas that were tried to beat the default."""

from __future__ import annotations

from typing import Any

from benchmarks.report.predictors import last_cell, signed, where
from gustibus.reporting import Cell, Table

__all__ = ["openings"]


def openings(result: dict[str, Any]) -> str:
    """Each variant's change of log loss, for known people and new ones after five and the most answers."""
    variants = [
        name for name in next(iter(next(iter(result["data_sets"].values()))["cells"].values())) if name != "default"
    ]
    default = "default"
    rows: list[list[Cell]] = []
    for data_set in result["data_sets"].values():
        for cell in ("seen", "0", "5", last_cell(data_set)):
            figures = data_set["cells"][cell]
            changes = [signed(figures[name]["against_default"]) for name in variants]
            rows.append([data_set["title"], where(cell), figures[default]["log_loss"]["estimate"], *changes])
    mean: list[Cell] = ["validation, mean change", "", None]
    for name in variants:
        changes = [
            tried - kept
            for data_set in result["data_sets"].values()
            for tried, kept in zip(data_set["validation"].get(name, []), data_set["validation"][default], strict=False)
        ]
        mean.append(f"{sum(changes) / len(changes):+.4f}" if changes else "on validation by construction")
    return Table(["data", "people", default, *variants], [*rows, mean]).to_markdown()
