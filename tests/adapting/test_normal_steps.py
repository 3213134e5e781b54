"""The variational posterior is where its bound is highest, in whichever space it is solved."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from normal_quadrature import by_coefficient_grid
from scipy import optimize, special

from gustibus.adapting import Answers
from gustibus.adapting.normal_steps import Fixed, blocks_of, expected_log_likelihood, fixed_point

NODES, NODE_MASS = np.polynomial.hermite_e.hermegauss(80)
NODE_MASS = NODE_MASS / NODE_MASS.sum()


def solve(z, known, outcome, weight, **options) -> Fixed:
    """One person's fixed point."""
    return fixed_point(z[None], known[None], outcome[None], weight[None], **({"max_steps": 300} | options))


def covariance(fixed: Fixed, person: int = 0) -> np.ndarray:
    q = fixed.explained()[person]
    return np.eye(q.shape[1]) - q.T @ q


def evidence(fixed: Fixed, outcome, weight) -> float:
    """The bound at the fixed point."""
    fit = expected_log_likelihood(fixed.log_odds[0], fixed.variance[0], outcome, weight).sum()
    return float(fit - fixed.divergence[0])


def bound(mean, lower, z, known, outcome, weight) -> float:
    """The bound for any normal distribution, its expectations by quadrature and not in closed form."""
    s = known + z @ mean
    sd = np.sqrt(((z @ lower) ** 2).sum(axis=1))
    at = s[:, None] + sd[:, None] * NODES
    fit = weight * ((outcome[:, None] * at - np.logaddexp(0, at)) @ NODE_MASS)
    log_det = np.log(np.abs(np.diag(lower))).sum()
    return float(fit.sum() + log_det - 0.5 * ((lower**2).sum() + mean @ mean - len(mean)))


def person(seed: int, n: int, k: int, scale: float = 1.5):
    """A random person: rows, known log-odds, outcomes (some of them soft) and weights."""
    rng = np.random.default_rng(seed)
    z, known = rng.normal(size=(n, k)) * scale, rng.normal(size=n) * 0.5
    hard = (rng.random(n) < special.expit(known + z @ rng.normal(size=k))).astype(float)
    soft = rng.random(n) < 0.3
    return z, known, np.where(soft, 0.2 + 0.6 * hard, hard), rng.exponential(size=n)


@pytest.mark.parametrize(("n", "k"), [(1, 1), (6, 1), (1, 2), (4, 2), (25, 2)])
@pytest.mark.parametrize("seed", range(3))
def test_the_fixed_point_is_the_maximum_of_the_bound(n: int, k: int, seed: int) -> None:
    data = person(seed, n, k)
    places = np.tril_indices(k)

    def loss(x: np.ndarray) -> float:
        lower = np.zeros((k, k))
        lower[places] = x[k:]
        return -bound(x[:k], lower, *data)

    start = np.concatenate([np.zeros(k), np.eye(k)[places]])
    best = optimize.minimize(loss, start, method="BFGS", options={"gtol": 1e-7})
    lower = np.zeros((k, k))
    lower[places] = best.x[k:]

    fixed = solve(*data, tolerance=1e-9)

    # BFGS on finite differences is good to about 1e-5; what it found is not above what we found.
    np.testing.assert_allclose(fixed.t[0], best.x[:k], atol=2e-5)
    np.testing.assert_allclose(covariance(fixed), lower @ lower.T, atol=2e-5)
    assert evidence(fixed, *data[2:]) >= -best.fun - 1e-7
    assert evidence(fixed, *data[2:]) == pytest.approx(-best.fun, abs=1e-6)


@pytest.mark.parametrize(
    ("scale", "mean_gap", "least_sd", "evidence_gap"),
    # What 12 people each with 1, 3, 10 and 40 answers showed in one and two dimensions, and a little more.
    [(0.5, 0.003, 0.99, 0.004), (1.0, 0.01, 0.96, 0.025), (2.0, 0.03, 0.87, 0.09), (4.0, 0.06, 0.75, 0.2)],
)
@pytest.mark.parametrize("k", [1, 2])
def test_the_posterior_is_near_the_exact_one(
    k: int, scale: float, mean_gap: float, least_sd: float, evidence_gap: float
) -> None:
    """Means to a few per cent of a standard deviation; deviations too small by up to a fifth under wide priors."""
    for n in (1, 3, 10, 40):
        for seed in range(2):
            z, known, outcome, weight = person(seed, n, k, scale)
            outcome, weight = np.round(outcome), np.ones(n)
            mean, exact, log_evidence, _ = by_coefficient_grid(
                z, known, outcome, weight, half_width=7.0, n_points=2001 if k == 1 else 181
            )
            fixed = solve(z, known, outcome, weight)
            sd, ours = np.sqrt(np.diag(exact)), np.sqrt(np.diag(covariance(fixed)))
            assert np.abs((fixed.t[0] - mean) / sd).max() <= mean_gap
            assert (ours / sd).min() >= least_sd
            assert (ours / sd).max() <= 1.005
            gap = log_evidence - evidence(fixed, outcome, weight)
            # A lower bound, up to what the grid itself is off.
            assert -1e-5 <= gap <= evidence_gap


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(2, 9))
@settings(max_examples=25, deadline=None)
def test_records_and_coefficients_give_the_same(seed: int, n: int, k: int) -> None:
    z, known, outcome, weight = person(seed, min(n, k - 1), k)
    few = solve(z, known, outcome, weight, tolerance=1e-10)
    # Rows of nothing make it more records than coefficients, which are then solved by coefficients.
    extra = k
    many = solve(
        np.vstack([z, np.zeros((extra, k))]),
        *(np.concatenate([x, np.zeros(extra)]) for x in (known, outcome, weight)),
        tolerance=1e-10,
    )
    assert few.explained().shape[1] < k == many.explained().shape[1]
    np.testing.assert_allclose(few.t, many.t, atol=1e-7)
    np.testing.assert_allclose(covariance(few), covariance(many), atol=1e-7)
    np.testing.assert_allclose(few.log_odds, many.log_odds[:, : len(z)], atol=1e-7)
    np.testing.assert_allclose(few.variance, many.variance[:, : len(z)], atol=1e-7)
    np.testing.assert_allclose(few.log_det, many.log_det, atol=1e-7)
    np.testing.assert_allclose(few.trace, many.trace, atol=1e-7)


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 6), st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_padding_does_not_matter(seed: int, n: int, k: int, extra: int) -> None:
    z, known, outcome, weight = person(seed, n, k)
    alone = solve(z, known, outcome, weight, tolerance=1e-10)
    # Padded records repeat arbitrary ones, their rows and weights set to nothing.
    padded = solve(
        np.vstack([z, np.zeros((extra, k))]),
        *(np.concatenate([x, np.repeat(x[:1], extra)]) for x in (known, outcome)),
        np.concatenate([weight, np.zeros(extra)]),
        tolerance=1e-10,
    )
    np.testing.assert_allclose(alone.t, padded.t, atol=1e-7)
    np.testing.assert_allclose(covariance(alone), covariance(padded), atol=1e-7)


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 5))
@settings(max_examples=20, deadline=None)
def test_swapping_a_and_b_changes_nothing(seed: int, n: int, k: int) -> None:
    z, known, outcome, weight = person(seed, n, k)
    there, back = solve(z, known, outcome, weight), solve(-z, -known, 1 - outcome, weight)
    np.testing.assert_allclose(there.t, back.t, atol=1e-6)
    np.testing.assert_allclose(covariance(there), covariance(back), atol=1e-6)


@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_a_weight_of_two_is_the_record_twice_and_a_share_is_both_answers(seed: int, n: int, k: int) -> None:
    z, known, outcome, weight = person(seed, n, k)
    once = solve(z, known, outcome, 2 * weight, tolerance=1e-10)
    twice = solve(*(np.concatenate([x, x]) for x in (z, known, outcome, weight)), tolerance=1e-10)
    np.testing.assert_allclose(once.t, twice.t, atol=1e-7)
    np.testing.assert_allclose(covariance(once), covariance(twice), atol=1e-7)
    parted = solve(
        np.concatenate([z, z]),
        np.concatenate([known, known]),
        np.concatenate([np.ones(n), np.zeros(n)]),
        np.concatenate([2 * weight * outcome, 2 * weight * (1 - outcome)]),
        tolerance=1e-10,
    )
    np.testing.assert_allclose(once.t, parted.t, atol=1e-7)
    np.testing.assert_allclose(covariance(once), covariance(parted), atol=1e-7)


def test_a_record_of_no_weight_says_nothing() -> None:
    z, known, outcome, _ = person(0, 5, 3)
    fixed = solve(z, known, outcome, np.zeros(5))
    # Curvatures are kept above 1e-9, so that nothing is divided by zero.
    np.testing.assert_allclose(fixed.t, 0, atol=1e-7)
    np.testing.assert_allclose(covariance(fixed), np.eye(3), atol=1e-7)
    assert fixed.log_det[0] == pytest.approx(0, abs=1e-7)


def test_where_it_starts_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    z, known, outcome, weight = person(1, 8, 3)
    first = solve(z, known, outcome, weight)
    for _ in range(5):
        again = solve(
            z, known, outcome, weight, start=3 * rng.normal(size=(1, 3)), start_variance=5 * rng.random((1, 8))
        )
        np.testing.assert_allclose(again.t, first.t, atol=1e-5)
        np.testing.assert_allclose(covariance(again), covariance(first), atol=1e-5)


@pytest.mark.parametrize("scale", [10.0, 100.0])
@pytest.mark.parametrize(("n", "k"), [(1, 1), (5, 2), (3, 10), (20, 4)])
def test_very_wide_priors_settle(n: int, k: int, scale: float) -> None:
    """Steps get small, and the bound is where many times as many steps take it."""
    z, known, outcome, _ = person(3, n, k, scale)
    outcome, weight = np.round(outcome), np.ones(n)
    usual, long = (solve(z, known, outcome, weight, max_steps=steps, tolerance=1e-9) for steps in (200, 1500))
    assert np.isfinite(usual.t).all()
    # Log-odds of the size of the scale: the last step moves them by less than a hundredth of that.
    assert usual.change < 0.01 * scale
    assert evidence(usual, outcome, weight) == pytest.approx(evidence(long, outcome, weight), abs=0.1)


@pytest.mark.parametrize("scale", [1.0, 30.0, 1000.0])
def test_answers_without_a_contradiction_do_not_run_away(scale: float) -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(30, 3)) * scale
    outcome = (z @ [1.0, -1.0, 0.5] > 0).astype(float)
    fixed = solve(z, np.zeros(30), outcome, np.ones(30), max_steps=200)
    assert np.linalg.norm(fixed.t) < 5
    assert ((fixed.log_odds[0] > 0) == (outcome > 0.5)).mean() > 0.9
    assert (np.linalg.eigvalsh(covariance(fixed)) > 0).all()


def test_people_are_grouped_with_nobody_left_out_and_nobody_twice() -> None:
    rng = np.random.default_rng(0)
    user = np.sort(rng.choice(50, p=rng.dirichlet(np.full(50, 0.3)), size=400))
    answers = Answers(z=rng.normal(size=(400, 3)), outcome=rng.random(400) < 0.5, user=user, n_users=50)
    blocks = list(blocks_of(answers))
    people = np.concatenate([block.users for block in blocks])
    assert sorted(people) == sorted(set(user))
    for block in blocks:
        for row, there, who in zip(block.rows, block.there, block.users, strict=True):
            assert list(row[there]) == list(np.flatnonzero(user == who))
            # Little is spent on padding.
            assert there.sum() >= 0.75 * len(there) - 1
