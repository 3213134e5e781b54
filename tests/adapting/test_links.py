"""Answers with ties after Davidson: the same problems with another convex function."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize

from gustibus.adapting import (
    LOGISTIC,
    Answers,
    AtomPrior,
    DirichletPrior,
    GaussianPrior,
    ParticlePrior,
    TieLink,
    adapt,
    adapt_gaussian,
    fit_gaussian_prior,
    solve_map,
)
from gustibus.adapting.importance import log_likelihood

S = np.linspace(-30, 30, 61)


@pytest.mark.parametrize("nu", [0.0, 0.3, 2.0, 9.0])
def test_slope_and_curvature_are_derivatives_of_the_partition(nu: float) -> None:
    link, step = TieLink(nu), 1e-4
    slope = (link.partition(S + step) - link.partition(S - step)) / (2 * step)
    np.testing.assert_allclose(link.mean(S), slope, atol=1e-8)
    bend = (link.mean(S + step) - link.mean(S - step)) / (2 * step)
    np.testing.assert_allclose(link.curvature(S, link.mean(S)), bend, atol=1e-8)
    assert (link.curvature(S, link.mean(S)) >= 0).all()


def test_without_ties_it_is_the_logistic_link() -> None:
    mean, variance = np.array([-2.0, 0.1, 3.0]), np.array([0.0, 1.0, 4.0])
    none = TieLink(0.0)
    np.testing.assert_allclose(none.partition(S), LOGISTIC.partition(S), atol=1e-13)
    for ours, theirs in zip(none.averages(mean, variance), LOGISTIC.averages(mean, variance), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-5)


@pytest.mark.parametrize("variance", [0.5, 4.0])
def test_averages_over_normal_log_odds_agree_with_integration(variance: float) -> None:
    link, mean = TieLink(0.8), 1.3

    def averaged(function) -> float:
        def density(s: float) -> float:
            value = float(function(np.array([s]))[0])
            return value * np.exp(-((s - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)

        return quad(density, -40, 40, limit=300, points=[0.0, mean])[0]

    level, slope = link.averages(np.array([mean]), np.array([variance]))
    assert level[0] == pytest.approx(averaged(link.mean), abs=1e-6)
    assert slope[0] == pytest.approx(averaged(lambda s: link.curvature(s, link.mean(s))), abs=1e-6)
    partition = link.average_partition(np.array([mean]), np.array([variance]))
    assert partition[0] == pytest.approx(averaged(link.partition), abs=1e-6)


def people(seed: int, link: TieLink, n_users: int = 6, n_each: int = 12) -> Answers:
    rng = np.random.default_rng(seed)
    z = 2 * rng.normal(size=(n_users * n_each, 3))
    return Answers.of_terms(
        z=z, outcome=rng.choice([0.0, 0.5, 1.0], len(z)), user=np.repeat(np.arange(n_users), n_each), link=link
    )


@pytest.mark.parametrize("nu", [0.4, 3.0])
def test_the_most_probable_weights_are_those_of_a_general_optimiser(nu: float) -> None:
    link, alpha = TieLink(nu), np.array([0.7, 1.2, 0.5])
    answers = people(0, link)
    found = solve_map(answers, alpha)
    assert (found.certificate <= 1e-5).all()
    for person in range(answers.n_users):
        own = answers.of_user(person)

        def lost(logits: np.ndarray, own: Answers = own) -> float:
            w = np.exp(logits - logits.max())
            w /= w.sum()
            s = own.z @ w
            return -float((own.outcome * s - link.partition(s)).sum() + alpha @ np.log(w))

        theirs = minimize(lost, np.zeros(3), method="BFGS", options={"gtol": 1e-9})
        w = np.exp(theirs.x - theirs.x.max())
        np.testing.assert_allclose(found.weights[person], w / w.sum(), atol=2e-4)


def test_posteriors_of_every_prior_agree_with_sums_over_a_grid() -> None:
    link = TieLink(1.1)
    answers = people(1, link, n_users=3)
    grid = np.array([(i, j, 30 - i - j) for i in range(31) for j in range(31 - i)]) / 30
    at_grid = answers.z @ grid.T
    fit = np.zeros((3, len(grid)))
    np.add.at(fit, answers.user, answers.outcome[:, None] * at_grid - link.partition(at_grid))
    mass = np.exp(fit - fit.max(axis=1, keepdims=True))
    mass /= mass.sum(axis=1, keepdims=True)
    by_particles = adapt(answers, ParticlePrior(grid))
    np.testing.assert_allclose(by_particles.mean, mass @ grid, atol=1e-10)
    by_atoms = adapt(
        Answers.of_terms(z=at_grid, outcome=answers.outcome, user=answers.user, link=link), AtomPrior(grid)
    )
    np.testing.assert_allclose(by_atoms.mean, mass @ grid, atol=1e-10)
    by_draws = adapt(answers, DirichletPrior(np.ones(3)), n_draws=4096)
    np.testing.assert_allclose(
        by_draws.mean, mass @ grid, atol=0.04
    )  # the grid of step 1/30 has its edges on the edges


def test_normal_posteriors_are_fixed_points_of_their_averages() -> None:
    link = TieLink(0.9)
    answers = people(2, link, n_users=40)
    prior = GaussianPrior(np.zeros((1, 3)), np.eye(3))
    placed = adapt_gaussian(answers, prior)
    assert placed.certificate.max() < 1e-5
    own = answers.of_user(0)
    m, c = placed.mean[0], placed.covariance[0]
    v = np.einsum("nj,jk,nk->n", own.z, c, own.z)
    level, slope = link.averages(own.z @ m, v)
    np.testing.assert_allclose(own.z.T @ (own.outcome - level), m, atol=1e-4)
    np.testing.assert_allclose(np.linalg.inv(c), np.eye(3) + (own.z * slope[:, None]).T @ own.z, rtol=1e-3)
    fitted = fit_gaussian_prior(answers, prior, scale=1.0, mean_variance=1.0, n_iterations=6)
    assert np.isfinite(fitted.prior.within).all()


NU = np.tile([0.2, 3.0, 1.0, 0.0], 18)


def parted() -> Answers:
    """People who answer in turn, so that their records do not stand together, at four levels of ties."""
    rng = np.random.default_rng(4)
    z = 2 * rng.normal(size=(len(NU), 3))
    outcome = np.where(NU > 0, rng.choice([0.0, 0.5, 1.0], len(NU)), 1.0)
    return Answers.of_terms(z=z, outcome=outcome, user=rng.integers(0, 3, len(NU)), n_users=3, link=TieLink(NU))


def test_each_answer_may_have_its_own_level() -> None:
    s = np.linspace(-6, 6, len(NU))
    together = TieLink(NU)
    alone = [TieLink(float(nu)) for nu in NU]
    for name in ("partition", "mean"):
        each = [getattr(one, name)(at[None])[0] for one, at in zip(alone, s, strict=True)]
        np.testing.assert_array_equal(getattr(together, name)(s), each)
        wide = getattr(together, name)(np.stack([s, -s], axis=1))
        np.testing.assert_array_equal(wide[:, 0], each)
        rows = np.array([[5, 2], [0, 7]])
        np.testing.assert_array_equal(getattr(together.take(rows), name)(s[rows]), np.array(each)[rows])
    joined = together.take(slice(0, 3)).followed_by(TieLink(0.7), 3, 2)
    np.testing.assert_array_equal(joined.nu, [0.2, 3.0, 1.0, 0.7, 0.7])
    assert TieLink(0.7).followed_by(TieLink(0.7), 3, 2).nu == 0.7


def test_draws_are_weighted_by_the_likelihood_of_the_link() -> None:
    answers = parted().by_user
    weights = np.random.default_rng(0).dirichlet(np.ones(3), size=(3, 5)).transpose(0, 2, 1)
    s = np.einsum("mk,mkn->mn", answers.z, weights[answers.user])
    each = answers.outcome[:, None] * s - answers.link.partition(s)
    wanted = np.zeros((3, 5))
    np.add.at(wanted, answers.user, each)
    np.testing.assert_allclose(log_likelihood(answers, weights), wanted, atol=1e-10)


def test_posteriors_at_several_levels_agree_with_sums_over_a_grid() -> None:
    answers = parted()
    grid = np.array([(i, j, 60 - i - j) for i in range(61) for j in range(61 - i)]) / 60
    at_grid = answers.z @ grid.T
    fit = np.zeros((3, len(grid)))
    np.add.at(fit, answers.user, answers.outcome[:, None] * at_grid - answers.link.partition(at_grid))
    mass = np.exp(fit - fit.max(axis=1, keepdims=True))
    mass /= mass.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(adapt(answers, ParticlePrior(grid)).mean, mass @ grid, atol=1e-10)
    by_draws = adapt(answers, DirichletPrior(np.ones(3)), n_draws=4096)
    np.testing.assert_allclose(by_draws.mean, mass @ grid, atol=0.01)
    alpha = np.array([0.7, 1.2, 0.5])
    found = solve_map(answers, alpha)
    for person in range(3):
        own = answers.of_user(person)
        w = found.weights[person]
        gradient = own.z.T @ (own.outcome - own.link.mean(own.z @ w)) + alpha / w
        np.testing.assert_allclose(w * (gradient - w @ gradient), 0.0, atol=1e-5)


def test_normal_posteriors_at_several_levels_are_fixed_points_of_their_averages() -> None:
    answers = parted()
    prior = GaussianPrior(np.zeros((1, 3)), np.eye(3))
    placed = adapt_gaussian(answers, prior)
    for person in range(3):
        own = answers.of_user(person)
        m, c = placed.mean[person], placed.covariance[person]
        level, _ = own.link.averages(own.z @ m, np.einsum("nj,jk,nk->n", own.z, c, own.z))
        np.testing.assert_allclose(own.z.T @ (own.outcome - level), m, atol=1e-4)
    one, many = (
        fit_gaussian_prior(
            Answers.of_terms(z=answers.z, outcome=answers.outcome, user=answers.user, n_users=3, link=TieLink(nu)),
            prior, scale=1.0, mean_variance=1.0, n_iterations=6,
        )
        for nu in (1.3, np.full(len(NU), 1.3))
    )  # fmt: skip
    np.testing.assert_array_equal(one.prior.within, many.prior.within)
