import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize
from simulated_people import hard_problem, simulate

from gustibus.adapting import Answers, solve_map
from gustibus.comparisons import GustibusError


def objective_and_gradient(answers, alpha, weights):
    """The objective and its gradient in the weights, written without any of the room's code."""
    log_odds = answers.offset + answers.z @ weights
    fit = answers.outcome * -np.logaddexp(0, -log_odds) + (1 - answers.outcome) * -np.logaddexp(0, log_odds)
    p = np.exp(-np.logaddexp(0, -log_odds))
    gradient = (answers.weight * (answers.outcome - p)) @ answers.z + alpha / weights
    return answers.weight @ fit + alpha @ np.log(weights), gradient


def test_the_certificate_holds_on_a_thousand_hard_problems():
    rng = np.random.default_rng(0)
    for _ in range(1000):
        answers, alpha = hard_problem(rng)
        solution = solve_map(answers, alpha)
        weights = solution.weights[0]
        value, gradient = objective_and_gradient(answers, alpha, weights)
        assert weights.min() > 0
        assert abs(weights.sum() - 1) < 1e-14
        assert gradient.max() - weights @ gradient <= 1e-5
        assert solution.certificate[0] <= 1e-5
        assert solution.objective[0] == pytest.approx(value, rel=1e-9, abs=1e-9)


def test_the_solution_equals_tightly_converged_trust_constr():
    rng = np.random.default_rng(1)
    for trial in range(8):
        n_prototypes = 2 + trial % 3
        alpha = 10 ** rng.uniform(-1, 0.5, n_prototypes)
        _, answers = simulate(rng, n_users=1, n_answers=int(rng.integers(1, 12)), alpha=alpha)
        found = solve_map(answers, alpha)

        def loss(weights, answers=answers, alpha=alpha):
            return -objective_and_gradient(answers, alpha, weights)[0]

        def slope(weights, answers=answers, alpha=alpha):
            return -objective_and_gradient(answers, alpha, weights)[1]

        def curvature(weights, answers=answers, alpha=alpha):
            p = 1 / (1 + np.exp(-answers.z @ weights))
            return (answers.z * (p * (1 - p))[:, None]).T @ answers.z + np.diag(alpha / weights**2)

        reference = optimize.minimize(
            loss,
            np.full(n_prototypes, 1 / n_prototypes),
            jac=slope,
            hess=curvature,
            method="trust-constr",
            constraints=[optimize.LinearConstraint(np.ones(n_prototypes), 1, 1)],
            bounds=optimize.Bounds(1e-9, 1, keep_feasible=True),
            options={"gtol": 1e-11, "xtol": 1e-13, "barrier_tol": 1e-12, "maxiter": 2000},
        )
        # The optimum is interior and its curvature at least alpha, so that the weights are determined as well.
        assert -found.objective[0] <= reference.fun + 1e-9
        assert -found.objective[0] == pytest.approx(reference.fun, abs=1e-7)
        np.testing.assert_allclose(found.weights[0], reference.x, atol=1e-4)


def test_without_answers_the_weights_are_exactly_the_prior_mean():
    alpha = np.array([0.3, 1.7, 0.05, 2.0])
    solution = solve_map(Answers.none(5, 4), alpha)
    assert (solution.weights == alpha / alpha.sum()).all()
    assert (solution.certificate <= 1e-12).all()


def test_one_prototype_has_all_the_weight():
    solution = solve_map(Answers(z=[[5.0], [-3.0]], outcome=[0, 1]), [0.5])
    assert solution.weights.tolist() == [[1.0]]
    assert solution.certificate[0] <= 1e-12


def test_many_people_at_once_are_solved_as_one_by_one():
    rng = np.random.default_rng(4)
    _, answers = simulate(rng, n_users=40, n_answers=6, alpha=[0.2, 0.5, 0.3])
    answers = answers.take_records(rng.permutation(len(answers))[:150])
    together = solve_map(answers, [0.2, 0.5, 0.3])
    for person in range(40):
        alone = solve_map(answers.of_user(person), [0.2, 0.5, 0.3])
        # A certificate of 1e-9 leaves the weights uncertain by the root of its ratio to the curvature.
        np.testing.assert_allclose(together.weights[person], alone.weights[0], atol=1e-7)


def test_small_chunks_give_the_same_weights(monkeypatch):
    _, answers = simulate(np.random.default_rng(5), n_users=30, n_answers=4, alpha=[0.5, 0.5])
    whole = solve_map(answers, [0.5, 0.5])
    chunks = Answers.chunks
    monkeypatch.setattr(Answers, "chunks", lambda self, **sizes: chunks(self, **sizes, budget=200))
    reports = []
    parts = solve_map(answers, [0.5, 0.5], progress=lambda *report: reports.append(report))
    assert len(reports) > 5
    assert reports[-1][1:] == (30, 30)
    np.testing.assert_allclose(parts.weights, whole.weights, atol=1e-8)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31))
def test_the_order_of_records_people_and_prototypes_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    answers, alpha = hard_problem(rng, n_users=4)
    plain = solve_map(answers, alpha)
    rows, people = rng.permutation(len(answers)), rng.permutation(4)
    columns = rng.permutation(len(alpha))
    shuffled = Answers(
        z=answers.z[rows][:, columns],
        outcome=answers.outcome[rows],
        offset=answers.offset[rows],
        weight=answers.weight[rows],
        user=people[answers.user[rows]],
        n_users=4,
    )
    other = solve_map(shuffled, alpha[columns])
    # Rounding in sums of up to 100 gradients of size 1000 moves a weight by about 1e-6 where the prior is 1e-3.
    np.testing.assert_allclose(other.weights[people], plain.weights[:, columns], atol=1e-5)
    np.testing.assert_allclose(other.objective[people], plain.objective, rtol=1e-9, atol=1e-7)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31))
def test_a_double_weight_is_a_repeated_record_and_a_soft_outcome_a_split_one(seed):
    rng = np.random.default_rng(seed)
    _, answers = simulate(rng, n_users=3, n_answers=4, alpha=[0.4, 0.4, 0.8])
    alpha = [0.4, 0.4, 0.8]

    def solve(**changes):
        columns = {"z": answers.z, "outcome": answers.outcome, "user": answers.user, "n_users": 3} | changes
        return solve_map(Answers(**columns), alpha).weights

    doubled = solve(weight=np.full(12, 2.0))
    repeated = solve(z=np.tile(answers.z, (2, 1)), outcome=np.tile(answers.outcome, 2), user=np.tile(answers.user, 2))
    np.testing.assert_allclose(doubled, repeated, atol=1e-7)
    share = rng.random(12)
    soft = solve(outcome=share)
    split = solve(
        z=np.tile(answers.z, (2, 1)),
        outcome=np.repeat([1.0, 0.0], 12),
        weight=np.concatenate([share, 1 - share]),
        user=np.tile(answers.user, 2),
    )
    np.testing.assert_allclose(soft, split, atol=1e-7)


def test_a_record_of_weight_zero_says_nothing():
    answers = Answers(z=[[5.0, -5.0]], outcome=[1], weight=[0.0])
    np.testing.assert_allclose(solve_map(answers, [1.0, 3.0]).weights, [[0.25, 0.75]], atol=1e-9)


def test_swapping_the_responses_does_not_move_the_weights():
    _, answers = simulate(np.random.default_rng(8), n_users=5, n_answers=6, alpha=[0.5, 0.5, 0.5])
    swapped = Answers(z=-answers.z, outcome=1 - answers.outcome, user=answers.user, n_users=5)
    alpha = [0.5, 0.5, 0.5]
    np.testing.assert_allclose(solve_map(swapped, alpha).weights, solve_map(answers, alpha).weights, atol=1e-9)


def test_a_warm_start_changes_nothing_but_the_time():
    rng = np.random.default_rng(9)
    for _ in range(30):
        answers, alpha = hard_problem(rng, n_users=3)
        start = rng.dirichlet(np.full(len(alpha), 0.3), 3)
        np.testing.assert_allclose(
            solve_map(answers, alpha, start=start).weights, solve_map(answers, alpha).weights, atol=1e-6
        )


@pytest.mark.parametrize(
    ("alpha", "message"),
    [([1.0], "3 prototypes"), ([1.0, 0.0, 1.0], "positive"), ([1.0, np.nan, 1.0], "positive and finite")],
)
def test_bad_concentrations_are_refused(alpha, message):
    with pytest.raises(GustibusError, match=message):
        solve_map(Answers.none(1, 3), alpha)


def test_a_solution_that_misses_its_certificate_is_refused():
    answers = Answers(z=[[30.0, -30.0, 1.0]] * 5, outcome=[1, 0, 1, 1, 1])
    with pytest.raises(GustibusError, match=r"certificate of person 0 is .* Allow more max_iterations"):
        solve_map(answers, [0.1, 0.1, 0.1], max_iterations=1)


def test_bad_starting_weights_are_refused():
    with pytest.raises(GustibusError, match=r"shape \(2, 3\)"):
        solve_map(Answers.none(2, 3), [1.0, 1.0, 1.0], start=np.ones((1, 3)))
