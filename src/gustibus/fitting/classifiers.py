"""scikit-learn classifiers of winners and losers: which are tried, and how they are shown the judgements."""

from __future__ import annotations

import inspect
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import GustibusError
from gustibus.fitting.records import Judgements
from gustibus.models import ClassificationReward, LogitFrom

__all__ = ["ClassifierName", "candidate_settings", "describe_classifier", "fit_classifier", "new_classifier"]

FloatArray = npt.NDArray[np.float64]
ClassifierName = Literal["logistic", "gradient-boosting", "mlp", "forest"]

# Of each named classifier: what is tried on validation judgements, the default first.
_TRIED: dict[str, list[dict[str, Any]]] = {
    "logistic": [{"C": C} for C in (0.1, 1.0, 0.01, 0.001)],
    "gradient-boosting": [
        {"max_iter": n, "max_leaf_nodes": leaves} for n, leaves in ((100, 8), (30, 8), (300, 8), (100, 31))
    ],
    "mlp": [{"alpha": 1.0}, {"alpha": 10.0}, {"alpha": 0.01}, {"alpha": 1.0, "early_stopping": True}],
    "forest": [{"min_samples_leaf": n} for n in (5, 20, 1)],
}


def candidate_settings(classifier: ClassifierName | Any) -> list[dict[str, Any]]:
    """What to try of a classifier, the default first; a given estimator is taken as it is."""
    return _TRIED[classifier] if isinstance(classifier, str) and classifier in _TRIED else [{}]


def describe_classifier(classifier: ClassifierName | Any) -> str:
    """A classifier in words: its name, or how scikit-learn writes the estimator."""
    return classifier if isinstance(classifier, str) else " ".join(repr(classifier).split())


def new_classifier(classifier: ClassifierName | Any, changes: dict[str, Any], seed: int) -> Any:
    """An unfitted estimator: the named one with some of its settings changed, or a copy of the given one.

    Parameters
    ----------
    classifier : {"logistic", "gradient-boosting", "mlp", "forest"} or estimator
    changes : dict
        One of :func:`candidate_settings`.
    seed : int
        For estimators that draw and have no seed of their own.

    Raises
    ------
    GustibusError
        If scikit-learn is not installed, the name is not known, or the object is not a classifier.

    Examples
    --------
    >>> new_classifier("logistic", {"C": 0.5}, seed=0).C
    0.5
    """
    try:
        from sklearn.base import clone
        from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
        from sklearn.linear_model import LogisticRegression
        from sklearn.neural_network import MLPClassifier
    except ImportError as error:
        raise GustibusError("model='classification' needs scikit-learn: pip install 'gustibus[classifiers]'") from error
    if not isinstance(classifier, str):
        if not (hasattr(classifier, "fit") and hasattr(classifier, "get_params")) or inspect.isclass(classifier):
            raise GustibusError(
                f"classifier={classifier!r} is not a scikit-learn estimator. Give one, such as "
                f"GradientBoostingClassifier(), or a name: {', '.join(get_args(ClassifierName))}"
            )
        estimator = clone(classifier)
        unset = [name for name, value in estimator.get_params().items() if _is_seed(name) and value is None]
        return estimator.set_params(**dict.fromkeys(unset, seed))
    if classifier == "logistic":
        return LogisticRegression(max_iter=2000, **changes)
    if classifier == "gradient-boosting":
        return HistGradientBoostingClassifier(early_stopping=False, random_state=seed, **changes)
    if classifier == "mlp":
        return MLPClassifier((64,), learning_rate_init=0.01, max_iter=500, random_state=seed, **changes)
    if classifier == "forest":
        return RandomForestClassifier(300, random_state=seed, **changes)
    raise GustibusError(
        f"classifier={classifier!r} is not known; choose one of {', '.join(get_args(ClassifierName))}, or give a "
        "scikit-learn estimator"
    )


def fit_classifier(estimator: Any, features: npt.NDArray[np.floating], judgements: Judgements) -> ClassificationReward:
    """Show an estimator each compared item by itself, as a winner or a loser, and keep its logit as the reward.

    A judgement with outcome y labels item a 1 with weight ``w y`` and 0 with weight ``w (1 - y)``, and item b the other
    way round. Equal rows are merged into one with the sum of their weights, which changes no weighted loss. Estimators
    that take no weights are shown a row each time, which needs clear outcomes of equal weight.

    Parameters
    ----------
    estimator
        Unfitted; it is fitted in place.
    features : ndarray, shape (n_items, F)
    judgements : Judgements
        All are used; hold validation judgements back before.

    Raises
    ------
    GustibusError
        If there are no winners or no losers, the fit fails, the estimator gives no probabilities, or it takes no
        weights and the judgements need them.
    """
    won, lost = _votes(judgements, len(features))
    weight_argument = _weight_argument(estimator)
    if weight_argument is None:
        item, label = _repeated(judgements, type(estimator).__name__)
        weights: dict[str, Any] = {}
    else:
        winners, losers = np.flatnonzero(won), np.flatnonzero(lost)
        item, label = np.concatenate([winners, losers]), np.repeat([1, 0], [len(winners), len(losers)])
        weights = {weight_argument: np.concatenate([won[winners], lost[losers]])}
    if label.min(initial=1) == label.max(initial=0):
        raise GustibusError("a classifier needs both winners and losers, but these judgements have one of them only")
    rows = np.asarray(features[item], dtype=np.float64)
    try:
        estimator.fit(rows, label, **weights)
    except ValueError as error:
        raise GustibusError(f"{type(estimator).__name__} could not be fitted: {error}") from error
    floor = 0.5 / (1.0 + max(1.0, 2.0 * len(judgements)))
    return ClassificationReward(features.shape[1], estimator, logit_from=_logit_from(estimator, rows), floor=floor)


def _votes(judgements: Judgements, n_items: int) -> tuple[FloatArray, FloatArray]:
    """Total weight with which each item won and lost, each (n_items,)."""
    j = judgements
    for_a, for_b = j.weight * j.outcome, j.weight * (1 - j.outcome)
    won = np.bincount(j.a, for_a, n_items) + np.bincount(j.b, for_b, n_items)
    lost = np.bincount(j.a, for_b, n_items) + np.bincount(j.b, for_a, n_items)
    return won.astype(np.float64), lost.astype(np.float64)


def _repeated(judgements: Judgements, name: str) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    counted = judgements.weight > 0
    j = judgements.take(counted)
    if not np.isin(j.outcome, (0.0, 1.0)).all() or np.ptp(j.weight) > 0:
        raise GustibusError(
            f"{name} takes no sample weights, so it can learn from clear outcomes of equal weight only. Leave "
            "out ties, shares and weights, or use a classifier whose fit takes sample_weight."
        )
    a_won = (j.outcome == 1).astype(np.intp)
    return np.concatenate([j.a, j.b]), np.concatenate([a_won, 1 - a_won])


def _weight_argument(estimator: Any) -> str | None:
    """Under which name ``fit`` takes sample weights; None if it does not."""
    steps = getattr(estimator, "steps", None)
    if steps:
        inner = _weight_argument(steps[-1][1])
        return None if inner is None else f"{steps[-1][0]}__{inner}"
    return "sample_weight" if "sample_weight" in inspect.signature(estimator.fit).parameters else None


def _logit_from(estimator: Any, rows: FloatArray) -> LogitFrom:
    """Whether the decision function is the logit of the probability; where it is, it keeps more digits."""
    name = type(estimator).__name__
    if not hasattr(estimator, "predict_proba"):
        raise GustibusError(
            f"{name} gives no probabilities (predict_proba), so there is no logit to take as a reward. Wrap it: "
            f"sklearn.calibration.CalibratedClassifierCV({name}())"
        )
    if not hasattr(estimator, "decision_function"):
        return "probability"
    some = rows[:: max(1, len(rows) // 100)]
    decision = np.asarray(estimator.decision_function(some), dtype=np.float64).reshape(len(some), -1)[:, 0]
    implied = 0.5 * (1 + np.tanh(0.5 * decision))
    same = np.allclose(implied, estimator.predict_proba(some)[:, 1], atol=1e-6)
    return "decision" if same else "probability"


def _is_seed(name: str) -> bool:
    return name.rpartition("__")[2] == "random_state"
