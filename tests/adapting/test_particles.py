import numpy as np
import pytest
from scipy import optimize, special
from simulated_people import simulate

from gustibus.adapting import (
    Answers,
    AtomPrior,
    DirichletPrior,
    ParticlePrior,
    adapt,
    fit_particle_prior,
    solve_mixing_masses,
)
from gustibus.comparisons import GustibusError


def mean_log_likelihood(mass, log_likelihood):
    return special.logsumexp(log_likelihood + np.log(np.maximum(mass, 1e-300)), axis=1).mean()


@pytest.mark.parametrize("seed", range(5))
def test_the_masses_are_those_of_a_general_solver_and_their_certificate_holds(seed):
    rng = np.random.default_rng(seed)
    log_likelihood = rng.normal(size=(30, 6)) * 2
    found = solve_mixing_masses(log_likelihood)
    general = optimize.minimize(
        lambda mass: -mean_log_likelihood(mass, log_likelihood),
        np.full(6, 1 / 6),
        bounds=[(0, 1)] * 6,
        constraints=[{"type": "eq", "fun": lambda mass: mass.sum() - 1}],
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    # SLSQP stops at about 1e-8 in the objective; the masses there are good to the root of that.
    assert found.objective >= -general.fun - 1e-8
    np.testing.assert_allclose(found.mass, general.x, atol=2e-3)
    assert found.objective == pytest.approx(mean_log_likelihood(found.mass, log_likelihood))
    ratio = np.exp(log_likelihood - special.logsumexp(log_likelihood + np.log(found.mass + 1e-300), axis=1)[:, None])
    assert max(ratio.mean(axis=0).max() - 1, 0) == pytest.approx(found.certificate, abs=1e-9)
    assert found.certificate <= 1e-6
    # No other masses are better by more than the certificate says.
    for other in rng.dirichlet(np.ones(6), 200):
        assert mean_log_likelihood(other, log_likelihood) <= found.objective + found.certificate


@pytest.mark.parametrize("n_atoms", [1, 40, 400])
def test_the_certificate_is_met_with_twins_among_many_atoms_and_likelihoods_far_apart(n_atoms):
    rng = np.random.default_rng(6)
    log_likelihood = np.repeat(rng.normal(size=(120, n_atoms)) * 30 - 1000, 2, axis=1)
    log_likelihood[rng.random(log_likelihood.shape) < 0.1] = -np.inf
    log_likelihood[:, 0] = np.maximum(log_likelihood[:, 0], -2000)
    found = solve_mixing_masses(log_likelihood)
    assert found.certificate <= 1e-6
    assert found.mass.sum() == pytest.approx(1.0)


def test_a_particle_posterior_is_bayes_rule_and_equals_the_one_from_log_odds_at_the_atoms():
    rng = np.random.default_rng(0)
    atoms, log_mass = rng.dirichlet([0.5, 0.5, 0.5], 20), rng.normal(size=20)
    _, answers = simulate(rng, n_users=7, n_answers=4, alpha=[0.5, 0.5, 0.5])
    prior = ParticlePrior(atoms, log_mass)
    posteriors = adapt(answers, prior)
    at_atoms = Answers(z=answers.z @ atoms.T, outcome=answers.outcome, user=answers.user)
    reference = adapt(at_atoms, AtomPrior(atoms, log_mass))
    for name in ("mean", "covariance", "log_evidence", "atom_mass", "map_weights"):
        np.testing.assert_allclose(getattr(posteriors, name), getattr(reference, name), atol=1e-12)
    joint = np.exp(log_mass) * np.prod(
        np.where(answers.outcome == 1, 1, 0)[:4, None] * special.expit(answers.z[:4] @ atoms.T)
        + np.where(answers.outcome == 1, 0, 1)[:4, None] * special.expit(-answers.z[:4] @ atoms.T),
        axis=0,
    )
    np.testing.assert_allclose(posteriors.atom_mass[0], joint / joint.sum())
    np.testing.assert_allclose(posteriors.mean[0], joint @ atoms / joint.sum())
    assert (posteriors.certificate == 0).all()
    assert posteriors.few_draws.size == 0


def test_particles_predict_update_and_draw_from_columns_of_prototypes():
    rng = np.random.default_rng(1)
    prior = ParticlePrior(rng.dirichlet([0.5, 0.5], 10), rng.normal(size=10))
    z = rng.normal(size=(4, 2)) * 3
    answers = Answers(z=z[:2], outcome=[1, 0], n_users=2)
    posteriors = adapt(answers, prior)
    step = adapt(Answers(z=z[:1], outcome=[1]), prior)[0].update(z[1], 0)
    np.testing.assert_allclose(step.weights, posteriors.mean[0])
    weights, mass = step.weighted_draws()
    expected = special.expit(z @ weights.T + 0.5) @ mass
    np.testing.assert_allclose(step.probability(z, 0.5), expected)
    np.testing.assert_allclose(posteriors.probability(z, np.zeros(4, int), 0.5), expected)
    np.testing.assert_allclose(
        posteriors.probability(z, np.zeros(4, int), 0.5, by="moments"), step.probability(z, 0.5, by="moments")
    )
    mean, sd = posteriors.log_odds(z, np.zeros(4, int))
    np.testing.assert_allclose(mean, z @ weights.T @ mass)
    np.testing.assert_allclose(sd, np.sqrt((z @ weights.T - mean[:, None]) ** 2 @ mass))
    low, high = step.interval(z)
    assert (low <= high).all()
    assert posteriors.draws(3, seed=1).shape == (2, 3, 2)


def test_without_answers_the_posterior_is_the_prior():
    prior = ParticlePrior(np.random.default_rng(2).dirichlet(np.ones(3), 8), np.arange(8.0))
    posteriors = adapt(Answers.none(2, 3), prior)
    np.testing.assert_allclose(posteriors.mean, prior.mean[None].repeat(2, axis=0), atol=1e-12)
    np.testing.assert_allclose(posteriors.covariance, prior.covariance[None].repeat(2, axis=0), atol=1e-12)
    np.testing.assert_allclose(posteriors.log_evidence, 0, atol=1e-12)
    drawn = prior.draws(20_000, seed=1)
    # Systematic draws: each atom's share is right to one draw.
    np.testing.assert_allclose(drawn.mean(axis=0), prior.mean, atol=8 / 20_000)


def test_types_of_people_are_found_with_their_shares():
    rng = np.random.default_rng(3)
    kinds = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.0, 0.2, 0.8]])
    kind = rng.choice(3, 500, p=[0.5, 0.3, 0.2])
    user = np.repeat(np.arange(500), 20)
    z = rng.normal(size=(10_000, 3)) * 4
    outcome = rng.random(10_000) < special.expit((z * kinds[kind][user]).sum(axis=1))
    answers = Answers(z=z, outcome=outcome, user=user)
    strangers = rng.dirichlet(np.ones(3), 30)
    fit = fit_particle_prior(answers, np.concatenate([kinds, strangers]), vertices=False)
    assert fit.certificate <= 1e-6
    nearest = np.linalg.norm(fit.prior.atoms[:, None] - kinds, axis=2).argmin(axis=1)
    share = np.bincount(nearest, fit.prior.mass)
    # Three binomial standard errors (0.066), and as much for strangers that explain some people as well.
    np.testing.assert_allclose(share, [0.5, 0.3, 0.2], atol=0.13)
    assert fit.prior.mass[:3].sum() > 0.5


def test_a_persons_own_atoms_explain_only_others():
    _, answers = simulate(np.random.default_rng(4), n_users=60, n_answers=15, alpha=[0.3, 0.3, 0.3])
    atoms = adapt(answers, DirichletPrior([0.3, 0.3, 0.3])).mean
    makers = np.arange(60)
    left_out = fit_particle_prior(answers, atoms, made_from=makers, even_share=0.0)
    raw = fit_particle_prior(answers, atoms, even_share=0.0)
    assert left_out.objective < raw.objective
    log_likelihood = left_out.prior.log_likelihood(answers)
    log_likelihood[makers, makers] = -np.inf
    mass = solve_mixing_masses(log_likelihood).mass
    np.testing.assert_allclose(left_out.prior.mass, mass, atol=1e-6)


def test_an_even_share_keeps_every_atom_possible():
    _, answers = simulate(np.random.default_rng(5), n_users=50, n_answers=5, alpha=[0.5, 0.5])
    atoms = np.random.default_rng(5).dirichlet([1.0, 1.0], 30)
    fit = fit_particle_prior(answers, atoms)
    assert fit.n_atoms_used < 32
    assert len(fit.prior.atoms) == 32
    even = fit_particle_prior(answers, atoms, even_share=1.0)
    np.testing.assert_allclose(even.prior.mass, 1 / 32)
    assert fit.even_share in (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)


def test_bad_input_is_refused():
    answers = Answers(z=[[1.0, 2.0]], outcome=[1])
    with pytest.raises(GustibusError, match="nobody has answers"):
        fit_particle_prior(Answers.none(2, 2), np.eye(2))
    with pytest.raises(GustibusError, match="weights of 3 prototypes"):
        fit_particle_prior(answers, np.eye(3))
    with pytest.raises(GustibusError, match="one integer for each of the 2 atoms"):
        fit_particle_prior(answers, np.eye(2), made_from=[0])
    with pytest.raises(GustibusError, match="people from 0 to 0"):
        fit_particle_prior(answers, np.eye(2), made_from=[0, 1])
    with pytest.raises(GustibusError, match="no component has a finite likelihood for person 0"):
        fit_particle_prior(answers, [[0.5, 0.5]], made_from=[0], vertices=False)
    with pytest.raises(GustibusError, match="between 0 and 1"):
        fit_particle_prior(answers, np.eye(2), even_share=2.0)
    with pytest.raises(GustibusError, match=r"\(U, A\)"):
        solve_mixing_masses([0.0, 1.0])
