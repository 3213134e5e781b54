"""Where people disagree, as tables for the terminal and the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gustibus.reporting.tables import Cell, Column, Table

if TYPE_CHECKING:
    from gustibus.diagnosis import Disagreement

__all__ = ["kinds_table", "strata_table"]


def kinds_table(found: Disagreement) -> Table:
    """The four kinds of judgements: how many, how often people disagree, the held-out ensemble beside the votes."""
    columns = [
        "kind", "judgements", "pairs", "two people disagree", "correlation", "its ceiling", "Brier", "ECE",
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for cell in found.cells:
        votes = cell.votes
        scores: list[Cell] = (
            [None] * 4 if votes is None else [votes.correlation, votes.ceiling, votes.brier, votes.ece_debiased]
        )
        rows.append([cell.name, cell.n_judgements, cell.n_pairs, cell.rate, *scores])
    return Table(columns, rows, digits=2)


def strata_table(found: Disagreement, n: int = 5) -> Table:
    """Strata of preference strength, the lowest first."""
    columns: list[str | Column] = [
        "stratum", Column("strength", "log-odds"), "sd over models", "judgements",
        "agreed with", "doubtful",
    ]  # fmt: skip
    strata = found.strength.strata(n)
    named = [_name(i, len(strata)) for i in range(len(strata))]
    rows = [
        [name, one.mean, one.sd, one.n_judgements, one.agreed, one.doubtful]
        for name, one in zip(named, strata, strict=True)
    ]
    return Table(columns, rows, digits=2)


def _name(i: int, n: int) -> str:
    return f"{i + 1} (lowest)" if i == 0 else f"{i + 1} (highest)" if i == n - 1 else str(i + 1)
