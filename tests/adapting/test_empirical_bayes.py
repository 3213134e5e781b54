import numpy as np
import pytest
from simulated_people import simulate

from gustibus.adapting import Answers, DirichletPrior, adapt, fit_dirichlet_prior
from gustibus.comparisons import GustibusError


@pytest.mark.parametrize("alpha", [[0.3, 0.6, 1.2], [0.1, 0.1, 0.1, 0.1], [4.0, 2.0]])
def test_the_fitted_prior_recovers_the_true_one_within_its_standard_errors(alpha):
    _, answers = simulate(np.random.default_rng(1), n_users=600, n_answers=15, alpha=alpha, scale=3.0)
    fit = fit_dirichlet_prior(answers)
    assert fit.converged
    assert not fit.at_bound
    # Three standard errors each, one part in twenty for Monte Carlo error and the pseudo-users.
    error = np.abs(np.log(fit.prior.alpha / alpha))
    assert (error < 3 * fit.log_standard_error + 0.05).all()
    assert fit.log_standard_error.max() < 0.5


def test_the_objective_rises_up_to_monte_carlo_error():
    _, answers = simulate(np.random.default_rng(2), n_users=300, n_answers=8, alpha=[0.2, 0.4, 0.8])
    fit = fit_dirichlet_prior(answers, start=[5.0, 5.0, 5.0])
    assert len(fit.objective) > 2
    # The allowance that the fit itself makes: 0.04 nats times the root of the number of people.
    assert np.diff(fit.objective).min() > -0.04 * np.sqrt(300)
    assert fit.objective[-1] > fit.objective[0] + 5


def test_the_objective_is_the_log_evidence_of_the_answers():
    _, answers = simulate(np.random.default_rng(3), n_users=150, n_answers=6, alpha=[0.4, 0.8])
    fit = fit_dirichlet_prior(answers, pseudo_users=0.0, n_draws=512)
    evidence = adapt(answers, fit.prior, n_draws=4096).log_evidence.sum()
    # Ten independent sets of points, each with an error of about 0.1 nats over its sixteen people.
    assert fit.objective[-1] == pytest.approx(evidence, abs=1.0)


def test_two_starts_reach_the_same_prior():
    _, answers = simulate(np.random.default_rng(4), n_users=400, n_answers=10, alpha=[0.3, 0.9])
    low = fit_dirichlet_prior(answers, start=[0.05, 0.05])
    high = fit_dirichlet_prior(answers, start=[10.0, 3.0])
    # Both stop within 0.1 standard errors of the top.
    distance = np.abs(np.log(low.prior.alpha / high.prior.alpha))
    assert (distance < 0.25 * low.log_standard_error).all()


def test_the_work_is_bounded_by_subsampling_people_and_records():
    _, answers = simulate(np.random.default_rng(5), n_users=200, n_answers=12, alpha=[0.5, 0.5])
    reports = []
    fit = fit_dirichlet_prior(
        answers, max_users=50, max_answers=4, progress=lambda *report: reports.append(report), seed=3
    )
    assert (fit.n_users, fit.n_answers) == (50, 200)
    assert reports
    again = fit_dirichlet_prior(answers, max_users=50, max_answers=4, seed=3)
    np.testing.assert_array_equal(fit.prior.alpha, again.prior.alpha)


def test_people_without_answers_do_not_count():
    _, answers = simulate(np.random.default_rng(6), n_users=60, n_answers=5, alpha=[0.5, 0.5])
    more = Answers(z=answers.z, outcome=answers.outcome, user=answers.user * 2, n_users=500)
    np.testing.assert_allclose(fit_dirichlet_prior(more).prior.alpha, fit_dirichlet_prior(answers).prior.alpha)


def test_identical_people_end_at_a_bound_and_it_is_said():
    rng = np.random.default_rng(7)
    user = np.repeat(np.arange(300), 40)
    z = rng.normal(size=(len(user), 2)) * 8
    outcome = (rng.random(len(user)) < 1 / (1 + np.exp(-z @ [0.5, 0.5]))).astype(float)
    fit = fit_dirichlet_prior(Answers(z=z, outcome=outcome, user=user), bounds=(0.01, 20.0), pseudo_users=0.0)
    assert fit.at_bound
    assert fit.converged
    assert fit.prior.alpha.max() == pytest.approx(20.0)


def test_a_handful_of_people_gets_a_finite_prior():
    _, answers = simulate(np.random.default_rng(8), n_users=4, n_answers=2, alpha=[0.5, 0.5, 0.5])
    fit = fit_dirichlet_prior(answers)
    assert fit.converged
    assert np.isfinite(fit.prior.alpha).all()
    assert fit.log_standard_error.min() > 0.5


def test_the_fitted_prior_predicts_new_people_better_than_the_uniform_one():
    rng = np.random.default_rng(9)
    alpha = np.array([0.15, 0.15, 0.15, 0.6])
    _, seen = simulate(rng, n_users=400, n_answers=10, alpha=alpha)
    fitted = fit_dirichlet_prior(seen).prior
    _, new = simulate(rng, n_users=500, n_answers=23, alpha=alpha)
    rank = np.arange(len(new)) % 23
    shown, test = new.take_records(np.flatnonzero(rank < 3)), new.take_records(np.flatnonzero(rank >= 3))
    losses = []
    for prior in (fitted, DirichletPrior.uniform(4)):
        p = adapt(shown, prior).probability(test.z, test.user)
        loss = -np.log(np.where(test.outcome == 1, p, 1 - p))
        losses.append(np.bincount(test.user, loss) / 20)
    gain = losses[1] - losses[0]
    # Paired over people: more than three standard errors.
    assert gain.mean() > 3 * gain.std() / np.sqrt(500)


def test_bad_settings_are_refused():
    answers = Answers(z=[[1.0, 2.0]], outcome=[1])
    with pytest.raises(GustibusError, match="nobody has answers"):
        fit_dirichlet_prior(Answers.none(3, 2))
    with pytest.raises(GustibusError, match="bounds"):
        fit_dirichlet_prior(answers, bounds=(0.0, 1.0))
    with pytest.raises(GustibusError, match="at least 1"):
        fit_dirichlet_prior(answers, max_users=0)
    with pytest.raises(GustibusError, match="2 prototypes"):
        fit_dirichlet_prior(answers, start=[1.0, 1.0, 1.0])
