"""Ideal points against the geometry they stand for."""

from __future__ import annotations

import itertools
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gustibus.comparisons import GustibusError
from gustibus.models import Distance, IdealPoint, Placement, SimplexWeights

VARIANTS = list(itertools.product(get_args(Placement), get_args(Distance)))


def drawn(
    n_items: int = 7, n_prototypes: int = 3, seed: int = 0, **options: object
) -> tuple[IdealPoint, torch.Tensor, torch.Tensor]:
    torch.manual_seed(seed)
    model = IdealPoint(5, n_prototypes, 4, initial_scale=1.0, prototype_scale=1.0, **options)  # type: ignore[arg-type]
    items = torch.randn(n_items, 5)
    weights = torch.distributions.Dirichlet(torch.ones(n_prototypes)).sample((n_items,))
    return model, items, weights


@pytest.mark.parametrize(("placement", "distance"), VARIANTS)
def test_reward_is_minus_the_distance_to_the_ideal_point_up_to_a_constant_per_person(
    placement: str, distance: str
) -> None:
    model, items, weights = drawn(placement=placement, distance=distance)
    person = weights[:1].expand(len(items), -1)
    mapped = model.positions(items)
    ideal = model.ideal_points(person)
    expected = {
        "squared": -((mapped - ideal) ** 2).sum(1),
        "euclidean": -torch.linalg.vector_norm(mapped - ideal, dim=1),
        "cosine": torch.nn.functional.cosine_similarity(mapped, ideal, dim=1),
    }[distance]

    difference = model.reward(items, person) - expected

    # float32 arithmetic in another order; the constant is |a_u|^2 for the squared distance and 0 otherwise.
    torch.testing.assert_close(difference, difference[:1].expand_as(difference), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("placement", "distance"), VARIANTS)
def test_log_odds_are_antisymmetric_exactly(placement: str, distance: str) -> None:
    model, items, weights = drawn(placement=placement, distance=distance)
    other = items.flip(0)
    assert torch.equal(model.log_odds(items, other, weights), -model.log_odds(other, items, weights))


@pytest.mark.parametrize(("placement", "distance"), VARIANTS)
def test_records_that_share_items_and_people_give_the_same_log_odds_as_single_ones(
    placement: str, distance: str
) -> None:
    model, items, weights = drawn(placement=placement, distance=distance)
    a, b, user = torch.tensor([0, 1, 1, 6]), torch.tensor([2, 0, 3, 5]), torch.tensor([4, 0, 4, 1])
    shared = model.pair_log_odds(items, a, b, weights, user)
    torch.testing.assert_close(shared, model.log_odds(items[a], items[b], weights[user]), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("placement", ["latent", "mixed"])
def test_squared_distance_is_linear_in_the_weights(placement: str) -> None:
    model, items, weights = drawn(placement=placement)
    assert model.linear_in_weights
    scores = model.prototype_scores(items)
    torch.testing.assert_close(model.reward(items, weights), (scores * weights).sum(1), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("placement", "distance"), VARIANTS)
def test_prototype_scores_are_the_rewards_of_people_at_the_prototypes(placement: str, distance: str) -> None:
    model, items, _ = drawn(placement=placement, distance=distance)
    scores = model.prototype_scores(items)
    for k, vertex in enumerate(torch.eye(3)):
        torch.testing.assert_close(scores[:, k], model.reward(items, vertex), atol=1e-5, rtol=1e-5)


def test_only_the_squared_distance_with_unmapped_mixing_is_called_linear() -> None:
    linear = {(p, d) for p, d in VARIANTS if drawn(placement=p, distance=d)[0].linear_in_weights}
    assert linear == {("latent", "squared"), ("mixed", "squared")}


def test_published_configuration_gives_the_log_odds_computed_by_hand() -> None:
    torch.manual_seed(1)
    model = IdealPoint.published(n_features=3, n_prototypes=2)
    items, weights = torch.randn(2, 3), torch.tensor([0.3, 0.7])
    first, second, third = (layer for layer in model.map.layers if isinstance(layer, torch.nn.Linear))

    def mapped(x: np.ndarray) -> np.ndarray:
        h = np.maximum(first.weight.detach().numpy() @ x + first.bias.detach().numpy(), 0)
        h = np.maximum(second.weight.detach().numpy() @ h + second.bias.detach().numpy(), 0)
        return np.asarray(x + third.weight.detach().numpy() @ h + third.bias.detach().numpy())

    ideal = mapped(weights.numpy() @ model.prototypes.detach().numpy())
    a, b = (mapped(item) for item in items.numpy())
    by_hand = np.linalg.norm(b - ideal) - np.linalg.norm(a - ideal)

    assert model.log_odds(items[:1], items[1:], weights).item() == pytest.approx(by_hand, abs=1e-5)
    norms = model.prototypes.norm(dim=1)
    torch.testing.assert_close(norms, torch.ones(2), atol=1e-6, rtol=0)


def test_prototype_bound_penalises_only_what_lies_beyond_the_radius() -> None:
    model = IdealPoint(2, 2, 2, bound=(3.0, 1.0))
    with torch.no_grad():
        model.prototypes.copy_(torch.tensor([[0.5, 0.0], [0.0, 3.0]]))
    assert model.penalty().item() == pytest.approx(3.0 * (3.0 - 1.0))


@given(seed=st.integers(0, 10_000), k=st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_relabelling_the_prototypes_changes_nothing(seed: int, k: int) -> None:
    model, items, weights = drawn(n_prototypes=k, seed=seed)
    order = torch.randperm(k)
    before = model.reward(items, weights)
    with torch.no_grad():
        model.prototypes.copy_(model.prototypes[order].clone())
    torch.testing.assert_close(model.reward(items, weights[:, order]), before, atol=1e-4, rtol=1e-4)


def test_config_rebuilds_an_equal_module() -> None:
    model, items, weights = drawn(placement="mixed", hidden=(6,), activation="gelu")
    twin = IdealPoint(**model.config())
    twin.load_state_dict(model.state_dict())
    assert torch.equal(twin.reward(items, weights), model.reward(items, weights))


def test_gradients_of_the_euclidean_distance_are_finite_where_an_item_meets_its_ideal_point() -> None:
    model = IdealPoint(2, 1, 2, placement="mixed", distance="euclidean")
    with torch.no_grad():
        model.prototypes.copy_(torch.ones(1, 2))
    model.reward(torch.ones(1, 2), torch.ones(1)).sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)


def test_people_are_points_of_the_simplex_and_only_their_deviations_are_shrunk() -> None:
    people = SimplexWeights(4, 3)
    torch.testing.assert_close(people().sum(1), torch.ones(4))
    with torch.no_grad():
        people.deviation.zero_()
        people.common.copy_(torch.tensor([3.0, 0.0, -1.0]))
    assert people.shrinkage().item() == 0


@pytest.mark.parametrize(
    "options", [{"placement": "nowhere"}, {"distance": "manhattan"}, {"n_prototypes": 0}, {"residual": True}]
)
def test_impossible_geometry_is_refused(options: dict[str, object]) -> None:
    arguments: dict[str, object] = {"n_features": 3, "n_prototypes": 2, "dimensions": 2, **options}
    with pytest.raises(GustibusError):
        IdealPoint(**arguments)  # type: ignore[arg-type]
