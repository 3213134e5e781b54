"""Eleven files of real judgements as comparisons, with the features of their items."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.real_people.datasets.arguments import ukp
from benchmarks.real_people.datasets.data_set import DataSet
from benchmarks.real_people.datasets.kidneys import kidney1, kidney2
from benchmarks.real_people.datasets.language_models import hh_vpl, tulu
from benchmarks.real_people.datasets.named_items import cems, topmodel
from benchmarks.real_people.datasets.rated import dices, movielens, popquorn
from benchmarks.real_people.datasets.trains import train

__all__ = ["LOADERS", "DataSet", "load"]

LOADERS: dict[str, Callable[[Path], DataSet]] = {
    "cems": cems,
    "topmodel": topmodel,
    "kidney2": kidney2,
    "train": train,
    "kidney1": kidney1,
    "dices": dices,
    "popquorn": popquorn,
    "movielens": movielens,
    "ukp": ukp,
    "tulu": tulu,
    "hh_vpl": hh_vpl,
}
"""Name -> loader of a folder of data sets; in the order in which it matters who answers, as far as is known."""


def load(name: str, folder: Path) -> DataSet:
    """One of `LOADERS` from a folder of data sets.

    Raises
    ------
    FileNotFoundError
        The folder does not have it.
    """
    try:
        return LOADERS[name](folder)
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"{error.filename} is not there. Point --data to the folder that holds ukp_convarg_crowd, "
            "kidney_allocation, psycho_cems_choice and the others."
        ) from error
