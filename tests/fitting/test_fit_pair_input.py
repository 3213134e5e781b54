"""Fitting models of pairs: what no reward can say, and what contradicting oneself looks like."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch

from gustibus.comparisons import DataWarning
from gustibus.fitting import FitSettings, Judgements, fit_ridge_logistic
from gustibus.fitting.feature_choices import FeatureChoices
from gustibus.fitting.inconsistency import inconsistency
from gustibus.fitting.pair_input import PairInputFit, fit_pair_input
from gustibus.models import PairInput, PlainPairInput

N_ITEMS = 120
QUICK = FitSettings(model="bt", hidden=(32,), max_steps=200, shared_penalty=0.1)


def circle(seed: int = 0, n: int = 3000) -> tuple[np.ndarray, Judgements, np.ndarray]:
    """Rock, paper, scissors all round: items are points of the plane, and each is beaten by what lies ahead of it."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(N_ITEMS, 2)).astype(np.float32)
    a = rng.integers(0, N_ITEMS, n)
    b = (a + rng.integers(1, N_ITEMS, n)) % N_ITEMS
    s = 3 * (features[a, 0] * features[b, 1] - features[a, 1] * features[b, 0])
    outcome = (rng.random(n) < 1 / (1 + np.exp(-s))).astype(float)
    validation = rng.random(n) < 0.15
    return features, Judgements(a, b, np.zeros(n, np.intp), outcome, np.ones(n), validation, 1), s


def fitted(
    features: np.ndarray, judgements: Judgements, settings: FitSettings = QUICK, **options: bool
) -> PairInputFit:
    choices = FeatureChoices(features, None, "numeric", np.arange(len(features)), settings)
    return fit_pair_input(choices, judgements, settings, n_items=len(features), **options)


def served(fit: PairInputFit, features: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    choices = FeatureChoices(features, None, "numeric", np.arange(len(features)), QUICK)
    items = torch.from_numpy(choices.features(fit.components, fit.whiten))
    with torch.no_grad():
        s = fit.model.log_odds(items[a], items[b], torch.ones(1)).double().numpy()
    return fit.factor * (s if fit.offsets is None else s + fit.offsets[a] - fit.offsets[b])


def log_loss(s: np.ndarray, outcome: np.ndarray) -> float:
    return float(np.mean(np.logaddexp(0, -s) + (1 - outcome) * s))


def test_it_learns_a_circle_that_no_reward_can_represent() -> None:
    features, j, truth = circle()
    fit = fitted(features, j)
    held_out = j.take(j.validation)
    bayes = log_loss(truth[j.validation], held_out.outcome)
    t = j.take(~j.validation)
    population = fit_ridge_logistic(features, t.a, t.b, t.outcome, t.weight, ridge=1.0, offset_ridge=2.0).rewards(
        features
    )
    one_reward = log_loss(population[held_out.a] - population[held_out.b], held_out.outcome)
    assert one_reward > 0.68  # log 2 = .693: even with a free reward an item there is nothing to learn
    assert fit.validation_log_loss < bayes + 0.04
    said = served(fit, features, held_out.a, held_out.b)
    assert np.mean(np.sign(said) == np.sign(truth[j.validation])) > 0.9
    assert log_loss(said, held_out.outcome) == pytest.approx(fit.validation_log_loss, abs=1e-5)  # single precision


def test_the_chosen_fit_is_antisymmetric_to_the_last_digit() -> None:
    features, j, _ = circle(n=1000)
    fit = fitted(features, j)
    assert np.array_equal(served(fit, features, j.a, j.b), -served(fit, features, j.b, j.a))
    assert fit.inconsistency is None


def test_the_plain_form_is_measured_and_what_is_served_is_antisymmetric() -> None:
    features, j, truth = circle(n=2000)
    fit = fitted(features, j, plain=True)
    assert type(fit.model) is PairInput
    assert np.array_equal(served(fit, features, j.a, j.b), -served(fit, features, j.b, j.a))
    found = fit.inconsistency
    assert found is not None
    assert found.n_pairs == int(j.validation.sum())
    assert 0.01 < found.decisions < 0.5
    assert 0.01 < found.probability < 0.5
    v = j.take(j.validation)
    said = served(fit, features, v.a, v.b)
    assert log_loss(said, v.outcome) == pytest.approx(fit.validation_log_loss, abs=1e-5)  # single precision
    assert np.mean(np.sign(said) == np.sign(truth[j.validation])) > 0.8


def test_inconsistency_counts_answers_that_depend_on_the_order() -> None:
    # g(a, b) = x_b by construction (relu(x) - relu(-x)): what comes second decides.
    model = PlainPairInput(1, (2,))
    with torch.no_grad():
        model.head.layers[0].weight.copy_(torch.tensor([[0.0, 1.0], [0.0, -1.0]]))
        model.head.layers[0].bias.zero_()
        model.head.layers[2].weight.copy_(torch.tensor([[1.0, -1.0]]))
        model.head.layers[2].bias.zero_()
    features = np.array([[1.0], [2.0], [-3.0]])
    a, b = np.array([0, 0]), np.array([1, 2])
    found = inconsistency(model, features, a, b)

    def sigmoid(s: float) -> float:
        return 1 / (1 + np.exp(-s))

    totals = [sigmoid(2) + sigmoid(1), sigmoid(-3) + sigmoid(1)]
    assert found.decisions == 0.5  # 0 against 1: "first" both ways; 0 against 2: item 0 both ways
    assert found.probability == pytest.approx(np.mean(np.abs(np.array(totals) - 1)), abs=1e-6)
    # The antisymmetrised model never contradicts itself.
    with torch.no_grad():
        both = model.antisymmetrised().log_odds(torch.tensor([[1.0]]), torch.tensor([[2.0]]), torch.ones(1))
    assert both.item() == pytest.approx((2 - 1) / 2)


def test_offsets_take_what_features_do_not_show() -> None:
    rng = np.random.default_rng(0)
    features, j, s = circle()
    own = 2 * rng.normal(size=N_ITEMS)
    outcome = (rng.random(len(j)) < 1 / (1 + np.exp(-s - own[j.a] + own[j.b]))).astype(float)
    judged = Judgements(j.a, j.b, j.user, outcome, j.weight, j.validation, 1)
    fit = fitted(features, judged, QUICK.with_(item_offsets=True, offset_penalty=1.0))
    without = fitted(features, judged, QUICK.with_(item_offsets=False), offsets_possible=True)
    assert fit.offsets is not None
    assert np.corrcoef(fit.offsets, own)[0, 1] > 0.8
    assert fit.validation_log_loss < without.validation_log_loss - 0.05


def test_equal_seeds_give_equal_fits_of_pairs() -> None:
    features, j, _ = circle(n=600)
    one, two = (fitted(features, j, QUICK.with_(max_steps=60)) for _ in range(2))
    assert np.array_equal(served(one, features, j.a, j.b), served(two, features, j.a, j.b))


def test_without_validation_it_stops_after_few_steps_and_says_so() -> None:
    features, j, _ = circle(n=300)
    none = Judgements(j.a, j.b, j.user, j.outcome, j.weight, np.zeros(300, bool), 1)
    with pytest.warns(DataWarning, match="too few to choose"):
        fit = fitted(features, none)
    assert np.isnan(fit.validation_log_loss)
    assert fit.factor == 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        plain = fitted(features, none, plain=True)
    assert plain.inconsistency is not None
    assert plain.inconsistency.n_pairs == 300
