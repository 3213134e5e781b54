"""Where people come from, found fast: enough to compare fits by, not to place anybody for good."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from gustibus.adapting import (
    Answers,
    AtomPrior,
    DirichletPrior,
    ParticlePrior,
    Prior,
    adapt,
    first_answers,
    fit_particle_prior,
    said_losses,
)
from gustibus.fitting.atoms import answers_at
from gustibus.fitting.defaults import FACTOR_STEP, PREFIXES
from gustibus.fitting.differences import Differences
from gustibus.fitting.held_out import HeldOut, score_held_out
from gustibus.fitting.placing import place
from gustibus.fitting.records import Judgements
from gustibus.fitting.task import SharedFit, Task
from gustibus.fitting.user_step import answers_of, some_people
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE

__all__ = ["RoughPlace", "place_roughly"]

FloatArray = npt.NDArray[np.float64]
# Possible people: so many mixtures of all prototypes and of few of them, and the prototypes themselves.
N_ATOMS, EVEN, SPARSE = 256, 1.0, 0.3
EVEN_SHARE = 0.1
MAX_STEPS = 4


@dataclass(frozen=True, eq=False)
class RoughPlace:
    """A fitted shared part with a distribution of its people, by which answers can be predicted.

    Attributes
    ----------
    shared : SharedFit
    features : ndarray, shape (n_items, C)
    prior : Prior
    factor : float
        Scores and offsets are multiplied by it.
    """

    shared: SharedFit
    features: npt.NDArray[np.float32]
    prior: Prior
    factor: float

    def held_out(self, shown: Judgements, asked: Judgements, *, seed: int) -> HeldOut:
        """Log loss of ``asked``, people placed by 0, 5 or all of the answers ``shown`` of theirs."""
        given, wanted = self._answers(shown), self._answers(asked.as_said)

        def losses(n: int | None) -> FloatArray:
            people = adapt(first_answers(given, n), self.prior, n_draws=N_ATOMS, seed=seed)
            return said_losses(people, wanted)

        return score_held_out(losses, PREFIXES, wanted)

    def _answers(self, judgements: Judgements) -> Answers:
        model, offsets = self.shared.model, self.shared.offsets
        if isinstance(self.prior, AtomPrior):
            return answers_at(self.prior.atoms, model, self.features, offsets, judgements, factor=self.factor)
        scaled = None if offsets is None else offsets * self.factor
        return answers_of(Differences.of(model, self.features).scaled(self.factor), scaled, judgements)


def place_roughly(shared: SharedFit, task: Task) -> RoughPlace:
    """Find a prior over people and a factor on the scores, as :func:`gustibus.fitting.placing.place` does.

    Where people are mixtures of prototypes, the prior is a few hundred possible people with masses of maximum
    likelihood (Kiefer & Wolfowitz 1956), a tenth of the mass spread evenly: posteriors are then finite sums, and this
    takes a tenth of the time. Other models are placed as usual.
    """
    features = task.choices.features(shared.components, shared.whiten)
    model = shared.model
    mixtures = model.linear_in_weights and model.weights_on_simplex and model.n_prototypes > 1
    if not mixtures or model.one_prototype_each or shared.prior is not None:
        with torch.no_grad():
            placed = place(shared, task)
        return RoughPlace(shared, features, placed.prior, placed.factor)
    atoms = _possible_people(model.n_prototypes, task.settings.seed)
    best = _among(atoms, shared, features, task, shared.factor)
    if int(task.judgements.validation.sum()) < ENOUGH_TO_CHOOSE:
        return best[0]
    for step in (FACTOR_STEP, 1 / FACTOR_STEP):
        before = best
        for _ in range(MAX_STEPS):
            tried = _among(atoms, shared, features, task, best[0].factor * step)
            if tried[1] > best[1] - 1e-4:
                break
            best = tried
        if best is not before:
            break
    return best[0]


def _possible_people(n_prototypes: int, seed: int) -> FloatArray:
    half = N_ATOMS // 2
    draws = [DirichletPrior(np.full(n_prototypes, alpha)).draws(half, seed) for alpha in (EVEN, SPARSE)]
    return np.concatenate(draws)


def _among(
    atoms: FloatArray, shared: SharedFit, features: npt.NDArray[np.float32], task: Task, factor: float
) -> tuple[RoughPlace, float]:
    """People like some of the atoms under one factor, and the log loss of validation judgements."""
    _, train, validation = some_people(task.judgements, task.settings.seed)
    if not len(train):
        train = task.judgements.take(~task.judgements.validation)
    rough = RoughPlace(shared, features, ParticlePrior(atoms), factor)
    prior = fit_particle_prior(rough._answers(train), atoms, even_share=EVEN_SHARE, seed=task.settings.seed).prior
    rough = RoughPlace(shared, features, prior, factor)
    if not len(validation):
        return rough, 0.0
    return rough, rough.held_out(train, validation, seed=task.settings.seed).mean
