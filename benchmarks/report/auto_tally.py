"""How often auto is best or tied with the best single member, and how it stands against each."""

from __future__ import annotations

from typing import Any

from benchmarks.real_people.verdicts import WORTH_NAMING
from benchmarks.recording import interval_of
from benchmarks.report.predictors import MEMBERS, NAMES, all_cells, signed, where
from gustibus.reporting import Cell, Table

__all__ = ["against_members", "not_best", "tally"]


def tally(result: dict[str, Any]) -> str:
    """Two sentences."""
    cells = [cell for _, _, cell in all_cells(result)]
    tied = sum(cell["best_or_tied"] for cell in cells)
    alike = [cell for cell in cells if not cell["people_matter"]]
    same = sum(cell["within_of_one_taste"] for cell in alike)
    return (
        "Auto is best or tied (paired 95 % interval over people) with the best single member, picked on the very test "
        f"judgements, in {tied} of {len(cells)} cells. Where people do not matter (the hierarchical model is not below "
        f"one taste by more than its interval), it is no more than {WORTH_NAMING:g} nats above one taste, or better, "
        f"in {same} of {len(alike)}."
    )


def not_best(result: dict[str, Any]) -> str:
    """The cells in which a single member beats auto, or an empty text."""
    breaches = [
        f"{data_set['title']}, {where(name)} ({NAMES[cell['best_single']]} "
        f"{signed(cell['auto_against'][cell['best_single']])})"
        for data_set, name, cell in all_cells(result)
        if not cell["best_or_tied"]
    ]
    return f"Not best: {'; '.join(breaches)}." if breaches else ""


def against_members(result: dict[str, Any]) -> str:
    """One row a member: in how many cells auto is better or worse, and the mean change."""
    rows: list[list[Cell]] = []
    for name in MEMBERS:
        found = [interval_of(c["auto_against"][name]) for _, _, c in all_cells(result) if name in c["auto_against"]]
        if found:
            mean = sum(one.estimate for one in found) / len(found)
            rows.append([NAMES[name], sum(one.high < 0 for one in found), sum(one.low > 0 for one in found), mean])
    return Table(["auto against", "cells better", "cells worse", "mean change of log loss"], rows).to_markdown()
