import warnings

import numpy as np
import pytest
from scipy import special
from simulated_people import simulate

from gustibus.adapting import Answers, DirichletPrior, Posteriors, adapt
from gustibus.comparisons import DataWarning, GustibusError


def by_quadrature(answers, prior, half_width, n_points):
    """Mean, covariance, log evidence and E sigma(first z) on a grid of log-ratios to the last prototype."""
    axis = np.linspace(-half_width, half_width, n_points)
    axes = np.meshgrid(*[axis] * (prior.n_prototypes - 1), indexing="ij")
    ratios = np.stack([a.ravel() for a in axes] + [np.zeros(axes[0].size)], axis=1)
    log_weights = ratios - special.logsumexp(ratios, axis=1, keepdims=True)
    weights = np.exp(log_weights)
    log_odds = answers.offset + weights @ answers.z.T
    fit = answers.outcome * log_odds - np.logaddexp(0, log_odds)
    log_mass = prior.log_density(log_weights) + fit @ answers.weight
    evidence = special.logsumexp(log_mass)
    mass = np.exp(log_mass - evidence)
    mean = mass @ weights
    covariance = (weights * mass[:, None]).T @ weights - np.outer(mean, mean)
    evidence += (prior.n_prototypes - 1) * np.log(axis[1] - axis[0])
    return mean, covariance, evidence, mass @ special.expit(weights @ answers.z[0])


@pytest.mark.parametrize("n_prototypes", [2, 3])
@pytest.mark.parametrize("concentration", [0.2, 1.0, 4.0])
@pytest.mark.parametrize("n_answers", [1, 5, 30])
def test_the_posterior_equals_quadrature(n_prototypes, concentration, n_answers):
    rng = np.random.default_rng(n_answers)
    prior = DirichletPrior(concentration * np.arange(1, n_prototypes + 1))
    _, simulated = simulate(rng, n_users=1, n_answers=n_answers, alpha=prior.alpha)
    answers = Answers(
        z=simulated.z,
        outcome=np.abs(simulated.outcome - 0.2),
        offset=rng.normal(size=n_answers),
        weight=rng.uniform(0.5, 2, n_answers),
    )
    posterior = adapt(answers, prior, n_draws=2048)[0]
    mean, covariance, evidence, probability = by_quadrature(answers, prior, 100, 20001 if n_prototypes == 2 else 801)
    sd = np.sqrt(np.diag(covariance))
    # Three standard errors of independent draws; Sobol points are usually several times closer.
    error = 3 / np.sqrt(posterior.effective_draws)
    np.testing.assert_allclose(posterior.weights, mean, atol=error * sd.max())
    np.testing.assert_allclose(posterior.covariance, covariance, atol=1.5 * error * sd.max() ** 2)
    assert posterior.log_evidence == pytest.approx(evidence, abs=error)
    assert posterior.probability(answers.z[0], by="draws") == pytest.approx(probability, abs=error * 0.5)


def test_without_answers_the_posterior_is_exactly_the_prior():
    prior = DirichletPrior([0.3, 1.2, 0.05])
    posteriors = adapt(Answers.none(3, 3), prior)
    assert (posteriors.mean == prior.mean).all()
    assert (posteriors.map_weights == prior.mean).all()
    assert (posteriors.covariance == prior.covariance).all()
    assert (posteriors.mean_log_weights == prior.mean_log_weights).all()
    assert (posteriors.log_evidence == 0).all()
    np.testing.assert_allclose(posteriors[0].draws(4000).mean(axis=0), prior.mean, atol=0.02)


@pytest.mark.parametrize("n_answers", [0, 1, 5, 20])
def test_ninety_percent_intervals_hold_the_truth_in_ninety_percent_of_people(n_answers):
    rng = np.random.default_rng(10 + n_answers)
    alpha = np.array([0.3, 0.6, 0.9])
    n_people = 400
    weights, answers = simulate(rng, n_users=n_people, n_answers=n_answers, alpha=alpha)
    if n_answers == 0:
        answers = Answers.none(n_people, 3)
    posteriors = adapt(answers, DirichletPrior(alpha))
    z = rng.normal(size=(n_people, 3))
    if n_answers == 0:
        low, high = posteriors[0].interval(z)
    else:
        bounds = [posteriors[person].interval(z[person]) for person in range(n_people)]
        low, high = np.transpose(bounds)
    truth = np.einsum("uk,uk->u", z, weights)
    held = ((low <= truth) & (truth <= high)).sum()
    # Four binomial standard deviations, and 0.005 for the quantiles' own Monte Carlo error.
    assert held / n_people == pytest.approx(0.9, abs=4 * np.sqrt(0.09 / n_people) + 0.005)


def test_moment_predictions_are_close_to_the_average_over_draws():
    rng = np.random.default_rng(20)
    alpha = np.array([0.5, 0.5, 0.5, 0.5])
    _, answers = simulate(rng, n_users=30, n_answers=4, alpha=alpha)
    posteriors = adapt(answers, DirichletPrior(alpha))
    z = rng.normal(size=(50, 4)) * 2
    for person in range(30):
        by_moments = posteriors[person].probability(z)
        by_draws = posteriors[person].probability(z, by="draws")
        # MacKay's formula is off by up to 0.02 for a normal variable; log-odds here are bounded and skewed.
        assert np.abs(by_moments - by_draws).max() < 0.06
        assert np.abs(by_moments - by_draws).mean() < 0.015


def test_an_update_equals_solving_from_scratch():
    rng = np.random.default_rng(21)
    prior = DirichletPrior([0.2, 0.4, 0.6])
    _, answers = simulate(rng, n_users=2, n_answers=6, alpha=prior.alpha)
    posterior = adapt(Answers.none(1, 3), prior)[0]
    person = answers.of_user(1)
    for record in range(6):
        posterior = posterior.update(person.z[record], person.outcome[record])
    scratch = adapt(answers, prior)[1]
    assert posterior.n_answers == 6
    assert posterior.certificate <= 1e-5
    np.testing.assert_allclose(posterior.map_weights, scratch.map_weights, atol=1e-6)
    np.testing.assert_allclose(posterior.weights, scratch.weights, atol=1e-6)
    np.testing.assert_allclose(posterior.covariance, scratch.covariance, atol=1e-6)
    assert posterior.log_evidence == pytest.approx(scratch.log_evidence, abs=1e-6)


def test_several_answers_update_at_once():
    prior = DirichletPrior([1.0, 1.0])
    nobody = adapt(Answers.none(1, 2), prior)[0]
    z, outcome = [[1.0, -1.0], [2.0, 0.0]], [1, 0.3]
    once = nobody.update(z, outcome, offset=[0.1, 0.2], weight=[1, 2])
    twice = nobody.update(z[0], 1, offset=0.1).update(z[1], 0.3, offset=0.2, weight=2)
    np.testing.assert_allclose(once.weights, twice.weights, atol=1e-6)
    assert nobody.n_answers == 0


def test_an_answer_for_a_prototype_moves_the_weights_towards_it():
    posterior = adapt(Answers.none(1, 3), DirichletPrior.uniform(3))[0]
    z = [3.0, -1.0, -1.0]
    moved = posterior.update(z, outcome=1)
    assert moved.weights[0] > posterior.weights[0]
    assert moved.map_weights[0] > posterior.map_weights[0]
    sure = moved.update([z] * 20, outcome=np.ones(20))
    assert sure.log_odds(z)[1] < moved.log_odds(z)[1]


def test_people_and_records_may_come_in_any_order():
    rng = np.random.default_rng(22)
    prior = DirichletPrior([0.3, 0.3, 0.6])
    _, answers = simulate(rng, n_users=6, n_answers=5, alpha=prior.alpha)
    rows, people = rng.permutation(30), rng.permutation(6)
    shuffled = Answers(z=answers.z[rows], outcome=answers.outcome[rows], user=people[answers.user[rows]], n_users=6)
    plain, other = adapt(answers, prior), adapt(shuffled, prior)
    np.testing.assert_allclose(other.mean[people], plain.mean, atol=1e-6)
    np.testing.assert_allclose(other.covariance[people], plain.covariance, atol=1e-6)
    np.testing.assert_allclose(other.log_evidence[people], plain.log_evidence, atol=1e-6)


def test_relabelled_prototypes_give_relabelled_posteriors():
    rng = np.random.default_rng(23)
    alpha = np.array([0.3, 0.8, 1.5])
    _, answers = simulate(rng, n_users=10, n_answers=5, alpha=alpha)
    order = np.array([2, 0, 1])
    relabelled = Answers(z=answers.z[:, order], outcome=answers.outcome, user=answers.user)
    plain, other = adapt(answers, DirichletPrior(alpha)), adapt(relabelled, DirichletPrior(alpha[order]))
    # The draws are labelled, so equal up to Monte Carlo error: 512 draws, at least 200 of them effective.
    np.testing.assert_allclose(other.mean, plain.mean[:, order], atol=0.03)
    np.testing.assert_allclose(other.log_evidence, plain.log_evidence, atol=0.1)


def test_the_same_seed_gives_the_same_posterior_and_the_chunking_does_not_matter(monkeypatch):
    prior = DirichletPrior([0.3, 0.3])
    _, answers = simulate(np.random.default_rng(24), n_users=20, n_answers=3, alpha=prior.alpha)
    first, again = adapt(answers, prior, seed=5), adapt(answers, prior, seed=5)
    np.testing.assert_array_equal(first.mean, again.mean)
    monkeypatch.setattr("gustibus.adapting.importance._CHUNK", 1)
    one_by_one = adapt(answers, prior, seed=5)
    np.testing.assert_allclose(one_by_one.mean, first.mean, atol=1e-12)
    assert not np.array_equal(adapt(answers, prior, seed=6).mean, first.mean)


@pytest.mark.parametrize("n_prototypes", [1, 8, 16])
@pytest.mark.parametrize("concentration", [0.05, 0.3, 2.0])
def test_effective_draws_are_enough_for_many_answers_and_prototypes(n_prototypes, concentration):
    alpha = np.full(n_prototypes, concentration)
    _, answers = simulate(np.random.default_rng(25), n_users=8, n_answers=30, alpha=alpha)
    posteriors = adapt(answers, DirichletPrior(alpha))
    assert (posteriors.effective_draws >= 50).all()
    assert posteriors.few_draws.size == 0
    assert np.isfinite(posteriors.mean_log_weights).all()


def test_too_few_effective_draws_are_flagged(monkeypatch):
    monkeypatch.setattr("gustibus.adapting.importance.N_REFITS", 0)
    alpha = np.full(16, 0.05)
    _, answers = simulate(np.random.default_rng(26), n_users=5, n_answers=100, alpha=alpha)
    with pytest.warns(DataWarning, match="fewer than 50 effective draws"):
        posteriors = adapt(answers, DirichletPrior(alpha))
    assert posteriors.few_draws.size > 0


def test_posteriors_predict_for_everyone_as_each_posterior_does():
    rng = np.random.default_rng(27)
    prior = DirichletPrior([0.5, 1.0, 1.0])
    _, answers = simulate(rng, n_users=4, n_answers=3, alpha=prior.alpha)
    posteriors = adapt(answers, prior)
    z, user, offset = rng.normal(size=(9, 3)), rng.integers(0, 4, 9), rng.normal(size=9)
    mean, sd = posteriors.log_odds(z, user, offset)
    probability = posteriors.probability(z, user, offset)
    for record in range(9):
        one = posteriors[user[record]]
        np.testing.assert_allclose((mean[record], sd[record]), one.log_odds(z[record], offset[record]))
        np.testing.assert_allclose(probability[record], one.probability(z[record], offset[record]))
    assert len(list(posteriors)) == len(posteriors) == 4
    assert isinstance(posteriors, Posteriors)
    with pytest.raises(IndexError, match="no person 4"):
        posteriors[4]


def test_swapping_the_responses_negates_log_odds_and_mirrors_intervals():
    prior = DirichletPrior([0.5, 1.0])
    posterior = adapt(Answers(z=[[1.0, -2.0]], outcome=[1]), prior)[0]
    z = np.array([[1.5, -0.5], [0.2, 2.0]])
    mean, sd = posterior.log_odds(z, [0.3, -0.1])
    swapped_mean, swapped_sd = posterior.log_odds(-z, [-0.3, 0.1])
    np.testing.assert_array_equal(swapped_mean, -mean)
    np.testing.assert_array_equal(swapped_sd, sd)
    low, high = posterior.interval(z)
    swapped_low, swapped_high = posterior.interval(-z)
    np.testing.assert_allclose((swapped_low, swapped_high), (-high, -low), atol=1e-12)


def test_draws_have_the_posterior_moments():
    _, answers = simulate(np.random.default_rng(28), n_users=1, n_answers=5, alpha=[0.5, 0.5, 0.5])
    posterior = adapt(answers, DirichletPrior([0.5, 0.5, 0.5]), n_draws=4096)[0]
    draws = posterior.draws(4000, seed=1)
    assert draws.shape == (4000, 3)
    np.testing.assert_allclose(draws.sum(axis=1), 1)
    # Two Monte Carlo errors of about 1/sqrt(3000) standard deviations (0.02 * 0.3), three times.
    np.testing.assert_allclose(draws.mean(axis=0), posterior.weights, atol=0.02)
    np.testing.assert_allclose(np.cov(draws.T), posterior.covariance, atol=0.01)


@pytest.mark.parametrize("n", [1000, 1024, 4000])
def test_draws_of_a_person_without_answers_are_spread_like_the_prior(n):
    prior = DirichletPrior([0.3, 1.2, 0.05])
    nobody = adapt(Answers.none(1, 3), prior)[0]
    for seed in range(6):
        draws = nobody.draws(n, seed=seed)
        # Four standard errors of independent draws.
        error = 4 * np.sqrt(np.diag(prior.covariance).max() / n)
        np.testing.assert_allclose(draws.mean(axis=0), prior.mean, atol=error)


def test_bad_settings_are_refused():
    posterior = adapt(Answers.none(1, 2), DirichletPrior.uniform(2))[0]
    with pytest.raises(GustibusError, match="n_draws is 10"):
        adapt(Answers.none(1, 2), DirichletPrior.uniform(2), n_draws=10)
    with pytest.raises(GustibusError, match="2 entries"):
        posterior.log_odds([1.0, 2.0, 3.0])
    with pytest.raises(GustibusError, match="between 0 and 1"):
        posterior.interval([1.0, 2.0], level=1.0)
    with pytest.raises(GustibusError, match='"moments" or "draws"'):
        posterior.probability([1.0, 2.0], by="magic")
    with pytest.raises(GustibusError, match="z is nan"):
        posterior.update([1.0, np.nan], 1)
    with pytest.raises(GustibusError, match=r"outcome is 2\.0"):
        posterior.update([1.0, 1.0], 2)
    with pytest.raises(GustibusError, match="2 prototypes"):
        adapt(Answers.none(1, 2), DirichletPrior.uniform(3))


def test_ordinary_people_raise_no_warning():
    _, answers = simulate(np.random.default_rng(29), n_users=20, n_answers=10, alpha=[0.3] * 4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        posteriors = adapt(answers, DirichletPrior([0.3] * 4))
    assert posteriors.certificate.max() <= 1e-5
