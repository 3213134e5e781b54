import numpy as np
import pytest
from scipy import integrate, stats

from gustibus.adapting import DirichletPrior
from gustibus.comparisons import GustibusError


def test_the_density_in_softmax_coordinates_integrates_to_one():
    prior = DirichletPrior([0.4, 1.7])

    def density(theta):
        log_weights = np.array([-np.logaddexp(0, -theta), -np.logaddexp(0, theta)])
        return np.exp(prior.log_density(log_weights))

    assert integrate.quad(density, -80, 40, limit=500)[0] == pytest.approx(1.0, abs=1e-6)


def test_the_most_probable_weights_in_softmax_coordinates_are_the_mean():
    prior = DirichletPrior([0.1, 0.5, 2.0])
    rng = np.random.default_rng(0)
    others = np.log(rng.dirichlet([1.0, 1.0, 1.0], 200))
    assert (prior.log_density(others) < prior.log_density(np.log(prior.mean))).all()


@pytest.mark.parametrize("alpha", [[0.05, 0.05, 0.05], [0.3, 1.0, 3.0], [20.0, 5.0, 1.0]])
def test_draws_have_the_moments_of_the_prior_even_at_the_vertices(alpha):
    prior = DirichletPrior(alpha)
    log_draws = prior.log_draws(4096, seed=2)
    weights = np.exp(log_draws)
    assert np.isfinite(log_draws).all()
    # Scrambled Sobol points: well inside the 1/sqrt(4096) = 0.016 standard deviations of independent draws.
    sd = np.sqrt(np.diag(prior.covariance))
    np.testing.assert_allclose(weights.mean(axis=0), prior.mean, atol=0.02 * sd.max())
    np.testing.assert_allclose(np.cov(weights.T), prior.covariance, atol=0.05 * sd.max() ** 2)
    np.testing.assert_allclose(log_draws.mean(axis=0), prior.mean_log_weights, rtol=0.02)


def test_draws_are_those_of_the_same_seed_only():
    prior = DirichletPrior([1.0, 2.0])
    np.testing.assert_array_equal(prior.log_draws(64, seed=1), prior.log_draws(64, seed=1))
    assert not np.array_equal(prior.log_draws(64, seed=1), prior.log_draws(64, seed=2))


def test_a_marginal_of_the_draws_is_a_beta():
    weights = np.exp(DirichletPrior([0.5, 1.0, 1.5]).log_draws(2048, seed=0))
    assert stats.kstest(weights[:, 0], stats.beta(0.5, 2.5).cdf).statistic < 0.01


def test_bad_concentrations_are_refused():
    for alpha in ([], [1.0, -1.0], [np.inf, 1.0]):
        with pytest.raises(GustibusError):
            DirichletPrior(alpha)


def test_a_prior_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        DirichletPrior.uniform(3).alpha[0] = 2.0
