"""Models whose preferences may go in circles."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gustibus.comparisons import GustibusError
from gustibus.models import (
    BradleyTerry,
    GeneralPreference,
    PairwiseModel,
    PluralGeneralPreference,
    ScalarPlusCyclic,
    SkewOperator,
)
from gustibus.models.skew import planes_of

FEATURES, PROMPT = 7, 2

MODELS: dict[str, Callable[[], PairwiseModel]] = {
    "gpm": lambda: GeneralPreference(FEATURES, 4),
    "gpm, published": lambda: GeneralPreference.published(FEATURES),
    "gpm, deep": lambda: GeneralPreference(FEATURES, 4, hidden=(6,)),
    "gpm, softmax gate": lambda: GeneralPreference(FEATURES, 4, gate="softmax", n_prompt_features=PROMPT),
    "gpm, softplus gate": lambda: GeneralPreference(FEATURES, 4, gate="softplus", n_prompt_features=PROMPT),
    "scalar plus cyclic": lambda: ScalarPlusCyclic(FEATURES, 4),
    "scalar plus cyclic, gated": lambda: ScalarPlusCyclic(FEATURES, 4, gate="softmax*k", n_prompt_features=PROMPT),
    "plural": lambda: PluralGeneralPreference(FEATURES, 3, 4),
    "plural, by prompt": lambda: PluralGeneralPreference(FEATURES, 3, 4, n_prompt_features=PROMPT),
}


def moved(name: str, seed: int = 0) -> PairwiseModel:
    """A model of which nothing is at its start any more: gates and rewards begin at zero."""
    torch.manual_seed(seed)
    model = MODELS[name]()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter))
    return model


def weights_of(model: PairwiseModel) -> torch.Tensor:
    return torch.rand(model.n_prototypes).softmax(0)


@pytest.mark.parametrize("name", MODELS)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 40))
def test_swapping_the_items_flips_the_sign_to_the_last_digit(name: str, seed: int, n: int) -> None:
    model = moved(name, seed)
    a, b, w = torch.randn(n, FEATURES), torch.randn(n, FEATURES), weights_of(model)
    assert torch.equal(model.log_odds(a, b, w), -model.log_odds(b, a, w))
    assert torch.equal(model.log_odds(a, a, w), torch.zeros(n))


@pytest.mark.parametrize("name", MODELS)
def test_a_record_and_its_swap_anywhere_in_a_batch_differ_in_sign_only(name: str) -> None:
    model = moved(name)
    features, draw = torch.randn(9, FEATURES), torch.Generator().manual_seed(1)
    a = torch.randint(0, 9, (200,), generator=draw)
    b = (a + torch.randint(1, 9, (200,), generator=draw)) % 9
    order = torch.randperm(200, generator=draw)
    user = torch.zeros(400, dtype=torch.int64)
    w = weights_of(model)[None]
    s = model.pair_log_odds(features, torch.cat([a, b[order]]), torch.cat([b, a[order]]), w, user)
    assert torch.equal(s[200:], -s[:200][order])


@pytest.mark.parametrize("name", MODELS)
def test_every_way_of_asking_gives_the_same(name: str) -> None:
    model = moved(name)
    features = torch.randn(8, FEATURES)
    features[:, -PROMPT:] = features[0, -PROMPT:]  # one prompt, as in a pool
    i, j = torch.cartesian_prod(torch.arange(8), torch.arange(8)).T
    w = weights_of(model)
    pool = model.pool_log_odds(features, w)
    # Single precision, terms of size 10: rounding is below 1e-4.
    torch.testing.assert_close(pool.reshape(-1), model.log_odds(features[i], features[j], w), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(model.mean_log_odds(features, features, w), pool.mean(1), atol=1e-4, rtol=1e-4)
    assert torch.equal(pool, -pool.T)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_rebuilt_from_its_config(name: str) -> None:
    model = moved(name)
    again = type(model)(**model.config())
    again.load_state_dict(model.state_dict())
    a, b, w = torch.randn(4, FEATURES), torch.randn(4, FEATURES), weights_of(model)
    assert torch.equal(again.log_odds(a, b, w), model.log_odds(a, b, w))


@pytest.mark.parametrize("name", MODELS)
def test_there_are_no_rewards(name: str) -> None:
    model = moved(name)
    assert not model.scalar
    with pytest.raises(GustibusError, match="no rewards of single responses"):
        model.reward(torch.zeros(1, FEATURES), weights_of(model))


def test_a_reward_beside_a_constant_is_bradley_terry() -> None:
    rewards = torch.tensor([2.0, -0.5, 0.25])
    scores = SkewOperator(1).against_all(torch.stack([rewards, torch.ones(3)], dim=1))
    assert torch.equal(scores, rewards[:, None] - rewards)


def test_a_pool_larger_than_a_tile_is_scored_like_its_pairs() -> None:
    model = GeneralPreference(5, 4, initial_scale=1.0)
    items = torch.randn(600, 5, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        scores = model.pool_log_odds(items, torch.ones(1))
        one_row = model.log_odds(items[300].expand(600, -1), items, torch.ones(1))
    assert torch.equal(scores, -scores.T)
    torch.testing.assert_close(scores[300], one_row, rtol=1e-5, atol=1e-5)


def _scores_of(v: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    p, q = v[:, ::2], v[:, 1::2]
    return p @ q.T - q @ p.T


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 12), k=st.integers(1, 4))
def test_any_skew_matrix_of_rank_at_most_2k_has_representations_of_2k_dimensions(seed: int, n: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    left, right = rng.normal(size=(2, n, k))
    matrix = left @ right.T - right @ left.T
    v = planes_of(matrix, 2 * k)
    np.testing.assert_allclose(_scores_of(v), matrix, atol=1e-9 * max(1.0, np.abs(matrix).max()))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 12))
def test_a_plane_for_each_response_holds_whatever_all_pairs_say(seed: int, n: int) -> None:
    """One block a response: ``p`` its own unit vector, ``q`` half of what the others score against it.

    That any preference of finitely many responses has representations is the existence part of the theorem of Zhang et
    al. (2024, arXiv 2410.02197). Halves and sums with zeros are exact, so the scores are, too.
    """
    scores = np.random.default_rng(seed).normal(size=(n, n)).astype(np.float32)
    matrix = torch.from_numpy(scores - scores.T)
    v = torch.stack([torch.eye(n), matrix.T / 2], dim=-1).reshape(n, 2 * n)
    assert torch.equal(SkewOperator(n).against_all(v), matrix)
    i, j = torch.triu_indices(n, n, 1)
    assert torch.equal(SkewOperator(n).pair(v[i], v[j]), matrix[i, j])


def test_representations_of_fewer_dimensions_keep_the_largest_turns() -> None:
    # Blocks of turns 3 and 1 in the coordinate planes: two dimensions can only have the larger.
    matrix = np.zeros((4, 4))
    matrix[0, 1], matrix[2, 3] = 1.0, 3.0
    matrix -= matrix.T
    v = planes_of(matrix, 2)
    kept = np.outer(v[:, 0], v[:, 1]) - np.outer(v[:, 1], v[:, 0])
    np.testing.assert_allclose(kept[2, 3], 3.0, atol=1e-12)
    np.testing.assert_allclose(kept[0, 1], 0.0, atol=1e-12)


@pytest.mark.parametrize(("rank", "seed"), [(2, 0), (4, 0), (4, 1), (8, 0)])
def test_descent_fits_a_skew_matrix_to_a_millionth_in_as_many_dimensions_as_its_rank(rank: int, seed: int) -> None:
    torch.manual_seed(seed)
    left, right = torch.randn(2, 9, rank // 2, dtype=torch.float64)
    matrix = left @ right.T - right @ left.T
    model = GeneralPreference(9, rank).double()
    features, one = torch.eye(9, dtype=torch.float64), torch.ones(1, dtype=torch.float64)
    optimiser = torch.optim.LBFGS(
        model.parameters(), max_iter=2000, tolerance_grad=1e-12, tolerance_change=1e-16, line_search_fn="strong_wolfe"
    )

    def error() -> torch.Tensor:
        optimiser.zero_grad()
        loss = ((model.pool_log_odds(features, one) - matrix) ** 2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(error)
    assert (model.pool_log_odds(features, one) - matrix).abs().max().item() < 1e-6
    if rank > 2:  # and in fewer it cannot: what a smaller one leaves over is the claim's other side
        left_over = matrix.numpy() - _scores_of(planes_of(matrix.numpy(), rank - 2))
        assert np.abs(left_over).max() > 0.1


def test_a_softmax_gate_over_one_block_is_no_gate() -> None:
    torch.manual_seed(0)
    gated = GeneralPreference(FEATURES, 2, gate="softmax", n_prompt_features=PROMPT)
    with torch.no_grad():
        for parameter in gated.operator.parameters():
            parameter.normal_()
    plain = GeneralPreference(FEATURES, 2)
    plain.map.load_state_dict(gated.map.state_dict())
    a, b, one = torch.randn(5, FEATURES), torch.randn(5, FEATURES), torch.ones(1)
    assert torch.equal(gated.log_odds(a, b, one), plain.log_odds(a, b, one))


@pytest.mark.parametrize(("gate", "total"), [("softmax", 1.0), ("softmax*k", 3.0)])
def test_gates_are_shares_of_the_blocks(gate: str, total: float) -> None:
    operator = SkewOperator(3, gate=gate, n_prompt_features=PROMPT)  # type: ignore[arg-type]
    gates = operator.gates(torch.randn(6, PROMPT))
    assert gates is not None
    torch.testing.assert_close(gates.sum(-1), torch.full((6,), total))


def test_unit_norms_are_angles_on_a_circle() -> None:
    angle = torch.tensor([0.3, 1.1])
    v = 5 * torch.stack([angle.sin(), angle.cos()], dim=1)  # (p, q), of length 5
    score = SkewOperator(1, unit_norm=True, temperature=0.1).pair(v[:1], v[1:])
    torch.testing.assert_close(score, 10 * torch.sin(angle[:1] - angle[1:]))


def test_without_circles_the_scalar_plus_cyclic_model_is_bradley_terry() -> None:
    torch.manual_seed(0)
    model, bt = ScalarPlusCyclic(FEATURES), BradleyTerry(FEATURES)
    with torch.no_grad():
        model.head.weight.normal_()
        for parameter in model.circles.parameters():
            parameter.zero_()
    bt.head.load_state_dict(model.head.state_dict())
    a, b, one = torch.randn(5, FEATURES), torch.randn(5, FEATURES), torch.ones(1)
    torch.testing.assert_close(model.log_odds(a, b, one), bt.log_odds(a, b, one))


def test_two_tastes_can_go_round_one_circle_in_opposite_directions() -> None:
    model = PluralGeneralPreference(3, 2)
    circle = torch.tensor([[0.0, 1.0, -1.0], [-1.0, 0.0, 1.0], [1.0, -1.0, 0.0]])
    with torch.no_grad():
        model.heads.weight.zero_()
        model.map.weight.copy_(torch.from_numpy(planes_of(circle.double().numpy()).T))  # type: ignore[union-attr]
        model.map.bias.zero_()  # type: ignore[union-attr]
        model.circles.copy_(torch.tensor([[1.0], [-1.0]]))
    torch.testing.assert_close(model.pool_log_odds(torch.eye(3), torch.tensor([1.0, 0.0])), circle)
    torch.testing.assert_close(model.pool_log_odds(torch.eye(3), torch.tensor([0.0, 1.0])), -circle)
    assert model.pool_log_odds(torch.eye(3), torch.tensor([0.5, 0.5])).abs().max().item() < 1e-6


@pytest.mark.parametrize("made", [GeneralPreference, ScalarPlusCyclic])
def test_a_start_at_zero_is_refused(made: type[GeneralPreference | ScalarPlusCyclic]) -> None:
    with pytest.raises(GustibusError, match="slope is 0"):
        made(3, initial_scale=0.0)
    with pytest.raises(GustibusError, match="pairs of numbers"):
        made(3, 3)


def test_gates_need_prompts() -> None:
    with pytest.raises(GustibusError, match="no prompt features"):
        GeneralPreference(3, gate="softmax")


def test_a_matrix_that_is_not_skew_is_refused() -> None:
    with pytest.raises(GustibusError, match="square matrix"):
        GeneralPreference.of_matrix(torch.ones(3, 3))
