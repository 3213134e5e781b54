"""A map fitted together with a normal distribution of people beats one fitted to point estimates of them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gustibus.adapting import GaussianPrior, adapt_gaussian
from gustibus.catalog import SharedRewardWorld, shared_reward_world
from gustibus.comparisons import GustibusError
from gustibus.fitted.fitting_data import fitting_data
from gustibus.fitting import Differences, FitInputs, FitResult, FitSettings, fit_arrays
from gustibus.fitting.user_step import answers_of

POINT = FitSettings(model="low-rank", weights="free", prototypes=3, user_penalty=3.0, item_offsets=False, max_steps=80)

JOINT = POINT.with_(inference="joint")


@pytest.fixture(scope="module")
def world() -> SharedRewardWorld:
    return shared_reward_world(
        types="free", n_users=60, n_items=300, n_features=8, comparisons_per_user=16, held_out_per_user=20, seed=0
    )


def inputs_of(world: SharedRewardWorld) -> FitInputs:
    return fitting_data(
        world.comparisons, world.vectors, validation=None, validation_share=0.15, seed=0, store=None
    ).inputs


@pytest.fixture(scope="module")
def joint(world: SharedRewardWorld) -> FitResult:
    return fit_arrays(inputs_of(world), JOINT)


def held_out_loss(result: FitResult, world: SharedRewardWorld) -> float:
    """Posterior-averaged log loss of known people's answers on items that were never fitted."""
    data = world.held_out
    items = data.items()
    vectors = world.vectors.encode_items([None] * len(items), items.response_texts())
    with torch.no_grad():
        scores = result.model.prototype_scores(torch.from_numpy(result.feature_map(vectors))).double().numpy()
    z = result.factor * (scores[items.a] - scores[items.b])
    position = {user_id: code for code, user_id in enumerate(world.comparisons.user_ids)}
    user = np.array([position[name] for name in data.users.to_pylist()])[data.user]
    p = result.posteriors.probability(z, user)
    return float(-(data.outcome * np.log(p) + (1 - data.outcome) * np.log1p(-p)).mean())


def test_it_predicts_better_than_point_estimates_where_answers_are_few(
    world: SharedRewardWorld, joint: FitResult
) -> None:
    point = fit_arrays(inputs_of(world), POINT)
    assert held_out_loss(joint, world) < held_out_loss(point, world)


def test_people_are_normal_in_as_many_dimensions_as_there_are_prototypes(joint: FitResult) -> None:
    assert isinstance(joint.prior, GaussianPrior)
    assert joint.prior.n_prototypes == joint.model.n_prototypes == 3
    assert joint.factor == 1.0


def test_placing_people_again_gives_the_same_people(world: SharedRewardWorld, joint: FitResult) -> None:
    inputs = inputs_of(world)
    with torch.no_grad():
        scores = joint.model.prototype_scores(torch.from_numpy(joint.feature_map(inputs.embeddings))).double().numpy()
    assert isinstance(joint.prior, GaussianPrior)
    again = adapt_gaussian(answers_of(Differences.of_scores(scores), None, inputs.judgements), joint.prior)
    np.testing.assert_allclose(again.mean, joint.posteriors.mean, atol=1e-5)


def test_no_round_is_kept_that_validation_does_not_like(joint: FitResult) -> None:
    """What it reports for validation answers is the best of its rounds, the one before the first among them."""
    assert joint.held_out is not None
    assert joint.validation_log_loss == joint.held_out.by_prefix[None]


def test_equal_seeds_give_equal_fits(world: SharedRewardWorld, joint: FitResult) -> None:
    again = fit_arrays(inputs_of(world), JOINT)
    assert all(torch.equal(p, q) for p, q in zip(joint.model.parameters(), again.model.parameters(), strict=True))
    np.testing.assert_array_equal(again.posteriors.mean, joint.posteriors.mean)


@pytest.mark.parametrize(
    "changes",
    [
        {"prototypes": 1},
        {"model": "pal-a", "placement": "mapped", "distance": "euclidean", "weights": "simplex"},
    ],
)
def test_models_it_is_not_for_say_so(world: SharedRewardWorld, changes: dict[str, object]) -> None:
    with pytest.raises(GustibusError, match=r"inference='point'|Leave inference out"):
        fit_arrays(inputs_of(world), JOINT.with_(max_steps=5, **changes))
