"""Worlds with cycles: the truth they state is the one they answer by."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.aggregation import condorcet
from gustibus.catalog import (
    condorcet_world,
    cycle_world,
    expected_log_loss,
    payoff_world,
    plural_world,
    spinning_top_world,
)
from gustibus.comparisons import GustibusError
from gustibus.diagnosis import diagnose_cycles


def pairs_of(data) -> set[tuple[int, int]]:
    return set(
        zip(np.minimum(data.response_a, data.response_b), np.maximum(data.response_a, data.response_b), strict=True)
    )


@pytest.mark.parametrize("length", [3, 4, 5, 8, 11])
def test_a_cycle_of_any_length_goes_round_and_has_rank_two(length):
    truth = cycle_world(length=length, n_users=2).truth
    p = truth.probability()
    assert all(p[i, (i + 1) % length] == pytest.approx(0.85) for i in range(length))
    assert condorcet(p).top == tuple(range(length))
    assert np.linalg.matrix_rank(truth.games[0], tol=1e-9) == 2


def test_answers_follow_the_stated_log_odds():
    for world in (cycle_world(n_users=400, comparisons_per_user=20), condorcet_world(comparisons_per_user=20)):
        s, y = world.log_odds(world.comparisons), world.comparisons.outcome
        loss = np.logaddexp(0, np.where(y == 1, -s, s))
        p = 1 / (1 + np.exp(-s))
        # the mean of M losses has a standard error below 1.5 / sqrt(M)
        assert loss.mean() == pytest.approx(expected_log_loss(p), abs=4 * 1.5 / np.sqrt(len(s)))


def test_every_prompt_has_items_of_its_own_in_an_order_of_its_own():
    world = cycle_world(n_prompts=12, n_users=50)
    rows = world.comparisons.to_rows()
    assert all(row["response_a"].startswith(row["prompt"]) for row in rows)
    directions = {float(np.sign(world.truth.games[0, 3 * prompt, 3 * prompt + 1])) for prompt in range(12)}
    assert directions == {-1.0, 1.0}


def test_held_out_pairs_are_never_seen():
    world = cycle_world(length=9, held_out_pairs=0.25, n_users=60)
    assert not pairs_of(world.comparisons) & pairs_of(world.held_out)
    assert len(pairs_of(world.held_out)) == 9


@pytest.mark.parametrize("n_types", [3, 4, 5])
def test_the_majority_of_consistent_people_cycles(n_types):
    truth = condorcet_world(n_types=n_types, n_users=12 * n_types * 5).truth
    assert all(condorcet(game).winner is not None for game in truth.games)
    found = condorcet(truth.probability())
    assert found.winner is None
    assert len(found.top) == n_types


def test_opposite_cycles_cancel_in_the_pool():
    world = plural_world(n_users=100)
    np.testing.assert_allclose(world.truth.probability(), 0.5, atol=1e-12)
    assert world.truth.one_taste_log_loss(world.held_out) == pytest.approx(np.log(2))
    assert sorted(world.truth.weights.sum(axis=0)) == [50, 50]


def test_a_spinning_top_cycles_below_and_not_above():
    truth = spinning_top_world(n_items=60, n_users=2).truth
    game = truth.games[0]
    height = np.arange(60)  # items are named from the bottom to the top
    triples = np.random.default_rng(0).integers(0, 60, (4000, 3))

    def cycles(low: int, high: int) -> float:
        inside = triples[((triples >= low) & (triples < high)).all(axis=1)]
        i, j, k = inside.T
        signs = np.sign(game[i, j]) + np.sign(game[j, k]) + np.sign(game[k, i])
        return float(np.mean(np.abs(signs) == 3))

    assert cycles(0, 30) > cycles(30, 60) + 0.05
    assert np.corrcoef(game.mean(axis=1), height)[0, 1] > 0.9


@pytest.mark.parametrize("rank", [2, 4])
def test_a_pay_off_has_the_rank_that_was_asked_for_and_is_linear_in_the_features(rank):
    world = payoff_world(rank=rank, n_items=80, n_held_out_items=20, n_users=5)
    game = world.truth.games[0]
    assert np.linalg.matrix_rank(game, tol=1e-8) == rank
    assert game[np.triu_indices(100, 1)].std() == pytest.approx(2.5, rel=0.25)
    x = np.column_stack([world.vectors.matrix, np.ones(100)]).astype(float)
    form = np.linalg.lstsq(x, np.linalg.lstsq(x, game, rcond=None)[0].T, rcond=None)[0]
    np.testing.assert_allclose(x @ form @ x.T, game.T, atol=1e-3)  # features are single precision


def test_scalar_one_is_a_reward():
    game = payoff_world(scalar=1.0, n_items=20, n_held_out_items=5, n_users=2).truth.games[0]
    np.testing.assert_allclose(game[0, 1] + game[1, 2], game[0, 2], atol=1e-12)


def test_a_world_of_cycles_is_diagnosed_as_one():
    assert diagnose_cycles(cycle_world(length=5, n_users=60).comparisons, n_null=40).found


def test_numbers_out_of_range_are_refused():
    with pytest.raises(GustibusError, match="at least 3"):
        cycle_world(length=2)
    with pytest.raises(GustibusError, match=r"above 0\.5"):
        plural_world(win=0.5)
    with pytest.raises(GustibusError, match="even rank"):
        payoff_world(rank=3)
    with pytest.raises(GustibusError, match="share of all pairs"):
        cycle_world(held_out_pairs=1.0)
