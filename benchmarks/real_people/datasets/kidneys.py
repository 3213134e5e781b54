"""Which of two patients should get the kidney (McElfresh et al. 2021)."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np

from benchmarks.real_people.datasets.data_set import DataSet
from benchmarks.real_people.datasets.described import described_items
from benchmarks.real_people.datasets.tables import read_table
from gustibus.embedding import Vectors

__all__ = ["kidney1", "kidney2"]


def kidney1(folder: Path) -> DataSet:
    """With the choice to flip a coin (a tie)."""
    path = folder / "kidney_allocation" / "study1.parquet"
    return _kidney("kidney1", "kidney study 1", path, ("age", "dependents", "drinking"), nmax=10, mint=4)


def kidney2(folder: Path) -> DataSet:
    """No coin."""
    path = folder / "kidney_allocation" / "study2_strict.parquet"
    return _kidney("kidney2", "kidney study 2", path, ("age", "drinks", "dependents"), nmax=20, mint=5)


def _kidney(name: str, title: str, path: Path, traits: tuple[str, ...], *, nmax: int, mint: int) -> DataSet:
    """Patients are described by z-scores and their products of degree two."""
    found = described_items(read_table(path), traits)
    products = [
        found.z[:, i] * found.z[:, j] for i, j in itertools.combinations_with_replacement(range(len(traits)), 2)
    ]
    encoder = Vectors(found.comparisons.responses.to_pylist(), np.column_stack([found.z, *products]))
    left_out = f"{found.n_equal} judgements between two equal patients" if found.n_equal else ""
    return DataSet(name, title, found.comparisons, encoder, nmax=nmax, mint=mint, left_out=left_out)
