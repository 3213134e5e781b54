"""Every model with every likelihood that it takes: fit, adapt, update, save, load, predict."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import gustibus as gs
from gustibus.comparisons import GustibusError
from gustibus.fitting import LIKELIHOOD_USES, FitSettings, ModelName
from gustibus.likelihoods import Flip, Hinge, MeanVarianceRewards, RaoKupper, likelihood_of
from gustibus.models import WithVariances

N_PEOPLE, N_ITEMS, N_EACH, N_PROMPTS = 8, 10, 24, 5
STEPS: dict[str, Any] = {"max_steps": 10, "evaluate_every": 5}
TASTES = {**STEPS, "prototypes": 2, "posterior_draws": 64, "user_penalty": 1.0, "prior": "dirichlet"}
CIRCLES = {**STEPS, "dimensions": 2, "shared_penalty": 1.0}
FAST: dict[str, dict[str, Any]] = {
    "hierarchical": {"scale": 0.5, "types": 1},
    "pal-a": {**TASTES, "dimensions": 4, "prototype_scale": 0.1},
    "pal-b": {**TASTES, "dimensions": 4},
    "low-rank": TASTES,
    "mixture": {"prototypes": 2, "restarts": 1},
    "bt": {},
    "classification": {},
    "pair-input": {**STEPS, "hidden": (4,)},
    "gpm": CIRCLES,
    "scalar-cyclic": {**CIRCLES, "cyclic_ratio": 10.0},
    "plural-gpm": {**TASTES, "dimensions": 2, "cyclic_ratio": 10.0},
}
PARAMETERS = {"rao-kupper": "rao-kupper:1.6", "davidson": "davidson:0.6", "margin": "margin:0.5"}


def world() -> tuple[gs.Comparisons, gs.Vectors]:
    """People who tie, answer two prompts in five ways, and say how sure they are every other time."""
    rng = np.random.default_rng(0)
    items = rng.normal(size=(N_ITEMS, 3))
    user = np.repeat(np.arange(N_PEOPLE), N_EACH)
    a = rng.integers(0, N_ITEMS, len(user))
    b = (a + rng.integers(1, N_ITEMS, len(user))) % N_ITEMS
    three = RaoKupper(theta=1.8).three_way((items[a] - items[b]) @ np.array([1.5, -1.0, 0.0]))
    draw = rng.random(len(user))
    outcome = np.where(draw < three[:, 0], 1.0, np.where(draw < three[:, :2].sum(axis=1), 0.5, 0.0))
    names, asked = [f"i{i}" for i in range(N_ITEMS)], [f"p{i}" for i in range(N_PROMPTS)]
    data = gs.Comparisons.from_arrays(
        users=[f"u{i}" for i in range(N_PEOPLE)], responses=names, prompts=asked, user=user, response_a=a,
        response_b=b, prompt=rng.integers(0, N_PROMPTS, len(user)), outcome=outcome, is_tie=outcome == 0.5,
        margin=np.where(np.arange(len(user)) % 2, 1.0, np.nan),
    )  # fmt: skip
    return data, gs.Vectors(names, items, prompts=(asked, rng.normal(size=(N_PROMPTS, 2))))


DATA, ENCODER = world()
MODELS = [name for name in get_args(ModelName) if name != "auto"]
PAIRS = [pair for pair in product(MODELS, LIKELIHOOD_USES) if LIKELIHOOD_USES[pair[1]][pair[0]].kind != "refused"]


def fitted(model: str, likelihood: Any, **more: Any) -> gs.FittedModel:
    given = {"item_offsets": False, **FAST[model], **more}
    return gs.fit(DATA, model=model, encoder=ENCODER, likelihood=likelihood, store=None, **given)  # type: ignore[arg-type]


def test_all_models_are_here() -> None:
    assert set(FAST) == set(MODELS)


@pytest.mark.filterwarnings("ignore::gustibus.DataWarning")
@pytest.mark.parametrize(("model", "name"), PAIRS, ids=str)
def test_every_pair_of_the_table_fits_adapts_predicts_and_is_saved(model: str, name: str, tmp_path: Path) -> None:
    made = fitted(model, PARAMETERS.get(name, name))
    predictions = made.predict(DATA)
    assert np.isfinite(predictions.log_odds).all()
    assert (predictions.three_way is not None) == likelihood_of(name).ties
    new = DATA.for_users(["u3"])
    person = made.adapt(new)
    first, rest = new.take(np.arange(5)), new.take(np.arange(5, len(new)))
    in_two = made.adapt(first).update(rest)
    assert in_two.n_answers == person.n_answers == len(new)
    np.testing.assert_allclose(in_two.weights, person.weights, atol=1e-5)
    if isinstance(made.likelihood, Flip | Hinge) and made.n_prototypes > 1:
        assert made.adaptation == "approximate"
        assert "logistic" in str(made.how_adapted)
    made.save(tmp_path / "model")
    again = gs.load(tmp_path / "model")
    assert (again.likelihood, again.settings, again.name) == (made.likelihood, made.settings, made.name)
    np.testing.assert_array_equal(again.predict(DATA).probability, predictions.probability)
    assert ("likelihood" in (tmp_path / "model" / "README.md").read_text()) == (name != "logistic")
    assert isinstance(made.scorer.model, WithVariances) == (name == "mean-variance")


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
def test_planted_variances_are_recovered(model: str) -> None:
    rng = np.random.default_rng(1)
    items = rng.normal(size=(200, 3))
    n = 20_000
    user, a = np.arange(n) % 20, rng.integers(0, 200, n)
    b = (a + rng.integers(1, 200, n)) % 200
    head = np.array([0.0, 1.0, -0.5])
    v = np.exp((items - items.mean(axis=0)) @ head)
    s = (items[a] - items[b]) @ np.array([2.0, 1.0, 0.0]) / np.sqrt((v[a] + v[b]) / 2)
    names = [f"i{i}" for i in range(200)]
    data = gs.Comparisons.from_arrays(
        users=[f"u{i}" for i in range(20)], responses=names, user=user, response_a=a, response_b=b,
        outcome=rng.random(n) < 1 / (1 + np.exp(-s)),
    )  # fmt: skip
    more: dict[str, Any] = {"bt": {}, "low-rank": {"prototypes": 1, "user_penalty": 1.0}}[model]
    steps = {"max_steps": 600, "learning_rate": 0.05, "patience": 40}

    def learned(likelihood: str, **settings: Any) -> gs.FittedModel:
        encoder = gs.Vectors(names, items)
        return gs.fit(
            data, model=model, encoder=encoder, likelihood=likelihood, store=None, item_offsets=False,  # type: ignore[arg-type]
            raw_features=True, **more, **settings,
        )  # fmt: skip

    made, plain = learned("mean-variance", **steps), learned("logistic", **({} if model == "bt" else steps))
    inside = made.scorer.model
    assert isinstance(inside, WithVariances)
    # 20,000 answers leave a standard error near 0.06 on each coefficient.
    np.testing.assert_allclose(inside.head.detach().numpy(), head, atol=0.2)
    test, p = data.take(np.arange(0, n, 10)), 1 / (1 + np.exp(-s[::10]))
    away = [np.abs(one.predict(test).probability - p).mean() for one in (made, plain)]
    assert away[0] < 0.5 * away[1]


@pytest.mark.filterwarnings("ignore::gustibus.DataWarning")
@pytest.mark.parametrize("model", ["low-rank", "pal-a", "plural-gpm"])
@pytest.mark.parametrize("likelihood", ["logistic", "mean-variance"])
def test_the_number_of_tastes_is_chosen_by_fits_that_go_on_from_each_other(model: str, likelihood: str) -> None:
    made = fitted(model, likelihood, prototypes="auto", prior=None, max_steps=5)
    assert len(made.summary["findings"]["prototypes"]) > 1
    assert isinstance(made.scorer.model, WithVariances) == (likelihood == "mean-variance")
