"""n responses are encoded n times, not once a pair, whatever is asked of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

import gustibus as gs
from gustibus.models import GeneralPreference, PairwiseModel, PluralGeneralPreference, ScalarPlusCyclic

N, POOL = 60, 40
MADE: dict[str, Callable[[], PairwiseModel]] = {
    "gpm": lambda: GeneralPreference(5, 4, hidden=(6,)),
    "scalar plus cyclic": lambda: ScalarPlusCyclic(5, 4, hidden=(6,)),
    "plural": lambda: PluralGeneralPreference(5, 2, 4, hidden=(6,)),
}


def counted(model: PairwiseModel) -> list[int]:
    """Rows that go through the map to the representations, call by call."""
    rows: list[int] = []
    encoder = model.circles.map if isinstance(model, ScalarPlusCyclic) else model.map
    assert isinstance(encoder, torch.nn.Module)
    encoder.register_forward_hook(lambda _module, given, _out: rows.append(len(given[0])))
    return rows


@pytest.mark.parametrize("name", MADE)
def test_all_pairs_of_n_responses_need_n_encodings(name: str) -> None:
    model = MADE[name]()
    rows = counted(model)
    weights = torch.full((model.n_prototypes,), 1 / model.n_prototypes)
    assert model.pool_log_odds(torch.randn(N, 5), weights).shape == (N, N)
    assert sum(rows) == N


@pytest.mark.parametrize("name", MADE)
def test_a_mean_against_a_pool_needs_no_table(name: str) -> None:
    model = MADE[name]()
    rows = counted(model)
    weights = torch.full((model.n_prototypes,), 1 / model.n_prototypes)
    assert model.mean_log_odds(torch.randn(N, 5), torch.randn(POOL, 5), weights).shape == (N,)
    assert sum(rows) == N + POOL


def test_ranking_n_responses_of_a_fitted_model_needs_n_encodings() -> None:
    rng = np.random.default_rng(0)
    names = [f"item {i}" for i in range(20)]
    rows = [
        {"user_id": "one", "response_a": names[i], "response_b": names[j], "choice": "ab"[int(rng.random() < 0.5)]}
        for i, j in rng.integers(0, 20, (300, 2)) if i != j
    ]  # fmt: skip
    model = gs.fit(rows, model="gpm", dimensions=2, shared_penalty=1.0, encoder="one-hot", max_steps=10)
    assert isinstance(model.scorer.model, GeneralPreference)
    mapped = counted(model.scorer.model)
    model.win_probabilities(None, names)
    assert sum(mapped) == len(names)
    mapped.clear()
    model.rank(None, names, rule="lottery")
    assert sum(mapped) == len(names)
