"""The compiled solver against its twin in numpy, and against gradients computed here."""

import numpy as np
import pytest

from gustibus.adapting import Answers, TieLink, solve_map
from gustibus.comparisons import GustibusError

N_PROTOTYPES = 3  # compiled once for each number of prototypes and each link: a few seconds


def people(seed, n_users=600, scale=2.0, nu=None):
    """From no answer to 40 a person, with offsets, soft outcomes, weights; in no order."""
    rng = np.random.default_rng(seed)
    user = rng.permutation(np.repeat(np.arange(n_users), rng.integers(0, 41, n_users) * rng.integers(0, 2, n_users)))
    n = len(user)
    outcome = np.where(rng.random(n) < 0.3, rng.random(n), rng.integers(0, 2, n))
    return Answers.of_terms(
        z=rng.normal(size=(n, N_PROTOTYPES)) * scale,
        outcome=outcome,
        offset=rng.normal(size=n),
        weight=rng.exponential(size=n),
        user=user,
        n_users=n_users,
        **({} if nu is None else {"link": TieLink(nu if np.isscalar(nu) else rng.choice(nu, n))}),
    )


def certificates(answers, alpha, weights):
    """Computed from the weights alone."""
    s = answers.offset + np.einsum("mk,mk->m", weights[answers.user], answers.z)
    gradient = np.zeros_like(weights)
    np.add.at(gradient, answers.user, (answers.weight * (answers.outcome - answers.link.mean(s)))[:, None] * answers.z)
    gradient += alpha / weights
    return gradient.max(axis=1) - np.einsum("uk,uk->u", weights, gradient)


@pytest.mark.parametrize("nu", [None, 0.7, (0.0, 0.5, 8.0)], ids=["logistic", "ties", "ties by group"])
@pytest.mark.parametrize("concentration", [0.02, 0.3, 5.0])
def test_it_equals_the_solver_in_numpy(nu, concentration):
    alpha = np.full(N_PROTOTYPES, concentration) * [1.0, 2.0, 0.5]
    answers = people(0, nu=nu)
    compiled = solve_map(answers, alpha, solver="compiled")
    by_numpy = solve_map(answers, alpha, solver="numpy")
    np.testing.assert_allclose(compiled.weights, by_numpy.weights, atol=1e-6)
    np.testing.assert_allclose(compiled.objective, by_numpy.objective, rtol=1e-9, atol=1e-9)
    assert certificates(answers, alpha, compiled.weights).max() < 2e-9
    assert np.abs(compiled.weights.sum(axis=1) - 1).max() < 1e-14
    assert (compiled.weights[answers.n_answers == 0] == alpha / alpha.sum()).all()


@pytest.mark.parametrize("scale", [1e-3, 30.0, 1e3])
@pytest.mark.parametrize("concentration", [1e-3, 1.0, 100.0])
def test_the_certificate_holds_on_any_scale(scale, concentration):
    alpha = np.full(N_PROTOTYPES, concentration)
    answers = people(1, scale=scale)
    weights = solve_map(answers, alpha, solver="compiled").weights
    size = np.zeros(answers.n_users)
    np.add.at(size, answers.user, answers.weight * np.abs(answers.z).max(axis=1))
    assert (certificates(answers, alpha, weights) <= np.maximum(1e-5, 1e-11 * size)).all()


def test_whoever_does_not_get_there_is_left_to_numpy():
    # With log-odds of 1e5 some need more steps than compiled code takes; everybody has their certificate all the same.
    answers, alpha = people(2, n_users=100, scale=1e5), np.ones(N_PROTOTYPES)
    compiled, by_numpy = (solve_map(answers, alpha, solver=solver) for solver in ("compiled", "numpy"))
    assert compiled.n_iterations > 40
    np.testing.assert_allclose(compiled.objective, by_numpy.objective, rtol=1e-9)


@pytest.mark.parametrize("solver", ["compiled", "numpy"])
@pytest.mark.parametrize("scale", [1e6, 1e9, 1e12])
def test_log_odds_beyond_all_measure_are_solved_or_refused_in_words(solver, scale):
    answers, alpha = people(2, n_users=100, scale=scale), np.full(N_PROTOTYPES, 0.3)
    try:
        solution = solve_map(answers, alpha, solver=solver)
    except GustibusError as error:
        refused = str(error)
    else:
        assert np.isfinite(solution.weights).all()
        return
    assert "smaller scale" in refused


def test_nobody_depends_on_neighbours_or_threads():
    answers = people(3, n_users=40_000)
    alpha = np.full(N_PROTOTYPES, 0.3)
    alone = solve_map(answers, alpha, solver="compiled", threads=1).weights
    assert (solve_map(answers, alpha, solver="compiled", threads=3).weights == alone).all()
    some = np.random.default_rng(0).permutation(answers.n_users)[:501]
    assert (solve_map(answers.take_users(some), alpha, solver="compiled").weights == alone[some]).all()


def test_a_warm_start_gives_the_same_people():
    answers, alpha = people(4), np.full(N_PROTOTYPES, 0.3)
    cold = solve_map(answers, alpha, solver="compiled")
    warm = solve_map(answers, alpha, solver="compiled", start=cold.weights)
    assert warm.n_iterations <= 1
    np.testing.assert_allclose(warm.weights, cold.weights, atol=1e-6)


def test_many_people_are_solved_by_compiled_code_without_being_asked():
    rng = np.random.default_rng(5)
    answers = Answers(
        z=rng.normal(size=(60_000, N_PROTOTYPES)), outcome=rng.integers(0, 2, 60_000), user=np.arange(60_000)
    )
    alpha = np.full(N_PROTOTYPES, 0.3)
    told = []
    chosen = solve_map(answers, alpha, progress=lambda what, done, total: told.append((done, total)))
    assert (chosen.weights == solve_map(answers, alpha, solver="compiled").weights).all()
    assert told[-1] == (60_000, 60_000)
    assert len(told) == 4


def test_wrong_solvers_and_threads_are_refused():
    answers = people(0, n_users=3)
    with pytest.raises(GustibusError, match="'auto', 'numpy' or 'compiled'"):
        solve_map(answers, np.ones(N_PROTOTYPES), solver="scipy")
    with pytest.raises(GustibusError, match="threads is 0"):
        solve_map(answers, np.ones(N_PROTOTYPES), solver="compiled", threads=0)
    with pytest.raises(GustibusError, match="threads is -3"):
        solve_map(answers, np.ones(N_PROTOTYPES), threads=-3)
    many = Answers(z=np.ones((1, 40)), outcome=[1])
    with pytest.raises(GustibusError, match="40 prototypes"):
        solve_map(many, np.ones(40), solver="compiled")


@pytest.mark.parametrize("solver", ["compiled", "numpy"])
def test_a_loose_tolerance_is_the_limit_of_certificates(solver):
    solution = solve_map(people(6), np.full(N_PROTOTYPES, 0.3), tolerance=1e-2, solver=solver)
    assert solution.certificate.max() <= 1e-5
