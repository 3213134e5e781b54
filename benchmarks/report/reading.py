"""The table of reading parquet beside pyarrow."""

from __future__ import annotations

from typing import Any

from gustibus.reporting import Cell, Table

__all__ = ["reading"]


def reading(result: dict[str, Any]) -> str:
    """Rates beside pyarrow's, by the clock and by processor time."""
    rows: list[list[Cell]] = [
        [
            name,
            f"{layout['responses']:,}",
            f"{layout['megabytes']:.0f}",
            f"{layout['seconds']['gustibus']['cpu']:.1f}",
            _rate(layout["rate"]["beside pyarrow"]),
            _rate(layout["rate"]["beside pyarrow, texts as dictionaries"]),
        ]
        for name, layout in result["layouts"].items()
    ]
    header = [
        f"{result['rows']:,} judgements",
        "distinct responses",
        "megabytes",
        "processor seconds",
        "rate beside pyarrow",
        "beside pyarrow that keeps dictionaries",
    ]
    return (
        Table(header, rows).to_markdown()
        + f"\n\nBest of {result['runs']} runs, in turn, {result['threads']} thread; by the clock (by processor time)."
    )


def _rate(rate: dict[str, float]) -> str:
    return f"{rate['wall']:.2f} ({rate['cpu']:.2f})"
