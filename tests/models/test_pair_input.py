"""Models that look at both items at once."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gustibus.comparisons import GustibusError
from gustibus.models import BradleyTerry
from gustibus.models.pair_input import PairInput, PlainPairInput

ONE = torch.ones(1)


def made(n_features: int = 5, seed: int = 0, hidden: tuple[int, ...] = (16, 8)) -> PairInput:
    torch.manual_seed(seed)
    return PairInput(n_features, hidden)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 70))
def test_swapping_the_items_flips_the_sign_to_the_last_digit(seed: int, n: int) -> None:
    model = made(seed=seed)
    a, b = torch.randn(n, 5), torch.randn(n, 5)
    assert torch.equal(model.log_odds(a, b, ONE), -model.log_odds(b, a, ONE))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_record_and_its_swap_anywhere_in_a_batch_differ_in_sign_only(seed: int) -> None:
    model = made(seed=seed)
    features, draw = torch.randn(9, 5), torch.Generator().manual_seed(seed)
    a = torch.randint(0, 9, (40,), generator=draw)
    b = (a + torch.randint(1, 9, (40,), generator=draw)) % 9
    order = torch.randperm(40, generator=draw)
    user = torch.zeros(80, dtype=torch.int64)
    s = model.pair_log_odds(features, torch.cat([a, b[order]]), torch.cat([b, a[order]]), ONE[None], user)
    assert torch.equal(s[40:], -s[:40][order])


def test_every_way_of_asking_gives_the_network_asked_both_ways() -> None:
    model = made()
    features = torch.randn(6, 5)
    i, j = torch.cartesian_prod(torch.arange(6), torch.arange(6)).T
    # The definition: the two vectors side by side through the network, and the other way round.
    side_by_side = torch.cat([features[i], features[j]], dim=1), torch.cat([features[j], features[i]], dim=1)
    expected = (model.head(side_by_side[0]) - model.head(side_by_side[1])).squeeze(-1)
    by_record = model.pair_log_odds(features, i, j, ONE[None], torch.zeros_like(i))
    # Single precision, sums of 16 terms of size 1: rounding is below 1e-6.
    torch.testing.assert_close(model.log_odds(features[i], features[j], ONE), expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(by_record, expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(model.pool_log_odds(features, ONE).reshape(-1), expected, atol=1e-5, rtol=0)


def test_a_pool_is_antisymmetric_to_the_last_digit() -> None:
    s = made().pool_log_odds(torch.randn(37, 5), ONE)
    assert torch.equal(s, -s.T)
    assert torch.equal(s.diagonal(), torch.zeros(37))
    assert made().pool_log_odds(torch.zeros(0, 5), ONE).shape == (0, 0)


def test_gradients_of_the_two_ways_of_asking_agree() -> None:
    model, features = made(), torch.randn(6, 5)
    a, b = torch.tensor([0, 1, 4, 1]), torch.tensor([3, 0, 2, 0])
    grads = []
    for s in (
        model.log_odds(features[a], features[b], ONE),
        model.pair_log_odds(features, a, b, ONE[None], torch.zeros(4, dtype=torch.int64)),
    ):
        model.zero_grad()
        (s * torch.tensor([1.0, -2.0, 0.5, 3.0])).sum().backward()
        grads.append(torch.cat([p.grad.reshape(-1) for p in model.parameters() if p.grad is not None]))
    torch.testing.assert_close(grads[0], grads[1], atol=1e-5, rtol=1e-4)


def test_there_are_no_rewards_and_it_says_so() -> None:
    model = made()
    assert not model.scalar
    assert BradleyTerry(3).scalar
    with pytest.raises(GustibusError, match="rank with rule='borda'"):
        model.prototype_scores(torch.randn(2, 5))
    with pytest.raises(GustibusError, match="no rewards of single items"):
        model.reward(torch.randn(2, 5), ONE)


def test_a_linear_one_would_be_bradley_terry_and_is_refused() -> None:
    with pytest.raises(GustibusError, match="is Bradley-Terry"):
        PairInput(3, hidden=())


def test_the_plain_form_contradicts_itself_and_its_antisymmetrised_form_is_the_mean_of_both_ways() -> None:
    torch.manual_seed(0)
    plain = PlainPairInput(5, (16,))
    a, b = torch.randn(50, 5), torch.randn(50, 5)
    one_way, other_way = plain.log_odds(a, b, ONE), plain.log_odds(b, a, ONE)
    assert not torch.allclose(one_way, -other_way, atol=1e-3)
    served = plain.antisymmetrised()
    assert type(served) is PairInput
    torch.testing.assert_close(served.log_odds(a, b, ONE), (one_way - other_way) / 2, atol=1e-6, rtol=1e-5)
    assert torch.equal(served.log_odds(a, b, ONE), -served.log_odds(b, a, ONE))


def test_config_rebuilds_an_equal_module_of_a_pair() -> None:
    model = PairInput(4, (6, 3), activation="gelu")
    twin = PairInput(**model.config())
    twin.load_state_dict(model.state_dict())
    a, b = torch.randn(5, 4), torch.randn(5, 4)
    assert torch.equal(twin.log_odds(a, b, ONE), model.log_odds(a, b, ONE))
