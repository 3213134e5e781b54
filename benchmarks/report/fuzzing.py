"""The tables of the fuzz runs: how many broken files there were, and what became of them."""

from __future__ import annotations

from typing import Any

from gustibus.reporting import Cell, Table

__all__ = ["readers", "texts"]

_BECAME = ("read", "read, rows put aside", "refused", "cannot be written")


def readers(result: dict[str, Any]) -> str:
    """What became of broken files, by kind of file; and what went wrong."""
    header = ["broken files", "cases", "read", "read, rows put aside", "refused", "cannot be written at all"]
    rows: list[list[Cell]] = [
        [f"`{kind}`", f"{sum(became.values()):,}", *(f"{became.get(what, 0):,}" for what in _BECAME)]
        for kind, became in sorted(result["by_kind"].items())
        if kind != "?"
    ]
    became = result["became"]
    rows.append(["all", f"{result['cases']:,}", *(f"{became.get(what, 0):,}" for what in _BECAME)])
    seeds = ", ".join(map(str, result["seeds"]))
    return (
        Table(header, rows).to_markdown()
        + f"\n\nSeeds {seeds}; {result['processor_seconds'] / 60:.1f} minutes of processor time. Crashes, lost rows "
        + f"and other faults: {len(result['wrong'])}."
    )


def texts(result: dict[str, Any]) -> str:
    """What the coverage-guided run did."""
    seen = result["seen"]
    figures: dict[str, Any] = {
        "inputs": seen["inputs"],
        "read": seen["read"],
        "of these with rows put aside": seen["rows put aside"],
        "of these with all rows counted": seen["rows counted"],
        "branches reached at first": result["coverage_at_first"],
        "branches reached at the end": result["coverage"],
    }
    rows: list[list[Cell]] = [[name, f"{figure:,}"] for name, figure in figures.items()]
    rows.append(["crashes, lost rows and other faults", "0" if result["wrong"] is None else "1, at which it stopped"])
    return Table(["texts, guided by coverage", "number"], rows).to_markdown() + (
        f"\n\nSeed {result['seed']}; {result['seconds'] / 60:.1f} minutes by the clock."
    )
