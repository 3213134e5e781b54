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
    """One row a data set, model, kind of people and way of taking ties."""
    rows: list[list[Cell]] = []
    for data_set in result["data_sets"].values():
        for model, found in data_set["models"].items():
            for cell, kinds in found["cells"].items():
                who = "known" if cell == "seen" else f"new, {data_set['answers_of_new_people']} answers"
                for kind, figures in kinds.items():
                    three, clear = (interval_of(figures[f"{name}_log_loss"]) for name in ("three_way", "decisive"))
                    against = (
                        [signed(figures[f"{name}_log_loss_against_drop"]) for name in ("three_way", "decisive")]
                        if kind != "drop"
                        else ["–", "–"]
                    )
                    rows.append(
                        [
                            f"{data_set['title']} ({data_set['tie_share']:.0%} ties)",
                            f"{MODELS[model]}, {len(found['seeds'])} splits",
                            who,
                            KINDS[kind],
                            format_cell(three),
                            against[0],
                            format_cell(clear),
                            against[1],
                        ]
                    )
    columns = [
        "data", "model", "people", "ties",
        "log loss of three outcomes", "change", "log loss of clear answers", "change",
    ]  # fmt: skip
    return Table(columns, rows).to_markdown()
