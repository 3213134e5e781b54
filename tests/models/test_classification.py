"""A classifier as a reward, and as bytes that hold no code."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from gustibus.comparisons import GustibusError
from gustibus.models import ClassificationReward

RNG = np.random.default_rng(0)
ITEMS = RNG.normal(size=(300, 4))
WON = (ITEMS[:, 0] + ITEMS[:, 1] ** 2 + 0.5 * RNG.normal(size=300) > 0.7).astype(int)


def fitted(estimator: Any) -> Any:
    return estimator.fit(ITEMS, WON)


def test_the_reward_is_the_logit_of_the_probability() -> None:
    estimator = fitted(LogisticRegression())
    by_decision = ClassificationReward(4, estimator)
    by_probability = ClassificationReward(4, estimator, logit_from="probability")
    p = estimator.predict_proba(ITEMS)[:, 1]
    np.testing.assert_allclose(by_decision.logits(ITEMS), np.log(p / (1 - p)), atol=1e-8)
    np.testing.assert_allclose(by_probability.logits(ITEMS), np.log(p / (1 - p)), atol=1e-8)
    items = torch.from_numpy(ITEMS)
    assert by_decision.prototype_scores(items).shape == (300, 1)
    one = torch.ones(1)
    assert torch.equal(
        by_decision.log_odds(items, items.flip(0), one), -by_decision.log_odds(items.flip(0), items, one)
    )


def test_a_vote_of_trees_that_all_agree_stays_finite() -> None:
    forest = fitted(RandomForestClassifier(5, random_state=0))
    model = ClassificationReward(4, forest, logit_from="probability", floor=0.01)
    assert np.abs(model.logits(ITEMS)).max() == pytest.approx(np.log(99))


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(),
        HistGradientBoostingClassifier(max_iter=5),
        GradientBoostingClassifier(n_estimators=5),
        RandomForestClassifier(5),
        MLPClassifier((4,), max_iter=5),
        make_pipeline(StandardScaler(), GaussianNB()),
        CalibratedClassifierCV(LogisticRegression()),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_saving_and_loading_gives_the_same_logits(estimator: Any) -> None:
    model = ClassificationReward(4, fitted(estimator), logit_from="probability")
    twin = ClassificationReward(**model.config())
    twin.load_state_dict(model.state_dict())
    assert np.array_equal(twin.logits(ITEMS), model.logits(ITEMS))


class Homemade(ClassifierMixin, BaseEstimator):
    """Not scikit-learn's own: reading it back would run code that came with the file."""

    def fit(self, x: np.ndarray, y: np.ndarray) -> Homemade:
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, x: np.ndarray) -> np.ndarray:
        return np.full((len(x), 2), 0.5)


def test_an_estimator_that_cannot_be_read_back_safely_is_not_saved() -> None:
    model = ClassificationReward(4, fitted(Homemade()), logit_from="probability")
    with pytest.raises(GustibusError, match=r"cannot be read back safely .*Homemade.*Use classifier="):
        model.state_dict()
    forest_inside = fitted(make_pipeline(StandardScaler(), RandomForestClassifier(3)))
    inside = ClassificationReward(4, forest_inside, logit_from="probability")
    with pytest.raises(GustibusError, match="Give the tree ensemble itself"):
        inside.state_dict()


def test_bytes_with_a_strange_type_are_not_loaded() -> None:
    import skops.io

    data = skops.io.dumps(fitted(Homemade()))
    with pytest.raises(GustibusError, match="cannot be read back safely"):
        ClassificationReward(4).set_extra_state(torch.from_numpy(np.frombuffer(data, np.uint8).copy()))


def test_a_tree_that_leads_outside_its_arrays_is_not_used() -> None:
    import skops.io

    forest = fitted(RandomForestClassifier(2, random_state=0))
    forest.estimators_[1].tree_.feature[0] = 1_000_000
    data = skops.io.dumps(forest)
    with pytest.raises(GustibusError, match="leads nowhere"):
        ClassificationReward(4).set_extra_state(torch.from_numpy(np.frombuffer(data, np.uint8).copy()))


def test_a_tree_that_goes_in_circles_is_not_used() -> None:
    import skops.io

    forest = fitted(RandomForestClassifier(2, random_state=0))
    forest.estimators_[0].tree_.children_left[0] = 0
    data = skops.io.dumps(forest)
    with pytest.raises(GustibusError, match="leads nowhere"):
        ClassificationReward(4).set_extra_state(torch.from_numpy(np.frombuffer(data, np.uint8).copy()))


def test_damaged_bytes_are_an_error_with_a_reason() -> None:
    with pytest.raises(GustibusError, match="cannot be read"):
        ClassificationReward(4).set_extra_state(torch.arange(9, dtype=torch.uint8))


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(GustibusError, match="reads 4 features, but items have 5"):
        ClassificationReward(5, fitted(LogisticRegression()))
    with pytest.raises(GustibusError, match=r"labels 0 .* and 1"):
        ClassificationReward(4, LogisticRegression().fit(ITEMS, np.where(WON, "won", "lost")))
    with pytest.raises(GustibusError, match="no classifier yet"):
        ClassificationReward(4).logits(ITEMS)


def test_no_items_have_no_logits() -> None:
    assert ClassificationReward(4, fitted(LogisticRegression())).prototype_scores(torch.zeros(0, 4)).shape == (0, 1)
