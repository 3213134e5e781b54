"""The table of what a tie parameter for each group is worth."""

from __future__ import annotations

from typing import Any

from benchmarks.recording import interval_of
from benchmarks.report.predictors import signed
from benchmarks.report.ties import KINDS, MODELS
from gustibus.reporting import Cell, Table, format_cell

__all__ = ["full"]


def full(result: dict[str, Any]) -> str:
    """One row a data set, model, likelihood and kind of people; under it how often groups tie."""
    rows: list[list[Cell]] = []
    for data_set in result["data_sets"].values():
        for model, likelihoods in data_set["models"].items():
            for likelihood, cells in likelihoods.items():
                for cell, metrics in cells.items():
                    three, clear = (metrics[f"{name}_log_loss"] for name in ("three_way", "decisive"))
                    rows.append(
                        [
                            f"{data_set['title']}, {len(data_set['seeds'])} splits",
                            f"{MODELS[model]}, {KINDS[likelihood]}",
                            "known" if cell == "seen" else "new",
                            format_cell(interval_of(three["one"])),
                            signed(three["groups"]),
                            signed(three["shuffled"]),
                            signed(clear["groups"]),
                        ]
                    )
    columns = [
        "data", "model", "people", "log loss of three outcomes, one for all", "change by groups",
        "change by shuffled groups", "change of clear answers by groups",
    ]  # fmt: skip
    said = " ".join(_of_groups(data_set) for data_set in result["data_sets"].values())
    return f"{Table(columns, rows).to_markdown()}\n\n{said}"


def _of_groups(data_set: dict[str, Any]) -> str:
    """What share of their answers groups tie, and how probable the model takes a tie between equals to be."""
    tied, equals = data_set["ties_of_groups"], data_set["tie_share_of_equals"]
    least, most = min(tied, key=tied.get), max(tied, key=tied.get)
    ends = [f"{name}: {tied[name]:.0%}" for name in (least, most)]
    learned = [
        f"{KINDS[likelihood]} {shares[least]:.2f} and {shares[most]:.2f}" for likelihood, shares in equals.items()
    ]
    return (
        f"{data_set['title']}, groups by {data_set['groups']} ({len(tied)}): ties among answers {' to '.join(ends)}; "
        f"learned for two equally good responses: {', '.join(learned)}."
    )
