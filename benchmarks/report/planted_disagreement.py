"""The table of the test of noise or taste in worlds where something is planted."""

from __future__ import annotations

from typing import Any

from gustibus.evaluation import Interval
from gustibus.reporting import Cell, Table, format_cell, wilson_interval

__all__ = ["full"]


def full(result: dict[str, Any]) -> str:
    """How often the test says taste: where there is none, and where there is."""
    rows: list[list[Cell]] = []
    for name, curve in result["curves"].items():
        planted = "noise" if curve["is_noise"] else "taste"
        for value, point in curve["points"].items():
            low, high = (float(bound) for bound in wilson_interval(point["taste"], result["worlds"]))
            share = format_cell(Interval(point["taste"], low, high, 0.95, result["worlds"]))
            rows.append([name, planted, f"{curve['varied']}: {value}", share])
    table = Table(["world", "planted", "how much", 'says "taste"'], rows).to_markdown()
    return (
        f"{table}\n\nShares of {result['worlds']} worlds in each row with 95 % intervals, at a level of "
        f"{result['level']:.0%}; {result['permutations']} permutations in each test."
    )
