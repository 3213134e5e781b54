"""Tables of ``benchmarks.disagreement``: uses of the same votes, judged by how people vote."""

from __future__ import annotations

from typing import Any, Final

from benchmarks.recording import interval_of
from gustibus.reporting import Cell, Table, format_cell

__all__ = ["full"]

ONE = "one label"
FEWEST: Final = 100
UNSEEN: Final = ("ukp",)
"""Sets whose responses answer one prompt each, so that those of test prompts are in no other pair."""
_SOURCES: Final = {"annotators": "the other annotators' votes", "ensemble": "the votes of a cross-fitted ensemble"}
_SHORT: Final = ("agreed, distinct", "agreed, similar", "plural, distinct", "plural, similar")


def full(result: dict[str, Any]) -> str:
    """A table a set, the cells of the taxonomy, and what they say in words."""
    enough = {name: found for name, found in result["data_sets"].items() if _n_pairs(found) >= FEWEST}
    parts = [_readings(enough)]
    for name, found in enough.items():
        where = "unseen prompts" if name in UNSEEN else "unseen pairs of responses that other pairs show too"
        parts.append(f"**{found['title']}** ({found['seeds']} splits, about {_n_pairs(found):,} pairs; {where}):")
        over = "prompts" if name in UNSEEN else "pairs"
        parts.append(_uses(found["uses"], over))
        parts.append(_cells(found["uses"], over))
    few = [f"{found['title']} ({_n_pairs(found)})" for name, found in result["data_sets"].items() if name not in enough]
    if few:
        parts.append(f"Too few pairs with four votes to say anything: {', '.join(few)}.")
    return "\n\n".join(parts)


def _n_pairs(found: dict[str, Any]) -> int:
    return int(sum(found["test_pairs"]) // len(found["test_pairs"]))


def _uses(uses: dict[str, Any], over: str) -> str:
    rows: list[list[Cell]] = []
    for name, use in uses.items():
        scaled, raw = use["scaled"], use["raw"]
        change = "" if name == ONE else format_cell(interval_of(scaled["brier_change"]), digits=4)
        rows.append(
            [
                name,
                format_cell(scaled["correlation"]),
                format_cell(scaled["brier"], digits=4),
                change,
                format_cell(scaled["disagreement_auroc"]),
                format_cell(raw["ece_debiased"]),
                format_cell(scaled["ece_debiased"]),
            ]
        )
    ceiling = format_cell(uses[ONE]["scaled"]["ceiling"], digits=2)
    heads = [
        "what is learned from",
        f"correlation (ceiling {ceiling})",
        "Brier",
        f"− one label, 95 % over {over}",
        "AUROC, disagreement",
        "calibration error, raw",
        "with a temperature",
    ]
    return Table(heads, rows).to_markdown()


def _cells(uses: dict[str, Any], over: str) -> str:
    """Brier score by cell and its change beside one label, for every use with the best of the margins."""
    chosen = [ONE]
    for source in _SOURCES:
        chosen.append(_best_margin(uses, source))
        chosen += [name for name in uses if name.endswith(f", {source}") and not name.startswith("margin")]
    rows: list[list[Cell]] = [[name, *map(_of_cell, uses[name]["cells"].values())] for name in chosen]
    found = [None if cell is None else f"{cell['correlation']:.2f}" for cell in uses[ONE]["cells"].values()]
    said = ", ".join(f"{value} ({name})" for value, name in zip(found, _SHORT, strict=True) if value is not None)
    return (
        f"By cell of the taxonomy: Brier, and the change beside one label with 95 % over {over}.\n\n"
        f"{Table(['', *_SHORT], rows).to_markdown()}\n\nCorrelation of one label with the vote share: {said}."
    )


def _of_cell(cell: dict[str, Any] | None) -> str | None:
    if cell is None:
        return None
    brier, change = format_cell(cell["brier"], digits=4), interval_of(cell["brier_change"])
    return brier if change.low == change.high == 0 else f"{brier} ({format_cell(change, digits=4)})"


def _readings(sets: dict[str, Any]) -> str:
    lines = []
    for source, words in _SOURCES.items():
        said = [f"{found['title'].split(':')[0]} {_compared(found['uses'], source)}" for found in sets.values()]
        lines.append(f"- With {words}, change in Brier beside one label: {'; '.join(said)}.")
    harm = [
        f"{found['title'].split(':')[0]} {format_cell(found['uses'][ONE]['raw']['ece_debiased'])} → "
        f"{format_cell(found['uses']['margin 4, annotators']['raw']['ece_debiased'])}"
        for found in sets.values()
    ]
    lines.append(
        "- A margin makes the probabilities themselves too sure (calibration error without a temperature, one label → "
        f"margin 4 on real votes): {'; '.join(harm)}. One temperature, fitted on validation labels, takes that back."
    )
    return "\n".join(lines)


def _compared(uses: dict[str, Any], source: str) -> str:
    soft, margin = f"soft label, {source}", _best_margin(uses, source)
    return f"soft label {_change(uses[soft])}, {margin.split(',')[0]} (the best of four) {_change(uses[margin])}"


def _change(use: dict[str, Any]) -> str:
    return format_cell(interval_of(use["scaled"]["brier_change"]), digits=4)


def _best_margin(uses: dict[str, Any], source: str) -> str:
    names = [name for name in uses if name.startswith("margin") and name.endswith(source)]
    return min(names, key=lambda name: float(uses[name]["scaled"]["brier"]))
