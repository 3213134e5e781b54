"""Rewards of low rank, and people with any weights on them."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gustibus.comparisons import GustibusError
from gustibus.models import FreeWeights, LowRank


def drawn(weights: str = "free", n_prototypes: int = 3) -> tuple[LowRank, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    model = LowRank(6, n_prototypes, weights=weights, initial_scale=1.0)  # type: ignore[arg-type]
    return model, torch.randn(5, 6), torch.randn(5, n_prototypes)


def test_reward_is_the_persons_combination_of_the_shared_rewards() -> None:
    model, items, weights = drawn()
    shared = model.map.weight
    expected = torch.einsum("nk,kf,nf->n", weights, shared, items)
    torch.testing.assert_close(model.reward(items, weights), expected, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(model.prototype_scores(items), items @ shared.T)


def test_log_odds_are_antisymmetric_exactly() -> None:
    model, items, weights = drawn()
    other = items.flip(0)
    assert torch.equal(model.log_odds(items, other, weights), -model.log_odds(other, items, weights))


@given(st.floats(-3, 3), st.floats(-3, 3))
@settings(max_examples=25, deadline=None)
def test_rewards_are_linear_in_the_weights(x: float, y: float) -> None:
    model, items, weights = drawn()
    expected = x * model.reward(items, weights) + y * model.reward(items, weights.flip(0))
    torch.testing.assert_close(model.reward(items, x * weights + y * weights.flip(0)), expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("n_prototypes", [1, 3])
def test_records_that_share_items_and_people_give_the_same_log_odds_as_single_ones(n_prototypes: int) -> None:
    """With free weights even a single shared reward is weighed by each person."""
    model, items, weights = drawn(n_prototypes=n_prototypes)
    a, b, user = torch.tensor([0, 1, 4]), torch.tensor([2, 0, 3]), torch.tensor([4, 0, 4])
    shared = model.pair_log_odds(items, a, b, weights, user)
    torch.testing.assert_close(shared, model.log_odds(items[a], items[b], weights[user]), atol=1e-5, rtol=1e-5)


def test_only_free_weights_leave_the_simplex() -> None:
    assert drawn("simplex")[0].weights_on_simplex
    assert not drawn("free")[0].weights_on_simplex
    assert drawn("free")[0].linear_in_weights


def test_the_first_rewards_are_small() -> None:
    torch.manual_seed(0)
    # 8 rewards of 1000 items: the standard deviation is known to about 2 %.
    assert LowRank(64, 8).prototype_scores(torch.randn(1000, 64)).std().item() == pytest.approx(0.1, rel=0.2)


def test_config_rebuilds_an_equal_module() -> None:
    model, items, weights = drawn()
    twin = LowRank(**model.config())
    twin.load_state_dict(model.state_dict())
    assert torch.equal(twin.reward(items, weights), model.reward(items, weights))


@pytest.mark.parametrize("options", [{"n_prototypes": 0}, {"weights": "sphere"}])
def test_impossible_models_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(GustibusError):
        LowRank(**{"n_features": 3, "n_prototypes": 2, **options})  # type: ignore[arg-type]


def test_free_people_are_the_population_plus_deviations_and_only_these_are_shrunk() -> None:
    torch.manual_seed(0)
    people = FreeWeights(5, 3)
    with torch.no_grad():
        people.common.copy_(torch.tensor([2.0, -1.0, 0.5]))
    torch.testing.assert_close(people(), people.common + people.deviation)
    assert people.shrinkage().item() == pytest.approx((people.deviation**2).sum().item())
    with torch.no_grad():
        people.deviation.zero_()
    assert people.shrinkage().item() == 0
    torch.testing.assert_close(people(), torch.tensor([2.0, -1.0, 0.5]).expand(5, 3))


def test_free_people_start_where_rewards_and_people_both_have_a_slope() -> None:
    torch.manual_seed(0)
    model, people, items = LowRank(6, 3, weights="free"), FreeWeights(4, 3), torch.randn(4, 6)
    model.reward(items, people()).sum().backward()
    for parameter in (model.map.weight, people.common, people.deviation):
        assert parameter.grad is not None
        assert parameter.grad.norm() > 0.01
