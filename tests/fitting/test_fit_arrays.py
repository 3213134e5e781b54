"""Fits on arrays: what they recover, repeat, resume and refuse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from gustibus.comparisons import DataWarning, GustibusError
from gustibus.fitting import (
    FitInputs,
    FitResult,
    FitSettings,
    Judgements,
    ModelName,
    fit_arrays,
    published_pal_a,
    validation_mask,
)

FAST = FitSettings(prototypes=2, dimensions=3, prototype_scale=1.0, user_penalty=1.0, item_offsets=False, max_steps=120)


def two_tastes(n_users: int = 60, per_user: int = 40, seed: int = 0) -> tuple[FitInputs, np.ndarray, np.ndarray]:
    """People near one of two opposite ideal points in the plane; returns inputs, their taste, the items."""
    rng = np.random.default_rng(seed)
    items = rng.normal(size=(150, 4)).astype(np.float32)
    taste = np.arange(n_users) % 2
    ideal = np.array([[1.5, 0, 0, 0], [-1.5, 0, 0, 0]])[taste]
    user = np.repeat(np.arange(n_users), per_user)
    a = rng.integers(0, 150, len(user))
    b = (a + rng.integers(1, 150, len(user))) % 150
    distance = ((items[b] - ideal[user]) ** 2).sum(1) - ((items[a] - ideal[user]) ** 2).sum(1)
    outcome = (rng.random(len(user)) < 1 / (1 + np.exp(-distance))).astype(float)
    mask = validation_mask(user, 0.1, seed)
    judgements = Judgements(a, b, user, outcome, np.ones(len(user)), mask, n_users)
    return FitInputs(items, None, "numeric", judgements), taste, items


@pytest.fixture(scope="module")
def fitted() -> FitResult:
    return fit_arrays(two_tastes()[0], FAST)


def test_two_opposite_tastes_are_told_apart(fitted: FitResult) -> None:
    taste = two_tastes()[1]
    first = fitted.posteriors.mean[:, 0]
    # Everybody of one taste lies on one side of everybody of the other, up to a stray person (40 noisy answers each).
    agreement = max(((first > 0.5) == taste).mean(), ((first > 0.5) != taste).mean())
    assert agreement >= 0.95


def test_everybodys_place_is_certified(fitted: FitResult) -> None:
    assert fitted.posteriors.certificate.max() <= 1e-5


def test_equal_seeds_give_equal_fits_and_others_do_not(fitted: FitResult) -> None:
    again = fit_arrays(two_tastes()[0], FAST)
    other = fit_arrays(two_tastes()[0], FAST.with_(seed=1))
    assert all(torch.equal(p, q) for p, q in zip(fitted.model.parameters(), again.model.parameters(), strict=True))
    assert np.array_equal(fitted.posteriors.mean, again.posteriors.mean)
    assert not np.allclose(fitted.posteriors.mean, other.posteriors.mean)


def test_fitting_leaves_the_global_random_state_alone() -> None:
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    fit_arrays(two_tastes(n_users=10)[0], FAST.with_(max_steps=5))
    assert torch.equal(torch.rand(1), expected)


def test_swapping_a_and_b_gives_the_same_people(fitted: FitResult) -> None:
    inputs, _, _ = two_tastes()
    j = inputs.judgements
    swapped = Judgements(j.b, j.a, j.user, 1 - j.outcome, j.weight, j.validation, j.n_users)
    again = fit_arrays(FitInputs(inputs.embeddings, None, "numeric", swapped), FAST)
    # The same sums in another order: float32 rounding, amplified a little by 120 steps of Adam.
    np.testing.assert_allclose(again.posteriors.mean, fitted.posteriors.mean, atol=0.02)


class Interrupted(Exception):
    """Stands for a crash in the middle of a fit."""


@pytest.mark.parametrize("batch_size", [None, 256])
def test_an_interrupted_fit_goes_on_and_ends_with_the_same_result(tmp_path: Path, batch_size: int | None) -> None:
    inputs, _, _ = two_tastes(n_users=30)
    settings = FAST.with_(batch_size=batch_size, dimensions=None, patience=100)
    whole = fit_arrays(inputs, settings)
    calls = 0

    def crash(stage: str, done: int, total: int, /) -> None:
        nonlocal calls
        calls += 1
        if calls == 40:
            raise Interrupted

    with pytest.raises(Interrupted):
        fit_arrays(inputs, settings, progress=crash, checkpoint=tmp_path / "state")
    resumed = fit_arrays(inputs, settings, checkpoint=tmp_path / "state")

    assert resumed.choices == whole.choices
    assert all(torch.equal(p, q) for p, q in zip(resumed.model.parameters(), whole.model.parameters(), strict=True))
    np.testing.assert_array_equal(resumed.posteriors.mean, whole.posteriors.mean)


def test_a_checkpoint_of_other_data_is_refused(tmp_path: Path) -> None:
    fit_arrays(two_tastes(n_users=10)[0], FAST.with_(max_steps=10), checkpoint=tmp_path)
    with pytest.raises(GustibusError, match="other data or settings"):
        fit_arrays(two_tastes(n_users=12)[0], FAST.with_(max_steps=10), checkpoint=tmp_path)


def test_one_prototype_gives_everybody_the_same_weight() -> None:
    result = fit_arrays(two_tastes(n_users=20)[0], FAST.with_(prototypes=1))
    assert np.all(result.posteriors.mean == 1)
    assert np.all(result.posteriors.covariance == 0)


def test_bradley_terry_is_the_convex_solution_and_chooses_its_ridge() -> None:
    result = fit_arrays(two_tastes()[0], FitSettings(model="bt"))
    assert result.model.n_prototypes == 1
    assert len(result.trials) >= 6
    assert result.choices["shared_penalty"] in {0.3, 1.0, 10.0, 50.0, 200.0, 800.0}


def test_bradley_terry_with_hidden_layers_is_fitted_by_descent() -> None:
    result = fit_arrays(two_tastes()[0], FitSettings(model="bt", hidden=(16,), max_steps=60))
    assert result.history
    assert result.validation_log_loss < 0.75


@pytest.mark.parametrize("geometry", [{"placement": "mapped"}, {"distance": "euclidean"}, {"distance": "cosine"}])
def test_non_linear_geometry_is_placed_without_a_certificate_and_still_tells_tastes_apart(
    geometry: dict[str, str],
) -> None:
    inputs, taste, _ = two_tastes()
    result = fit_arrays(inputs, FAST.for_model("pal-a", max_steps=300, learning_rate=0.05, **geometry))
    assert np.isnan(result.posteriors.certificate).all()
    first = result.posteriors.mean[:, 0]
    assert max(((first > 0.5) == taste).mean(), ((first > 0.5) != taste).mean()) >= 0.85


def test_hinge_fits_are_scaled_to_probabilities_on_validation_judgements() -> None:
    result = fit_arrays(two_tastes()[0], FAST.with_(likelihood="hinge"))
    assert result.validation_log_loss < np.log(2)


def test_published_recipe_runs_on_raw_features() -> None:
    inputs, _, _ = two_tastes(n_users=10)
    result = fit_arrays(inputs, published_pal_a(prototypes=2, max_steps=200, evaluate_every=50))
    assert result.feature_map.description == "4 columns, raw"
    assert result.model.config()["dimensions"] == 4


def test_recurring_items_get_offsets_when_validation_prefers_them() -> None:
    rng = np.random.default_rng(0)
    n_items, n = 30, 3000
    quality = rng.normal(size=n_items) * 1.5
    a = rng.integers(0, n_items, n)
    b = (a + rng.integers(1, n_items, n)) % n_items
    outcome = (rng.random(n) < 1 / (1 + np.exp(-(quality[a] - quality[b])))).astype(float)
    user = np.arange(n) % 50
    judgements = Judgements(a, b, user, outcome, np.ones(n), validation_mask(user, 0.1, 0), 50)
    uninformative = rng.normal(size=(n_items, 2)).astype(np.float32)

    result = fit_arrays(FitInputs(uninformative, None, "numeric", judgements), FitSettings(model="bt"))

    assert result.offsets is not None
    assert np.corrcoef(result.offsets, quality)[0, 1] > 0.9  # 200 noisy comparisons an item


def test_few_answers_a_person_are_warned_of() -> None:
    with pytest.warns(DataWarning, match=r"3 answers each .*hardly"):
        fit_arrays(two_tastes(n_users=40, per_user=3)[0], FAST.with_(max_steps=10))


def test_features_that_are_not_numbers_are_refused() -> None:
    inputs, _, _ = two_tastes(n_users=10)
    broken = inputs.embeddings.copy()
    broken[17, 2] = np.nan
    with pytest.raises(GustibusError, match="item 17"):
        fit_arrays(FitInputs(broken, None, "numeric", inputs.judgements), FAST)


def test_nothing_to_fit_is_refused() -> None:
    inputs, _, _ = two_tastes(n_users=10)
    with pytest.raises(GustibusError, match="nothing to fit"):
        fit_arrays(FitInputs(inputs.embeddings, None, "numeric", inputs.judgements.take(np.zeros(0, np.intp))), FAST)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("model", "pal-z"),
        ("prototypes", 0),
        ("prototypes", True),
        ("user_penalty", -1.0),
        ("user_penalty", "1"),
        ("validation", 0.9),
        ("learning_rate", 0.0),
        ("hidden", 8),
        ("hidden", (-8,)),
        ("prior", "normal"),
        ("seed", -1),
        ("seed", "0"),
    ],
)
def test_impossible_settings_are_refused_by_name(setting: str, value: object) -> None:
    with pytest.raises(GustibusError, match=setting):
        FitSettings(**{setting: value})  # type: ignore[arg-type]


def test_too_little_validation_to_choose_by_is_said() -> None:
    inputs, _, _ = two_tastes(n_users=10, per_user=12)
    with pytest.warns(DataWarning, match="too few to choose"):
        result = fit_arrays(inputs, FitSettings(prototypes=2, max_steps=10))
    assert len(result.trials) == 1


def test_types_that_cannot_be_kept_are_told_of() -> None:
    settings = FitSettings(model="hierarchical", scale=0.5, item_offsets=False)
    few, many = two_tastes(n_users=10, per_user=12)[0], two_tastes(n_users=30)[0]
    with pytest.warns(DataWarning, match="types=2 could not be kept.*validation"):
        assert fit_arrays(few, settings.with_(types=2)).choices["types"] == 1
    with pytest.warns(DataWarning, match="types=16 could not be kept.*two people a type"):
        assert fit_arrays(many, settings.with_(types=16)).choices["types"] == 1


def test_auto_says_that_it_had_nothing_to_choose_by() -> None:
    with pytest.warns(DataWarning, match="without its rivals"):
        result = fit_arrays(two_tastes(n_users=10, per_user=12)[0], FitSettings(model="auto", item_offsets=False))
    assert result.settings.model == "hierarchical"


def test_validation_without_weight_is_refused() -> None:
    inputs, _, _ = two_tastes(n_users=10)
    j = inputs.judgements
    weightless = Judgements(j.a, j.b, j.user, j.outcome, np.where(j.validation, 0.0, j.weight), j.validation, j.n_users)
    with pytest.raises(GustibusError, match="validation judgements have weight 0"):
        fit_arrays(FitInputs(inputs.embeddings, None, "numeric", weightless), FitSettings(model="hierarchical"))


@pytest.mark.parametrize("model", ["bt", "mixture", "hierarchical"])
def test_features_that_never_differ_say_nothing_about_anybody(model: ModelName) -> None:
    inputs, _, _ = two_tastes(n_users=20)
    alike = FitInputs(np.ones_like(inputs.embeddings), None, "numeric", inputs.judgements)
    settings = FitSettings(model="auto", prototypes=2, restarts=1, item_offsets=False, scale=0.5).for_model(model)
    assert np.all(np.isfinite(fit_arrays(alike, settings).posteriors.mean))


def test_validation_items_do_not_shape_the_features() -> None:
    inputs, _, _ = two_tastes()
    j = inputs.judgements
    far_away = np.vstack([inputs.embeddings, np.full((1, 4), 1e3, np.float32)])
    a = j.a.copy()
    a[np.flatnonzero(j.validation)[0]] = len(inputs.embeddings)
    changed = Judgements(a, j.b, j.user, j.outcome, j.weight, j.validation, j.n_users)
    before = fit_arrays(inputs, FAST.with_(max_steps=5)).feature_map
    after = fit_arrays(FitInputs(far_away, None, "numeric", changed), FAST.with_(max_steps=5)).feature_map
    np.testing.assert_array_equal(before.mean, after.mean)


@pytest.mark.parametrize("model", ["hierarchical", "mixture", "classification"])
def test_a_hinge_for_a_model_that_needs_probabilities_is_refused(model: ModelName) -> None:
    with pytest.raises(GustibusError, match="hinge"):
        FitSettings(model=model, likelihood="hinge")


@pytest.mark.parametrize("model", ["auto", "hierarchical", "mixture", "bt", "classification", "pair-input"])
def test_joint_inference_is_refused_where_it_would_change_nothing(model: ModelName) -> None:
    with pytest.raises(GustibusError, match="inference='joint' is another way to fit"):
        FitSettings(model=model, inference="joint")
