"""Variational EM finds the distribution that people come from."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from gustibus.adapting import Answers, GaussianPrior, ItemPairs, adapt_gaussian, fit_gaussian_prior
from gustibus.adapting.gaussian_em import _factors_plus_diagonal
from gustibus.comparisons import GustibusError


def simulate(prior: GaussianPrior, n_users: int, n_answers: int, seed: int = 0) -> tuple[np.ndarray, Answers]:
    rng = np.random.default_rng(seed)
    w = prior.draws(n_users, seed + 1)
    user = np.repeat(np.arange(n_users), n_answers)
    z = rng.normal(size=(len(user), prior.n_prototypes))
    outcome = rng.random(len(user)) < special.expit((z * w[user]).sum(axis=1))
    return w, Answers(z=z, outcome=outcome, user=user, n_users=n_users)


def from_nothing(answers: Answers, scale: float = 1.0, **options):
    k = answers.n_prototypes
    return fit_gaussian_prior(
        answers, GaussianPrior(np.zeros((1, k)), scale * np.eye(k)), scale=scale, mean_variance=1.0, **options
    )


TRUE = GaussianPrior([[1.0, -0.5, 0.0]], [[1.0, 0.6, 0.0], [0.6, 1.0, 0.0], [0.0, 0.0, 0.1]])


@pytest.mark.parametrize("seed", range(3))
def test_a_known_distribution_is_found(seed: int) -> None:
    _, answers = simulate(TRUE, 300, 30, seed)
    found = from_nothing(answers).prior
    # Standard errors with 300 people: of a mean 1 / 17 and what 30 answers do not say, together about .07; of a
    # variance sqrt(2 / 300) and the same, about .11. The variational E step takes a few per cent off all of them.
    np.testing.assert_allclose(found.means, TRUE.means, atol=0.2)
    np.testing.assert_allclose(found.within, TRUE.within, atol=0.3)
    assert found.within[0, 1] > 0.3
    assert found.within[2, 2] < 0.25


def test_the_evidence_does_not_fall() -> None:
    _, answers = simulate(TRUE, 150, 12)
    for scale in (0.02, 0.5, 8.0):
        # Without the anchor nothing but the bound is raised, up to what the prior of the means takes.
        evidence = from_nothing(answers, scale, anchor_people=0.0, n_iterations=30).evidence
        assert np.diff(evidence).min() > -1e-4 * abs(evidence[-1])
        assert evidence[-1] > evidence[0]


def test_it_predicts_as_well_as_the_truth() -> None:
    _, answers = simulate(TRUE, 300, 15)
    strangers, their_answers = simulate(TRUE, 300, 15, seed=7)
    z = np.random.default_rng(3).normal(size=(300, 3))
    p_true = special.expit((strangers * z).sum(axis=1))
    losses = []
    for prior in (from_nothing(answers).prior, TRUE):
        p = adapt_gaussian(their_answers, prior).probability(z, np.arange(300))
        losses.append(-(p_true * np.log(p) + (1 - p_true) * np.log1p(-p)).mean())
    assert losses[0] == pytest.approx(losses[1], abs=0.006)


def test_where_it_starts_hardly_matters() -> None:
    _, answers = simulate(TRUE, 200, 15)
    start = GaussianPrior([[-1.0, 1.0, 1.0]], 4 * np.eye(3))
    other = fit_gaussian_prior(answers, start, scale=1.0, mean_variance=1.0, n_iterations=60).prior
    found = from_nothing(answers, n_iterations=60).prior
    np.testing.assert_allclose(other.means, found.means, atol=0.01)
    np.testing.assert_allclose(other.within, found.within, atol=0.02)


def test_the_anchor_draws_the_covariance_to_its_scale() -> None:
    _, answers = simulate(TRUE, 60, 10)
    traces = [np.trace(from_nothing(answers, 0.01, anchor_people=n).prior.within) for n in (0.0, 6.0, 600.0, 1e6)]
    assert traces == sorted(traces, reverse=True)
    assert traces[-1] == pytest.approx(3 * 0.01, rel=0.05)


def test_nothing_is_found_where_everybody_is_alike() -> None:
    _, answers = simulate(GaussianPrior([[1.0, 0.0]], 1e-6 * np.eye(2)), 200, 20)
    assert np.trace(from_nothing(answers, 0.02).prior.within) < 0.06


def test_item_offsets_are_found_along() -> None:
    rng = np.random.default_rng(0)
    n_items, n = 12, 6000
    offsets = rng.normal(size=n_items)
    user, a = np.repeat(np.arange(200), 30), rng.integers(0, n_items, n)
    b = (a + rng.integers(1, n_items, n)) % n_items
    w = TRUE.draws(200, 1)
    z = rng.normal(size=(n, 3))
    outcome = rng.random(n) < special.expit(offsets[a] - offsets[b] + (z * w[user]).sum(axis=1))
    answers = Answers(z=z, outcome=outcome, user=user, n_users=200)
    found = from_nothing(answers, items=ItemPairs(a, b, np.zeros(n_items), precision=0.5))
    assert found.offsets is not None
    centred = found.offsets - found.offsets.mean() - (offsets - offsets.mean())
    # A thousand answers an item under log-odds that vary: standard errors of about .09.
    assert np.abs(centred).max() < 0.3
    assert np.corrcoef(found.offsets, offsets)[0, 1] > 0.98


def test_offsets_are_where_their_penalised_bound_is_flat() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 5, 800), rng.integers(5, 8, 800)
    answers = Answers(z=rng.normal(size=(800, 2)), outcome=rng.random(800) < 0.6, user=np.arange(800) % 40)
    found = from_nothing(answers, items=ItemPairs(a, b, np.zeros(8), precision=2.0), n_iterations=200)
    assert found.offsets is not None
    known = found.offsets[a] - found.offsets[b]
    placed = Answers(z=answers.z, outcome=answers.outcome, offset=known, user=answers.user)
    p = adapt_gaussian(placed, found.prior).probability(answers.z, answers.user, known)
    residual = answers.outcome - p
    gradient = np.bincount(a, residual, 8) - np.bincount(b, residual, 8) - 2.0 * found.offsets
    assert np.abs(gradient).max() < 0.02


def test_two_types_are_told_apart() -> None:
    true = GaussianPrior([[2.0, 0.0], [-2.0, 1.0]], 0.15 * np.eye(2), np.log([0.3, 0.7]))
    rng = np.random.default_rng(0)
    kind = (rng.random(300) < 0.7).astype(int)
    w = true.means[kind] + rng.normal(size=(300, 2)) * np.sqrt(0.15)
    user = np.repeat(np.arange(300), 25)
    z = rng.normal(size=(7500, 2))
    answers = Answers(z=z, outcome=rng.random(7500) < special.expit((z * w[user]).sum(axis=1)), user=user, n_users=301)
    start = GaussianPrior([[0.5, 0.0], [-0.5, 0.0]], np.eye(2))
    found = fit_gaussian_prior(answers, start, scale=0.2, mean_variance=1.0)
    np.testing.assert_allclose(found.prior.means, true.means, atol=0.3)
    np.testing.assert_allclose(found.prior.mass, true.mass, atol=0.08)
    np.testing.assert_allclose(found.prior.within, true.within, atol=0.12)
    assert (found.responsibilities[:300].argmax(axis=1) == kind).mean() > 0.98
    # One type alone explains less.
    assert found.evidence[-1] > from_nothing(answers).evidence[-1] + 50
    # Of a person without answers the shares are what is known.
    np.testing.assert_allclose(found.responsibilities[300], found.prior.mass, atol=1e-12)


def test_the_order_of_records_and_of_people_does_not_matter() -> None:
    _, answers = simulate(TRUE, 40, 8)
    order = np.random.default_rng(0).permutation(len(answers))
    mixed = answers.take_records(order)
    renamed = Answers(z=mixed.z, outcome=mixed.outcome, user=39 - mixed.user, n_users=40)
    items = ItemPairs(np.arange(320) % 5, np.arange(320) % 4 + 5, np.zeros(9), 1.0)
    there, back = from_nothing(answers, items=items), from_nothing(renamed, items=items.take(order))
    np.testing.assert_allclose(there.prior.means, back.prior.means, atol=1e-6)
    np.testing.assert_allclose(there.prior.within, back.prior.within, atol=1e-6)
    assert there.offsets is not None
    np.testing.assert_allclose(there.offsets, back.offsets, atol=1e-6)


def test_people_with_more_coefficients_than_answers_are_fitted() -> None:
    _, answers = simulate(GaussianPrior(np.r_[1.0, np.zeros(19)][None], 0.3 * np.eye(20)), 120, 6)
    fit = from_nothing(answers, 0.3, n_factors=3)
    assert fit.prior.mean[0] > 0.6
    assert np.abs(fit.prior.mean[1:]).max() < 0.35


def test_factors_and_a_diagonal_keep_what_is_of_that_form() -> None:
    rng = np.random.default_rng(0)
    loadings = rng.normal(size=(12, 2))
    covariance = loadings @ loadings.T + np.diag(rng.uniform(0.5, 2.0, 12))
    # Rounds of factor analysis come near the exact decomposition, and nearer with more of them.
    few, many = (_factors_plus_diagonal(covariance, 2, n_rounds=n) for n in (5, 200))
    np.testing.assert_allclose(many, covariance, atol=1e-3)
    assert np.abs(few - covariance).max() < 0.3
    # What they cannot hold they drop, but never a variance.
    other = covariance + np.cov(rng.normal(size=(12, 15)))
    kept = _factors_plus_diagonal(other, 2)
    np.testing.assert_allclose(np.diag(kept), np.diag(other), rtol=1e-6)
    assert np.linalg.eigvalsh(kept)[0] > 0


def test_nobody_and_numbers_without_end_are_refused() -> None:
    with pytest.raises(GustibusError, match="nobody has answers"):
        from_nothing(Answers.none(3, 2))
