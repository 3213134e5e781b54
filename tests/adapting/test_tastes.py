"""The three forms in which people are kept: predictions, draws, choosing some, storing them."""

from __future__ import annotations

import numpy as np
import pytest

from gustibus.adapting import (
    Answers,
    AtomTastes,
    DirichletPrior,
    GaussianPrior,
    LogisticNormalPrior,
    MomentTastes,
    NormalTastes,
    PairMoments,
    ParticlePrior,
    Tastes,
    adapt,
    adapt_gaussian,
    population_of,
    sigmoid,
    tastes_from_arrays,
    tastes_of,
)
from gustibus.comparisons import GustibusError

K, N_PEOPLE = 3, 6


def answers(width: int = K) -> Answers:
    rng = np.random.default_rng(0)
    user = np.repeat(np.arange(N_PEOPLE), [0, 1, 2, 5, 9, 30])
    return Answers(z=rng.normal(size=(47, width)) * 2, outcome=rng.random(47) < 0.6, user=user, n_users=N_PEOPLE)


def normal(n_components: int) -> NormalTastes:
    rng = np.random.default_rng(1)
    root = rng.normal(size=(K, K))
    prior = GaussianPrior(rng.normal(size=(n_components, K)), root @ root.T + 0.1 * np.eye(K))
    return adapt_gaussian(answers(), prior).tastes


def moments() -> Tastes:
    return tastes_of(adapt(answers(), DirichletPrior([0.5, 1.0, 2.0])))


def atoms() -> Tastes:
    rng = np.random.default_rng(2)
    return tastes_of(adapt(answers(), ParticlePrior(rng.dirichlet(np.ones(K), 25), np.zeros(25))))


FORMS = {
    "moments": moments,
    "atoms": atoms,
    "normal": lambda: normal(1),
    "mixture": lambda: normal(3),
}


@pytest.fixture(params=FORMS)
def tastes(request: pytest.FixtureRequest) -> Tastes:
    made: Tastes = FORMS[request.param]()
    assert made.n_people == N_PEOPLE
    return made


def some_pairs(n: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    return rng.normal(size=(n, K)), rng.integers(0, N_PEOPLE, n), rng.normal(size=n) * 0.5


def test_predictions_are_averages_over_draws(tastes: Tastes) -> None:
    z, who, offset = some_pairs()
    found = tastes.pairs(z, who, offset)
    n = 20_000
    for person in range(N_PEOPLE):
        at = np.flatnonzero(who == person)
        if isinstance(tastes, MomentTastes):
            # Their draws are kept on the simplex; the log-odds are taken as normal with the stated moments.
            rng = np.random.default_rng(person)
            drawn = rng.multivariate_normal(tastes.mean[person], tastes.covariance(person), n, check_valid="ignore")
        else:
            drawn = tastes.draws(person, n, seed=person)
        s = drawn @ z[at].T + offset[at]
        # Five standard errors of 20,000 draws, plus what single precision loses.
        error = 5 * s.std(axis=0) / np.sqrt(n) + 1e-5
        assert (np.abs(found.log_odds[at] - s.mean(axis=0)) <= error).all()
        assert (np.abs(np.sqrt(found.variance[at]) - s.std(axis=0)) <= error).all()
        shares = sigmoid(s)
        assert (np.abs(found.probability[at] - shares.mean(axis=0)) <= 5 * shares.std(axis=0) / np.sqrt(n) + 1e-5).all()


def test_for_and_against_make_one_and_swap_with_the_sides(tastes: Tastes) -> None:
    z, who, offset = some_pairs()
    there, back = tastes.pairs(z, who, offset), tastes.pairs(-z, who, -offset)
    np.testing.assert_allclose(there.probability + there.against, 1, atol=1e-12)
    np.testing.assert_array_equal(there.log_odds, -back.log_odds)
    np.testing.assert_array_equal(there.probability, back.against)


def test_moments_are_those_of_the_rows(tastes: Tastes) -> None:
    z, who, offset = some_pairs()
    found = tastes.pairs(z, who, offset)
    np.testing.assert_allclose(found.log_odds, (tastes.mean[who] * z).sum(axis=1) + offset, atol=1e-5)
    variance = [row @ tastes.covariance(person) @ row for row, person in zip(z, who, strict=True)]
    np.testing.assert_allclose(found.variance, variance, atol=1e-5)


def test_draws_repeat_with_their_seed_and_differ_with_others(tastes: Tastes) -> None:
    first, again, other = (tastes.draws(4, 50, seed) for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape == (50, K)


def test_chosen_people_are_themselves(tastes: Tastes) -> None:
    order = np.array([5, 0, 3, 3])
    some = tastes.take(order)
    assert some.n_people == 4
    np.testing.assert_array_equal(some.mean, tastes.mean[order])
    z, _, offset = some_pairs(4)
    there = tastes.pairs(z, order, offset)
    back = some.pairs(z, np.arange(4), offset)
    np.testing.assert_allclose(there.probability, back.probability, atol=1e-12)
    for at, person in enumerate(order):
        np.testing.assert_allclose(some.covariance(at), tastes.covariance(int(person)), atol=1e-12)
    assert tastes.take(np.zeros(0, np.intp)).n_people == 0


def test_people_can_be_joined(tastes: Tastes) -> None:
    joined = tastes.take(np.array([2, 5])).with_people(tastes.take(np.array([0, 4, 1])))
    order = np.array([2, 5, 0, 4, 1])
    np.testing.assert_array_equal(joined.mean, tastes.mean[order])
    for at, person in enumerate(order):
        np.testing.assert_array_equal(joined.covariance(at), tastes.covariance(int(person)))


def test_stored_people_come_back_as_they_were(tastes: Tastes) -> None:
    back = tastes_from_arrays(tastes.kind, {name: array.copy() for name, array in tastes.arrays().items()})
    z, who, offset = some_pairs()
    there, here = tastes.pairs(z, who, offset), back.pairs(z, who, offset)
    for name in PairMoments.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(there, name), getattr(here, name))
    assert type(back) is type(tastes)


def test_nothing_asked_is_nothing_answered(tastes: Tastes) -> None:
    found = tastes.pairs(np.zeros((0, K)), np.zeros(0, np.intp), np.zeros(0))
    assert found.probability.shape == found.log_odds.shape == (0,)


def test_a_population_of_normal_components_is_the_prior_itself() -> None:
    prior = GaussianPrior([[1.0, 0.0], [-1.0, 1.0]], [[0.5, 0.2], [0.2, 0.4]], np.log([0.3, 0.7]))
    population = population_of(prior)
    assert isinstance(population, NormalTastes)
    np.testing.assert_allclose(population.mean[0], prior.mean, atol=1e-7)
    np.testing.assert_allclose(population.covariance(0), prior.covariance, atol=1e-7)


def test_a_population_of_atoms_is_the_atoms() -> None:
    prior = ParticlePrior(np.eye(2), np.log([0.25, 0.75]))
    population = population_of(prior)
    assert isinstance(population, AtomTastes)
    np.testing.assert_allclose(population.mean[0], [0.25, 0.75], atol=1e-7)


def test_other_populations_are_spread_evenly() -> None:
    prior = LogisticNormalPrior(np.zeros(2), np.eye(2))
    assert population_of(prior).mean[0] == pytest.approx(prior.mean, abs=0.01)


def test_what_is_not_known_is_said() -> None:
    with pytest.raises(GustibusError, match="not known"):
        tastes_from_arrays("dreams", {})
    with pytest.raises(GustibusError, match="different models"):
        atoms().with_people(moments())


def test_many_coefficients_and_few_answers_stay_small() -> None:
    """What is stored of a person grows with their answers and not with the square of the coefficients."""
    width = 200
    people = adapt_gaussian(answers(width), GaussianPrior(np.zeros((1, width)), np.eye(width)))
    assert people.tastes.rows.shape == (47, width)
