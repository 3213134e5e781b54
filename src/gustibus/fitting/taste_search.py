"""Fitting shared tastes: choices on validation judgements, then the chosen fit on all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gustibus.comparisons import Progress
from gustibus.fitting.checkpoint import Checkpoint
from gustibus.fitting.defaults import (
    BLIND_STEPS,
    CYCLIC_DIMENSIONS,
    CYCLIC_PENALTIES,
    CYCLIC_RATIOS,
    CYCLIC_START,
    DIMENSIONS,
    FREE_USER_PENALTIES,
    MAX_SEARCH_JUDGEMENTS,
    PLURAL_PATIENCE,
    PROTOTYPE_SCALES,
    TASTE_OFFSET_PENALTIES,
    TASTE_SHARED_PENALTY,
    USER_PENALTIES,
)
from gustibus.fitting.feature_choices import FeatureChoices
from gustibus.fitting.joint import JointModel
from gustibus.fitting.optimise import Strengths, Trained, optimise
from gustibus.fitting.records import Judgements, Records
from gustibus.fitting.search import Candidate, Search, grid
from gustibus.fitting.setting_uses import CYCLIC, TAKEN_BY, idle_settings
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE, warn_of_little_validation
from gustibus.fitting.variances import has_variances, with_variances
from gustibus.fitting.warm_start import WarmStart, continue_from
from gustibus.models import (
    BradleyTerry,
    GeneralPreference,
    IdealPoint,
    LowRank,
    PairwiseModel,
    PluralGeneralPreference,
    PreferenceModel,
    PromptIdealPoint,
    ScalarPlusCyclic,
)

__all__ = ["TasteFit", "build_model", "fit_tastes"]

WITH_RATIO = TAKEN_BY["cyclic_ratio"]


@dataclass(frozen=True)
class TasteFit:
    """The chosen fit and how it was chosen."""

    trained: Trained
    components: int | None
    whiten: bool
    choices: dict[str, Any]
    trials: list[dict[str, Any]]


def build_model(
    settings: FitSettings,
    n_features: int,
    dimensions: int,
    prototype_scale: float,
    *,
    cyclic_ratio: float | None = None,
    n_prompt_features: int = 0,
    row_length: float = 1.0,
) -> PreferenceModel:
    """The untrained module that the settings describe, drawn with their seed.

    The last ``n_prompt_features`` of the features are the prompt's, for models that keep it apart; ``row_length`` is
    the root mean square length of a row of them.
    """
    width = n_features - n_prompt_features
    hidden = settings.hidden or ((width, width) if settings.residual else ())
    hidden = tuple(layer or width for layer in hidden)
    if settings.full_width:
        dimensions = width
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        if settings.model == "bt":
            return BradleyTerry(n_features, hidden=hidden)
        if settings.model == "low-rank":
            return LowRank(n_features, settings.n_prototypes, weights=settings.weights)
        if settings.model == "pal-b":
            return PromptIdealPoint(
                n_features,
                n_prompt_features,
                settings.n_prototypes,
                dimensions,
                similarity=settings.similarity,
                assignment=settings.assignment,
                hidden=hidden,
                activation=settings.activation,
                initial_scale=settings.initial_scale,
            )
        if settings.model in CYCLIC:
            shape: dict[str, Any] = {
                "dimensions": dimensions,
                "n_prompt_features": n_prompt_features,
                "temperature": settings.temperature,
                "hidden": hidden,
                "initial_scale": CYCLIC_START / row_length,
            }
            return _cyclic(
                settings, n_features, shape | ({} if cyclic_ratio is None else {"cyclic_ratio": cyclic_ratio})
            )
        return IdealPoint(
            n_features,
            settings.n_prototypes,
            dimensions,
            placement=settings.placement,
            distance=settings.distance,
            hidden=hidden,
            activation=settings.activation,
            residual=settings.residual,
            prototype_scale=prototype_scale,
        )


def _cyclic(settings: FitSettings, n_features: int, shape: dict[str, Any]) -> PairwiseModel:
    if settings.model == "plural-gpm":
        return PluralGeneralPreference(n_features, settings.n_prototypes, **shape)
    made = GeneralPreference if settings.model == "gpm" else ScalarPlusCyclic
    assert settings.gate != "signed"
    return made(n_features, gate=settings.gate, unit_norm=settings.unit_norm, **shape)


def fit_tastes(
    choices: FeatureChoices,
    judgements: Judgements,
    settings: FitSettings,
    *,
    n_items: int,
    offsets_possible: bool,
    device: torch.device,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
    start: WarmStart | None = None,
) -> TasteFit:
    """Fit the joint model of map, prototypes, people and offsets; ``None`` settings are chosen on validation data.

    Parameters
    ----------
    choices : FeatureChoices
    judgements : Judgements
    settings : FitSettings
    n_items : int
    offsets_possible : bool
        Whether items recur often enough to try offsets.
    device : torch.device
    progress, checkpoint
        Reporting, and where to keep the state of an interrupted fit.
    start : WarmStart, optional
        Another start for the first candidate, beside a fresh one; the better on validation judgements is kept.
    """
    searched = _some_people(judgements, settings.seed)
    trainer = _Trainer(choices, searched, settings, n_items, device, progress, checkpoint, start=start)
    first = _start(choices, settings, offsets_possible)
    steps = _steps(choices, settings, offsets_possible)
    if steps and int(searched.validation.sum()) < ENOUGH_TO_CHOOSE:
        warn_of_little_validation(int(searched.validation.sum()))
        steps = []
    total = 1 + sum(len(step) for step in steps)

    def report(done: int) -> None:
        if progress is not None and total > 1:
            progress("choosing on validation judgements", min(done, total), total)

    search: Search[Trained] = Search(trainer.fit, first, report)
    for step in steps:
        search.vary(step)
    if steps and settings.model in WITH_RATIO and settings.cyclic_ratio is None:
        search = _unless_circles_gain(search, trainer, settings)
    report(total)
    trained = search.result
    if searched is not judgements:
        everything = _Trainer(choices, judgements, settings, n_items, device, progress, checkpoint, "final-", start)
        trained = everything.fit(search.best)[1]
    best = search.best
    idle = idle_settings(vars(settings))
    used = {name: value for name, value in best.describe().items() if name not in idle}
    return TasteFit(trained, best.components, best.whiten, used, search.history())


def _start(choices: FeatureChoices, settings: FitSettings, offsets_possible: bool) -> Candidate:
    components, whiten = choices.options()[0]
    wants_offsets = offsets_possible if settings.item_offsets is None else settings.item_offsets
    offset_penalty = TASTE_OFFSET_PENALTIES[0] if settings.offset_penalty is None else settings.offset_penalty
    cyclic = settings.model in CYCLIC
    shared_penalty = CYCLIC_PENALTIES[0] if cyclic else TASTE_SHARED_PENALTY
    return Candidate(
        components=components,
        whiten=whiten,
        dimensions=grid(settings.dimensions, CYCLIC_DIMENSIONS if cyclic else DIMENSIONS)[0],
        prototype_scale=PROTOTYPE_SCALES[0] if settings.prototype_scale is None else settings.prototype_scale,
        user_penalty=_user_penalties(settings)[0] if settings.user_penalty is None else settings.user_penalty,
        shared_penalty=shared_penalty if settings.shared_penalty is None else settings.shared_penalty,
        offset_penalty=offset_penalty if wants_offsets else None,
        cyclic_ratio=(settings.cyclic_ratio or CYCLIC_RATIOS[0]) if settings.model in WITH_RATIO else None,
    )


def _steps(choices: FeatureChoices, settings: FitSettings, offsets_possible: bool) -> list[list[dict[str, Any]]]:
    """What to vary, in order: each step is a list of changes to the best candidate so far."""
    steps: list[list[dict[str, Any]]] = []
    if settings.item_offsets is None and offsets_possible:
        steps.append([{"offset_penalty": None}])
    if settings.item_offsets is not False and offsets_possible and settings.offset_penalty is None:
        steps.append([{"offset_penalty": strength} for strength in TASTE_OFFSET_PENALTIES[1:]])
    options = choices.options()
    if len(options) > 1:
        steps.append([{"components": count, "whiten": whiten} for count, whiten in options])
    if settings.model == "pal-a" and settings.placement == "latent" and settings.n_prototypes > 1:
        scales = grid(settings.prototype_scale, PROTOTYPE_SCALES)
        steps.append([{"prototype_scale": scale} for scale in scales])
    if settings.n_prototypes > 1 or settings.free_weights:
        steps.append(
            [{"user_penalty": strength} for strength in grid(settings.user_penalty, _user_penalties(settings))]
        )
    if settings.model in ("pal-a", "pal-b") and not settings.full_width:
        steps.append([{"dimensions": d} for d in grid(settings.dimensions, DIMENSIONS)])
    if settings.model in WITH_RATIO:
        steps.append([{"cyclic_ratio": ratio} for ratio in grid(settings.cyclic_ratio, CYCLIC_RATIOS)])
    if settings.model in CYCLIC:
        steps.append([{"shared_penalty": strength} for strength in grid(settings.shared_penalty, CYCLIC_PENALTIES)])
        steps.append([{"dimensions": d} for d in grid(settings.dimensions, CYCLIC_DIMENSIONS)])
    return [step for step in steps if len(step) > 1 or "offset_penalty" in step[0]]


def _unless_circles_gain(search: Search[Trained], trainer: _Trainer, settings: FitSettings) -> Search[Trained]:
    """The best without circles, unless those with some gain more than a standard error over validation judgements.

    Circles say more of the items that they know than a reward can, noise included; what a reward can say, it should.
    """
    if search.best.cyclic_ratio == CYCLIC_RATIOS[-1]:
        return search
    plain = replace(search.best, cyclic_ratio=CYCLIC_RATIOS[-1])
    without = Search(trainer.fit, plain, search.on_trial)
    without.vary([{"shared_penalty": strength} for strength in grid(settings.shared_penalty, CYCLIC_PENALTIES)])
    search.trials = without.trials = search.trials + without.trials
    weight = trainer.validation.weight.cpu().numpy().astype(np.float64)
    gain = weight * (trainer.losses(without) - trainer.losses(search))
    mean = gain.sum() / weight.sum()
    error = np.sqrt(((gain - mean * weight) ** 2).sum()) / weight.sum()
    return search if mean > error else without


def _user_penalties(settings: FitSettings) -> tuple[float, ...]:
    return FREE_USER_PENALTIES if settings.free_weights else USER_PENALTIES


class _Trainer:
    """Fits one candidate on one set of judgements."""

    def __init__(
        self,
        choices: FeatureChoices,
        judgements: Judgements,
        settings: FitSettings,
        n_items: int,
        device: torch.device,
        progress: Progress | None,
        checkpoint: Checkpoint | None,
        prefix: str = "",
        start: WarmStart | None = None,
    ) -> None:
        self.choices, self.settings, self.n_items, self.device = choices, settings, n_items, device
        self.progress, self.checkpoint, self.prefix, self.start = progress, checkpoint, prefix, start
        self.n_users = judgements.n_users
        training = judgements.training
        self.train, self.likelihood = Records.of(training, device), training.likelihood
        self.validation = Records.of(judgements.held_out, device)
        if settings.model == "plural-gpm":
            self.settings = settings.with_(patience=PLURAL_PATIENCE * settings.patience)
        if len(self.validation) == 0:
            self.settings = settings.with_(max_steps=min(settings.max_steps, BLIND_STEPS))

    def fit(self, candidate: Candidate) -> tuple[float, Trained]:
        features = torch.from_numpy(self.choices.features(candidate.components, candidate.whiten)).to(self.device)
        trained = self._optimised(self._fresh(candidate, features), features, candidate, candidate.name)
        if self.start is not None:
            joint = self._fresh(candidate, features)
            continue_from(self.start, joint, features, self.train, seed=self.settings.seed)
            name = f"{candidate.name}-warm"
            warm = self._optimised(joint.to(self.device), features, candidate, name, keep_start=True)
            if not trained.validation_log_loss <= warm.validation_log_loss:
                trained = warm
        return trained.validation_log_loss, trained

    def losses(self, search: Search[Trained]) -> npt.NDArray[np.float64]:
        """Loss of every validation record by what a search found best, at the scale that suits it."""
        found, best = search.result, search.best
        features = torch.from_numpy(self.choices.features(best.components, best.whiten)).to(self.device)
        v = self.validation
        with torch.no_grad():
            s = found.joint.log_odds(features, v) * found.factor
            loss = v.losses(self.likelihood, s)
        return loss.cpu().numpy().astype(np.float64)

    def _fresh(self, candidate: Candidate, features: Tensor) -> JointModel:
        model = build_model(
            self.settings,
            features.shape[1],
            candidate.dimensions,
            candidate.prototype_scale,
            cyclic_ratio=candidate.cyclic_ratio,
            n_prompt_features=self.choices.n_prompt_features,
            row_length=float((features**2).sum(1).mean().sqrt()),
        )
        if has_variances(self.settings):
            model = with_variances(model, features, self.train, self.settings)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.settings.seed + 1)
            return JointModel(
                model,
                n_users=self.n_users,
                n_items=self.n_items,
                item_offsets=candidate.offset_penalty is not None,
            ).to(self.device)

    def _optimised(
        self, joint: JointModel, features: Tensor, candidate: Candidate, name: str, *, keep_start: bool = False
    ) -> Trained:
        return optimise(
            joint,
            features,
            self.train,
            self.validation,
            self.settings,
            Strengths(candidate.shared_penalty, candidate.user_penalty, candidate.offset_penalty or 0.0),
            likelihood=self.likelihood,
            progress=self.progress,
            checkpoint=self.checkpoint,
            name=self.prefix + name,
            keep_start=keep_start,
        )


def _some_people(judgements: Judgements, seed: int) -> Judgements:
    """All judgements of as many people, drawn at random, as fit into the bound on the search."""
    if len(judgements) <= MAX_SEARCH_JUDGEMENTS:
        return judgements
    counts = np.bincount(judgements.user, minlength=judgements.n_users)
    order = np.random.default_rng(seed).permutation(judgements.n_users)
    chosen = order[: max(1, int(np.searchsorted(np.cumsum(counts[order]), MAX_SEARCH_JUDGEMENTS)))]
    inside = np.zeros(judgements.n_users, bool)
    inside[chosen] = True
    return judgements.take(inside[judgements.user])
