"""Fitting a classifier of winners and losers as a reward, with offsets of recurring items beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from gustibus.comparisons import Progress
from gustibus.fitting.classifiers import (
    ClassifierName,
    candidate_settings,
    describe_classifier,
    fit_classifier,
    new_classifier,
)
from gustibus.fitting.defaults import CLASSIFIER_OFFSET_RIDGES, HANDICAP, SMALLEST_FACTOR
from gustibus.fitting.feature_choices import FeatureChoices
from gustibus.fitting.records import Judgements
from gustibus.fitting.ridge_logistic import fit_ridge_logistic
from gustibus.fitting.temperature import scaled_log_loss
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE, warn_of_little_validation
from gustibus.models import ClassificationReward

__all__ = ["ClassificationFit", "fit_classification"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ClassificationFit:
    """The chosen classification reward and how it was chosen.

    Attributes
    ----------
    model : ClassificationReward
    offsets : ndarray, shape (n_items,), or None
        Reward offsets of the items, before ``factor``.
    factor : float
        Log-odds are ``factor`` times the difference of reward plus offset.
    components : int or None
    whiten : bool
    validation_log_loss : float
        Nats; nan with too few validation judgements to choose by.
    choices : dict
    trials : list of dict
    """

    model: ClassificationReward
    offsets: FloatArray | None
    factor: float
    components: int | None
    whiten: bool
    validation_log_loss: float
    choices: dict[str, Any]
    trials: list[dict[str, Any]]


def fit_classification(
    choices: FeatureChoices,
    judgements: Judgements,
    classifier: ClassifierName | Any = "logistic",
    *,
    offsets_possible: bool = False,
    item_offsets: bool | None = None,
    offset_penalty: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> ClassificationFit:
    """Fit a classifier of winners and losers; its logit is the reward.

    Features first, then the classifier's own settings, are chosen by log loss on validation pairs, each with its best
    factor on the log-odds. Then the reward is held still and, where items recur, one ridge-penalised offset an item is
    fitted to what the reward leaves of the training pairs and kept if validation pairs gain. A last factor sets the
    scale. With too few validation judgements the defaults are taken and the logit is used as it is.

    Parameters
    ----------
    choices : FeatureChoices
    judgements : Judgements
    classifier : {"logistic", "gradient-boosting", "mlp", "forest"} or estimator
        A name, whose settings are chosen; or any scikit-learn classifier with probabilities, which is copied.
    offsets_possible : bool
        Whether items recur often enough to try offsets.
    item_offsets : bool, optional
        Whether to use offsets; None chooses, where they are possible.
    offset_penalty : float, optional
        Ridge strength of the offsets; None chooses.
    seed : int
        Of classifiers that draw.
    progress : callable, optional

    Raises
    ------
    GustibusError
        If scikit-learn is missing, the classifier is not known or has no probabilities, or a fit fails.

    References
    ----------
    Sun, Shen and Ton (2024), arXiv 2411.04991. Offsets and the factor are additions.
    """
    search = _Search(choices, judgements, classifier, seed, progress)
    tried = candidate_settings(classifier)
    options = choices.options() if search.can_choose else choices.options()[:1]
    for components, whiten in options:
        search.consider(components, whiten, tried[0])
    if search.can_choose:
        components, whiten = search.best.components, search.best.whiten
        for changes in tried[1:]:
            search.consider(components, whiten, changes)
    if offsets_possible if item_offsets is None else item_offsets:
        ridges = CLASSIFIER_OFFSET_RIDGES if offset_penalty is None else (offset_penalty,)
        search.consider_offsets(ridges if search.can_choose else ridges[:1], forced=bool(item_offsets))
    return search.result()


@dataclass(frozen=True)
class _Best:
    """One complete set of choices, fitted; ``factor`` and ``offsets`` as in :class:`ClassificationFit`."""

    loss: float
    model: ClassificationReward
    rewards: FloatArray
    factor: float
    components: int | None
    whiten: bool
    changes: dict[str, Any]
    offsets: FloatArray | None = None
    offset_ridge: float | None = None

    def described(self, offset_ridge: float | None) -> dict[str, Any]:
        return {
            "components": self.components,
            "whiten": self.whiten,
            **self.changes,
            "offset_penalty": offset_ridge,
        }


class _Search:
    """The best so far, and everything that was tried."""

    def __init__(
        self,
        choices: FeatureChoices,
        judgements: Judgements,
        classifier: ClassifierName | Any,
        seed: int,
        progress: Progress | None,
    ) -> None:
        self.choices, self.classifier, self.seed, self.progress = choices, classifier, seed, progress
        self.shown = judgements.take(~judgements.validation)
        self.train, self.validation = judgements.training, judgements.held_out
        n_validation = int(judgements.validation.sum())
        self.can_choose = n_validation >= ENOUGH_TO_CHOOSE and self.validation.weight.sum() > 0
        if not self.can_choose:
            warn_of_little_validation(n_validation)
        self.trials: list[dict[str, Any]] = []
        self._best: _Best | None = None

    @property
    def best(self) -> _Best:
        assert self._best is not None
        return self._best

    def consider(self, components: int | None, whiten: bool, changes: dict[str, Any]) -> None:
        """Fit one classifier on one set of features; keep it if it is better."""
        features = self.choices.features(components, whiten)
        model = fit_classifier(new_classifier(self.classifier, changes, self.seed), features, self.shown)
        rewards = model.logits(features)
        loss, factor = self._scaled_loss(rewards)
        found = _Best(loss, model, rewards, factor, components, whiten, changes)
        self._note(found.described(None), loss)
        if self._best is None or loss < self._best.loss - HANDICAP:
            self._best = found

    def consider_offsets(self, ridges: tuple[float, ...], *, forced: bool) -> None:
        """Fit offsets to the residual of the best reward; keep the best of them if they gain, or are asked for."""
        without, t = self.best, self.train
        held, nothing = without.rewards * without.factor, np.zeros((len(without.rewards), 0))
        for ridge in ridges:
            solution = fit_ridge_logistic(
                nothing,
                t.a,
                t.b,
                t.outcome,
                t.weight,
                ridge=1.0,
                offset_ridge=ridge,
                held=held,
                offset=t.offset,
                link=t.link,
            )
            assert solution.offsets is not None
            loss, factor = self._scaled_loss(held + solution.offsets)
            self._note(without.described(ridge), loss)
            first_of_forced = forced and self.best.offsets is None
            if first_of_forced or not self.can_choose or loss < self.best.loss - HANDICAP:
                self._best = replace(
                    without,
                    loss=loss,
                    factor=without.factor * factor,
                    offsets=solution.offsets / without.factor,
                    offset_ridge=ridge,
                )

    def result(self) -> ClassificationFit:
        """The best in the form in which it is handed on."""
        best = self.best
        chosen = {"classifier": describe_classifier(self.classifier), **best.described(best.offset_ridge)}
        return ClassificationFit(
            model=best.model.eval(),
            offsets=best.offsets,
            factor=best.factor,
            components=best.components,
            whiten=best.whiten,
            validation_log_loss=best.loss,
            choices=chosen,
            trials=self.trials,
        )

    def _scaled_loss(self, rewards: FloatArray) -> tuple[float, float]:
        """Validation log loss with the best factor, and that factor; (nan, 1) with too little to choose by."""
        if not self.can_choose:
            return float("nan"), 1.0
        v = self.validation
        as_tensors = (
            torch.from_numpy(values) for values in (rewards[v.a] - rewards[v.b], v.outcome, v.weight, v.shift)
        )
        loss, factor = scaled_log_loss(*as_tensors)
        return loss, max(factor, SMALLEST_FACTOR)

    def _note(self, described: dict[str, Any], loss: float) -> None:
        self.trials.append({**described, "validation_log_loss": loss})
        if self.progress is not None:
            self.progress("choosing the classifier", len(self.trials), 0)
