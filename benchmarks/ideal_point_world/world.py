"""The world W(U) of the workload file as comparisons, features and truth."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gustibus.catalog import IdealPointTruth
from gustibus.comparisons import Comparisons
from gustibus.embedding import Vectors

__all__ = ["World", "make_world"]


@dataclass(frozen=True)
class World:
    """60,000 items to learn from, 8,000 held-out ones, 1,024 features each; 92,000 + 10,000 judgements.

    Attributes
    ----------
    train, test
        Judgements of the same people on items to learn from and on held-out items.
    vectors
        Features of all items.
    truth
    """

    train: Comparisons
    test: Comparisons
    vectors: Vectors
    truth: IdealPointTruth


def make_world(folder: Path, n_users: int, seed: int) -> World:
    """Make W(n_users) with ``ideal_point_world.py`` of a folder of workloads.

    Raises
    ------
    FileNotFoundError
        The folder has no such file.
    """
    path = folder / "ideal_point_world.py"
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there. Point --workloads to the folder that has it.")
    specification = importlib.util.spec_from_file_location("ideal_point_world_workload", path)
    assert specification is not None
    assert specification.loader is not None
    workload = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(workload)
    features, train, test, truth = workload.make(n_users, seed)
    users = tuple(f"user-{u:05d}" for u in range(n_users))
    items = tuple(f"item-{i:05d}" for i in range(len(features)))

    def comparisons(drawn: tuple[NDArray[np.int64], ...]) -> Comparisons:
        user, a, b, prefers_a = drawn[:4]
        return Comparisons.from_arrays(
            users=users, responses=items, user=user, response_a=a, response_b=b, outcome=prefers_a.astype(np.float32)
        )

    known = IdealPointTruth(users, items, truth["z"], truth["P"], truth["W"], float(truth["s"]))
    return World(comparisons(train), comparisons(test), Vectors(items, features), known)
