"""Models whose answers are less sure about some responses."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from gustibus.comparisons import GustibusError
from gustibus.models import (
    BradleyTerry,
    GeneralPreference,
    IdealPoint,
    LowRank,
    PairInput,
    PluralGeneralPreference,
    PreferenceModel,
    ScalarPlusCyclic,
    WithVariances,
)

N, F = 7, 3
INNER: dict[str, PreferenceModel] = {
    "bt": BradleyTerry(F, hidden=(4,)),
    "pal-a": IdealPoint(F, 2, 2),
    "low-rank": LowRank(F, 2),
    "pair-input": PairInput(F, (4,)),
    "gpm": GeneralPreference(F, dimensions=2),
    "scalar-cyclic": ScalarPlusCyclic(F, dimensions=2),
    "plural-gpm": PluralGeneralPreference(F, 2, dimensions=2),
}


def drawn(inner: PreferenceModel) -> tuple[WithVariances, Tensor, Tensor, Tensor, Tensor]:
    """A model with random parameters in float64, items, pairs of them and weights of a person."""
    generator = torch.Generator().manual_seed(0)
    model = WithVariances(inner, 0.3 * torch.ones(F)).double()
    for parameter in model.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator, dtype=torch.float64) / 2
    items = torch.randn(N, F, generator=generator, dtype=torch.float64)
    a, b = torch.arange(N - 1), torch.arange(1, N)
    weights = torch.full((inner.n_prototypes,), 1 / inner.n_prototypes, dtype=torch.float64)
    return model, items, a, b, weights


@pytest.mark.parametrize("name", INNER)
def test_log_odds_are_those_of_the_inner_model_over_the_spread_and_antisymmetric(name: str) -> None:
    model, items, a, b, weights = drawn(INNER[name])
    v = torch.exp(model.log_variance(items))
    s = model.inner.prototype_log_odds(items, a, b)
    expected = s / torch.sqrt((v[a] + v[b]) / 2)[:, None]
    torch.testing.assert_close(model.prototype_log_odds(items, a, b), expected)
    assert torch.equal(model.prototype_log_odds(items, b, a), -model.prototype_log_odds(items, a, b))
    torch.testing.assert_close(model.log_odds(items[a], items[b], weights), expected @ weights)
    pool = model.pool_log_odds(items, weights)
    torch.testing.assert_close(pool[a, b], expected @ weights)
    torch.testing.assert_close(pool.mean(1), model.mean_log_odds(items, items, weights))
    assert not model.scalar


@pytest.mark.parametrize("name", INNER)
def test_gradients_are_those_of_finite_differences(name: str) -> None:
    model, items, a, b, weights = drawn(INNER[name])

    def loss() -> Tensor:
        s = model.prototype_log_odds(items, a, b) @ weights
        return torch.nn.functional.softplus(-s).mean() + model.penalty()

    slopes = torch.autograd.grad(loss(), list(model.parameters()))
    for parameter, slope in zip(model.parameters(), slopes, strict=True):
        flat, known = parameter.data.view(-1), slope.reshape(-1)
        for i in range(min(len(flat), 3)):
            before = float(flat[i])
            values = []
            for step in (1e-6, -1e-6):
                flat[i] = before + step
                values.append(float(loss()))
            flat[i] = before
            assert (values[0] - values[1]) / 2e-6 == pytest.approx(float(known[i]), abs=1e-6)


def test_equal_variances_change_nothing_and_variances_have_a_floor() -> None:
    inner = BradleyTerry.linear(torch.tensor([1.0, 2.0, -1.0]))
    items, a, b = torch.randn(4, 3), torch.tensor([0, 1]), torch.tensor([2, 3])
    model = WithVariances(inner)
    torch.testing.assert_close(model.prototype_log_odds(items, a, b), inner.prototype_log_odds(items, a, b))
    model.head.data[0] = 1000.0
    assert float(model.log_variance(torch.tensor([[-1.0, 0.0, 0.0]]))) == -4.0


def test_models_that_are_not_linear_in_the_weights_are_refused() -> None:
    with pytest.raises(GustibusError, match="linear in people's weights"):
        WithVariances(IdealPoint(F, 2, 2, distance="euclidean"))
