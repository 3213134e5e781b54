"""Classification rewards against the definition, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.optimize import minimize, minimize_scalar
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from gustibus.comparisons import DataWarning, GustibusError
from gustibus.fitting import FitSettings, Judgements
from gustibus.fitting.classification import fit_classification
from gustibus.fitting.classifiers import candidate_settings, fit_classifier, new_classifier
from gustibus.fitting.defaults import HANDICAP
from gustibus.fitting.feature_choices import FeatureChoices

FloatArray = np.ndarray


def world(
    seed: int = 0, n_items: int = 200, n: int = 3000, *, curved: bool = False, own: float = 0.0
) -> tuple[FloatArray, Judgements]:
    """Items with three features, and pairs judged by a linear or a curved reward plus each item's own."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n_items, 3)).astype(np.float32)
    reward = 2 * (np.abs(features[:, 0]) - 1) * 2 if curved else features @ [1.0, -0.5, 0.2]
    reward = reward + own * rng.normal(size=n_items)
    a = rng.integers(0, n_items, n)
    b = (a + rng.integers(1, n_items, n)) % n_items
    outcome = (rng.random(n) < 1 / (1 + np.exp(reward[b] - reward[a]))).astype(float)
    ones, validation = np.ones(n), rng.random(n) < 0.15
    return features, Judgements(a, b, np.zeros(n, np.intp), outcome, ones, validation, 1)


def choices(features: FloatArray) -> FeatureChoices:
    return FeatureChoices(features, None, "numeric", np.arange(len(features)), FitSettings(model="bt"))


def test_a_logistic_classifier_equals_the_weighted_maximum_likelihood_over_single_items() -> None:
    features, j = world(n_items=30, n=300)
    soft = j.outcome * 0.7 + 0.1
    weight = np.random.default_rng(1).uniform(0.5, 2, len(j))
    soft_judgements = Judgements(j.a, j.b, j.user, soft, weight, j.validation, 1)
    estimator = new_classifier("logistic", {"C": 0.5}, 0).set_params(tol=1e-10)
    model = fit_classifier(estimator, features, soft_judgements)

    def objective(theta: FloatArray) -> float:
        r = features.astype(float) @ theta[:3] + theta[3]
        won, lost = np.logaddexp(0, -r), np.logaddexp(0, r)
        loss = weight * (soft * (won[j.a] + lost[j.b]) + (1 - soft) * (lost[j.a] + won[j.b]))
        return float(0.5 * loss.sum() + 0.5 * theta[:3] @ theta[:3])

    oracle = minimize(objective, np.zeros(4), method="BFGS", options={"gtol": 1e-8})
    expected = features @ oracle.x[:3] + oracle.x[3]
    # Both optimisers stop at gradients near 1e-6 of a curvature above 10.
    np.testing.assert_allclose(model.logits(features), expected, atol=1e-5)


def test_merging_equal_rows_changes_nothing() -> None:
    features, j = world(n_items=20, n=200)
    merged = fit_classifier(GaussianNB(), features, j)
    rows = np.concatenate([j.a, j.b])
    labels = np.concatenate([j.outcome, 1 - j.outcome]).astype(int)
    by_hand = GaussianNB().fit(features[rows].astype(float), labels)
    p = by_hand.predict_proba(features.astype(float))[:, 1]
    np.testing.assert_allclose(merged.logits(features), np.log(p / (1 - p)), atol=1e-6)


def test_a_step_of_a_pipeline_gets_the_weights() -> None:
    features, j = world(n_items=20, n=200)
    piped = fit_classifier(make_pipeline(StandardScaler(), LogisticRegression(C=1e6, tol=1e-10)), features, j)
    bare = fit_classifier(LogisticRegression(C=1e6, tol=1e-10), features, j)
    # Without a penalty the scale of the features does not matter.
    np.testing.assert_allclose(piped.logits(features), bare.logits(features), atol=1e-3)


def test_a_classifier_without_weights_needs_clear_outcomes() -> None:
    features, j = world(n_items=40, n=400)
    model = fit_classifier(KNeighborsClassifier(25), features, j)
    rows = np.concatenate([j.a, j.b])
    labels = np.concatenate([j.outcome, 1 - j.outcome])
    nearest = KNeighborsClassifier(25).fit(features[rows].astype(float), labels.astype(int))
    p = np.clip(nearest.predict_proba(features.astype(float))[:, 1], model.floor, 1 - model.floor)
    np.testing.assert_allclose(model.logits(features), np.log(p / (1 - p)))
    ties = Judgements(j.a, j.b, j.user, np.full(len(j), 0.5), j.weight, j.validation, 1)
    with pytest.raises(GustibusError, match="takes no sample weights"):
        fit_classifier(KNeighborsClassifier(25), features, ties)


def test_the_factor_is_the_best_one_on_validation_pairs() -> None:
    features, j = world()
    fit = fit_classification(choices(features), j)
    scores = fit.model.logits(choices(features).features(fit.components, fit.whiten))
    held_out = j.take(j.validation)
    s = scores[held_out.a] - scores[held_out.b]

    def loss(factor: float) -> float:
        return float(np.mean(np.logaddexp(0, -factor * s) + (1 - held_out.outcome) * factor * s))

    best = minimize_scalar(loss, bounds=(0, 20), method="bounded", options={"xatol": 1e-9})
    assert fit.factor == pytest.approx(best.x, rel=1e-4)
    assert fit.validation_log_loss == pytest.approx(best.fun, abs=1e-9)
    # Single items are told from the whole pool, pairs from each other: here the logit is about half a reward too small.
    assert fit.factor > 1


def test_trees_see_a_curved_reward_that_a_linear_one_cannot() -> None:
    features, j = world(curved=True)
    linear = fit_classification(choices(features), j, "logistic")
    curved = fit_classification(choices(features), j, "gradient-boosting")
    assert linear.validation_log_loss > 0.67  # as good as nothing: log 2 = .693
    assert curved.validation_log_loss < 0.45


@pytest.mark.parametrize("classifier", ["mlp", "forest"])
def test_every_named_classifier_learns(classifier: str) -> None:
    features, j = world(n=1000, curved=True)
    fit = fit_classification(choices(features), j, classifier, seed=3)
    assert fit.validation_log_loss < 0.45  # a linear reward gets .69
    assert len(fit.trials) == len(candidate_settings(classifier))
    assert fit.choices["classifier"] == classifier


def test_offsets_of_items_help_where_items_have_something_of_their_own() -> None:
    features, j = world(n_items=60, own=1.5)
    without = fit_classification(choices(features), j, item_offsets=False, offsets_possible=True)
    with_offsets = fit_classification(choices(features), j, offsets_possible=True)
    assert without.offsets is None
    assert with_offsets.offsets is not None
    assert with_offsets.validation_log_loss < without.validation_log_loss - 0.03
    scores = with_offsets.model.logits(choices(features).features(None, False))
    total = with_offsets.factor * (scores + with_offsets.offsets)
    v = j.take(j.validation)
    s = total[v.a] - total[v.b]
    loss = np.mean(np.logaddexp(0, -s) + (1 - v.outcome) * s)
    assert with_offsets.validation_log_loss == pytest.approx(loss, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_offsets_are_kept_only_where_validation_pairs_gain(seed: int) -> None:
    features, j = world(seed, n_items=400, n=1500)
    fit = fit_classification(choices(features), j, LogisticRegression(), offsets_possible=True)
    without, *with_offsets = [trial["validation_log_loss"] for trial in fit.trials]
    assert (fit.offsets is not None) == (min(with_offsets) < without - HANDICAP)
    assert fit.validation_log_loss <= without


def test_offsets_that_are_asked_for_are_there() -> None:
    features, j = world(n_items=400, n=1500)
    asked = fit_classification(choices(features), j, item_offsets=True, offset_penalty=3.0)
    assert asked.offsets is not None
    assert asked.choices["offset_penalty"] == 3.0
    refused = fit_classification(choices(features), j, item_offsets=False, offsets_possible=True)
    assert refused.offsets is None


def test_with_too_little_validation_the_logit_is_used_as_it_is() -> None:
    features, j = world(n=150)
    with pytest.warns(DataWarning, match="too few to choose"):
        fit = fit_classification(choices(features), j)
    assert fit.factor == 1.0
    assert np.isnan(fit.validation_log_loss)
    assert len(fit.trials) == 1


def test_equal_seeds_give_equal_fits() -> None:
    features, j = world(n=800)
    one, two = (fit_classification(choices(features), j, RandomForestClassifier(10), seed=5) for _ in range(2))
    other = fit_classification(choices(features), j, RandomForestClassifier(10), seed=6)
    assert np.array_equal(one.model.logits(features), two.model.logits(features))
    assert not np.array_equal(one.model.logits(features), other.model.logits(features))
    assert one.factor == two.factor


def test_a_given_estimator_is_copied_and_described() -> None:
    features, j = world(n=800)
    mine = LogisticRegression(C=0.3)
    fit = fit_classification(choices(features), j, mine)
    assert not hasattr(mine, "coef_")
    assert fit.choices["classifier"] == "LogisticRegression(C=0.3)"
    assert isinstance(fit.model.prototype_scores(torch.zeros(2, 3)), torch.Tensor)


def test_what_is_no_classifier_is_refused_with_what_would_do() -> None:
    features, j = world(n=400)
    with pytest.raises(GustibusError, match="choose one of logistic, gradient-boosting"):
        fit_classification(choices(features), j, "boosting")
    with pytest.raises(GustibusError, match="not a scikit-learn estimator"):
        fit_classification(choices(features), j, LogisticRegression)
    with pytest.raises(GustibusError, match=r"no probabilities.*CalibratedClassifierCV\(LinearSVC"):
        fit_classification(choices(features), j, LinearSVC())
