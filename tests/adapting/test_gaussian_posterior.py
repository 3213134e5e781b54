"""People under normal priors: what answers do to them, and what is said about them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from normal_quadrature import by_coefficient_grid
from scipy import special

from gustibus.adapting import Answers, GaussianPrior, adapt, adapt_gaussian, population_of
from gustibus.comparisons import GustibusError


def some_prior(seed: int, n_components: int, k: int) -> GaussianPrior:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(k, k)) / np.sqrt(k)
    means = rng.normal(size=(n_components, k))
    return GaussianPrior(means, root @ root.T + 0.2 * np.eye(k), np.log(rng.dirichlet(np.full(n_components, 3.0))))


def some_answers(prior: GaussianPrior, seed: int, n_users: int, most: int) -> tuple[np.ndarray, Answers]:
    """People drawn from the prior, each with 0 to ``most`` answers."""
    rng = np.random.default_rng(seed)
    w = prior.draws(n_users, seed)
    user = np.repeat(np.arange(n_users), rng.integers(0, most + 1, n_users))
    z, offset = rng.normal(size=(len(user), prior.n_prototypes)), rng.normal(size=len(user)) * 0.3
    outcome = rng.random(len(user)) < special.expit(offset + (z * w[user]).sum(axis=1))
    return w, Answers(z=z, outcome=outcome, offset=offset, user=user, n_users=n_users)


@pytest.mark.parametrize("n_components", [1, 3])
def test_without_answers_a_person_is_the_population(n_components: int) -> None:
    prior = some_prior(0, n_components, 4)
    nobody = adapt_gaussian(Answers.none(2, 4), prior)[1]
    # Means and masses of people are kept in single precision.
    np.testing.assert_allclose(nobody.weights, prior.mean, atol=1e-6)
    np.testing.assert_allclose(nobody.covariance, prior.covariance, atol=1e-6)
    np.testing.assert_allclose(nobody.mass, prior.mass, atol=1e-7)
    assert nobody.log_evidence == 0
    z = np.random.default_rng(1).normal(size=(10, 4))
    who, offset = np.zeros(10, np.intp), np.zeros(10)
    expected = population_of(prior).pairs(z, who, offset).probability
    np.testing.assert_allclose(nobody.probability(z), expected, atol=1e-7)


@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_the_order_of_answers_does_not_matter(seed: int, n_components: int, k: int) -> None:
    prior = some_prior(seed, n_components, k)
    _, answers = some_answers(prior, seed, 6, 12)
    order = np.random.default_rng(seed).permutation(len(answers))
    there, back = adapt_gaussian(answers, prior), adapt_gaussian(answers.take_records(order), prior)
    np.testing.assert_allclose(there.mean, back.mean, atol=2e-5)
    np.testing.assert_allclose(there.covariance, back.covariance, atol=2e-5)
    np.testing.assert_allclose(there.log_evidence, back.log_evidence, atol=1e-5)


@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(1, 5))
@settings(max_examples=15, deadline=None)
def test_one_answer_after_the_other_is_all_at_once(seed: int, n_components: int, k: int) -> None:
    prior = some_prior(seed, n_components, k)
    _, answers = some_answers(prior, seed, 1, 8)
    person = adapt_gaussian(Answers.none(1, k), prior)[0]
    for z, y, o, c in zip(answers.z, answers.outcome, answers.offset, answers.weight, strict=True):
        person = person.update(z, y, o, c)
    at_once = adapt_gaussian(answers, prior)[0]
    np.testing.assert_allclose(person.weights, at_once.weights, atol=1e-6)
    np.testing.assert_allclose(person.covariance, at_once.covariance, atol=1e-6)
    assert person.n_answers == len(answers)


@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(1, 5))
@settings(max_examples=15, deadline=None)
def test_other_people_do_not_matter(seed: int, n_components: int, k: int) -> None:
    prior = some_prior(seed, n_components, k)
    _, answers = some_answers(prior, seed, 8, 12)
    together = adapt_gaussian(answers, prior)
    for person in (0, 7):
        alone = adapt_gaussian(answers.of_user(person), prior)[0]
        np.testing.assert_allclose(together[person].weights, alone.weights, atol=2e-5)
        np.testing.assert_allclose(together[person].covariance, alone.covariance, atol=2e-5)
        assert together[person].log_evidence == pytest.approx(alone.log_evidence, abs=1e-5)


@pytest.mark.parametrize("n_components", [1, 2])
@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("n", [1, 6])
def test_predictions_are_those_of_quadrature(n_components: int, k: int, n: int) -> None:
    prior = some_prior(n, n_components, k)
    rng = np.random.default_rng(n)
    z, outcome, z_new = rng.normal(size=(n, k)), (rng.random(n) < 0.6).astype(float), rng.normal(size=(5, k)) * 2
    person = adapt_gaussian(Answers(z=z, outcome=outcome), prior)[0]
    grids = [
        by_coefficient_grid(z @ prior.root, z @ mean, outcome, np.ones(n), n_points=1001 if k == 1 else 161)
        for mean in prior.means
    ]
    share = special.softmax(prior.log_mass + np.array([grid[2] for grid in grids]))
    each = [
        grid[3](lambda t, m=mean: special.expit(z_new @ (m[:, None] + prior.root @ t.T)).T)
        for grid, mean in zip(grids, prior.means, strict=True)
    ]
    # The largest gaps among these eight people: .0015 for one component, .0045 for two.
    np.testing.assert_allclose(person.probability(z_new), share @ np.array(each), atol=6e-3)
    np.testing.assert_allclose(person.mass, share, atol=6e-3)
    np.testing.assert_allclose(1 - person.probability(z_new), person.probability(-z_new), atol=1e-12)


@pytest.mark.parametrize("n_components", [1, 2])
def test_intervals_cover_as_often_as_they_say(n_components: int) -> None:
    prior = some_prior(3, n_components, 3)
    w, answers = some_answers(prior, 4, 500, 12)
    people = adapt_gaussian(answers, prior)
    z = np.array([1.0, -0.5, 2.0])
    bounds = np.array([person.interval(z, level=0.8) for person in people])
    inside = (bounds[:, 0] <= w @ z) & (w @ z <= bounds[:, 1])
    # The sampling error is .018; posteriors are a little too narrow (a few per cent of a standard deviation).
    assert inside.mean() == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize("n_components", [1, 2])
def test_intervals_hold_the_mass_they_claim(n_components: int) -> None:
    prior = some_prior(5, n_components, 2)
    _, answers = some_answers(prior, 5, 4, 6)
    for person in adapt_gaussian(answers, prior):
        z = np.array([[0.5, -1.0], [3.0, 1.0]])
        low, high = person.interval(z, offset=0.4, level=0.9)
        s = 0.4 + person.draws(40_000, seed=1) @ z.T
        # Sampling error of a tail of .05 among 40,000: .001.
        np.testing.assert_allclose((s < low).mean(axis=0), 0.05, atol=0.006)
        np.testing.assert_allclose((s > high).mean(axis=0), 0.05, atol=0.006)


@pytest.mark.parametrize("n_components", [1, 3])
def test_draws_have_the_mean_and_covariance_that_are_said(n_components: int) -> None:
    prior = some_prior(6, n_components, 3)
    _, answers = some_answers(prior, 6, 3, 9)
    for person in adapt_gaussian(answers, prior):
        draws = person.draws(60_000, seed=0)
        sd = np.sqrt(np.diag(person.covariance))
        # Five standard errors of a mean and of a covariance.
        np.testing.assert_allclose(draws.mean(axis=0), person.weights, atol=5 * sd.max() / np.sqrt(60_000))
        np.testing.assert_allclose(
            np.cov(draws.T), person.covariance, atol=5 * np.sqrt(3) * sd.max() ** 2 / np.sqrt(60_000)
        )


def test_evidence_adds_up_to_one_over_all_ways_to_answer() -> None:
    """Three binary answers: the eight probabilities sum to a little below 1, because each is a lower bound."""
    prior = some_prior(7, 2, 2)
    z = np.random.default_rng(0).normal(size=(3, 2))
    ways = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, 8).T
    total = sum(np.exp(adapt_gaussian(Answers(z=z, outcome=way), prior)[0].log_evidence) for way in ways)
    assert 0.98 < total <= 1 + 1e-6


def test_types_are_told_apart_by_their_answers() -> None:
    prior = GaussianPrior([[2.0, 0.0], [-2.0, 0.0]], 0.1 * np.eye(2))
    people = adapt_gaussian(
        Answers(z=np.tile([1.0, 0.0], (12, 1)), outcome=np.repeat([1, 0], 6), user=np.repeat([0, 1], 6), n_users=3),
        prior,
    )
    assert people[0].mass[0] > 0.99
    assert people[1].mass[1] > 0.99
    np.testing.assert_allclose(people[2].mass, 0.5, atol=1e-7)
    assert people.map_weights[0, 0] > 1.5
    assert people.map_weights[1, 0] < -1.5


def test_the_fixed_point_says_that_it_has_converged() -> None:
    prior = some_prior(8, 2, 6)
    _, answers = some_answers(prior, 8, 200, 30)
    assert adapt_gaussian(answers, prior).certificate.max() <= 1e-7


def test_adapt_takes_normal_priors_too() -> None:
    prior = some_prior(9, 2, 3)
    _, answers = some_answers(prior, 9, 5, 5)
    np.testing.assert_array_equal(adapt(answers, prior).mean, adapt_gaussian(answers, prior).mean)


def test_mistakes_are_named() -> None:
    prior = some_prior(0, 1, 3)
    with pytest.raises(GustibusError, match="2 coefficients"):
        adapt_gaussian(Answers.none(1, 2), prior)
    person = adapt_gaussian(Answers.none(1, 3), prior)[0]
    with pytest.raises(GustibusError, match="level"):
        person.interval([1.0, 0.0, 0.0], level=1.0)
    with pytest.raises(GustibusError, match="3 entries"):
        person.probability([1.0, 0.0])
    with pytest.raises(GustibusError, match="positive definite"):
        GaussianPrior([[0.0, 0.0]], [[1.0, 2.0], [2.0, 1.0]])
    with pytest.raises(GustibusError, match="log_mass"):
        GaussianPrior([[0.0, 0.0]], np.eye(2), [0.0, 0.0])
    with pytest.raises(GustibusError, match="finite"):
        GaussianPrior([[np.nan]], [[1.0]])
