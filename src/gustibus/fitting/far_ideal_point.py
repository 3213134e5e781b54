"""One taste for all: an ideal point that is far away is a direction, and the model Bradley-Terry."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch

from gustibus.fitting.defaults import ENOUGH_TO_CHOOSE, NEAR_ERRORS
from gustibus.fitting.differences import Differences
from gustibus.fitting.held_out import HeldOut
from gustibus.fitting.population import PopulationFit, fit_population
from gustibus.fitting.records import Judgements
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.task import SharedFit, Task
from gustibus.likelihoods import Flip, Hinge
from gustibus.models import IdealPoint, LowRank, PreferenceModel

__all__ = ["far_away_unless_near"]

FloatArray = npt.NDArray[np.float64]
# Size of mapped items beside their rewards: its square is what is left of the quadratic term.
NEARNESS = 1e-3


def far_away_unless_near(near: SharedFit, task: Task) -> SharedFit:
    r"""Put the only ideal point at infinity, unless validation judgements say where it is.

    With one prototype the reward is :math:`2 p \cdot f(x) - |f(x)|^2`. As :math:`p` moves away while
    :math:`\beta = 2 M' p` is held (:math:`M` the linear map), the square vanishes and Bradley-Terry's linear reward
    remains (the vector model as the limit of the ideal point model: Carroll 1972). That fit is convex and its ridge is
    chosen, so it is the safer one where items do not tell the two apart: the point has to be better on validation
    judgements by two standard errors over people, since its fit was stopped on them (*ours*).

    Parameters
    ----------
    near : SharedFit
        Of one taste, by descent.
    task : Task
    """
    settings, validation = task.settings, task.judgements.held_out
    if not _has_a_limit(near.model, settings) or len(validation) < ENOUGH_TO_CHOOSE:
        return near
    population = fit_population(
        task.choices, task.judgements, settings, offsets_possible=task.offsets_possible, progress=task.progress
    )
    far = replace(
        near,
        model=_limit(near.model, population),
        offsets=population.solution.offsets,
        factor=1.0,
        components=population.components,
        whiten=population.whiten,
        choices=near.choices | population.choices,
        trials=near.trials + population.trials,
        history=[],
        trained=None,
    )
    gain, error = _held_out(near, task, validation).gain_over(_held_out(far, task, validation))
    return near if gain > NEAR_ERRORS * error else far


def _has_a_limit(model: PreferenceModel, settings: FitSettings) -> bool:
    if isinstance(settings.make_likelihood(), Flip | Hinge) or model.n_prototypes > 1:
        return False
    if isinstance(model, LowRank):
        return model.weights_on_simplex
    plain = isinstance(model, IdealPoint) and model.distance == "squared" and model.placement == "latent"
    return plain and not settings.hidden and not settings.residual


def _limit(model: PreferenceModel, population: PopulationFit) -> PreferenceModel:
    """A model of the same class whose rewards are the population's."""
    beta = torch.from_numpy(population.solution.beta.astype(np.float32))
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        made: PreferenceModel = type(model)(**(model.config() | {"n_features": len(beta)}))
        if isinstance(made, LowRank):
            made.map.weight.copy_(beta[None])
            return made.eval()
        assert isinstance(made, IdealPoint)
        first = torch.zeros(made.dimensions, 1)
        first[0] = 1.0
        for parameter in made.map.parameters():
            parameter.copy_(NEARNESS * first * beta)
        made.prototypes.copy_(first.T / (2 * NEARNESS))
    return made.eval()


def _held_out(shared: SharedFit, task: Task, validation: Judgements) -> HeldOut:
    differences = Differences.of(shared.model, task.choices.features(shared.components, shared.whiten))
    a, b = validation.a, validation.b
    s: FloatArray = differences(a, b)[:, 0]
    if shared.offsets is not None:
        s = s + shared.offsets[a] - shared.offsets[b]
    s = shared.factor * s + validation.shift
    loss = validation.weight * (validation.link.partition(s) - validation.outcome * s)
    lost, weight = (
        np.bincount(validation.user, x, validation.n_users).astype(np.float64) for x in (loss, validation.weight)
    )
    return HeldOut({None: lost}, weight)
