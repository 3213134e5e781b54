"""A handful of named items, everybody judging most pairs of them."""

from __future__ import annotations

from pathlib import Path

from benchmarks.real_people.datasets.data_set import DataSet
from benchmarks.real_people.datasets.tables import comparisons_of, read_table
from gustibus.embedding import OneHot

__all__ = ["cems", "topmodel"]


def cems(folder: Path) -> DataSet:
    """Students choosing among six business schools (Dittrich, Hatzinger and Katzenbeisser 1998)."""
    return _named("cems", "CEMS: business schools", folder / "psycho_cems_choice" / "comparisons.parquet")


def topmodel(folder: Path) -> DataSet:
    """Which of six finalists of a television show is more attractive (Strobl, Wickelmaier and Zeileis 2011)."""
    return _named("topmodel", "Topmodel: finalists", folder / "psycho_topmodel2007" / "comparisons.parquet")


def _named(name: str, title: str, path: Path) -> DataSet:
    table = read_table(path)
    comparisons = comparisons_of(table["user_id"], table["item_a"], table["item_b"], table["choice"])
    return DataSet(name, title, comparisons, OneHot(comparisons.responses.to_pylist()), nmax=10, mint=4)
