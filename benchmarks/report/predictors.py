"""How the tables about real people name predictors and cells, and write differences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.real_people.baselines import (
    DEVIATION,
    DEVIATION_SHUFFLED,
    OWN,
    POPULATION,
)
from benchmarks.real_people.one_split import AUTO, SHUFFLED

__all__ = ["BASELINES", "MEMBERS", "NAMES", "all_cells", "called", "last_cell", "listed", "loss", "signed", "where"]

MEMBERS = ("hierarchical", "low-rank, joint", "pal-a, joint", "pal-a", "mixture", "bt")
BASELINES = ("side", "length", "majority", "item majority", POPULATION, DEVIATION, OWN, DEVIATION_SHUFFLED)
NAMES = {
    "bt": "one taste (bt)",
    "hierarchical": "hierarchical",
    "mixture": "mixture of types",
    "pal-a": "PAL-A",
    "pal-a, joint": "PAL-A, joint",
    "low-rank, joint": "low-rank, joint",
    AUTO: "**auto**",
    SHUFFLED: "shuffled ids",
    "side": "left wins",
    "length": "longer wins",
    "majority": "majority of the pair",
    "item majority": "item that wins more",
    POPULATION: "population ridge",
    DEVIATION: "+ ridge deviation per person",
    OWN: "one model per person",
    DEVIATION_SHUFFLED: "deviation, shuffled ids",
}

Cell = dict[str, Any]


def loss(cell: Cell, predictor: str) -> float | None:
    """Log loss, or nothing where the predictor was not scored."""
    figures = cell["figures"].get(predictor)
    return None if figures is None else figures["log_loss"]["estimate"]


def last_cell(data_set: dict[str, Any]) -> str:
    """New people after the most answers."""
    return str(max(int(cell) for cell in data_set["cells"] if cell != "seen"))


def all_cells(result: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, Cell]]:
    """Data set, name of the cell, and the cell, over all data sets."""
    for data_set in result["data_sets"].values():
        for name, cell in data_set["cells"].items():
            yield data_set, name, cell


def where(cell: str) -> str:
    """Whose answers a cell is about."""
    return "known" if cell == "seen" else f"new, {cell} answers"


def called(data_set: dict[str, Any]) -> str:
    """A data set's name in a sentence: what stands before the colon of its title."""
    return str(data_set["title"].partition(":")[0])


def listed(items: list[str]) -> str:
    """``a, b and c``."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def signed(figure: dict[str, Any]) -> str:
    """A difference with its sign, and its interval."""
    estimate, low, high = (round(figure[key], 3) + 0.0 for key in ("estimate", "low", "high"))
    return f"{estimate:+.3f} [{low:+.3f}, {high:+.3f}]"
