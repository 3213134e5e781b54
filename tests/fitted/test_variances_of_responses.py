"""Rewards with a mean and a variance: refused, recovered, and beside a chosen number of tastes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_fits import fitted, world

import gustibus as gs
from gustibus.comparisons import GustibusError
from gustibus.fitting import FitSettings
from gustibus.likelihoods import MeanVarianceRewards
from gustibus.models import WithVariances


def test_variances_refuse_what_they_do_not_go_with() -> None:
    refused: list[dict[str, Any]] = [
        {"model": "pal-a", "distance": "euclidean"},
        {"model": "pal-b", "similarity": "cosine"},
        {"model": "bt", "item_offsets": True},
        {"model": "low-rank", "inference": "joint"},
        {"model": "hierarchical"},
    ]
    for settings in refused:
        with pytest.raises(GustibusError, match="mean-variance"):
            FitSettings(likelihood="mean-variance", **settings)
    with pytest.raises(GustibusError, match="ridge must be positive"):
        MeanVarianceRewards(ridge=0.0)


@pytest.mark.parametrize("model", ["bt", "low-rank"])
def test_planted_variances_are_recovered_with_the_usual_stop(model: str) -> None:
    rng = np.random.default_rng(1)
    items = rng.normal(size=(100, 3))
    n = 6_000
    user, a = np.arange(n) % 20, rng.integers(0, 100, n)
    b = (a + rng.integers(1, 100, n)) % 100
    head = np.array([0.0, 1.0, -0.5])
    v = np.exp((items - items.mean(axis=0)) @ head)
    s = (items[a] - items[b]) @ np.array([2.0, 1.0, 0.0]) / np.sqrt((v[a] + v[b]) / 2)
    names = [f"i{i}" for i in range(100)]
    data = gs.Comparisons.from_arrays(
        users=[f"u{i}" for i in range(20)], responses=names, user=user, response_a=a, response_b=b,
        outcome=rng.random(n) < 1 / (1 + np.exp(-s)),
    )  # fmt: skip
    more: dict[str, Any] = {"bt": {}, "low-rank": {"prototypes": 1, "user_penalty": 1.0}}[model]

    def learned(likelihood: str) -> gs.FittedModel:
        encoder = gs.Vectors(names, items)
        return gs.fit(
            data, model=model, encoder=encoder, likelihood=likelihood, store=None, item_offsets=False,  # type: ignore[arg-type]
            raw_features=True, **more,
        )  # fmt: skip

    made, plain = learned("mean-variance"), learned("logistic")
    inside = made.scorer.model
    assert isinstance(inside, WithVariances)
    # 6,000 answers leave a standard error near 0.1 on each coefficient, and the ridge draws them a little to zero.
    np.testing.assert_allclose(inside.head.detach().numpy(), head, atol=0.2)
    test, p = data.take(np.arange(0, n, 10)), 1 / (1 + np.exp(-s[::10]))
    away = [np.abs(one.predict(test).probability - p).mean() for one in (made, plain)]
    assert away[0] < 0.5 * away[1]


@pytest.mark.filterwarnings("ignore::gustibus.DataWarning")
@pytest.mark.parametrize("model", ["low-rank", "pal-a", "plural-gpm"])
@pytest.mark.parametrize("likelihood", ["logistic", "mean-variance"])
def test_the_number_of_tastes_is_chosen_by_fits_that_go_on_from_each_other(model: str, likelihood: str) -> None:
    enough_to_choose, _ = world(8, 24)
    made = fitted(model, likelihood, enough_to_choose, prototypes="auto", prior=None, max_steps=5)
    assert len(made.summary["findings"]["prototypes"]) > 1
    assert isinstance(made.scorer.model, WithVariances) == (likelihood == "mean-variance")
