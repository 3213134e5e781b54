"""Fitting Bradley-Terry with a linear head: convex, so solved exactly at every ridge strength."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import Progress
from gustibus.fitting.defaults import OFFSET_RIDGE, OFFSET_RIDGES, POPULATION_RIDGE, POPULATION_RIDGES
from gustibus.fitting.feature_choices import FeatureChoices
from gustibus.fitting.records import Judgements
from gustibus.fitting.ridge_logistic import RidgeLogistic, fit_ridge_logistic
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE, warn_of_little_validation

__all__ = ["PopulationFit", "fit_population"]


@dataclass(frozen=True)
class PopulationFit:
    """The chosen population reward and how it was chosen."""

    solution: RidgeLogistic
    components: int | None
    whiten: bool
    validation_log_loss: float
    choices: dict[str, Any]
    trials: list[dict[str, Any]]


def fit_population(
    choices: FeatureChoices,
    judgements: Judgements,
    settings: FitSettings,
    *,
    offsets_possible: bool,
    progress: Progress | None = None,
) -> PopulationFit:
    """Choose features, ridge and offsets on validation judgements, refitting exactly (warm) for every choice.

    Parameters
    ----------
    choices : FeatureChoices
    judgements : Judgements
    settings : FitSettings
        Values that are given are kept; ``None`` is chosen.
    offsets_possible : bool
        Whether items recur often enough to try offsets.
    """
    search = _RidgeSearch(choices, judgements, settings, progress)
    ridge = POPULATION_RIDGE if settings.shared_penalty is None else max(settings.shared_penalty, 1e-8)
    wants_offsets = offsets_possible if settings.item_offsets is None else settings.item_offsets
    options = choices.options() if search.can_choose else choices.options()[:1]
    for components, whiten in options:
        search.consider(components, whiten, ridge, None)
    if settings.shared_penalty is None and search.can_choose:
        search.vary_ridge(None)
    if wants_offsets:
        strengths = OFFSET_RIDGES if search.can_choose else (OFFSET_RIDGE,)
        if settings.offset_penalty is not None:
            strengths = (settings.offset_penalty,)
        if settings.item_offsets:
            search.forget_best_loss()
        for strength in strengths:
            search.consider(search.components, search.whiten, search.ridge, strength)
        if settings.shared_penalty is None and search.can_choose and search.offset_ridge is not None:
            search.vary_ridge(search.offset_ridge)
    return search.result()


class _RidgeSearch:
    def __init__(
        self,
        choices: FeatureChoices,
        judgements: Judgements,
        settings: FitSettings,
        progress: Progress | None,
    ) -> None:
        self.feature_choices, self.progress = choices, progress
        self.train, self.validation = judgements.training, judgements.held_out
        n_validation = int(judgements.validation.sum())
        self.can_choose = n_validation >= ENOUGH_TO_CHOOSE
        if not self.can_choose:
            warn_of_little_validation(n_validation)
        self.best_loss = float("inf")
        self.components: int | None = None
        self.whiten = False
        self.ridge = POPULATION_RIDGE
        self.offset_ridge: float | None = None
        self.trials: list[dict[str, Any]] = []
        self.best: RidgeLogistic | None = None

    def consider(self, components: int | None, whiten: bool, ridge: float, offset_ridge: float | None) -> None:
        features = self.feature_choices.features(components, whiten)
        same_features = (components, whiten) == (self.components, self.whiten)
        solution = fit_ridge_logistic(
            features,
            self.train.a,
            self.train.b,
            self.train.outcome,
            self.train.weight,
            ridge=ridge,
            offset_ridge=offset_ridge,
            offset=self.train.offset,
            link=self.train.link,
            start=self.best if same_features else None,
        )
        loss = self._validation_loss(solution.rewards(features))
        self.trials.append(
            {
                "components": components,
                "whiten": whiten,
                "shared_penalty": ridge,
                "offset_penalty": offset_ridge,
                "validation_log_loss": loss,
            }
        )
        if self.progress is not None:
            self.progress("choosing the population model", len(self.trials), 0)
        if self.best is None or loss < self.best_loss:
            self.best, self.best_loss = solution, loss
            self.components, self.whiten, self.ridge, self.offset_ridge = components, whiten, ridge, offset_ridge

    def vary_ridge(self, offset_ridge: float | None) -> None:
        for ridge in POPULATION_RIDGES:
            if ridge != POPULATION_RIDGE or offset_ridge is not None:
                self.consider(self.components, self.whiten, ridge, offset_ridge)

    def forget_best_loss(self) -> None:
        self.best_loss = float("inf")

    def _validation_loss(self, rewards: npt.NDArray[np.float64]) -> float:
        """Plain log loss: the ridge already sets the scale, and a factor fitted on few judgements would add noise."""
        if not self.can_choose:
            return float("nan")
        held_out = self.validation
        s = rewards[held_out.a] - rewards[held_out.b] + held_out.shift
        loss = held_out.link.partition(s) - held_out.outcome * s
        return float(held_out.weight @ loss / held_out.weight.sum())

    def result(self) -> PopulationFit:
        assert self.best is not None
        chosen = {
            "components": self.components,
            "whiten": self.whiten,
            "shared_penalty": self.ridge,
            "offset_penalty": self.offset_ridge,
        }
        return PopulationFit(self.best, self.components, self.whiten, self.best_loss, chosen, self.trials)
