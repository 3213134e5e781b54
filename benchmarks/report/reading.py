"""The tables of reading parquet beside pyarrow: rates and memory, parts, and the ways that were tried."""

from __future__ import annotations

from typing import Any

from gustibus.reporting import Cell, Table

__all__ = ["parts", "reading", "ways"]


def reading(result: dict[str, Any]) -> str:
    """Rates beside pyarrow's, by the clock and by processor time, and the most memory."""
    rows: list[list[Cell]] = [
        [
            name,
            f"{layout['responses']:,}",
            f"{layout['megabytes']:.0f}",
            f"{layout['seconds']['gustibus']['wall']:.1f}",
            _rate(layout["rate"]["beside pyarrow"]),
            _rate(layout["rate"]["beside pyarrow, texts as dictionaries"]),
            " / ".join(f"{mebibytes:,.0f}" for mebibytes in layout["peak_mib"].values()),
        ]
        for name, layout in result["layouts"].items()
    ]
    header = [
        f"{result['rows']:,} judgements",
        "distinct responses",
        "megabytes",
        "seconds",
        "rate beside pyarrow",
        "beside pyarrow that keeps dictionaries",
        "most memory, MiB: gustibus / pyarrow / with dictionaries",
    ]
    return (
        Table(header, rows).to_markdown()
        + f"\n\nBest of {result['runs']} runs, in turn, {result['threads']} threads; by the clock (by the medians, by "
        + f"processor time). The load of the machine was {result['load'][0]:.1f} at the beginning."
    )


def _rate(rate: dict[str, float]) -> str:
    return f"{rate['wall']:.2f} ({rate['wall of medians']:.2f}, {rate['cpu']:.2f})"


def parts(result: dict[str, Any]) -> str:
    """Where the time of reading goes."""
    layouts = result["layouts"]
    names = list(next(iter(layouts.values()))["parts"])
    rows: list[list[Cell]] = []
    for name, layout in layouts.items():
        whole = sum(layout["parts"].values())
        rows.append([name, *(f"{layout['parts'][part]:.1f} ({layout['parts'][part] / whole:.0%})" for part in names)])
    return Table(["seconds by the clock (share)", *names], rows).to_markdown()


def ways(result: dict[str, Any]) -> str:
    """What each way of finding the distinct texts of one column costs."""
    floor = next(iter(result["seconds"].values()))
    rows: list[list[Cell]] = [
        [name, f"{found['wall']:.1f}", f"{found['cpu']:.1f}", f"{found['cpu'] / floor['cpu']:.1f}"]
        for name, found in result["seconds"].items()
    ]
    header = [
        f"{result['rows']:,} texts, {result['distinct']:,} distinct",
        "seconds by the clock",
        "on the processor",
        "times what reading takes",
    ]
    return Table(header, rows).to_markdown() + f"\n\nBest of {result['runs']} runs, in turn, one thread."
