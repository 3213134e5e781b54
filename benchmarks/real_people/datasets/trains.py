"""Which of two train journeys: price, time, changes, comfort (Meijer and Rouwendal 2006)."""

from __future__ import annotations

from pathlib import Path

from benchmarks.real_people.datasets.data_set import DataSet
from benchmarks.real_people.datasets.described import described_items
from benchmarks.real_people.datasets.tables import read_table
from gustibus.embedding import Vectors

__all__ = ["train"]

TRAITS = ("price", "time", "change", "comfort")


def train(folder: Path) -> DataSet:
    """Journeys are described by the z-scores of their four attributes."""
    found = described_items(read_table(folder / "train_stated_preference" / "comparisons.parquet"), TRAITS)
    encoder = Vectors(found.comparisons.responses.to_pylist(), found.z, names=TRAITS)
    left_out = f"{found.n_equal} judgements between two equal journeys" if found.n_equal else ""
    return DataSet("train", "train journeys", found.comparisons, encoder, nmax=10, mint=3, left_out=left_out)
