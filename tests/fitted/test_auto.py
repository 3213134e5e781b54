"""``model="auto"``: the hierarchical model, unless another is better on validation by more than a standard error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gustibus as gs
from gustibus.catalog import IdealPointWorld, ideal_point_world
from gustibus.fitted import fit_family

QUICK: dict[str, Any] = {"prototypes": 3, "dimensions": 4, "prototype_scale": 1.0, "user_penalty": 1.0, "max_steps": 80}
Family = tuple[gs.FittedModel, dict[str, gs.FittedModel]]


def gaussian_people(n_people: int = 40, seed: int = 0) -> tuple[gs.Comparisons, gs.Vectors]:
    """Everybody weighs three properties of the items in a way of their own."""
    rng = np.random.default_rng(seed)
    names = [f"item {i}" for i in range(150)]
    items = rng.normal(size=(150, 3)).astype(np.float32)
    weights = rng.normal(size=(n_people, 3)) * 1.5
    user = np.repeat(np.arange(n_people), 24)
    a = rng.integers(0, 150, len(user))
    b = (a + rng.integers(1, 150, len(user))) % 150
    s = ((items[a] - items[b]) * weights[user]).sum(axis=1)
    data = gs.Comparisons.from_arrays(
        users=[f"u{i}" for i in range(n_people)],
        responses=names,
        user=user,
        response_a=a,
        response_b=b,
        outcome=rng.random(len(user)) < 1 / (1 + np.exp(-s)),
    )
    return data, gs.Vectors(names, items)


@pytest.fixture(scope="module")
def peaks() -> IdealPointWorld:
    """People among ideal points, whose rewards are no linear function of the features."""
    return ideal_point_world(
        n_users=60, n_items=240, n_held_out_items=60, n_features=8, n_informative=4, n_prototypes=3, dimensions=4,
        comparisons_per_user=30, seed=0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def in_town(peaks: IdealPointWorld) -> Family:
    return fit_family(peaks.comparisons, encoder=peaks.vectors, seed=0, item_offsets=False, **QUICK)


@pytest.fixture(scope="module")
def among_weights() -> Family:
    data, vectors = gaussian_people()
    return fit_family(data, encoder=vectors, seed=0, **QUICK)


def test_all_members_are_fitted_and_named(in_town: Family) -> None:
    _, family = in_town
    assert list(family) == ["hierarchical", "bt", "mixture", "pal-a", "pal-a, joint", "low-rank, joint"]


@pytest.mark.parametrize("which", ["in_town", "among_weights"])
def test_the_choice_is_the_stated_rule(which: str, request: pytest.FixtureRequest) -> None:
    chosen, family = request.getfixturevalue(which)
    default, *rivals = chosen.summary["findings"]["families"]
    assert default["model"] == "hierarchical"
    passed = [rival for rival in rivals if rival["gain"] > max(0.0, rival["standard_error"])]
    confirmed = [one for one in passed if one.get("confirming_gain", 0) > one.get("confirming_standard_error", 0)]
    wanted = max(confirmed, key=lambda rival: rival["gain"])["model"] if confirmed else "hierarchical"
    assert chosen.scorer.model is family[wanted].scorer.model
    for rival in rivals:
        # The gain is the difference of the two losses where both were judged after the same numbers of answers.
        assert rival["gain"] == pytest.approx(
            default["validation_log_loss"] - rival["validation_log_loss"], abs=3 * rival["standard_error"] + 0.02
        )


def test_it_takes_ideal_points_where_rewards_have_a_peak(in_town: Family, peaks: IdealPointWorld) -> None:
    chosen, family = in_town
    assert chosen.settings.model == "pal-a"

    def loss(model: gs.FittedModel) -> float:
        p, y = model.predict(peaks.held_out).probability, peaks.held_out.outcome
        return float(-(y * np.log(p) + (1 - y) * np.log1p(-p)).mean())

    assert loss(chosen) < loss(family["hierarchical"]) - 0.02
    assert loss(chosen) < loss(family["bt"]) - 0.05


def test_it_keeps_the_hierarchical_model_where_everybody_has_weights_of_their_own(among_weights: Family) -> None:
    chosen, _ = among_weights
    assert chosen.settings.model == "hierarchical"
    assert chosen.prior.family == "gaussian"


def test_fit_without_a_model_is_auto_and_is_the_chosen_member(among_weights: Family, tmp_path: Path) -> None:
    chosen, _ = among_weights
    data, vectors = gaussian_people()
    again = gs.fit(data, encoder=vectors, seed=0, **{name: QUICK[name] for name in QUICK if name != "prototypes"})
    assert again.settings.model == "hierarchical"
    p = again.predict(data).probability
    assert p == pytest.approx(chosen.predict(data).probability, abs=1e-6)
    again.save(tmp_path / "m")
    loaded = gs.load(tmp_path / "m")
    assert loaded.predict(data).probability == pytest.approx(p, abs=1e-6)
    assert loaded.summary["findings"]["families"] == again.summary["findings"]["families"]


def test_asking_for_tastes_asks_for_ideal_points(world: IdealPointWorld) -> None:
    model = gs.fit(world.comparisons, encoder=world.vectors, **QUICK)
    assert model.settings.model == "pal-a"


def test_with_too_little_to_choose_by_it_is_the_hierarchical_model() -> None:
    data, vectors = gaussian_people(n_people=12)
    with pytest.warns(gs.DataWarning, match="too few to choose settings by"):
        chosen, family = fit_family(data, encoder=vectors, seed=0)
    assert list(family) == ["hierarchical"]
    assert chosen.settings.model == "hierarchical"
    assert "families" not in chosen.summary["findings"]


def test_an_interrupted_choice_goes_on_to_the_same_model(among_weights: Family, tmp_path: Path) -> None:
    data, vectors = gaussian_people()
    settings = {**QUICK, "max_steps": 20}

    class Stop(Exception):
        pass

    def stop_late(stage: str, done: int, total: int) -> None:
        if stage.startswith("low-rank"):
            raise Stop

    with pytest.raises(Stop):
        fit_family(data, encoder=vectors, checkpoint=tmp_path, progress=stop_late, **settings)
    assert (tmp_path / "pal-a").is_dir()
    resumed, _ = fit_family(data, encoder=vectors, checkpoint=tmp_path, **settings)
    fresh, _ = fit_family(data, encoder=vectors, **settings)
    assert resumed.predict(data).probability == pytest.approx(fresh.predict(data).probability, abs=1e-9)
