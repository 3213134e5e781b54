"""The mixture of Bradley-Terry types: EM against independent solvers, its invariances and its warnings."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import logsumexp

from gustibus.comparisons import DataWarning, GustibusError
from gustibus.fitting import Judgements, MixtureFit, choose_mixture, fit_mixture_em, fit_ridge_logistic

pytestmark = pytest.mark.filterwarnings("ignore:.*hold less than one person:gustibus.comparisons.DataWarning")

PSEUDO_PEOPLE = 0.1  # of every type, in the objective


def typed_people(
    seed: int = 0, *, n_users: int = 60, n: int = 12, n_types: int = 3, n_features: int = 4, n_items: int = 50
) -> tuple[np.ndarray, Judgements, np.ndarray]:
    """Items, judgements with soft outcomes and weights among them, and people's types."""
    rng = np.random.default_rng(seed)
    items = rng.normal(size=(n_items, n_features))
    kind = rng.integers(n_types, size=n_users)
    heads = rng.normal(size=(n_types, n_features)) * 1.5
    user = np.repeat(np.arange(n_users), n)
    a = rng.integers(0, n_items, len(user))
    b = (a + rng.integers(1, n_items, len(user))) % n_items
    chance = 1 / (1 + np.exp(-((items[a] - items[b]) * heads[kind[user]]).sum(axis=1)))
    outcome = (rng.random(len(user)) < chance).astype(float)
    outcome[::7] = np.round(chance[::7], 2)
    weight = rng.uniform(0.5, 2, len(user))
    validation = np.arange(len(user)) % 6 == 5
    return items, Judgements(a, b, user, outcome, weight, validation, n_users), kind


def objective_of(
    fit: MixtureFit, items: np.ndarray, judgements: Judgements, ridge: float, offset_ridge: float = 0.0
) -> float:
    """The penalised marginal log-likelihood, written out person by person."""
    rewards = items @ fit.heads.T + (0 if fit.offsets is None else fit.offsets[:, None])
    s = rewards[judgements.a] - rewards[judgements.b]
    y, c = judgements.outcome[:, None], judgements.weight[:, None]
    each = -c * (y * np.logaddexp(0, -s) + (1 - y) * np.logaddexp(0, s))
    total = sum(logsumexp(fit.log_weights + each[judgements.user == u].sum(axis=0)) for u in range(judgements.n_users))
    offsets = 0.0 if fit.offsets is None else (fit.offsets**2).sum()
    return float(
        total
        - 0.5 * ridge * (fit.heads**2).sum()
        - 0.5 * offset_ridge * offsets
        + PSEUDO_PEOPLE * fit.log_weights.sum()
    )


@pytest.mark.parametrize("offset_ridge", [None, 2.0])
@pytest.mark.parametrize("n_types", [1, 2, 5])
def test_no_iteration_lets_the_objective_fall(n_types: int, offset_ridge: float | None) -> None:
    items, judgements, _ = typed_people()
    for ridge in (0.01, 3.0):
        fit = fit_mixture_em(items, judgements, n_types, ridge=ridge, offset_ridge=offset_ridge)
        assert fit.converged
        assert np.all(np.diff(fit.objectives) >= 0)


def test_separable_answers_and_hardly_any_ridge_are_no_trouble() -> None:
    items, judgements, _ = typed_people(n_users=20, n=5, n_items=200, n_features=30)
    fit = fit_mixture_em(items, judgements, 3, ridge=1e-6)
    assert np.isfinite(fit.heads).all()
    assert np.all(np.diff(fit.objectives) >= 0)


@pytest.mark.parametrize("offset_ridge", [None, 2.0])
def test_the_objective_is_the_penalised_marginal_likelihood(offset_ridge: float | None) -> None:
    items, judgements, _ = typed_people()
    fit = fit_mixture_em(items, judgements, 3, ridge=1.5, offset_ridge=offset_ridge)

    by_hand = objective_of(fit, items, judgements, 1.5, offset_ridge or 0.0)

    assert fit.objectives[-1] == pytest.approx(by_hand, abs=1e-8)
    assert fit.log_likelihood == pytest.approx(
        objective_of(fit, items, judgements, 0.0) - PSEUDO_PEOPLE * fit.log_weights.sum(), abs=1e-8
    )


@pytest.mark.parametrize("offset_ridge", [None, 2.0])
def test_one_type_is_the_ridge_logistic_fit(offset_ridge: float | None) -> None:
    items, judgements, _ = typed_people()
    j = judgements

    fit = fit_mixture_em(items, judgements, 1, ridge=0.7, offset_ridge=offset_ridge, tolerance=1e-14)

    oracle = fit_ridge_logistic(
        items, j.a, j.b, j.outcome, j.weight, ridge=0.7, offset_ridge=offset_ridge, tolerance=1e-9
    )
    np.testing.assert_allclose(fit.heads[0], oracle.beta, atol=1e-5)
    if offset_ridge is not None:
        np.testing.assert_allclose(fit.offsets, oracle.offsets, atol=1e-5)
    assert (fit.responsibilities == 1).all()


def test_more_features_than_judgements_and_dead_features_are_fitted_exactly() -> None:
    rng = np.random.default_rng(0)
    _, j, _ = typed_people(n_users=8, n=5)
    items = np.hstack([rng.normal(size=(50, 70)), np.ones((50, 2)), np.zeros((50, 1))])

    fit = fit_mixture_em(items, j, 1, ridge=2.0, tolerance=1e-14)

    oracle = fit_ridge_logistic(items, j.a, j.b, j.outcome, j.weight, ridge=2.0, tolerance=1e-9)
    np.testing.assert_allclose(fit.heads[0], oracle.beta, atol=1e-5)


@pytest.mark.parametrize("offset_ridge", [None, 2.0])
def test_em_ends_where_a_general_optimiser_of_the_marginal_likelihood_ends(offset_ridge: float | None) -> None:
    items, judgements, _ = typed_people(n_users=25, n=8, n_types=2, n_features=2, n_items=12)
    rough = fit_mixture_em(items, judgements, 2, ridge=1.0, offset_ridge=offset_ridge, max_iterations=1)
    n_offsets = 0 if offset_ridge is None else len(items)

    def mixture(theta: np.ndarray) -> MixtureFit:
        heads, offsets, logits = theta[:4].reshape(2, 2), theta[4 : 4 + n_offsets], np.r_[theta[-1], 0.0]
        shares = logits - logsumexp(logits)
        return MixtureFit(heads, shares, offsets if n_offsets else None, np.empty(0), 0.0, np.empty(0), True, ())

    def loss(theta: np.ndarray) -> float:
        return -objective_of(mixture(theta), items, judgements, 1.0, offset_ridge or 0.0)

    offsets = np.zeros(0) if rough.offsets is None else rough.offsets
    begin = np.r_[rough.heads.ravel(), offsets, rough.log_weights[0] - rough.log_weights[1]]
    oracle = minimize(loss, begin, method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-7, "maxfun": 100_000})

    fit = fit_mixture_em(
        items, judgements, 2, ridge=1.0, offset_ridge=offset_ridge, n_restarts=0, start=rough, tolerance=1e-13
    )

    # Differences of function values give the oracle gradients to about 1e-5, so its parameters to about 1e-4.
    assert fit.objectives[-1] == pytest.approx(-oracle.fun, abs=1e-7)
    assert fit.objectives[-1] >= -oracle.fun - 1e-9
    order = np.argsort(-mixture(oracle.x).log_weights)
    np.testing.assert_allclose(fit.heads, mixture(oracle.x).heads[order], atol=1e-3)


def test_types_of_clear_cut_people_are_found() -> None:
    items, judgements, kind = typed_people(seed=2, n=40)
    fit = fit_mixture_em(items, judgements, 3, ridge=1.0)
    found = fit.responsibilities.argmax(axis=1)
    assert len(set(zip(found.tolist(), kind.tolist(), strict=True))) == 3  # a relabelling of the truth
    np.testing.assert_allclose(np.exp(fit.log_weights), np.sort(np.bincount(kind))[::-1] / 60, atol=0.01)


def test_numbers_of_people_and_order_of_records_do_not_matter() -> None:
    items, judgements, _ = typed_people(n=6)
    rng = np.random.default_rng(5)
    renamed = rng.permutation(judgements.n_users)
    shuffled = judgements.take(rng.permutation(len(judgements)))
    other = Judgements(
        shuffled.a,
        shuffled.b,
        renamed[shuffled.user],
        shuffled.outcome,
        shuffled.weight,
        shuffled.validation,
        judgements.n_users,
    )

    fit = fit_mixture_em(items, judgements, 3, ridge=1.0, offset_ridge=2.0, tolerance=1e-10)
    again = fit_mixture_em(items, other, 3, ridge=1.0, offset_ridge=2.0, tolerance=1e-10)

    # The same iterations, with sums in another order.
    np.testing.assert_allclose(again.heads, fit.heads, atol=1e-7)
    np.testing.assert_allclose(again.responsibilities[renamed], fit.responsibilities, atol=1e-7)


def test_equal_seeds_give_equal_fits() -> None:
    items, judgements, _ = typed_people()
    fits = [fit_mixture_em(items, judgements, 4, ridge=1.0, seed=3) for _ in range(2)]
    assert np.array_equal(fits[0].heads, fits[1].heads)


def test_a_and_b_can_change_places() -> None:
    items, j, _ = typed_people()
    swapped = Judgements(j.b, j.a, j.user, 1 - j.outcome, j.weight, j.validation, j.n_users)
    fit, other = (fit_mixture_em(items, each, 3, ridge=1.0) for each in (j, swapped))
    np.testing.assert_allclose(other.heads, fit.heads, atol=1e-7)
    np.testing.assert_allclose(other.probability(items, swapped), 1 - fit.probability(items, j), atol=1e-7)


def test_a_soft_outcome_is_both_answers_with_its_shares_as_weights() -> None:
    items, j, _ = typed_people(n=6)
    both = Judgements(
        np.r_[j.a, j.a],
        np.r_[j.b, j.b],
        np.r_[j.user, j.user],
        np.r_[np.ones(len(j)), np.zeros(len(j))],
        np.r_[j.weight * j.outcome, j.weight * (1 - j.outcome)],
        np.r_[j.validation, j.validation],
        j.n_users,
    )
    fit = fit_mixture_em(items, j, 2, ridge=1.0, tolerance=1e-12)
    split = fit_mixture_em(items, both, 2, ridge=1.0, tolerance=1e-12)
    np.testing.assert_allclose(split.heads, fit.heads, atol=1e-5)
    assert split.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-6)


def test_people_without_answers_change_nothing_and_are_the_population() -> None:
    items, j, _ = typed_people()
    more = Judgements(j.a, j.b, j.user * 2, j.outcome, j.weight, j.validation, 2 * j.n_users + 3)
    fit, wider = fit_mixture_em(items, j, 3, ridge=1.0), fit_mixture_em(items, more, 3, ridge=1.0)
    np.testing.assert_allclose(wider.heads, fit.heads, atol=1e-9)
    np.testing.assert_allclose(wider.responsibilities[1], np.exp(fit.log_weights), atol=1e-9)


def test_more_restarts_never_end_lower() -> None:
    items, judgements, _ = typed_people(n=5)
    fits = [fit_mixture_em(items, judgements, 5, ridge=0.5, n_restarts=n) for n in (1, 4, 12)]
    ends = [fit.objectives[-1] for fit in fits]
    assert np.all(np.diff(ends) > -1e-2)  # an end is known to the tolerance, 1e-6 nats a judgement and iteration
    assert len(fits[1].restarts) == 4
    assert max(end.objective for end in fits[2].restarts) == ends[2]


def test_a_warm_start_costs_few_iterations() -> None:
    items, judgements, _ = typed_people()
    cold = fit_mixture_em(items, judgements, 3, ridge=1.0, offset_ridge=2.0)
    warm = fit_mixture_em(items, judgements, 3, ridge=1.0, offset_ridge=2.0, n_restarts=0, start=cold)
    assert warm.restarts[0].iterations <= 3
    assert warm.objectives[0] == pytest.approx(cold.objectives[-1], abs=1e-8)


def test_large_problems_climb_in_groups_with_the_same_end(monkeypatch: pytest.MonkeyPatch) -> None:
    items, judgements, _ = typed_people()
    together = fit_mixture_em(items, judgements, 3, ridge=1.0)
    monkeypatch.setattr("gustibus.fitting.mixture_em._BUDGET", 2 * 3 * len(judgements))
    told: list[tuple[str, int, int]] = []
    apart = fit_mixture_em(items, judgements, 3, ridge=1.0, progress=lambda *news: told.append(news))
    # Restarts that climb together share the number of their inner steps, so ends agree to the tolerance only.
    np.testing.assert_allclose(apart.heads, together.heads, atol=1e-3)
    assert apart.objectives[-1] == pytest.approx(together.objectives[-1], abs=1e-3)
    assert len(apart.restarts) == 5
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert told[-1] == ("mixture of 3 types", 5, 5)


def test_fewer_than_five_answers_a_person_are_warned_of() -> None:
    items, judgements, _ = typed_people(n=4)
    with pytest.warns(DataWarning, match="4 answers each"):
        fit_mixture_em(items, judgements, 2, ridge=1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit_mixture_em(items, judgements, 1, ridge=1.0)


def test_types_that_nobody_belongs_to_are_warned_of() -> None:
    items, j, _ = typed_people(n_types=1, n_users=10, n_features=1)
    same = Judgements(j.a, j.b, j.user, (items[j.a, 0] > items[j.b, 0]) * 1.0, j.weight, j.validation, j.n_users)
    with pytest.warns(DataWarning, match="less than one person"):
        fit = fit_mixture_em(items, same, 4, ridge=1.0)
    assert np.isfinite(fit.log_weights).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ridge": 0.0}, "positive"),
        ({"offset_ridge": -1.0}, "positive"),
        ({"n_types": 0}, "at least 1"),
        ({"n_types": 61}, "60 people"),
        ({"n_restarts": 0}, "at least one restart"),
    ],
)
def test_what_cannot_be_fitted_is_refused(change: dict[str, float], message: str) -> None:
    items, judgements, _ = typed_people()
    arguments = {"n_types": 2, "ridge": 1.0} | change
    with pytest.raises(GustibusError, match=message):
        fit_mixture_em(items, judgements, **arguments)


def test_a_start_of_another_shape_is_refused() -> None:
    items, judgements, _ = typed_people()
    two = fit_mixture_em(items, judgements, 2, ridge=1.0)
    with pytest.raises(GustibusError, match="same shape"):
        fit_mixture_em(items, judgements, 3, ridge=1.0, start=two)


def validation_loss(fit: MixtureFit, items: np.ndarray, judgements: Judgements) -> float:
    held_out = judgements.take(judgements.validation)
    p = fit.probability(items, held_out)
    loss = -(held_out.outcome * np.log(p) + (1 - held_out.outcome) * np.log(1 - p))
    return float(held_out.weight @ loss / held_out.weight.sum())


def test_the_chosen_mixture_is_that_of_a_full_search() -> None:
    items, judgements, _ = typed_people(seed=1, n_features=6)
    training = judgements.take(~judgements.validation)
    ridges = (1.0, 3.0, 10.0, 30.0, 100.0)

    choice = choose_mixture(items, judgements, 3, ridges=ridges)

    every = [fit_mixture_em(items, training, 3, ridge=ridge, n_restarts=10) for ridge in ridges]
    losses = [validation_loss(fit, items, judgements) for fit in every]
    assert choice.ridge == ridges[int(np.argmin(losses))]
    # Ends of different starts agree to the tolerance of 1e-6 nats a judgement and iteration.
    assert choice.validation_log_loss == pytest.approx(min(losses), abs=1e-3)
    assert choice.validation_log_loss == pytest.approx(validation_loss(choice.fit, items, judgements), abs=1e-12)
    assert len(choice.trials) <= 6
    assert choice.trials[-1]["shared_penalty"] == choice.ridge


def test_offsets_are_chosen_where_items_have_merits_of_their_own_and_only_there() -> None:
    items, j, _ = typed_people(n_items=20)
    merit = np.random.default_rng(1).normal(size=20) * 2
    own = Judgements(j.a, j.b, j.user, (merit[j.a] > merit[j.b]) * 1.0, j.weight, j.validation, j.n_users)

    assert choose_mixture(items, own, 2, offsets_possible=True).offset_ridge is not None
    without = choose_mixture(items, own, 2)
    assert without.offset_ridge is None
    assert without.fit.offsets is None


def test_with_little_validation_the_defaults_are_taken_and_said() -> None:
    items, judgements, _ = typed_people(n_users=10)
    with pytest.warns(DataWarning, match="too few to choose"):
        choice = choose_mixture(items, judgements, 2, offsets_possible=True)
    assert (choice.ridge, choice.offset_ridge) == (10.0, 2.0)
    assert np.isnan(choice.validation_log_loss)
