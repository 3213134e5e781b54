"""The truth of a world agrees with its definition, by name and at the ceiling."""

import numpy as np
import pytest

from gustibus.catalog import IdealPointTruth, expected_accuracy, expected_log_loss
from gustibus.comparisons import Comparisons, GustibusError


@pytest.fixture
def truth():
    rng = np.random.default_rng(0)
    return IdealPointTruth(
        user_ids=tuple(f"u{i}" for i in range(5)),
        responses=tuple(f"r{i}" for i in range(7)),
        positions=rng.standard_normal((7, 3)),
        prototypes=rng.standard_normal((2, 3)),
        weights=rng.dirichlet([1, 1], 5),
        scale=0.7,
    )


def every_comparison(truth):
    u, a, b = (x.ravel() for x in np.meshgrid(range(5), range(7), range(7), indexing="ij"))
    keep = a != b
    u, a, b = u[keep], a[keep], b[keep]
    return Comparisons.from_arrays(
        users=truth.user_ids, responses=truth.responses, user=u, response_a=a, response_b=b, outcome=np.ones(len(u))
    )


def test_log_odds_are_the_scaled_difference_of_squared_distances(truth):
    data = every_comparison(truth)
    ideal = truth.weights @ truth.prototypes

    def squared(codes):
        return ((truth.positions[codes] - ideal[data.user]) ** 2).sum(1)

    expected = 0.7 * (squared(data.response_b) - squared(data.response_a))
    np.testing.assert_allclose(truth.log_odds(data), expected, atol=1e-12)


def test_log_odds_are_differences_of_rewards(truth):
    data = every_comparison(truth)
    rewards = truth.rewards(truth.user_ids, truth.responses)
    expected = rewards[data.user, data.response_a] - rewards[data.user, data.response_b]
    np.testing.assert_allclose(truth.log_odds(data), expected, atol=1e-12)


def test_a_pure_person_has_the_rewards_of_their_prototype(truth):
    pure = IdealPointTruth(("ann",), truth.responses, truth.positions, truth.prototypes, np.array([[0.0, 1.0]]), 0.7)
    np.testing.assert_allclose(
        pure.rewards(["ann"], pure.responses)[0], pure.prototype_rewards(pure.responses)[1], atol=1e-12
    )


def test_people_and_responses_are_found_by_name_in_any_table(truth):
    data = every_comparison(truth)
    shuffled = np.random.default_rng(1).permutation(len(data))
    again = data.take(shuffled).compact()
    assert again.responses.to_pylist() != data.responses.to_pylist()
    np.testing.assert_array_equal(truth.log_odds(again), truth.log_odds(data)[shuffled])


def test_strangers_are_refused_with_the_nearest_name(truth):
    data = Comparisons.from_rows([{"user_id": "u11", "response_a": "r0", "response_b": "r1", "choice": "a"}])
    with pytest.raises(GustibusError, match=r"no person 'u11'.*'u1'"):
        truth.log_odds(data)


def test_a_vocabulary_may_name_strangers_who_did_not_judge(truth):
    data = Comparisons.from_rows(
        [
            {"user_id": "somebody else", "response_a": "r0", "response_b": "r1", "choice": "a"},
            {"user_id": "u1", "response_a": "r0", "response_b": "r1", "choice": "a"},
        ]
    )
    assert truth.log_odds(data.for_users("u1")).shape == (1,)


def test_vote_shares_are_the_mean_probability_over_all_people(truth):
    data = every_comparison(truth)
    one_user = data.for_users("u0")
    by_pair = 1 / (1 + np.exp(-truth.log_odds(data))).reshape(5, -1)
    np.testing.assert_allclose(truth.vote_shares(one_user), by_pair.mean(0), atol=1e-12)


def test_one_taste_is_never_better_than_knowing_the_person(truth):
    data = every_comparison(truth)
    assert truth.one_taste_accuracy(data) <= truth.bayes_accuracy(data)
    assert truth.one_taste_log_loss(data) >= truth.bayes_log_loss(data)


def test_ceilings_are_what_simulated_answers_reach():
    p = np.random.default_rng(0).random(200_000)
    y = np.random.default_rng(1).random(200_000) < p
    # standard errors are about 0.001
    assert expected_accuracy(p) == pytest.approx(((p > 0.5) == y).mean(), abs=0.005)
    loss = -np.where(y, np.log(p), np.log1p(-p)).mean()
    assert expected_log_loss(p) == pytest.approx(loss, abs=0.005)


def test_certain_answers_cost_nothing():
    assert expected_log_loss([0.0, 1.0]) == pytest.approx(0.0, abs=1e-12)


def test_truth_cannot_be_changed(truth):
    with pytest.raises(ValueError, match="read-only"):
        truth.weights[0, 0] = 1.0
