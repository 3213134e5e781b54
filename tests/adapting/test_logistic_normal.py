import numpy as np
import pytest
from quadrature import by_normal_grid
from scipy import special

from gustibus.adapting import (
    Answers,
    DirichletPrior,
    LogisticNormalPrior,
    adapt,
    fit_dirichlet_prior,
    fit_logistic_normal_prior,
    held_out_log_loss,
    held_out_losses,
    log_ratio_basis,
)
from gustibus.comparisons import GustibusError


def some_prior(rng, n_prototypes, sd=1.5):
    root = rng.normal(size=(n_prototypes - 1, n_prototypes - 1)) * sd
    return LogisticNormalPrior(rng.normal(size=n_prototypes - 1) * 0.5, root @ root.T + 0.1 * np.eye(n_prototypes - 1))


def answers_of(rng, weights, n_answers, scale=3.0):
    n_users, n_prototypes = weights.shape
    user = np.repeat(np.arange(n_users), n_answers)
    z = rng.normal(size=(len(user), n_prototypes)) * scale
    outcome = rng.random(len(user)) < special.expit((z * weights[user]).sum(axis=1))
    return Answers(z=z, outcome=outcome.astype(float), user=user, n_users=n_users)


@pytest.mark.parametrize("n_prototypes", [2, 3])
@pytest.mark.parametrize("n_answers", [1, 5, 30])
@pytest.mark.parametrize("sd", [0.5, 1.5, 4.0])
def test_the_posterior_equals_quadrature(n_prototypes, n_answers, sd):
    rng = np.random.default_rng(n_answers)
    prior = some_prior(rng, n_prototypes, sd)
    simulated = answers_of(rng, prior.draws(1, seed=1), n_answers)
    answers = Answers(
        z=simulated.z,
        outcome=np.abs(simulated.outcome - 0.2),
        offset=rng.normal(size=n_answers),
        weight=rng.uniform(0.5, 2, n_answers),
    )
    posterior = adapt(answers, prior, n_draws=2048)[0]
    mean, covariance, evidence, probability = by_normal_grid(answers, prior, 8, 8001 if n_prototypes == 2 else 601)
    sd_of_weights = np.sqrt(np.diag(covariance))
    # Three standard errors of independent draws; Sobol points are usually several times closer.
    error = 3 / np.sqrt(posterior.effective_draws)
    np.testing.assert_allclose(posterior.weights, mean, atol=error * sd_of_weights.max())
    np.testing.assert_allclose(posterior.covariance, covariance, atol=1.5 * error * sd_of_weights.max() ** 2)
    assert posterior.log_evidence == pytest.approx(evidence, abs=error)
    assert posterior.probability(answers.z[0], by="draws") == pytest.approx(probability, abs=error * 0.5)


@pytest.mark.parametrize("n_prototypes", [2, 5, 8])
def test_the_most_probable_weights_are_stationary_and_no_draw_is_better(n_prototypes):
    rng = np.random.default_rng(3)
    prior = some_prior(rng, n_prototypes, 2.0)
    answers = answers_of(rng, prior.draws(40, seed=2), 12)
    posteriors = adapt(answers, prior)
    assert posteriors.certificate.max() <= 1e-5
    precision = np.linalg.inv(prior.log_ratio_covariance)
    basis = log_ratio_basis(n_prototypes)

    def density(person, log_weights):
        eta = log_weights @ basis - prior.log_ratio_mean
        log_odds = np.exp(log_weights) @ person.z.T
        fit = (person.outcome * log_odds - np.logaddexp(0, log_odds)).sum(axis=1)
        return fit - 0.5 * np.einsum("ni,ij,nj->n", eta, precision, eta)

    for code in range(40):
        person = answers.of_user(code)
        best = density(person, np.log(posteriors.map_weights[[code]]))
        tried = density(person, np.log(np.maximum(posteriors[code].draws(500), 1e-300)))
        assert best[0] >= tried.max() - 1e-8


def test_without_answers_the_posterior_is_exactly_the_prior():
    prior = some_prior(np.random.default_rng(4), 4)
    posteriors = adapt(Answers.none(2, 4), prior)
    assert (posteriors.mean == prior.mean).all()
    assert (posteriors.covariance == prior.covariance).all()
    assert (posteriors.log_evidence == 0).all()
    np.testing.assert_allclose(posteriors.map_weights, special.softmax(prior.centre)[None].repeat(2, axis=0))
    draws = prior.draws(4096, seed=1)
    # Two sets of Sobol points, 4,096 and 32,768: each is closer than independent draws, 3 x 0.5 / 64.
    np.testing.assert_allclose(draws.mean(axis=0), prior.mean, atol=0.02)
    np.testing.assert_allclose(np.cov(draws.T), prior.covariance, atol=0.01)
    np.testing.assert_allclose(posteriors[0].draws(4000).mean(axis=0), prior.mean, atol=0.02)


def test_one_prototype_is_everyones():
    answers = Answers(z=[[1.0], [-2.0]], outcome=[1, 0], user=[0, 1], n_users=3)
    fit = fit_logistic_normal_prior(answers)
    posteriors = adapt(answers, fit.prior)
    assert fit.converged
    np.testing.assert_array_equal(posteriors.mean, np.ones((3, 1)))
    np.testing.assert_array_equal(posteriors.covariance, np.zeros((3, 1, 1)))
    np.testing.assert_allclose(posteriors.log_evidence, [*np.log(special.expit([1.0, 2.0])), 0.0])


def test_an_update_equals_solving_from_scratch_and_the_order_of_people_does_not_matter():
    rng = np.random.default_rng(5)
    prior = some_prior(rng, 3)
    answers = answers_of(rng, prior.draws(6, seed=1), 5)
    whole = adapt(answers, prior)
    person = answers.of_user(2)
    posterior = adapt(Answers.none(1, 3), prior)[0]
    for record in range(5):
        posterior = posterior.update(person.z[record], person.outcome[record])
    np.testing.assert_allclose(posterior.weights, whole.mean[2], atol=1e-6)
    np.testing.assert_allclose(posterior.covariance, whole.covariance[2], atol=1e-6)
    assert posterior.log_evidence == pytest.approx(whole.log_evidence[2], abs=1e-6)
    order = rng.permutation(6)
    np.testing.assert_allclose(adapt(answers.take_users(order), prior).mean, whole.mean[order], atol=1e-9)


def test_no_prototype_is_special():
    rng = np.random.default_rng(6)
    prior = some_prior(rng, 4)
    order = np.array([2, 0, 3, 1])
    basis = log_ratio_basis(4)
    turned = basis.T @ basis[order]
    permuted = LogisticNormalPrior(turned @ prior.log_ratio_mean, turned @ prior.log_ratio_covariance @ turned.T)
    np.testing.assert_allclose(permuted.centre, prior.centre[order], atol=1e-12)
    answers = answers_of(rng, prior.draws(30, seed=1), 6)
    relabelled = Answers(z=answers.z[:, order], outcome=answers.outcome, user=answers.user, n_users=30)
    plain, other = adapt(answers, prior), adapt(relabelled, permuted)
    np.testing.assert_allclose(other.map_weights, plain.map_weights[:, order], atol=1e-6)
    # The draws are turned, so equal up to Monte Carlo error: 512 draws, at least 200 of them effective.
    np.testing.assert_allclose(other.mean, plain.mean[:, order], atol=0.03)
    answers = answers_of(rng, prior.draws(300, seed=1), 12)
    relabelled = Answers(z=answers.z[:, order], outcome=answers.outcome, user=answers.user, n_users=300)
    # The random points differ: half a standard error of the mean of 300 people, 0.3 / sqrt(300).
    one, two = (fit_logistic_normal_prior(people, n_draws=512).prior for people in (answers, relabelled))
    np.testing.assert_allclose(two.mean, one.mean[order], atol=0.009)
    np.testing.assert_allclose(two.covariance, one.covariance[np.ix_(order, order)], atol=0.009)


def test_the_evidence_rises_with_every_step_and_reaches_that_of_the_truth():
    rng = np.random.default_rng(7)
    truth = LogisticNormalPrior([1.0, -0.5, 0.0], np.diag([4.0, 1.0, 0.3]))
    answers = answers_of(rng, truth.draws(400, seed=3), 15)
    fit = fit_logistic_normal_prior(answers)
    assert fit.converged
    assert len(fit.objective) > 2
    # The allowance that the fit itself makes: 0.04 nats times the root of the number of people.
    assert np.diff(fit.objective).min() > -0.04 * np.sqrt(400)
    assert fit.objective[-1] > fit.objective[0] + 5
    fitted, true = (adapt(answers, prior, n_draws=1024).log_evidence.sum() for prior in (fit.prior, truth))
    # A maximum of the evidence is above the truth's by half a nat a parameter (9) on average; the anchor costs little.
    assert fitted > true - 2
    np.testing.assert_allclose(fit.prior.log_ratio_mean, truth.log_ratio_mean, atol=0.35)
    ratio = np.linalg.eigvalsh(fit.prior.log_ratio_covariance) / [0.3, 1.0, 4.0]
    assert ((ratio > 0.5) & (ratio < 2.0)).all()


def test_two_starts_of_the_random_points_reach_the_same_prior():
    rng = np.random.default_rng(8)
    answers = answers_of(rng, some_prior(rng, 3).draws(300, seed=1), 12)
    one, two = (fit_logistic_normal_prior(answers, seed=seed).prior for seed in (0, 1))
    np.testing.assert_allclose(one.mean, two.mean, atol=0.01)
    np.testing.assert_allclose(one.covariance, two.covariance, atol=0.01)


def test_weights_that_vary_together_are_predicted_better_than_any_dirichlet_could():
    rng = np.random.default_rng(9)
    n_prototypes = 6
    pairs = np.repeat(np.eye(3), 2, axis=1) * 2.5

    def people(n_users):
        logits = rng.normal(size=(n_users, 3)) @ pairs + rng.normal(size=(n_users, n_prototypes)) * 0.1
        return special.softmax(logits, axis=1)

    seen = answers_of(rng, people(200), 20, scale=5.0)
    new = answers_of(rng, people(200), 30, scale=5.0)
    rank = np.arange(len(new)) % 30
    shown, test = (new.take_records(np.flatnonzero(part)) for part in (rank < 10, rank >= 10))
    normal, dirichlet = fit_logistic_normal_prior(seen).prior, fit_dirichlet_prior(seen).prior
    # No Dirichlet has weights that rise together: its covariances are all negative, whatever the concentrations.
    assert normal.log_weight_covariance[0, 1] > 0.5
    assert normal.covariance[0, 1] > 0
    gain = held_out_losses(shown, test, dirichlet) - held_out_losses(shown, test, normal)
    assert gain.mean() > 3 * gain.std() / np.sqrt(200)
    # Nor would another Dirichlet have done: the best of all multiples of the fitted one on the test answers themselves.
    best = min(held_out_log_loss(shown, test, DirichletPrior(dirichlet.alpha * factor)) for factor in (0.4, 2.5))
    assert held_out_log_loss(shown, test, normal) < best - 0.01


def test_a_handful_of_people_gets_a_finite_prior_and_people_without_answers_do_not_count():
    rng = np.random.default_rng(10)
    answers = answers_of(rng, rng.dirichlet(np.ones(5), 4), 2)
    fit = fit_logistic_normal_prior(answers)
    assert np.isfinite(fit.prior.mean).all()
    assert (fit.n_users, fit.n_answers) == (4, 8)
    more = Answers(z=answers.z, outcome=answers.outcome, user=answers.user * 3, n_users=50)
    np.testing.assert_allclose(fit_logistic_normal_prior(more).prior.mean, fit.prior.mean, atol=1e-9)


def test_bad_priors_and_settings_are_refused():
    with pytest.raises(GustibusError, match=r"\(K-1,\) and \(K-1, K-1\)"):
        LogisticNormalPrior([0.0, 0.0], np.eye(3))
    with pytest.raises(GustibusError, match="positive definite"):
        LogisticNormalPrior([0.0, 0.0], [[1.0, 2.0], [2.0, 1.0]])
    with pytest.raises(GustibusError, match="finite"):
        LogisticNormalPrior([np.nan], [[1.0]])
    with pytest.raises(GustibusError, match="3 columns, but the prior is about 2"):
        adapt(Answers.none(1, 3), LogisticNormalPrior([0.0], [[1.0]]))
    with pytest.raises(GustibusError, match="n_draws is 10"):
        adapt(Answers.none(1, 2), LogisticNormalPrior([0.0], [[1.0]]), n_draws=10)
    with pytest.raises(GustibusError, match="nobody has answers"):
        fit_logistic_normal_prior(Answers.none(3, 2))
    with pytest.raises(GustibusError, match="anchor_users positive"):
        fit_logistic_normal_prior(Answers(z=[[1.0, 2.0]], outcome=[1]), anchor_users=0.0)
