"""Which people are new, and how many of their answers are held ready, in the study and in the reference study."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.real_people.datasets import DataSet, load
from benchmarks.reference_figures import SPLITS as REFERENCE_SEEDS

__all__ = ["REFERENCE_SEEDS", "SEEDS", "load_for_study"]

SEEDS = tuple(range(5))
"""Splits of the study. None of them was looked at while the models' rules were made."""
ENOUGH_FOR = {"kidney2": 30, "dices": 50, "movielens": 50, "ukp": 50, "hh_vpl": 30}
"""Answers of a new person where people gave more than the reference protocol asks for."""


def load_for_study(name: str, folder: Path) -> DataSet:
    """A data set with as many answers of new people as they gave, up to fifty.

    Raises
    ------
    FileNotFoundError
        The folder does not have it.
    """
    data = load(name, folder)
    return replace(data, nmax=ENOUGH_FOR.get(name, data.nmax))
