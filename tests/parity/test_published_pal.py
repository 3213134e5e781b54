"""The published PAL-A configuration (Chen et al. 2024, arXiv 2406.08469) on numbers worked out by hand."""

import pytest
import torch

import gustibus as gs
from gustibus.likelihoods import Hinge
from gustibus.models import IdealPoint


def published_in_two_dimensions():
    """``f(x) = x + M relu(relu(x))`` with M = diag(1, 2), prototypes (1, 0) and (0, 1)."""
    model = IdealPoint.published(n_features=2, n_prototypes=2)
    linear = [layer for layer in model.map.modules() if isinstance(layer, torch.nn.Linear)]
    with torch.no_grad():
        for layer, matrix in zip(
            linear, (torch.eye(2), torch.eye(2), torch.diag(torch.tensor([1.0, 2.0]))), strict=True
        ):
            layer.weight.copy_(matrix)
            layer.bias.zero_()
        model.prototypes.copy_(torch.eye(2))
    return model


def test_map_ideal_point_and_log_odds_are_as_worked_out_by_hand():
    model = published_in_two_dimensions()
    items = torch.tensor([[1.0, -1.0], [-2.0, 0.5], [1.0, 0.5]])
    half = torch.tensor([[0.5, 0.5]])

    # f(1, -1) = (2, -1); f(-2, 0.5) = (-2, 1.5); f(1, 0.5) = (2, 1.5).
    torch.testing.assert_close(model.positions(items), torch.tensor([[2.0, -1.0], [-2.0, 1.5], [2.0, 1.5]]))
    # The ideal point is f of the mixture of prototypes: f(0.5, 0.5) = (1, 1.5).
    torch.testing.assert_close(model.ideal_points(half), torch.tensor([[1.0, 1.5]]))
    # Distances: sqrt(1 + 6.25) = 2.692582, 3 and 1; a minus sign makes them rewards.
    expected = torch.tensor([-2.6925824, -3.0, -1.0])
    torch.testing.assert_close(model.reward(items, half), expected)
    a, b, user = torch.tensor([0, 2, 1]), torch.tensor([1, 1, 2]), torch.tensor([0, 0, 0])
    log_odds = model.pair_log_odds(items, a, b, half, user)
    torch.testing.assert_close(log_odds, torch.tensor([0.3074176, 2.0, -2.0]))


def test_hinge_loss_of_margin_one_is_as_worked_out_by_hand():
    log_odds = torch.tensor([0.3074176, 2.0, -2.0, 0.3074176])
    said = torch.tensor([1.0, 1.0, 1.0, 0.0])

    loss = Hinge().loss(log_odds, said)

    # max(0, 1 - s) where a was preferred, max(0, 1 + s) where b was.
    torch.testing.assert_close(loss, torch.tensor([0.6925824, 0.0, 3.0, 1.3074176]))


def test_architecture_is_the_published_one():
    model = IdealPoint.published(n_features=6, n_prototypes=3)
    shapes = [tuple(layer.weight.shape) for layer in model.map.modules() if isinstance(layer, torch.nn.Linear)]

    assert shapes == [(6, 6)] * 3
    assert sum(isinstance(layer, torch.nn.ReLU) for layer in model.map.modules()) == 2
    assert (model.placement, model.distance, model.residual) == ("mapped", "euclidean", True)
    torch.testing.assert_close(model.prototypes.norm(dim=1), torch.ones(3))
    assert not model.linear_in_weights


def test_optimiser_is_the_published_one():
    settings = gs.published_pal_a(prototypes=2)

    assert settings.make_likelihood().margin == pytest.approx(1.0)
    assert (settings.learning_rate, settings.map_learning_rate, settings.map_weight_decay) == (5e-3, 1e-4, 0.01)
    assert (settings.user_penalty, settings.shared_penalty, settings.item_offsets) == (0.0, 0.0, False)
