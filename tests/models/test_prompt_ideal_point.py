"""Prompt-conditioned ideal points against the forms they stand for."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gustibus.comparisons import GustibusError
from gustibus.models import Assignment, PromptIdealPoint, Similarity

VARIANTS = list(itertools.product(get_args(Similarity), get_args(Assignment)))
CLOSE = {"atol": 1e-5, "rtol": 1e-5}  # float32 sums in another order


def drawn(
    n_items: int = 7, n_prototypes: int = 3, seed: int = 0, **options: object
) -> tuple[PromptIdealPoint, torch.Tensor, torch.Tensor]:
    """A model in evaluation mode, rows of five response and three prompt features, and people."""
    torch.manual_seed(seed)
    model = PromptIdealPoint(8, 3, n_prototypes, 4, **options)  # type: ignore[arg-type]
    weights = torch.distributions.Dirichlet(torch.ones(n_prototypes)).sample((n_items,))
    return model.eval(), torch.randn(n_items, 8), weights


def unit(vectors: torch.Tensor) -> torch.Tensor:
    return vectors / torch.linalg.vector_norm(vectors, dim=-1, keepdim=True)


def test_linear_reward_is_the_weighted_mean_of_the_cosines() -> None:
    model, rows, weights = drawn()
    response, prompt = rows[:, :5], rows[:, 5:]
    placed = unit(model.map(response))
    expected = sum(weights[:, k] * (unit(wanted(prompt)) * placed).sum(1) for k, wanted in enumerate(model.prompt_maps))
    torch.testing.assert_close(model.reward(rows, weights), model.scale * expected, **CLOSE)


def test_cosine_reward_is_the_cosine_to_the_weighted_mean() -> None:
    model, rows, weights = drawn(similarity="cosine", initial_scale=3.0)
    ideal = torch.einsum("nk,nkd->nd", weights, model.prototype_positions(rows))
    expected = 3.0 * torch.nn.functional.cosine_similarity(ideal, model.positions(rows), dim=1)
    torch.testing.assert_close(model.reward(rows, weights), expected, **CLOSE)


@pytest.mark.parametrize(("similarity", "assignment"), VARIANTS)
def test_log_odds_are_antisymmetric_exactly(similarity: str, assignment: str) -> None:
    model, rows, weights = drawn(similarity=similarity, assignment=assignment)
    other = rows.flip(0)
    assert torch.equal(model.log_odds(rows, other, weights), -model.log_odds(other, rows, weights))


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize(("similarity", "assignment"), VARIANTS)
def test_records_that_share_items_and_people_give_the_same_log_odds_as_single_ones(
    similarity: str, assignment: str, training: bool
) -> None:
    model, rows, weights = drawn(similarity=similarity, assignment=assignment)
    model.train(training)
    a, b, user = torch.tensor([0, 1, 1, 6]), torch.tensor([2, 0, 3, 5]), torch.tensor([4, 0, 4, 1])
    shared = model.pair_log_odds(rows, a, b, weights, user)
    torch.testing.assert_close(shared, model.log_odds(rows[a], rows[b], weights[user]), **CLOSE)


@pytest.mark.parametrize(("similarity", "assignment"), VARIANTS)
def test_both_forms_agree_for_people_at_a_prototype(similarity: str, assignment: str) -> None:
    model, rows, _ = drawn(similarity=similarity, assignment=assignment)
    scores = model.prototype_scores(rows)
    for k, vertex in enumerate(torch.eye(3)):
        torch.testing.assert_close(scores[:, k], model.reward(rows, vertex), **CLOSE)


def test_only_mixtures_with_the_linear_similarity_and_single_prototypes_are_called_linear() -> None:
    linear = {(s, a) for s, a in VARIANTS if drawn(similarity=s, assignment=a)[0].linear_in_weights}
    assert linear == {("linear", "mixture")}
    for similarity, assignment in VARIANTS:
        assert drawn(n_prototypes=1, similarity=similarity, assignment=assignment)[0].linear_in_weights


@given(seed=st.integers(0, 10_000), share=st.floats(0, 1))
@settings(max_examples=25, deadline=None)
def test_the_linear_form_is_linear_in_the_weights(seed: int, share: float) -> None:
    model, rows, weights = drawn(seed=seed)
    mixed = share * weights + (1 - share) * weights.flip(0)
    expected = share * model.reward(rows, weights) + (1 - share) * model.reward(rows, weights.flip(0))
    torch.testing.assert_close(model.reward(rows, mixed), expected, **CLOSE)


def test_the_cosine_form_is_not_linear_in_the_weights() -> None:
    model, rows, weights = drawn(similarity="cosine")
    assert not torch.allclose(model.reward(rows, weights), (model.prototype_scores(rows) * weights).sum(1), atol=1e-3)


@pytest.mark.parametrize("similarity", get_args(Similarity))
def test_a_partition_mixes_people_while_fitting_and_puts_each_at_one_prototype_when_predicting(similarity: str) -> None:
    partition, rows, weights = drawn(similarity=similarity, assignment="partition")
    mixture, _, _ = drawn(similarity=similarity)
    mixture.load_state_dict(partition.state_dict())
    largest = torch.nn.functional.one_hot(weights.argmax(1), 3).float()

    predicting = partition.reward(rows, weights)
    fitting = partition.train().reward(rows, weights)

    assert partition.one_prototype_each
    assert not mixture.one_prototype_each
    torch.testing.assert_close(predicting, mixture.reward(rows, largest), **CLOSE)
    torch.testing.assert_close(fitting, mixture.reward(rows, weights), **CLOSE)


def test_what_is_wanted_depends_on_the_prompt_alone_and_where_a_response_is_does_not() -> None:
    model, rows, _ = drawn()
    other_prompt = torch.cat([rows[:, :5], rows[:, 5:].flip(0)], dim=1)
    assert torch.equal(model.positions(rows), model.positions(other_prompt))
    torch.testing.assert_close(model.prototype_positions(other_prompt), model.prototype_positions(rows).flip(0))


def test_rewards_stay_within_the_scale_which_stays_within_a_hundred() -> None:
    model, rows, weights = drawn()
    with torch.no_grad():
        model.log_scale.fill_(50.0)
    assert model.scale.item() == 100.0
    assert model.reward(rows, weights).abs().max() <= 100.0


def test_the_first_log_odds_are_small_beside_those_of_the_published_scale() -> None:
    torch.manual_seed(0)
    rows = torch.randn(400, 40)
    ours = PromptIdealPoint(40, 8, 2, 8)
    spread = (ours.prototype_scores(rows[:200]) - ours.prototype_scores(rows[200:])).std().item()
    # S sqrt(2 / d) with S = 1 and d = 8 is 0.5; the directions are random, so about.
    assert 0.3 < spread < 0.7
    assert PromptIdealPoint.published(40, 8, 2).scale.item() == pytest.approx(1 / 0.07, rel=1e-5)


def test_length_of_the_maps_outputs_changes_no_reward() -> None:
    model, rows, weights = drawn(similarity="cosine")
    before = model.reward(rows, weights)
    with torch.no_grad():
        for parameter in [*model.map.parameters(), *model.prompt_maps.parameters()]:
            parameter.mul_(3.0)
    torch.testing.assert_close(model.reward(rows, weights), before, **CLOSE)


@pytest.mark.parametrize("similarity", get_args(Similarity))
def test_gradients_are_finite_where_a_map_gives_nothing(similarity: str) -> None:
    model, rows, weights = drawn(similarity=similarity)
    with torch.no_grad():
        for parameter in [*model.map.parameters(), *model.prompt_maps.parameters()]:
            parameter.zero_()
    model.reward(rows, weights).sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)


def test_config_rebuilds_an_equal_module() -> None:
    model, rows, weights = drawn(similarity="cosine", assignment="partition", hidden=(6,), activation="relu")
    twin = PromptIdealPoint(**model.config())
    twin.load_state_dict(model.state_dict())
    assert torch.equal(twin.eval().reward(rows, weights), model.reward(rows, weights))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_prompt_features": 0}, "pal-a"),
        ({"n_prompt_features": 8}, "both response and prompt"),
        ({"n_prototypes": 0}, "at least one"),
        ({"similarity": "euclidean"}, "similarity"),
        ({"assignment": "rota"}, "assignment"),
        ({"initial_scale": 0.0}, "initial_scale"),
    ],
)
def test_impossible_models_are_refused(options: dict[str, object], message: str) -> None:
    arguments: dict[str, object] = {"n_features": 8, "n_prompt_features": 3, "n_prototypes": 2, **options}
    with pytest.raises(GustibusError, match=message):
        PromptIdealPoint(**arguments)  # type: ignore[arg-type]
