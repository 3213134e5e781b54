"""Fits in worlds of shared rewards: types, mixtures, and people who want the opposite of each other."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gustibus.catalog import SharedRewardWorld, shared_reward_world
from gustibus.fitted.fitting_data import fitting_data
from gustibus.fitting import FitInputs, FitSettings, fit_arrays
from gustibus.fitting.feature_choices import FeatureChoices
from gustibus.fitting.taste_search import TasteFit, fit_tastes
from gustibus.models import FreeWeights, LowRank

SIMPLEX = FitSettings(model="low-rank", prototypes=3, user_penalty=3.0, item_offsets=False)
FREE = SIMPLEX.with_(weights="free")
BT = FitSettings(model="bt", item_offsets=False)


def world_of(types: str, seed: int = 0) -> SharedRewardWorld:
    return shared_reward_world(types=types, n_users=100, n_items=800, n_features=12, seed=seed)  # type: ignore[arg-type]


def inputs_of(world: SharedRewardWorld) -> FitInputs:
    data = fitting_data(world.comparisons, world.vectors, validation=None, validation_share=0.15, seed=0, store=None)
    return data.inputs


def tastes_of(inputs: FitInputs, settings: FitSettings) -> TasteFit:
    choices = FeatureChoices(inputs.embeddings, inputs.extra, inputs.kind, np.arange(len(inputs.embeddings)), settings)
    return fit_tastes(
        choices,
        inputs.judgements,
        settings,
        n_items=len(inputs.embeddings),
        offsets_possible=False,
        device=torch.device("cpu"),
    )


@pytest.mark.parametrize("types", ["discrete", "mixed"])
def test_shared_rewards_are_found_and_everybody_is_placed_with_a_certificate(types: str) -> None:
    world = world_of(types)
    inputs = inputs_of(world)

    result = fit_arrays(inputs, SIMPLEX)

    assert result.posteriors.certificate.max() <= 1e-5
    # Three seeds gave gaps of 0.07 to 0.13 (discrete) and 0.017 to 0.047 (mixed), and correlations of 0.91 to 0.96.
    assert result.validation_log_loss < fit_arrays(inputs, BT).validation_log_loss - 0.02
    with torch.no_grad():
        shared = result.model.prototype_scores(torch.from_numpy(result.feature_map(inputs.embeddings))).numpy()
    mine = result.posteriors.mean @ shared.T
    true = world.truth.rewards(world.truth.user_ids, world.truth.responses[: len(inputs.embeddings)])
    each = [np.corrcoef(x, y)[0, 1] for x, y in zip(mine, true, strict=True)]
    assert np.mean(each) > 0.85


@pytest.fixture(scope="module")
def free() -> tuple[SharedRewardWorld, FitInputs, TasteFit]:
    world = world_of("free", seed=1)
    inputs = inputs_of(world)
    return world, inputs, tastes_of(inputs, FREE)


def rewards_of(fit: TasteFit, features: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        shared = fit.trained.joint.model.prototype_scores(torch.from_numpy(features))
        return (fit.trained.joint.weights() @ shared.T).numpy()


def standardised(inputs: FitInputs) -> np.ndarray:
    choices = FeatureChoices(inputs.embeddings, None, "numeric", np.arange(len(inputs.embeddings)), FREE)
    return choices.features(None, False)


def test_free_weights_find_people_who_want_the_opposite_of_others(
    free: tuple[SharedRewardWorld, FitInputs, TasteFit],
) -> None:
    world, inputs, fit = free
    mine = rewards_of(fit, standardised(inputs))
    true = world.truth.rewards(world.truth.user_ids, world.truth.responses[: len(inputs.embeddings)])

    each = np.array([np.corrcoef(x, y)[0, 1] for x, y in zip(mine, true, strict=True)])
    between = np.corrcoef(mine)

    assert isinstance(fit.trained.joint.people, FreeWeights)
    # Three seeds gave 0.974 to 0.979; people draw weights of mean 1 / sqrt(3) and standard deviation 1.
    assert each.mean() > 0.93
    assert between.min() < -0.9


def test_free_weights_beat_shares_where_people_want_opposites(
    free: tuple[SharedRewardWorld, FitInputs, TasteFit],
) -> None:
    _, inputs, fit = free
    shares = tastes_of(inputs, SIMPLEX)
    # Three seeds gave gaps of 0.02 to 0.14; this one 0.14.
    assert fit.trained.validation_log_loss < shares.trained.validation_log_loss - 0.05


def test_strong_shrinkage_leaves_the_population_and_not_indifference(
    free: tuple[SharedRewardWorld, FitInputs, TasteFit],
) -> None:
    _, inputs, _ = free
    alike = tastes_of(inputs, FREE.with_(user_penalty=1e6))
    mine = rewards_of(alike, standardised(inputs))
    one_taste = fit_arrays(inputs, BT)

    # Everybody has the same reward, and it is the one that Bradley-Terry finds.
    assert np.corrcoef(mine).min() > 0.999
    with torch.no_grad():
        features = torch.from_numpy(one_taste.feature_map(inputs.embeddings))
        expected = one_taste.model.prototype_scores(features).squeeze(1).numpy()
    assert np.corrcoef(mine[0], expected)[0, 1] > 0.98


def test_one_free_reward_is_weighed_by_each_person() -> None:
    inputs = inputs_of(world_of("free"))
    fit = tastes_of(inputs, FREE.with_(prototypes=1, max_steps=60))
    weights = fit.trained.joint.weights()
    assert tuple(weights.shape) == (100, 1)
    assert isinstance(fit.trained.joint.model, LowRank)
    assert weights.std() > 0.05


def test_strengths_of_free_people_are_searched_over_their_own_values() -> None:
    inputs = inputs_of(world_of("free"))
    fit = tastes_of(inputs, FREE.with_(user_penalty=None, max_steps=30))
    assert [trial["user_penalty"] for trial in fit.trials] == [3.0, 1.0, 10.0]


def test_equal_seeds_give_equal_fits(free: tuple[SharedRewardWorld, FitInputs, TasteFit]) -> None:
    _, inputs, fit = free
    again = tastes_of(inputs, FREE)
    assert torch.equal(again.trained.joint.weights(), fit.trained.joint.weights())
