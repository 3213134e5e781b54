import numpy as np
import pytest
from simulated_people import simulate

from gustibus.adapting import Answers, AtomPrior, DirichletPrior, adapt, adapt_by_atoms, fit_atom_prior
from gustibus.comparisons import GustibusError

ATOMS = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])


def test_many_atoms_from_the_prior_give_the_posterior_of_a_linear_model():
    prior = DirichletPrior([0.5, 1.0, 1.5])
    _, answers = simulate(np.random.default_rng(0), n_users=5, n_answers=4, alpha=prior.alpha)
    atoms = np.exp(prior.log_draws(8192, seed=3))
    by_atoms = adapt_by_atoms(
        answers.z @ atoms.T, atoms, outcome=answers.outcome, user=answers.user, weight=answers.weight
    )
    exact = adapt(answers, prior, n_draws=2048)
    assert by_atoms.effective_draws.min() > 500
    # Four Monte Carlo errors of 0.3/sqrt(500).
    np.testing.assert_allclose(by_atoms.mean, exact.mean, atol=0.05)
    np.testing.assert_allclose(by_atoms.covariance, exact.covariance, atol=0.02)
    np.testing.assert_allclose(by_atoms.log_evidence, exact.log_evidence, atol=0.1)
    z = np.random.default_rng(1).normal(size=(5, 3))
    mean, sd = by_atoms.log_odds(z @ atoms.T, np.arange(5))
    expected_mean, expected_sd = exact.log_odds(z, np.arange(5))
    np.testing.assert_allclose(mean, expected_mean, atol=0.1)
    np.testing.assert_allclose(sd, expected_sd, atol=0.1)


def test_the_masses_are_bayes_rule_for_a_model_that_is_not_linear():
    log_odds = np.array([[3.0, 0.5, -1.0], [2.0, -4.0, 0.0]])
    prior_mass = np.array([0.2, 0.5, 0.3])
    posteriors = adapt_by_atoms(
        log_odds, ATOMS, outcome=[1, 0], weight=[1, 2], n_users=2, log_prior_weight=np.log(prior_mass)
    )
    sigma = 1 / (1 + np.exp(-log_odds))
    joint = prior_mass * sigma[0] * (1 - sigma[1]) ** 2
    np.testing.assert_allclose(posteriors.atom_mass[0], joint / joint.sum())
    assert posteriors.log_evidence[0] == pytest.approx(np.log(joint.sum()))
    np.testing.assert_array_equal(posteriors.map_weights[0], ATOMS[joint.argmax()])
    np.testing.assert_allclose(posteriors.mean[1], prior_mass @ ATOMS)
    assert np.isnan(posteriors.certificate).all()


def test_one_person_predicts_and_updates_as_from_scratch():
    log_odds = np.array([[3.0, 0.5, -1.0], [2.0, -4.0, 0.0], [1.0, 1.0, -2.0]])
    both = adapt_by_atoms(log_odds[:2], ATOMS, outcome=[1, 0])[0]
    step = adapt_by_atoms(log_odds[:1], ATOMS, outcome=[1])[0].update(log_odds[1], 0)
    np.testing.assert_allclose(step.weights, both.weights)
    weights, mass = both.weighted_draws()
    np.testing.assert_allclose(mass @ weights, both.weights)
    mean, sd = both.log_odds(log_odds[2])
    assert mean == pytest.approx(mass @ log_odds[2])
    assert sd == pytest.approx(np.sqrt(mass @ (log_odds[2] - mean) ** 2))
    assert both.probability(log_odds[2], by="draws") == pytest.approx(mass @ (1 / (1 + np.exp(-log_odds[2]))))
    low, high = both.interval(log_odds[2])
    assert low <= mean <= high
    assert both.draws(100).shape == (100, 2)


def test_an_atom_of_no_mass_is_never_chosen():
    posteriors = adapt_by_atoms([[9.0, 0.0, 0.0]], ATOMS, outcome=[1], log_prior_weight=[-np.inf, 0.0, 0.0])
    assert posteriors.atom_mass[0, 0] == 0


def people_at_atoms(rng, atom_of_user, n_atoms, n_answers):
    """Answers of people whose log-odds are any function of the atom they are."""
    user = np.repeat(np.arange(len(atom_of_user)), n_answers)
    log_odds = 3 * rng.normal(size=(len(user), n_atoms))
    own = log_odds[np.arange(len(user)), atom_of_user[user]]
    return Answers(z=log_odds, outcome=(rng.random(len(user)) < 1 / (1 + np.exp(-own))).astype(float), user=user)


def test_fitted_masses_say_how_often_each_possible_person_occurs_for_a_model_that_is_not_linear():
    rng = np.random.default_rng(0)
    atoms = rng.dirichlet(np.ones(3), 50)
    true = np.zeros(50)
    true[[3, 17, 40]] = 0.5, 0.3, 0.2
    prior = fit_atom_prior(people_at_atoms(rng, rng.choice(50, 300, p=true), 50, 20), atoms)
    # Three standard errors of a share of 300 people.
    np.testing.assert_allclose(prior.mass, true, atol=0.09)
    new = people_at_atoms(rng, rng.choice(50, 300, p=true), 50, 2)
    gain = adapt(new, prior).log_evidence - adapt(new, AtomPrior(atoms)).log_evidence
    assert gain.mean() > 4 * gain.std() / np.sqrt(300)


def test_atoms_in_chunks_give_the_same_masses(monkeypatch):
    rng = np.random.default_rng(5)
    answers = Answers(z=rng.normal(size=(60, 3)), outcome=rng.random(60), user=np.repeat(np.arange(20), 3))
    whole = adapt(answers, AtomPrior(ATOMS))
    monkeypatch.setattr("gustibus.adapting.atom_prior._BUDGET", 50)
    np.testing.assert_allclose(adapt(answers, AtomPrior(ATOMS)).atom_mass, whole.atom_mass)


@pytest.mark.parametrize(
    ("atoms", "log_mass", "message"),
    [
        ([[0.5, 0.6]], None, "atom 0 is"),
        ([[1.5, -0.5]], None, "non-negative"),
        ([0.5, 0.5], None, r"\(A, K\)"),
        ([[0.5, 0.5]], [0.0, 0.0], "each of the 1 atoms"),
        ([[0.5, 0.5]], [-np.inf], "at least one"),
    ],
)
def test_bad_atoms_are_refused(atoms, log_mass, message):
    with pytest.raises(GustibusError, match=message):
        AtomPrior(atoms, log_mass)


def test_log_odds_that_do_not_go_with_the_atoms_are_refused():
    with pytest.raises(GustibusError, match="2 columns, but there are 3 atoms"):
        adapt_by_atoms([[1.0, 2.0]], ATOMS, outcome=[1])
