"""A posterior that follows answers one by one, against the one that is solved anew."""

import numpy as np
import pytest
from simulated_people import simulate

from gustibus.adapting import (
    Answers,
    DirichletPrior,
    GaussianPrior,
    ParticlePrior,
    RunningPosterior,
    TieLink,
    adapt,
    adapt_gaussian,
)
from gustibus.comparisons import GustibusError

ALPHA = np.array([0.5, 1.0, 2.0])


def nobody(link=None):
    none = Answers.none(n_users=1, n_prototypes=3)
    if link is not None:
        none.link = link
    return adapt(none, DirichletPrior(ALPHA), n_draws=4096)[0]


def answers_of_one(seed, n, scale=2.0):
    return simulate(np.random.default_rng(seed), n_users=1, n_answers=n, alpha=ALPHA, scale=scale)[1]


@pytest.mark.parametrize("n", [1, 5, 60])
def test_it_agrees_with_the_exact_posterior_within_its_draws(n):
    errors = []
    for seed in range(20):
        answers = answers_of_one(seed, n)
        running = RunningPosterior(nobody())
        for z, outcome in zip(answers.z, answers.outcome, strict=True):
            running.answer(z, outcome)
        exact = nobody().after(answers)
        assert running.n_answers == n
        sd = np.sqrt(np.diag(exact.covariance))
        errors.append((running.weights - exact.weights) / sd * np.sqrt(running.effective_draws))
        np.testing.assert_allclose(np.sqrt(np.diag(running.covariance)), sd, rtol=0.5)
    # In standard errors of that many independent draws; well-spread ones do better, reweighted ones a little worse.
    assert np.sqrt(np.mean(np.square(errors))) < 1.5


def test_many_answers_are_followed_by_placing_the_person_again():
    answers = answers_of_one(0, 300)
    running = RunningPosterior(nobody())
    for z, outcome in zip(answers.z, answers.outcome, strict=True):
        running.answer(z, outcome)
    assert 1 <= running.n_placements <= 30
    assert running.effective_draws >= 64
    exact = nobody().after(answers)
    np.testing.assert_allclose(running.posterior().map_weights, exact.map_weights, atol=1e-6)
    np.testing.assert_allclose(running.weights, exact.weights, atol=0.03)


def test_with_atoms_every_answer_is_exact():
    prior = ParticlePrior(np.random.default_rng(0).dirichlet(ALPHA, 40), np.full(40, 1 / 40))
    answers = answers_of_one(1, 30)
    start = adapt(Answers.none(1, 3), prior)[0]
    running = RunningPosterior(start)
    for z, outcome in zip(answers.z, answers.outcome, strict=True):
        running.answer(z, outcome)
    exact = start.after(answers)
    assert running.n_placements == 0
    np.testing.assert_allclose(running.weights, exact.weights, atol=1e-12)
    pair = np.array([1.0, -1.0, 0.5])
    np.testing.assert_allclose(running.probability(pair), exact.probability(pair), atol=1e-12)


def test_normal_people_are_followed_too():
    prior = GaussianPrior(np.zeros(3), np.eye(3))
    rng = np.random.default_rng(0)
    z = rng.normal(size=(40, 3))
    outcome = (z @ [1.0, -1.0, 0.5] + rng.logistic(size=40) > 0).astype(float)
    start = adapt_gaussian(Answers.none(1, 3), prior)[0]
    running = RunningPosterior(start, n_draws=4096)
    for row, choice in zip(z, outcome, strict=True):
        running.answer(row, choice)
    exact = running.posterior()
    sd = np.sqrt(np.diag(exact.covariance))
    # The exact one is a normal approximation of what draws follow without one.
    assert (np.abs(running.weights - exact.weights) < 0.3 * sd).all()


def test_ties_are_followed_with_their_link():
    running, exact = RunningPosterior(nobody(TieLink(1.5)), n_draws=4096), nobody(TieLink(1.5))
    for z, outcome in (([2.0, -1.0, 0.0], 0.5), ([1.0, 1.0, -2.0], 1.0)):
        running.answer(z, outcome)
        exact = exact.update(z, outcome)
    np.testing.assert_allclose(running.weights, exact.weights, atol=0.02)


def test_atoms_come_back_however_unlikely_they_became():
    prior = ParticlePrior(np.eye(2), np.full(2, 0.5))
    start = adapt(Answers.none(1, 2), prior)[0]
    running = RunningPosterior(start)
    for outcome in [1] * 200 + [0] * 220:
        running.answer([4.0, -4.0], outcome)
    np.testing.assert_allclose(running.weights, [0.0, 1.0], atol=1e-12)
    hopeless = RunningPosterior(start)
    for outcome in (1, 0):
        hopeless.answer([1000.0, -1000.0], outcome)
    np.testing.assert_allclose(hopeless.weights, [0.5, 0.5])


def test_a_list_that_is_used_again_changes_nothing():
    running, z = RunningPosterior(nobody()), np.array([3.0, -3.0, 0.0])
    running.answer(z, 1)
    z[:] = -z
    running.answer(z, 0)
    assert running.posterior().answers.z.tolist() == [[3.0, -3.0, 0.0], [-3.0, 3.0, 0.0]]


def test_equal_seeds_give_equal_people():
    answers = answers_of_one(2, 50)
    one, other = RunningPosterior(nobody()), RunningPosterior(nobody())
    for running in (one, other):
        for z, outcome in zip(answers.z, answers.outcome, strict=True):
            running.answer(z, outcome)
    assert (one.weights == other.weights).all()


def test_what_is_no_answer_is_refused():
    running = RunningPosterior(nobody())
    before = running.weights
    for arguments, message in (
        (([1.0, 2.0], 1), "has 3 numbers"),
        (([1.0, 2.0, np.nan], 1), "finite"),
        (([1.0, 2.0, 3.0], 2), "shares between 0 and 1"),
        (([1.0, 2.0, 3.0], np.nan), "shares between 0 and 1"),
        (([1.0, 2.0, 3.0], 1, 0.0, -1.0), "not negative"),
        ((["a", "b", "c"], 1), "made of numbers"),
        (([1.0, 2.0, 3.0], None), "made of numbers"),
    ):
        with pytest.raises(GustibusError, match=message):
            running.answer(*arguments)
    assert (running.weights == before).all()
    with pytest.raises(GustibusError, match="last axis must have 3"):
        running.probability([1.0, 2.0])
    with pytest.raises(GustibusError, match="from 64 on"):
        RunningPosterior(nobody(), n_draws=3)
    with pytest.raises(GustibusError, match="one person's posterior"):
        RunningPosterior("ann")
    by_group = Answers.of_terms(z=np.ones((2, 3)), outcome=[1, 0.5], link=TieLink(np.ones(2)))
    with pytest.raises(GustibusError, match="as common among all answers"):
        RunningPosterior(adapt(by_group, DirichletPrior(ALPHA))[0])
