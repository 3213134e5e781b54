"""Why are five tastes undercounted: are fits of five weak, or do the data not bear a fifth?

``python -m benchmarks.tastes_from_truth`` takes the worlds of ``benchmarks.tastes_count`` with five tastes in which
fewer were chosen, and fits five once more from three starts: afresh, from a fit of four with one taste split, and from
the truth itself (map, tastes and people). All go on far beyond early stopping. If the better of the first two ends with
as low a penalised training loss as the start at the truth, a better optimiser would not find more tastes. The held-out
losses of four and five, as in the choice, say what a fifth taste is worth. Writes
``benchmarks/results/tastes_from_truth.json`` after every world and goes on from it; five minutes of one core.
"""

from __future__ import annotations

import copy
import sys
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.recording import Stopwatch, read_result, write_result
from benchmarks.tastes_count import WORLD, task_of
from gustibus.catalog import IdealPointWorld, ideal_point_world
from gustibus.comparisons import DataWarning
from gustibus.fitting.defaults import FIT_TO_FIT, TASTE_SHARED_PENALTY
from gustibus.fitting.joint import JointModel
from gustibus.fitting.optimise import Strengths, optimise
from gustibus.fitting.records import Records
from gustibus.fitting.taste_models import build_model
from gustibus.fitting.warm_start import WarmStart, continue_from
from gustibus.models import IdealPoint, SimplexWeights

TASTES, STEPS = 5, 1200
LEAST_WEIGHT = 0.03
"""Smaller true weights start as this one: their logarithms have no bound."""


def main() -> None:
    warnings.simplefilter("ignore", DataWarning)
    counted = read_result("tastes_count")
    if counted is None:
        sys.exit("benchmarks/results/tastes_count.json is missing. Run python -m benchmarks.tastes_count first.")
    worlds = counted["worlds"][str(TASTES)]
    found = (read_result("tastes_from_truth") or {}).get("worlds", {})
    for seed, run in worlds.items():
        if run["chosen"] >= TASTES or seed in found:
            continue
        watch = Stopwatch()
        found[seed] = _measure(int(seed)) | {"held_out": _worth(run["curve"]), "seconds": watch.read()}
        _write(worlds, found)
        print(seed, found[seed], flush=True)


def _write(counted: dict[str, Any], found: dict[str, Any]) -> None:
    fewer = sum(run["chosen"] < TASTES for run in counted.values())
    sizes = {"tastes": TASTES, "steps": STEPS, "of": len(counted), "undercounted": fewer}
    write_result("tastes_from_truth", sizes | {"worlds": found})


def _worth(curve: list[dict[str, float]]) -> dict[str, Any]:
    """Held-out log loss of one taste fewer and of the true number, and what the rule says of the former."""
    fewer, true = ({p["prototypes"]: p for p in curve}[k] for k in (TASTES - 1, TASTES))
    return {
        "fewer": fewer["log_loss"],
        "true": true["log_loss"],
        "fewer_within_rule": fewer["excess"] <= float(np.hypot(fewer["excess_standard_error"], FIT_TO_FIT)),
    }


def _measure(seed: int) -> dict[str, Any]:
    """Penalised training loss (nats a judgement) at the end of every start, of everybody's judgements."""
    world = ideal_point_world(n_prototypes=TASTES, seed=seed, **WORLD)
    case = _Case.of(world, seed)
    fewer, fresh = case.untrained(TASTES - 1), case.untrained(TASTES)
    split = copy.deepcopy(fresh)
    case.stopped_early(fewer)
    everybody = np.arange(len(world.truth.user_ids))
    continue_from(WarmStart(fewer, everybody), split, case.features, case.train, seed=seed)
    starts = {"fresh": fresh, "split": split, "truth": case.true(fresh)}
    return {name: case.descend(joint) for name, joint in starts.items()}


@dataclass(frozen=True)
class _Case:
    """One world as the fits see it, and where its items and people truly are.

    Attributes
    ----------
    task
        What the choice begins with.
    features : Tensor, shape (n_items, C)
    train
        Its training judgements.
    world
        The truth.
    positions : ndarray, shape (n_items, d)
        True places of the fit's items.
    """

    task: Any
    features: Tensor
    train: Records
    world: IdealPointWorld
    positions: NDArray[np.float64]

    @classmethod
    def of(cls, world: IdealPointWorld, seed: int) -> _Case:
        task = task_of(world, seed)
        components, whiten = task.choices.options()[0]
        features = torch.from_numpy(task.choices.features(components, whiten))
        train = Records.of(task.judgements.take(~task.judgements.validation), task.device)
        places = {row.tobytes(): place for row, place in zip(world.vectors.matrix, world.truth.positions, strict=True)}
        positions = np.array([places[row.tobytes()] for row in task.choices.embeddings])
        return cls(task, features, train, world, positions)

    def untrained(self, tastes: int) -> JointModel:
        settings = self.task.settings.with_(prototypes=tastes)
        model = build_model(settings, self.features.shape[1], settings.dimensions, 0.1)
        torch.manual_seed(settings.seed + 1)
        return JointModel(model, n_users=self.task.judgements.n_users, n_items=self.task.n_items, item_offsets=False)

    def true(self, like: JointModel) -> JointModel:
        """The linear map nearest to the true places, the true tastes and people."""
        joint, truth = copy.deepcopy(like), self.world.truth
        centre, unit = self.positions.mean(axis=0), np.sqrt(truth.scale)
        z = self.features.numpy().astype(np.float64)
        rows = np.linalg.lstsq(z, (self.positions - centre) * unit, rcond=None)[0]
        logits = np.log(np.maximum(truth.weights, LEAST_WEIGHT))
        assert isinstance(joint.model, IdealPoint)
        assert isinstance(joint.model.map, torch.nn.Linear)
        assert isinstance(joint.people, SimplexWeights)
        with torch.no_grad():
            joint.model.map.weight.copy_(torch.from_numpy(rows.T))
            joint.model.prototypes.copy_(torch.from_numpy((truth.prototypes - centre) * unit))
            joint.people.common.zero_()
            joint.people.deviation.copy_(torch.from_numpy(logits - logits.mean(axis=1, keepdims=True)))
        return joint

    def stopped_early(self, joint: JointModel) -> None:
        """Fit in place as the choice does."""
        judgements, settings = self.task.judgements, self.task.settings
        validation = Records.of(judgements.take(judgements.validation), self.task.device)
        optimise(joint, self.features, self.train, validation, settings, self.strengths)

    @property
    def strengths(self) -> Strengths:
        return Strengths(TASTE_SHARED_PENALTY, self.task.settings.user_penalty, 0.0)

    def descend(self, joint: JointModel) -> float:
        """Run to the end, in place; the penalised training loss there, in nats a judgement."""
        settings, strengths = self.task.settings.with_(max_steps=STEPS), self.strengths
        nothing = Records.of(self.task.judgements.take(np.zeros(len(self.task.judgements), bool)), self.task.device)
        optimise(joint, self.features, self.train, nothing, settings, strengths)
        with torch.no_grad():
            log_odds = joint.log_odds(self.features, self.train)
            loss = settings.make_likelihood().loss(log_odds, self.train.outcome).mean()
            penalty = joint.penalty(shared=strengths.shared, people=strengths.people, offsets=0.0)
        return float(loss + penalty / len(self.train))


if __name__ == "__main__":
    main()
