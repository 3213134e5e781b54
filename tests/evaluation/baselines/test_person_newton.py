"""Everybody's own regression at once, against one person at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from baseline_worlds import people_world
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from gustibus.comparisons import GustibusError
from gustibus.evaluation import Judgements
from gustibus.evaluation.baselines.person_newton import People, person_batches, person_deviations


def deviations(judged, base, ridge):
    ids, batches = person_batches(judged, base)
    found = np.zeros((len(ids), judged.n_features))
    for batch in batches:
        found[batch.people] = batch.features(person_deviations(batch, ridge))
    return ids, found


def one_person(judged, base, ridge):
    difference = judged.difference()

    def objective(delta):
        s = base + difference @ delta
        pull = judged.weight * (1 / (1 + np.exp(-s)) - judged.outcome)
        value = judged.weight @ (np.logaddexp(0, s) - judged.outcome * s) + 0.5 * ridge * delta @ delta
        return value, difference.T @ pull + ridge * delta

    start = np.zeros(judged.n_features)
    return minimize(objective, start, jac=True, method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-10}).x


def uneven_people(n_features, seed=0):
    """People with 1 to 40 judgements, some soft, some without weight."""
    judged = people_world(seed, n_users=25, n_each=40, n_features=n_features)
    rng = np.random.default_rng(seed)
    kept = np.concatenate([u * 40 + np.arange(n) for u, n in enumerate(rng.integers(1, 41, size=25))])
    judged = judged.take(rng.permutation(kept))
    outcome = np.where(rng.uniform(size=len(judged)) < 0.2, 0.5, judged.outcome)
    return replace(judged, outcome=outcome, weight=rng.choice([0.0, 1.0, 2.0], size=len(judged)))


@pytest.mark.parametrize("n_features", [3, 25, 80])  # narrow, in between, wider than anybody's answers
@pytest.mark.parametrize("ridge", [0.1, 10.0])
def test_everybody_gets_what_a_solver_for_one_person_finds(n_features, ridge):
    judged = uneven_people(n_features)
    base = np.random.default_rng(1).normal(size=len(judged))
    ids, found = deviations(judged, base, ridge)
    for user, delta in zip(ids, found, strict=True):
        rows = judged.user == user
        alone = one_person(judged.take(rows), base[rows], ridge)
        # gradient within 1e-7 of a person's weight (at most 80), curvature at least the ridge
        np.testing.assert_allclose(delta, alone, atol=2e-5 / ridge)


def test_people_without_weight_are_not_known():
    judged = replace(people_world(n_users=3), weight=np.repeat([1.0, 0.0, 1.0], 30))
    ids, _ = deviations(judged, np.zeros(len(judged)), 1.0)
    assert ids.tolist() == [0, 2]


@settings(max_examples=20)
@given(st.permutations(range(60)))
def test_the_order_of_judgements_does_not_matter(order):
    judged = people_world(n_users=6, n_each=10)
    base = np.zeros(60)
    _, found = deviations(judged, base, 0.5)
    _, other = deviations(judged.take(order), base, 0.5)
    np.testing.assert_allclose(other, found, atol=1e-6)


def test_identical_differences_and_certain_people_are_solved():
    judged = Judgements.of_arrays(np.eye(8), [0] * 5, [1] * 5, [1.0] * 5, [7] * 5)  # rank one, separable
    _, found = deviations(judged, np.zeros(5), 0.01)
    np.testing.assert_allclose(found[0], one_person(judged, np.zeros(5), 0.01), atol=1e-4)


def test_a_start_far_away_still_converges():
    judged = people_world(n_users=4)
    _, (batch,) = person_batches(judged, np.zeros(len(judged)))
    near, far = person_deviations(batch, 0.1), person_deviations(batch, 0.1, np.full((4, 4), 200.0))
    np.testing.assert_allclose(far, near, atol=1e-4)


def test_too_few_steps_are_an_error_with_a_fix():
    judged = people_world(n_users=4)
    _, (batch,) = person_batches(judged, np.zeros(len(judged)))
    with pytest.raises(GustibusError, match="scale the features"):
        person_deviations(batch, 0.1, max_iterations=1)


def test_updating_people_replaces_those_who_are_known_and_adds_the_rest():
    one = People(np.array(["ann", "cid"]), np.array([[1.0], [3.0]]))
    two = People(np.array(["bob", "cid"]), np.array([[2.0], [9.0]]))
    both = one.updated(two)
    assert both.user.tolist() == ["ann", "bob", "cid"]
    np.testing.assert_array_equal(both.deviation[:, 0], [1, 2, 9])
