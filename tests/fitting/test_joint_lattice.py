"""Shared rewards fitted together with how often each mixture of them occurs."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import logsumexp

import gustibus as gs
from gustibus.adapting import ParticlePrior
from gustibus.catalog import SharedRewardWorld, shared_reward_world
from gustibus.comparisons import DataWarning, GustibusError
from gustibus.fitting import fit_mixture_em
from gustibus.fitting.defaults import LATTICE_PSEUDO_PEOPLE
from gustibus.fitting.lattice_em import MixedRewards, fit_on_lattice, simplex_lattice
from gustibus.fitting.mixture_points import Penalties
from gustibus.fitting.records import Judgements
from gustibus.likelihoods import Davidson, Likelihood, Logistic

POINT = {"model": "low-rank", "prototypes": 3, "raw_features": True, "item_offsets": False}
LATTICE = {**POINT, "inference": "joint", "prior": "particles"}


@pytest.fixture(scope="module")
def world() -> SharedRewardWorld:
    return shared_reward_world(
        types="mixed", n_prototypes=3, n_users=90, n_items=300, n_features=8, comparisons_per_user=20,
        held_out_per_user=20, seed=0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def fitted(world: SharedRewardWorld) -> gs.FittedModel:
    return gs.fit(world.comparisons.filter(world.comparisons.user < 60), encoder=world.vectors, **LATTICE)


@pytest.mark.parametrize("k", [2, 3, 4, 5, 8, 12, 30])
def test_the_lattice_holds_the_corners_and_evenly_divided_mixtures(k: int) -> None:
    atoms = simplex_lattice(k)
    np.testing.assert_allclose(atoms.sum(axis=1), 1.0)
    corners = atoms[atoms.max(axis=1) == 1.0]
    assert len(corners) == k
    m = round(1 / atoms[atoms > 0].min())
    assert len(np.unique(np.round(atoms * m), axis=0)) == len(atoms)
    if (m + 1) ** k < 100_000:
        assert len(atoms) == sum(sum(parts) == m for parts in product(range(m + 1), repeat=k))


def small_problem(*, ties: bool = False) -> tuple[np.ndarray, Judgements]:
    """A dozen people who compare recurring items, three features each."""
    rng = np.random.default_rng(3)
    features = rng.normal(size=(14, 3))
    user = np.repeat(np.arange(12), 9)
    a = rng.integers(0, 14, len(user))
    b = (a + rng.integers(1, 14, len(user))) % 14
    taste = rng.normal(size=(12, 3)) * 2
    chance = 1 / (1 + np.exp(-((features[a] - features[b]) * taste[user]).sum(axis=1)))
    outcome = (rng.random(len(user)) < chance).astype(float)
    likelihood: Likelihood = Logistic()
    if ties:
        outcome[::5] = 0.5
        likelihood = Davidson(nu=0.5)
    weight = rng.uniform(0.5, 1.5, len(user))
    return features, Judgements(
        a, b, user, outcome, weight, np.zeros(len(user), bool), 12, likelihood=likelihood, tie=outcome == 0.5
    )


def objective(
    parameters: np.ndarray, features: np.ndarray, judgements: Judgements, atoms: np.ndarray, penalties: Penalties
) -> float:
    """Penalised marginal log-likelihood, written down once more."""
    n_heads = atoms.shape[1] * features.shape[1]
    heads = parameters[:n_heads].reshape(atoms.shape[1], -1)
    offsets = parameters[n_heads : n_heads + len(features)]
    log_mass = parameters[n_heads + len(features) :]
    log_mass = log_mass - logsumexp(log_mass)
    rewards = features @ heads.T @ atoms.T + offsets[:, None]
    s = rewards[judgements.a] - rewards[judgements.b]
    y, c = judgements.outcome[:, None], judgements.weight[:, None]
    of_records = c * (-y * np.logaddexp(0, -s) - (1 - y) * np.logaddexp(0, s))
    of_people = np.zeros((judgements.n_users, len(atoms)))
    np.add.at(of_people, judgements.user, of_records)
    return float(
        logsumexp(of_people + log_mass, axis=1).sum()
        - penalties.ridge / 2 * (heads**2).sum()
        - penalties.offset_ridge / 2 * (offsets**2).sum()
        + LATTICE_PSEUDO_PEOPLE * log_mass.mean()
    )


def test_it_ends_where_a_general_optimiser_finds_nothing_better() -> None:
    features, judgements = small_problem()
    atoms, penalties = simplex_lattice(2), Penalties(0.5, 2.0)
    even = np.full(len(atoms), -np.log(len(atoms)))
    start = MixedRewards(np.array([[1.0, 0, 0], [0, 1.0, 0]]), np.zeros(14), even, np.zeros(0))
    found = fit_on_lattice(features, judgements, atoms, penalties=penalties, start=start, max_iterations=3000)
    assert found.offsets is not None
    assert (np.diff(found.objectives) >= 0).all()
    here = np.r_[found.heads.ravel(), found.offsets, found.log_mass]
    arguments = (features, judgements, atoms, penalties)
    assert objective(here, *arguments) == pytest.approx(found.objectives[-1], abs=1e-8)
    better = minimize(lambda x: -objective(x, *arguments), here, method="L-BFGS-B", options={"maxfun": 20_000})
    # EM stops where an iteration gains a millionth of a nat a judgement.
    assert -better.fun == pytest.approx(found.objectives[-1], abs=2e-3)


def test_where_the_corners_are_all_there_is_it_is_a_mixture_of_types() -> None:
    features, judgements = small_problem()
    mixture = fit_mixture_em(features, judgements, 2, ridge=1.0)
    start = MixedRewards(mixture.heads, None, mixture.log_weights, np.zeros(0))
    found = fit_on_lattice(features, judgements, np.eye(2), penalties=Penalties(1.0, 0.0), start=start)
    np.testing.assert_allclose(np.abs(found.heads), np.abs(mixture.heads), atol=0.1)  # other pseudo-people


def test_new_people_are_predicted_better_than_from_point_estimates(
    world: SharedRewardWorld, fitted: gs.FittedModel
) -> None:
    known = world.comparisons.filter(world.comparisons.user < 60)
    new, held_out = (data.filter(data.user >= 60) for data in (world.comparisons, world.held_out))
    chance = 1 / (1 + np.exp(-world.truth.log_odds(held_out)))

    def loss(model: gs.FittedModel) -> float:
        p = model.predict(held_out, model.adapt_users(new)).probability
        return float(-(chance * np.log(p) + (1 - chance) * np.log1p(-p)).mean())

    assert loss(fitted) < loss(gs.fit(known, encoder=world.vectors, **POINT)) - 0.003


def test_people_are_mixtures_on_the_lattice_and_placed_exactly(fitted: gs.FittedModel) -> None:
    assert isinstance(fitted.prior, ParticlePrior)
    np.testing.assert_array_equal(fitted.prior.atoms, simplex_lattice(3))
    assert fitted.prior.mass.max() < 0.9
    assert np.isfinite(fitted.summary["choices"]["shared_penalty"])


def test_ties_are_learned_from() -> None:
    features, judgements = small_problem(ties=True)
    atoms = simplex_lattice(2)
    even = np.full(len(atoms), -np.log(len(atoms)))
    start = MixedRewards(np.array([[1.0, 0, 0], [0, 1.0, 0]]), None, even, np.zeros(0))
    found = fit_on_lattice(features, judgements, atoms, penalties=Penalties(1.0, 0.0), start=start)
    assert found.objectives[-1] > found.objectives[0]
    assert (np.diff(found.objectives) >= 0).all()


@pytest.mark.parametrize("model", ["pal-a", "pal-b"])
def test_other_models_say_that_their_people_are_normal(world: SharedRewardWorld, model: str) -> None:
    with pytest.raises(GustibusError, match="normally distributed"):
        gs.fit(world.comparisons, encoder=world.vectors, model=model, inference="joint", prior="particles")


def test_what_has_nothing_to_tell_apart_is_refused_before_anything_is_fitted() -> None:
    with pytest.raises(GustibusError, match="prototypes=1 leaves"):
        gs.FitSettings(model="low-rank", inference="joint", prototypes=1)
    with pytest.raises(GustibusError, match="needs a ridge"):
        gs.FitSettings(model="low-rank", inference="joint", prior="particles", shared_penalty=0.0)


def test_a_fit_to_few_answers_is_saved_though_nothing_could_be_chosen(world: SharedRewardWorld, tmp_path: Path) -> None:
    few = world.comparisons.filter(world.comparisons.user < 4)
    with pytest.warns(DataWarning):
        model = gs.fit(few, encoder=world.vectors, **{**LATTICE, "prototypes": 2, "max_steps": 20})
    model.save(tmp_path / "few")
    again = gs.FittedModel.from_pretrained(tmp_path / "few")
    np.testing.assert_array_equal(again.predict(few).probability, model.predict(few).probability)
