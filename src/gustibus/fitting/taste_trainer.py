"""One candidate of a search, fitted to one set of judgements."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gustibus.comparisons import Progress
from gustibus.fitting.checkpoint import Checkpoint
from gustibus.fitting.defaults import BLIND_STEPS, PLURAL_PATIENCE
from gustibus.fitting.feature_choices import FeatureChoices
from gustibus.fitting.joint import JointModel
from gustibus.fitting.optimise import Strengths, Trained, optimise
from gustibus.fitting.records import Judgements, Records
from gustibus.fitting.search import Candidate, Search
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.taste_models import build_model
from gustibus.fitting.variances import has_variances, with_variances
from gustibus.fitting.warm_start import WarmStart, continue_from

__all__ = ["TasteTrainer"]


class TasteTrainer:
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

    def gains(self, search: Search[Trained], over: Search[Trained], *, errors: float) -> bool:
        """Whether what a search found best gains more than so many standard errors on another, by validation."""
        weight = self.validation.weight.cpu().numpy().astype(np.float64)
        gain = weight * (self._losses(over) - self._losses(search))
        mean = gain.sum() / weight.sum()
        error = np.sqrt(((gain - mean * weight) ** 2).sum()) / weight.sum()
        return bool(mean > errors * error)

    def _losses(self, search: Search[Trained]) -> npt.NDArray[np.float64]:
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
