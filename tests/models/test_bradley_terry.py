"""One taste for all."""

from __future__ import annotations

import torch

from gustibus.models import BradleyTerry


def test_linear_reward_is_the_inner_product_with_beta() -> None:
    beta = torch.tensor([1.0, -2.0, 0.5])
    items = torch.randn(6, 3)
    torch.testing.assert_close(BradleyTerry.linear(beta).reward(items, torch.ones(1)), items @ beta)


def test_log_odds_are_antisymmetric_exactly_with_hidden_layers() -> None:
    torch.manual_seed(0)
    model = BradleyTerry(3, hidden=(8, 8))
    a, b = torch.randn(5, 3), torch.randn(5, 3)
    assert torch.equal(model.log_odds(a, b, torch.ones(1)), -model.log_odds(b, a, torch.ones(1)))


def test_config_rebuilds_an_equal_module() -> None:
    model = BradleyTerry(3, hidden=(4,))
    twin = BradleyTerry(**model.config())
    twin.load_state_dict(model.state_dict())
    items = torch.randn(5, 3)
    assert torch.equal(twin.prototype_scores(items), model.prototype_scores(items))


def test_a_fresh_linear_model_is_indifferent() -> None:
    assert torch.equal(BradleyTerry(4).prototype_scores(torch.randn(3, 4)), torch.zeros(3, 1))
