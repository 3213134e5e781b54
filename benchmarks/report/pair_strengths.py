"""The table of Bradley-Terry strengths."""

from __future__ import annotations

from typing import Any

import numpy as np

from gustibus.reporting import Table

__all__ = ["full"]


def full(result: dict[str, Any]) -> str:
    """Medians over leagues of what each solver takes, and how near to the maximum it comes."""
    large, small = result["leagues"], result["small"]
    size = f"{result['games']:,} of {result['items']:,}"
    rows = [
        _row(size, "gustibus", large, ("counting", "strengths"), None),
        _row(size, "gustibus, with standard errors", large, ("counting", "strengths and errors"), None),
        _row(size, "evalica", large, ("evalica",), "evalica"),
        _row("10,000 of 300", "gustibus", small, ("counting", "strengths"), None),
        _row("10,000 of 300", "evalica", small, ("evalica",), "evalica"),
        _row("10,000 of 300", "choix", small, ("choix",), "choix"),
    ]
    header = ["comparisons of items", "", "processor seconds", "times gustibus", "nats short of the best, at most"]
    deviation = np.mean([league["deviation_in_standard_errors"] for league in large])
    within = np.mean([league["within_two_standard_errors"] for league in large])
    peak = max(league["memory"]["peak_mib"] - league["memory"]["before_mib"] for league in large)
    note = (
        f"Medians over {len(large)} leagues. True strengths lie within 1.96 standard errors in {within:.1%} of all "
        f"cases; their deviation is {deviation:.2f} standard errors. Memory beyond the data: {peak:,.0f} MiB."
    )
    return "\n\n".join([Table(header, rows).to_markdown(), note])


def _row(size: str, name: str, leagues: list[dict[str, Any]], parts: tuple[str, ...], short: str | None) -> list[str]:
    seconds, ours = (
        float(np.median([sum(league["seconds"][part] for part in those) for league in leagues]))
        for those in (parts, ("counting", "strengths"))
    )
    nats = 0.0 if short is None else max(league["short_of"][short] for league in leagues)
    return [
        size,
        name,
        f"{seconds:.2g}",
        f"{seconds / ours:.2g}" if seconds < 10 * ours else f"{seconds / ours:.0f}",
        f"{max(nats, 0.0):.1g}",
    ]
