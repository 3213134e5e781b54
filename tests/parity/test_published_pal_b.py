"""The published PAL-B configuration (Chen et al. 2024, arXiv 2406.08469) on numbers worked out by hand."""

import math

import pytest
import torch

import gustibus as gs
from gustibus.fitting.taste_models import build_model
from gustibus.likelihoods import Logistic
from gustibus.models import PromptIdealPoint

GELU_1 = 0.8413447  # 1 * Phi(1)
GELU_2 = 1.9544997  # 2 * Phi(2)


def layers_of(module):
    return [layer for layer in module.modules() if isinstance(layer, torch.nn.Linear)]


def set_to(module, *matrices):
    for layer, matrix in zip(layers_of(module), matrices, strict=True):
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(matrix))
            layer.bias.zero_()


def in_two_dimensions(assignment="mixture"):
    """f = g_1 = M gelu(gelu(x)) with M = 1 and g_2 the same with the axes swapped at the end."""
    model = PromptIdealPoint.published(n_features=4, n_prompt_features=2, n_prototypes=2, assignment=assignment).eval()
    one, swap = [[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]
    set_to(model.map, one, one, one)
    set_to(model.prompt_maps[0], one, one, one)
    set_to(model.prompt_maps[1], one, one, swap)
    return model


def test_maps_are_three_layers_with_two_gelus():
    model = in_two_dimensions()
    rows = torch.tensor([[1.0, 0.0, 0.0, 2.0]])
    gelu_of_gelu = [GELU_1 * 0.5 * (1 + math.erf(GELU_1 / 2**0.5)), GELU_2 * 0.5 * (1 + math.erf(GELU_2 / 2**0.5))]

    torch.testing.assert_close(model.positions(rows), torch.tensor([[gelu_of_gelu[0], 0.0]]))
    expected = torch.tensor([[[0.0, gelu_of_gelu[1]], [gelu_of_gelu[1], 0.0]]])
    torch.testing.assert_close(model.prototype_positions(rows), expected)


def test_log_odds_are_the_scaled_difference_of_cosines():
    model = in_two_dimensions()
    # The prompt (2, 0): g_1 lies on the first axis, g_2 on the second, both of length |g|.
    # The person (0.75, 0.25): u(c) = |g| (0.75, 0.25), of direction (3, 1) / sqrt(10).
    a, b = torch.tensor([[1.0, 0.0, 2.0, 0.0]]), torch.tensor([[0.0, 1.0, 2.0, 0.0]])
    person = torch.tensor([0.75, 0.25])
    # cos with the first axis 3 / sqrt(10), with the second 1 / sqrt(10); S = 1 / 0.07.
    assert model.log_odds(a, b, person).item() == pytest.approx(2 / math.sqrt(10) / 0.07, rel=1e-5)
    # After the prompt (0, 2) the two tastes have changed places.
    a, b = torch.tensor([[1.0, 0.0, 0.0, 2.0]]), torch.tensor([[0.0, 1.0, 0.0, 2.0]])
    assert model.log_odds(a, b, person).item() == pytest.approx(-2 / math.sqrt(10) / 0.07, rel=1e-5)


def test_a_partition_predicts_with_the_larger_weight_alone():
    model = in_two_dimensions("partition")
    a, b = torch.tensor([[1.0, 0.0, 2.0, 0.0]]), torch.tensor([[0.0, 1.0, 2.0, 0.0]])
    assert model.log_odds(a, b, torch.tensor([0.75, 0.25])).item() == pytest.approx(1 / 0.07, rel=1e-5)
    assert model.log_odds(a, b, torch.tensor([0.25, 0.75])).item() == pytest.approx(-1 / 0.07, rel=1e-5)


def test_the_factor_starts_at_one_over_seven_hundredths_and_ends_at_a_hundred():
    model = in_two_dimensions()
    assert model.log_scale.item() == pytest.approx(math.log(1 / 0.07), rel=1e-6)
    with torch.no_grad():
        model.log_scale.fill_(math.log(250.0))
    assert model.scale.item() == 100.0


def test_the_preset_builds_the_published_architecture():
    settings = gs.published_pal_b(prototypes=3)
    model = build_model(settings, 12, settings.dimensions or 8, 0.1, n_prompt_features=6)

    assert isinstance(model, PromptIdealPoint)
    for one in (model.map, *model.prompt_maps):
        assert [tuple(layer.weight.shape) for layer in layers_of(one)] == [(6, 6)] * 3
        assert sum(isinstance(layer, torch.nn.GELU) for layer in one.modules()) == 2
    assert (model.similarity, model.n_prototypes, model.dimensions) == ("cosine", 3, 6)
    assert model.scale.item() == pytest.approx(1 / 0.07, rel=1e-5)


def test_the_preset_optimises_as_published():
    settings = gs.published_pal_b()
    rates = settings.map_learning_rate, settings.learning_rate, settings.scale_learning_rate

    assert rates == (1e-4, 5e-3, 0.1)
    assert settings.map_weight_decay == 0.01
    assert (settings.user_penalty, settings.shared_penalty, settings.item_offsets) == (0.0, 0.0, False)
    assert isinstance(settings.make_likelihood(), Logistic)
