"""The table of what a model of ties is worth."""

from __future__ import annotations

from typing import Any

from benchmarks.recording import interval_of
from benchmarks.report.predictors import signed
from gustibus.reporting import Cell, Table, format_cell

__all__ = ["full"]

MODELS = {"bt": "Bradley-Terry", "hierarchical": "Hierarchical"}
KINDS = {"drop": "left out", "half": "one half", "rao-kupper": "Rao-Kupper", "davidson": "Davidson"}


def full(result: dict[str, Any]) -> str:
    """A table a data set: one row a model, kind of people and way of taking ties."""
    parts = []
    for data_set in result["data_sets"].values():
        rows = [row for model, found in data_set["models"].items() for row in _rows(data_set, model, found)]
        columns = [
            "model", "people", "ties",
            "log loss of three outcomes", "change", "log loss of clear answers", "change",
        ]  # fmt: skip
        title = f"{data_set['title']}, {data_set['tie_share']:.0%} of {data_set['judgements']:,} answers are ties"
        parts.append(f"**{title}** ({data_set['people']:,} people):\n\n{Table(columns, rows).to_markdown()}")
    return "\n\n".join(parts)


def _rows(data_set: dict[str, Any], model: str, found: dict[str, Any]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for cell, kinds in found["cells"].items():
        who = "known" if cell == "seen" else f"new, {data_set['answers_of_new_people']} answers"
        for kind, figures in kinds.items():
            three, clear = (interval_of(figures[f"{name}_log_loss"]) for name in ("three_way", "decisive"))
            against = ["–", "–"]
            if kind != "drop":
                against = [signed(figures[f"{name}_log_loss_against_drop"]) for name in ("three_way", "decisive")]
            rows.append(
                [
                    f"{MODELS[model]}, {len(found['seeds'])} splits",
                    who,
                    KINDS[kind],
                    format_cell(three),
                    against[0],
                    format_cell(clear),
                    against[1],
                ]
            )
    return rows
