"""Every fitted model says whether people are placed exactly, and it is so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gustibus.catalog import IdealPointWorld
from gustibus.fitted import fit, load

QUICK: dict[str, Any] = {"item_offsets": False, "posterior_draws": 64}
TASTES: dict[str, Any] = {"prototypes": 2, "user_penalty": 1.0, "max_steps": 40, **QUICK}


@pytest.mark.parametrize(
    ("options", "kind", "why"),
    [
        ({"model": "bt", "item_offsets": False}, "exact", "one taste for all"),
        ({"model": "low-rank", "prior": "dirichlet", **TASTES}, "exact", "convex problem"),
        ({"model": "low-rank", "prior": "particles", **TASTES}, "exact", "one of finitely many"),
        ({"model": "low-rank", "prior": "logistic-normal", **TASTES}, "approximate", "several starts"),
        ({"model": "low-rank", "weights": "free", **TASTES}, "approximate", "mixture of normals"),
        ({"model": "mixture", "prototypes": 2, "shared_penalty": 1.0, **QUICK}, "exact", "one of finitely many"),
        ({"model": "hierarchical", "scale": 1.0, "types": 1, **QUICK}, "approximate", "mixture of normals"),
        (
            {"distance": "euclidean", "dimensions": 2, "prototype_scale": 1.0, **TASTES},
            "approximate",
            "not linear in people's weights",
        ),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else None,
)
def test_a_model_says_how_people_are_placed(
    world: IdealPointWorld, tmp_path: Path, options: dict[str, Any], kind: str, why: str
) -> None:
    model = fit(world.comparisons, encoder=world.vectors, **options)

    assert model.adaptation == model.how_adapted.kind == kind
    assert why in str(model.how_adapted)
    assert model.summary["adaptation"] == str(model.how_adapted)
    assert f"adaptation {kind}" in repr(model)
    if model.how_adapted.certificate:
        assert np.isfinite(model.adapt(world.comparisons.for_users(world.comparisons.user_ids[0])).certificate)
    model.save(tmp_path / "model")
    assert str(model.how_adapted) in (tmp_path / "model" / "README.md").read_text()
    assert load(tmp_path / "model").how_adapted == model.how_adapted
