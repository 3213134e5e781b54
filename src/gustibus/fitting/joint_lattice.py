"""Shared rewards fitted together with how often each mixture of them occurs, instead of with point estimates."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from gustibus.adapting import ParticlePrior
from gustibus.comparisons import GustibusError
from gustibus.fitting.defaults import OFFSET_RIDGE, TYPE_RIDGE, TYPE_RIDGES
from gustibus.fitting.differences import Differences
from gustibus.fitting.held_out import HeldOut
from gustibus.fitting.lattice_em import MixedRewards, fit_on_lattice, simplex_lattice
from gustibus.fitting.mixture_points import Penalties
from gustibus.fitting.records import Judgements
from gustibus.fitting.search import HANDICAP
from gustibus.fitting.task import SharedFit, Task
from gustibus.fitting.user_step import answers_of, held_out_of
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE
from gustibus.models import LowRank

__all__ = ["fit_mixed_rewards"]


def fit_mixed_rewards(shared: SharedFit, task: Task) -> SharedFit:
    """Go on from point estimates of shared rewards: :func:`fit_on_lattice`, the ridge chosen on validation judgements.

    Ridges are tried from the usual one to both sides, each started at its neighbour, as long as they gain; the one
    chosen is fitted once more to all judgements.

    Parameters
    ----------
    shared : SharedFit
        Low-rank rewards of people on the simplex.
    task : Task
    """
    if not isinstance(shared.model, LowRank) or shared.model.n_prototypes == 1:
        raise GustibusError(
            "inference='joint' with prior='particles' needs two or more shared rewards: model='low-rank', "
            "prototypes=2 or more. For the other models leave prior out: people are then normally distributed."
        )
    search = _RidgeSearch(shared, task)
    given = task.settings.shared_penalty
    best = search.best((given,) if given is not None else TYPE_RIDGES)
    found = search.fit(task.judgements, best.ridge, best.fit)
    model = LowRank(**shared.model.config())
    with torch.no_grad():
        model.map.weight.copy_(torch.from_numpy(found.heads.astype(np.float32)))
    return replace(
        shared,
        model=model.eval(),
        offsets=found.offsets,
        factor=1.0,
        choices={**shared.choices, "shared_penalty": best.ridge},
        trials=[*shared.trials, *search.trials],
        prior=ParticlePrior(search.atoms, found.log_mass),
        held_out=best.held_out,
        trained=None,
    )


@dataclass(frozen=True)
class _Trial:
    ridge: float
    fit: MixedRewards
    held_out: HeldOut | None

    @property
    def loss(self) -> float:
        return np.inf if self.held_out is None else self.held_out.mean


class _RidgeSearch:
    def __init__(self, shared: SharedFit, task: Task) -> None:
        assert isinstance(shared.model, LowRank)
        self.shared, self.task = shared, task
        self.features = task.choices.features(shared.components, shared.whiten)
        self.atoms = simplex_lattice(shared.model.n_prototypes)
        heads = shared.model.map.weight.detach().double().numpy() * shared.factor
        offsets = None if shared.offsets is None else shared.offsets * shared.factor
        even = np.full(len(self.atoms), -np.log(len(self.atoms)))
        self.start = MixedRewards(heads, offsets, even, np.zeros(0))
        self.can_choose = int(task.judgements.validation.sum()) >= ENOUGH_TO_CHOOSE
        self.trials: list[dict[str, object]] = []

    def fit(self, judgements: Judgements, ridge: float, start: MixedRewards) -> MixedRewards:
        """One fit."""
        penalties = Penalties(ridge, self.shared.choices.get("offset_penalty") or OFFSET_RIDGE)
        return fit_on_lattice(self.features, judgements, self.atoms, penalties=penalties, start=start)

    def best(self, ridges: tuple[float, ...]) -> _Trial:
        """The ridge by which people's held-out judgements are predicted best."""
        middle = ridges.index(TYPE_RIDGE) if TYPE_RIDGE in ridges else 0
        best = first = self._trial(ridges[middle], self.start)
        if not self.can_choose:
            return best
        for side in (ridges[middle + 1 :], ridges[:middle][::-1]):
            neighbour = first
            for ridge in side:
                trial = self._trial(ridge, neighbour.fit)
                if trial.loss < best.loss - HANDICAP:
                    best = trial
                if trial.loss > neighbour.loss:
                    break
                neighbour = trial
        return best

    def _trial(self, ridge: float, start: MixedRewards) -> _Trial:
        judgements, training = self.task.judgements, self.task.judgements.training
        fit = self.fit(training if self.can_choose else judgements, ridge, start)
        held_out = None
        if self.can_choose:
            scores = np.asarray(self.features, np.float64) @ fit.heads.T
            answers = answers_of(Differences.of_scores(scores), fit.offsets, judgements)
            held_out = held_out_of(answers, judgements, ParticlePrior(self.atoms, fit.log_mass))
        trial = _Trial(ridge, fit, held_out)
        loss = None if held_out is None else held_out.mean
        self.trials.append({"inference": "joint", "shared_penalty": ridge, "validation_log_loss": loss})
        if self.task.progress is not None:
            self.task.progress("fitting shared rewards and their mixtures", len(self.trials), len(TYPE_RIDGES))
        return trial
