import numpy as np
import pytest
from scipy import special
from simulated_people import simulate

from gustibus.adapting import (
    Answers,
    AtomPrior,
    DirichletPrior,
    LogisticNormalPrior,
    ParticlePrior,
    PeoplePrior,
    adapt,
    choose_prior,
    first_answers,
    fit_prior,
    held_out_log_loss,
    held_out_losses,
    prior_from_arrays,
)
from gustibus.comparisons import GustibusError

PRIORS = [
    DirichletPrior([0.5, 1.0, 2.0]),
    LogisticNormalPrior([0.5, -0.2], [[2.0, 0.3], [0.3, 0.5]]),
    ParticlePrior([[1.0, 0.0, 0.0], [0.2, 0.3, 0.5]], [0.0, -np.inf]),
    AtomPrior(np.eye(3), [0.0, 1.0, 2.0]),
]


def of_weights(rng, weights, n_answers, scale):
    user = np.repeat(np.arange(len(weights)), n_answers)
    z = rng.normal(size=(len(user), weights.shape[1])) * scale
    outcome = rng.random(len(user)) < special.expit((z * weights[user]).sum(axis=1))
    return Answers(z=z, outcome=outcome.astype(float), user=user, n_users=len(weights))


def split(answers, n_answers, n_shown):
    rank = np.arange(len(answers)) % n_answers
    return tuple(answers.take_records(np.flatnonzero(part)) for part in (rank < n_shown, rank >= n_shown))


@pytest.mark.parametrize("prior", PRIORS, ids=lambda prior: prior.family)
def test_every_family_keeps_the_one_contract(prior):
    assert isinstance(prior, PeoplePrior)
    assert prior.n_prototypes == 3
    draws = prior.draws(20_000, seed=1)
    assert draws.shape == (20_000, 3)
    np.testing.assert_allclose(draws.sum(axis=1), 1)
    # Sobol or systematic draws: closer than the independent ones' 4 x 0.5 / 141.
    np.testing.assert_allclose(draws.mean(axis=0), prior.mean, atol=0.014)
    np.testing.assert_allclose(np.cov(draws.T), prior.covariance, atol=0.014)
    np.testing.assert_array_equal(prior.draws(10, seed=2), prior.draws(10, seed=2))
    again = prior_from_arrays(prior.family, prior.arrays())
    assert type(again) is type(prior)
    np.testing.assert_allclose(again.mean, prior.mean, rtol=1e-12)
    answers = Answers(z=[[2.0, -1.0, 0.5]], outcome=[1], n_users=2)
    first, second = adapt(answers, prior), adapt(answers, again)
    np.testing.assert_allclose(first.mean, second.mean, rtol=1e-9)
    weights, mass = first[0].weighted_draws()
    np.testing.assert_allclose(mass @ weights, first.mean[0], atol=1e-6)
    by_draws = first.probability(answers.z, [0], by="draws")
    np.testing.assert_allclose(first[0].probability(answers.z, by="draws"), by_draws, atol=0.01)


def test_people_are_fitted_alike_by_vertices_and_by_types_at_the_vertices():
    # A mixture of K rewards: everyone is one of the vertices, where the log-odds are the columns of z.
    log_mass = np.log([0.2, 0.5, 0.3])
    answers = Answers(z=[[2.0, -1.0, 0.5], [0.3, 1.0, -2.0]], outcome=[1, 0])
    one, two = adapt(answers, AtomPrior(np.eye(3), log_mass)), adapt(answers, ParticlePrior(np.eye(3), log_mass))
    np.testing.assert_allclose(one.mean, two.mean)
    np.testing.assert_allclose(one.probability(answers.z, [0, 0]), two.probability(answers.z, [0, 0]))


def test_averages_over_draws_are_those_of_each_person():
    rng = np.random.default_rng(0)
    prior = DirichletPrior([0.4, 0.8, 0.2])
    _, answers = simulate(rng, n_users=5, n_answers=4, alpha=prior.alpha)
    posteriors = adapt(answers.take_users([0, 1, 2]).append(Answers.none(3, 3)), prior)
    z, who = rng.normal(size=(9, 3)) * 3, np.repeat(np.arange(3), 3)
    by_draws = posteriors.probability(z, who, 0.2, by="draws")
    for person in range(3):
        weights, mass = posteriors[person].weighted_draws()
        expected = special.expit(z[who == person] @ weights.T + 0.2) @ mass
        np.testing.assert_allclose(by_draws[who == person], expected)
    with pytest.raises(GustibusError, match='"moments" or "draws"'):
        posteriors.probability(z, who, by="magic")


def test_the_dirichlet_is_kept_or_tied_where_it_is_the_truth():
    _, answers = simulate(np.random.default_rng(1), n_users=150, n_answers=18, alpha=[0.4, 0.8, 0.8], scale=3.0)
    choice = choose_prior(*split(answers, 18, 12))
    scores = {score.family: score for score in choice.scores}
    assert (choice.n_users, choice.n_answers) == (150, 900)
    best = min(score.log_loss for score in choice.scores)
    assert scores["dirichlet"].log_loss < best + 0.002
    assert scores["dirichlet"].difference == 0
    assert choice.family == choice.prior.family
    if choice.family != "dirichlet":
        assert scores[choice.family].difference < -scores[choice.family].standard_error


def test_another_family_is_chosen_where_weights_vary_together():
    rng = np.random.default_rng(2)
    logits = rng.normal(size=(150, 2)) @ np.repeat(np.eye(2), 3, axis=1) * 2.5 + rng.normal(size=(150, 6)) * 0.1
    answers = of_weights(rng, special.softmax(logits, axis=1), 30, 5.0)
    choice = choose_prior(*split(answers, 30, 24))
    assert choice.family in ("logistic-normal", "particles")
    chosen = next(score for score in choice.scores if score.family == choice.family)
    assert chosen.difference < -2 * chosen.standard_error
    assert chosen.log_loss == pytest.approx(np.mean(chosen.by_prefix))


def test_the_default_stays_without_a_gain_of_more_than_a_standard_error():
    # One prototype: all families say the same.
    answers = Answers(z=np.random.default_rng(3).normal(size=(40, 1)), outcome=np.ones(40), user=np.arange(40) // 4)
    choice = choose_prior(*split(answers, 4, 3))
    assert choice.family == "dirichlet"
    for score in choice.scores:
        assert score.difference == pytest.approx(0.0, abs=1e-9)


def test_families_and_prefixes_can_be_picked_and_seeds_repeat():
    _, answers = simulate(np.random.default_rng(4), n_users=40, n_answers=8, alpha=[0.5, 0.5])
    train, held_out = split(answers, 8, 5)
    reports = []
    choice = choose_prior(
        train,
        held_out,
        families=("logistic-normal",),
        prefixes=(1, None),
        seed=3,
        progress=lambda *report: reports.append(report),
    )
    assert choice.family == "logistic-normal"
    assert len(choice.scores) == 1
    assert len(choice.scores[0].by_prefix) == 2
    assert reports[-1][1:] == (3, 3)
    again = choose_prior(train, held_out, families=("logistic-normal",), prefixes=(1, None), seed=3)
    assert again.scores == choice.scores


def test_held_out_losses_are_those_of_the_averaged_probabilities():
    _, answers = simulate(np.random.default_rng(5), n_users=6, n_answers=6, alpha=[0.5, 1.0])
    train, held_out = split(answers, 6, 4)
    prior = DirichletPrior([0.5, 1.0])
    losses = held_out_losses(train, held_out, prior)
    p = adapt(train, prior, n_draws=128).probability(held_out.z, held_out.user)
    expected = -np.log(np.where(held_out.outcome == 1, p, 1 - p))
    np.testing.assert_allclose(losses, np.bincount(held_out.user, expected))
    assert held_out_log_loss(train, held_out, prior) == pytest.approx(expected.mean())
    assert first_answers(train, 2).n_answers.tolist() == [2] * 6
    np.testing.assert_array_equal(first_answers(train, 2).z[:2], train.of_user(0).z[:2])
    assert len(first_answers(train, 0)) == 0


def test_a_few_people_of_whom_some_never_answered_can_be_fitted_in_every_family():
    answers = Answers(z=[[1.0, 2.0, 0.0], [0.5, -1.0, 1.0]], outcome=[1, 0], user=[0, 3], n_users=5)
    for family in ("dirichlet", "logistic-normal", "particles"):
        prior = fit_prior(family, answers)
        assert prior.family == family
        posteriors = adapt(answers, prior)
        np.testing.assert_allclose(posteriors.mean[1], prior.mean, atol=1e-12)


def test_bad_settings_are_refused():
    _, answers = simulate(np.random.default_rng(6), n_users=4, n_answers=4, alpha=[0.5, 0.5])
    train, held_out = split(answers, 4, 2)
    with pytest.raises(GustibusError, match="at least one of dirichlet"):
        choose_prior(train, held_out, families=("cauchy",))
    with pytest.raises(GustibusError, match="prefixes are"):
        choose_prior(train, held_out, prefixes=(-1,))
    with pytest.raises(GustibusError, match="at least 2 parts"):
        choose_prior(train, held_out, n_folds=1)
    with pytest.raises(GustibusError, match="nobody has held-out answers"):
        choose_prior(train, Answers.none(4, 2))
    with pytest.raises(GustibusError, match="fewer than two people"):
        choose_prior(Answers.none(4, 2), held_out)
    with pytest.raises(GustibusError, match="differ in people"):
        choose_prior(train, held_out.take_users([0, 1]))
    with pytest.raises(GustibusError, match="there is no family 'cauchy'"):
        fit_prior("cauchy", train)
    with pytest.raises(GustibusError, match="there is no family"):
        prior_from_arrays("cauchy", {})
    with pytest.raises(GustibusError, match="is made of alpha"):
        prior_from_arrays("dirichlet", {"atoms": np.eye(2)})
    with pytest.raises(GustibusError, match="zero or more"):
        first_answers(train, -1)
