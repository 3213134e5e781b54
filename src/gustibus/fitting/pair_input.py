"""Fitting models that look at both items at once."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from gustibus.comparisons import Progress
from gustibus.fitting.checkpoint import Checkpoint
from gustibus.fitting.defaults import (
    BLIND_STEPS,
    HANDICAP,
    PAIR_HIDDEN,
    PAIR_LEARNING_RATE,
    PAIR_MAX_SEARCH_JUDGEMENTS,
    PAIR_OFFSET_PENALTIES,
    PAIR_SHARED_PENALTIES,
)
from gustibus.fitting.feature_choices import FeatureChoices
from gustibus.fitting.inconsistency import Inconsistency, inconsistency
from gustibus.fitting.joint import JointModel
from gustibus.fitting.optimise import Strengths, Trained, optimise
from gustibus.fitting.records import Judgements, Records
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.temperature import scaled_log_loss
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE, warn_of_little_validation
from gustibus.fitting.variances import has_variances, with_variances
from gustibus.models import PairInput, PlainPairInput, PreferenceModel, WithVariances

__all__ = ["PairInputFit", "fit_pair_input"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PairInputFit:
    """The chosen fit and how it was chosen.

    Attributes
    ----------
    model : PairInput
        Antisymmetric, whichever form was fitted.
    offsets : ndarray, shape (n_items,), or None
        Added to the log-odds as ``o_a - o_b``, before ``factor``.
    factor : float
        Log-odds are ``factor`` times (the model's plus the offsets').
    components : int or None
    whiten : bool
    validation_log_loss : float
        Of what ``model`` says, in nats; nan without validation judgements.
    choices : dict
    trials : list of dict
    history : list of (step, validation log loss)
    inconsistency : Inconsistency or None
        Of the plain form on validation pairs (training pairs where there are none); None if that was not fitted.
    """

    model: PairInput | WithVariances
    offsets: FloatArray | None
    factor: float
    components: int | None
    whiten: bool
    validation_log_loss: float
    choices: dict[str, Any]
    trials: list[dict[str, Any]]
    history: list[tuple[int, float]]
    inconsistency: Inconsistency | None


def fit_pair_input(
    choices: FeatureChoices,
    judgements: Judgements,
    settings: FitSettings,
    *,
    n_items: int,
    offsets_possible: bool = False,
    plain: bool = False,
    device: torch.device | None = None,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
) -> PairInputFit:
    """Choose features, ridge and item offsets on validation judgements, one after the other; stop early.

    Parameters
    ----------
    choices : FeatureChoices
    judgements : Judgements
    settings : FitSettings
        Hidden layers (64 units if none are given), and values that are kept rather than chosen.
    n_items : int
    offsets_possible : bool
        Whether items recur often enough to try offsets.
    plain : bool
        Fit ``g(a, b)`` as each pair was shown, measure how much it contradicts itself, and hand on the mean of both
        ways of asking. Otherwise the antisymmetric form is fitted itself.
    device, progress, checkpoint
        As in :func:`gustibus.fitting.fit_arrays`.

    Raises
    ------
    GustibusError
        If an optimisation diverges.
    """
    search = _Search(choices, judgements, settings, n_items, plain, device or torch.device("cpu"), progress, checkpoint)
    search.consider(_first(choices, settings, offsets_possible))
    if search.can_choose:
        for step in _steps(choices, settings, offsets_possible):
            origin = search.chosen
            for change in step:
                search.consider(replace(origin, **change))
    return search.result()


@dataclass(frozen=True)
class _Choice:
    components: int | None
    whiten: bool
    shared_penalty: float
    offset_penalty: float | None


def _first(choices: FeatureChoices, settings: FitSettings, offsets_possible: bool) -> _Choice:
    components, whiten = choices.options()[0]
    wanted = offsets_possible if settings.item_offsets is None else settings.item_offsets
    shared = PAIR_SHARED_PENALTIES[0] if settings.shared_penalty is None else settings.shared_penalty
    strength = PAIR_OFFSET_PENALTIES[0] if settings.offset_penalty is None else settings.offset_penalty
    return _Choice(components, whiten, shared, strength if wanted else None)


def _steps(choices: FeatureChoices, settings: FitSettings, offsets_possible: bool) -> list[list[dict[str, Any]]]:
    """What to vary, in order: each step is a list of changes to the best so far."""
    steps: list[list[dict[str, Any]]] = []
    if settings.item_offsets is not False and (offsets_possible or settings.item_offsets):
        strengths: list[float | None] = [] if settings.offset_penalty else list(PAIR_OFFSET_PENALTIES[1:])
        free = [None] if settings.item_offsets is None else []
        steps.append([{"offset_penalty": strength} for strength in strengths + free])
    steps.append([{"components": count, "whiten": whiten} for count, whiten in choices.options()[1:]])
    if settings.shared_penalty is None:
        steps.append([{"shared_penalty": strength} for strength in PAIR_SHARED_PENALTIES[1:]])
    return steps


class _Search:
    """Fits one choice after the other and keeps the best."""

    def __init__(
        self,
        choices: FeatureChoices,
        judgements: Judgements,
        settings: FitSettings,
        n_items: int,
        plain: bool,
        device: torch.device,
        progress: Progress | None,
        checkpoint: Checkpoint | None,
    ) -> None:
        rate = PAIR_LEARNING_RATE if settings.map_learning_rate is None else settings.map_learning_rate
        self.settings = settings.with_(map_learning_rate=rate)
        self.feature_choices, self.n_items, self.plain, self.device = choices, n_items, plain, device
        self.progress, self.checkpoint = progress, checkpoint
        self.judgements = judgements
        self.searched = _some(judgements, settings.seed)
        self.n_validation = int(self.searched.validation.sum())
        self.can_choose = self.n_validation >= ENOUGH_TO_CHOOSE
        if not self.can_choose:
            warn_of_little_validation(self.n_validation)
        if self.n_validation == 0:
            self.settings = self.settings.with_(max_steps=min(settings.max_steps, BLIND_STEPS))
        self.trials: list[dict[str, Any]] = []
        self.best: tuple[_Choice, Trained] | None = None

    @property
    def chosen(self) -> _Choice:
        assert self.best is not None
        return self.best[0]

    def consider(self, choice: _Choice) -> None:
        """Fit with one choice; keep it if it gains."""
        if self.best is not None and choice == self.chosen:
            return
        trained = self._fit(choice, self.searched, f"pair-{len(self.trials)}")
        self.trials.append({**asdict(choice), "validation_log_loss": trained.validation_log_loss})
        if self.best is None or trained.validation_log_loss < self.best[1].validation_log_loss - HANDICAP:
            self.best = choice, trained

    def result(self) -> PairInputFit:
        """The best choice fitted to all judgements, in its antisymmetric form."""
        assert self.best is not None
        choice, trained = self.best
        if self.searched is not self.judgements:
            trained = self._fit(choice, self.judgements, "pair-final")
        joint = trained.joint.cpu().eval()
        offsets = None if joint.offsets is None else joint.offsets.detach().numpy().astype(np.float64)
        model, factor, loss, measured = joint.model, trained.factor, trained.validation_log_loss, None
        inner = model.inner if isinstance(model, WithVariances) else model
        assert isinstance(inner, PairInput)
        if isinstance(model, PlainPairInput):
            held_out = self.judgements.validation if self.n_validation else ~self.judgements.validation
            pairs, features = self.judgements.take(held_out), self._features(choice)
            measured = inconsistency(model, features, pairs.a, pairs.b, offsets=offsets, factor=factor)
            inner = model = model.antisymmetrised().eval()
            if self.n_validation:
                loss, factor = _served_loss(model, features, offsets, self.judgements.held_out)
        return PairInputFit(
            model=model if isinstance(model, WithVariances) else inner,
            offsets=offsets,
            factor=factor,
            components=choice.components,
            whiten=choice.whiten,
            validation_log_loss=loss,
            choices={
                **asdict(choice),
                "hidden": list(inner.hidden),
                "form": "plain" if self.plain else "antisymmetric",
            },
            trials=self.trials,
            history=trained.history,
            inconsistency=measured,
        )

    def _features(self, choice: _Choice) -> npt.NDArray[np.float32]:
        return self.feature_choices.features(choice.components, choice.whiten)

    def _fit(self, choice: _Choice, judgements: Judgements, name: str) -> Trained:
        features, training = torch.from_numpy(self._features(choice)).to(self.device), judgements.training
        made = PlainPairInput if self.plain else PairInput
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.settings.seed)
            model: PreferenceModel = made(
                features.shape[1], self.settings.hidden or PAIR_HIDDEN, activation=self.settings.activation
            )
            if has_variances(self.settings):
                model = with_variances(model, features, Records.of(training, self.device), self.settings)
            joint = JointModel(model, n_users=1, n_items=self.n_items, item_offsets=choice.offset_penalty is not None)
        return optimise(
            joint.to(self.device),
            features,
            Records.of(training, self.device),
            Records.of(judgements.held_out, self.device),
            self.settings,
            Strengths(choice.shared_penalty, 0.0, choice.offset_penalty or 0.0),
            likelihood=training.likelihood,
            progress=self.progress,
            checkpoint=self.checkpoint,
            name=name,
        )


def _served_loss(
    model: PairInput, features: npt.NDArray[np.float32], offsets: FloatArray | None, pairs: Judgements
) -> tuple[float, float]:
    """Log loss of the antisymmetric form with its best factor, and that factor."""
    records = Records.of(pairs, torch.device("cpu"))
    with torch.no_grad():
        one = torch.ones(1, 1)
        s = model.pair_log_odds(torch.from_numpy(features), records.a, records.b, one, torch.zeros_like(records.a))
    shift = torch.zeros(len(pairs)) if offsets is None else torch.from_numpy(offsets[pairs.a] - offsets[pairs.b])
    return scaled_log_loss(s + shift, records.outcome, records.weight, records.offset)


def _some(judgements: Judgements, seed: int) -> Judgements:
    """As many judgements, drawn at random, as fit into the bound on the search."""
    if len(judgements) <= PAIR_MAX_SEARCH_JUDGEMENTS:
        return judgements
    drawn = np.random.default_rng(seed).choice(len(judgements), PAIR_MAX_SEARCH_JUDGEMENTS, replace=False)
    return judgements.take(np.sort(drawn).astype(np.intp))
