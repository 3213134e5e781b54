"""A small world in files, and a model fitted on it through the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command_line import QUICK, World, succeed

from gustibus.catalog import ideal_point_world
from gustibus.comparisons import write


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Thirty people whom models are fitted to and six newcomers, on three hundred items with four features."""
    folder = tmp_path_factory.mktemp("world")
    made = ideal_point_world(
        n_users=36, n_items=300, n_held_out_items=4, n_features=4, n_informative=4, n_prototypes=2, dimensions=2,
        comparisons_per_user=30, scale=1.0, seed=0,
    )  # fmt: skip
    ids = made.comparisons.user_ids
    files = [folder / name for name in ("judgements.parquet", "newcomers.parquet", "features.parquet")]
    write(made.comparisons.for_users(ids[:30]).compact(), files[0])
    write(made.comparisons.for_users(ids[30:]).compact(), files[1])
    columns = {f"f{j}": made.vectors.matrix[:, j] for j in range(4)}
    pq.write_table(pa.table({"response": list(made.vectors.ids), **columns}), files[2])
    used = np.unique(np.concatenate([made.comparisons.response_a, made.comparisons.response_b]))
    responses = made.comparisons.responses.take(pa.array(used)).to_pylist()
    return World(folder, *files, seen=tuple(ids[:30]), new=tuple(ids[30:]), responses=tuple(responses))


@pytest.fixture(scope="session")
def quick_fit(world: World) -> list[object]:
    """Words of a fit that takes about a second."""
    settings = [word for pair in QUICK for word in ("--set", pair)]
    return ["fit", world.judgements, "--vectors", world.features, "--prototypes", "2", *settings]


@pytest.fixture(scope="session")
def model(world: World, quick_fit: list[object]) -> Path:
    """A folder with a model of two tastes that knows the thirty people."""
    folder = world.folder / "model"
    succeed(*quick_fit, "--out", folder)
    return folder
