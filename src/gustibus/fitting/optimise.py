"""Stochastic or full-batch optimisation with early stopping on validation judgements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gustibus.comparisons import GustibusError, Progress
from gustibus.fitting.checkpoint import Checkpoint
from gustibus.fitting.joint import JointModel
from gustibus.fitting.records import Records
from gustibus.fitting.settings import FitSettings
from gustibus.fitting.temperature import scaled_log_loss, shrunk_factor
from gustibus.likelihoods import Davidson, Likelihood, Logistic

__all__ = ["Strengths", "Trained", "optimise"]

CHECKPOINT_EVERY_EVALUATIONS = 10
# From here on a step is long enough for several threads to be worth it.
MANY_RECORDS = 200_000
# Models of one taste whose scores grow from nothing: with the direction right after a few steps, any scale would do.
OWN_SCALE = ("gpm", "scalar-cyclic")


@dataclass(frozen=True)
class Strengths:
    """Ridge strengths of the shared parameters, the people and the item offsets."""

    shared: float
    people: float
    offsets: float


@dataclass(frozen=True)
class Trained:
    """A fitted joint model at its best validation step.

    Attributes
    ----------
    joint : JointModel
    validation_log_loss : float
        At the best step, with the best single factor on the log-odds; nan without validation judgements.
    factor : float
        On the log-odds (an inverse temperature): the one that suits validation judgements, drawn towards 1 where they
        are few.
    best_step, steps : int
        Where the best was, and how many steps were made.
    history : list of (step, validation log loss)
    """

    joint: JointModel
    validation_log_loss: float
    factor: float
    best_step: int
    steps: int
    history: list[tuple[int, float]]


def optimise(
    joint: JointModel,
    features: Tensor,
    train: Records,
    validation: Records,
    settings: FitSettings,
    strengths: Strengths,
    *,
    likelihood: Likelihood | None = None,
    progress: Progress | None = None,
    stage: str = "fitting",
    checkpoint: Checkpoint | None = None,
    name: str = "fit",
    keep_start: bool = False,
) -> Trained:
    """Minimise the mean loss plus penalties with Adam; keep the parameters of the best validation step.

    With ``batch_size=None`` each step uses all judgements, and every item and every person is mapped once. With
    batches, the distinct items of the batch are mapped once. Without validation judgements all steps are made and the
    last parameters kept.

    Parameters
    ----------
    joint : JointModel
        Its parameters are the starting point and are overwritten.
    features : Tensor, shape (n_items, C)
    train, validation : Records
    settings : FitSettings
    strengths : Strengths
    likelihood : Likelihood, optional
        Of the training records. Default: logistic.
    progress, stage
        Told after every evaluation.
    checkpoint, name
        Where and under which name to keep the state, to go on after an interruption.
    keep_start : bool
        Whether the starting point is a candidate itself, as where a fit goes on from another.

    Raises
    ------
    GustibusError
        If the loss stops being finite.
    """
    run = _Run(joint, features, train, validation, settings, strengths, likelihood or Logistic())
    if checkpoint is not None:
        run.restore(checkpoint, name)
    if keep_start and run.n_evaluations == 0:
        run.evaluate()
    with _threads_for(len(train) if settings.batch_size is None else settings.batch_size):
        _descend(run, settings, progress, stage, checkpoint, name)
    if progress is not None:
        progress(stage, settings.max_steps, settings.max_steps)
    return run.result()


def _descend(
    run: _Run, settings: FitSettings, progress: Progress | None, stage: str, checkpoint: Checkpoint | None, name: str
) -> None:
    while not run.finished:
        run.step()
        if run.steps % settings.evaluate_every == 0 or run.steps == settings.max_steps:
            run.evaluate()
            if progress is not None:
                progress(stage, run.steps, settings.max_steps)
            if checkpoint is not None and (run.n_evaluations % CHECKPOINT_EVERY_EVALUATIONS == 0 or run.finished):
                run.save(checkpoint, name)


@contextmanager
def _threads_for(n_records: int) -> Iterator[None]:
    """One thread for small steps, whose threads would mostly wait for each other; restored afterwards."""
    before = torch.get_num_threads()
    if n_records < MANY_RECORDS:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _Run:
    """State of one optimisation: parameters, optimiser, batches, and the best so far."""

    def __init__(
        self,
        joint: JointModel,
        features: Tensor,
        train: Records,
        validation: Records,
        settings: FitSettings,
        strengths: Strengths,
        likelihood: Likelihood,
    ) -> None:
        self.joint, self.features, self.train, self.validation = joint, features, train, validation
        self.settings, self.strengths = settings, strengths
        self.likelihood = likelihood
        self.optimiser = torch.optim.Adam(_parameter_groups(joint, settings))
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.order = torch.empty(0, dtype=torch.int64)
        self.total_weight = train.weight.sum()
        # Validation scores touch only their own items, gathered once.
        self.validation_items, inverse = torch.unique(torch.cat([validation.a, validation.b]), return_inverse=True)
        a, b = inverse[: len(validation)], inverse[len(validation) :]
        self.local_validation = validation.at(a, b)
        self.validation_features = features.index_select(0, self.validation_items)
        self.steps = self.best_step = self.n_evaluations = self.evaluations_since_best = 0
        self.best_loss = float("inf")
        self.best = {key: value.detach().clone() for key, value in joint.state_dict().items()}
        self.history: list[tuple[int, float]] = []

    @property
    def finished(self) -> bool:
        return self.steps >= self.settings.max_steps or self.evaluations_since_best >= self.settings.patience

    def step(self) -> None:
        size = self.settings.batch_size
        self.optimiser.zero_grad(set_to_none=True)
        if size is None or size >= len(self.train):
            records, share = self.train, 1.0
            log_odds = self.joint.log_odds(self.features, records)
        else:
            records = self.train.take(self._next_batch(size).to(self.train.a.device))
            share = len(records) / len(self.train)
            items, inverse = torch.unique(torch.cat([records.a, records.b]), return_inverse=True)
            a, b = inverse[: len(records)], inverse[len(records) :]
            log_odds = self.joint.log_odds(self.features.index_select(0, items), records.at(a, b), items=items)
        loss = (records.weight * self._losses(log_odds, records)).sum() / (self.total_weight * share)
        s = self.strengths
        loss = loss + self.joint.penalty(shared=s.shared, people=s.people, offsets=s.offsets) / self.total_weight
        if not torch.isfinite(loss):
            raise GustibusError(
                f"the fit diverged at step {self.steps + 1} (loss {loss.item()}). "
                "Check the features for extreme values, or lower learning_rate."
            )
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        self.steps += 1

    def _losses(self, log_odds: Tensor, records: Records) -> Tensor:
        return records.losses(self.likelihood, log_odds)

    def _validation_loss(self, log_odds: Tensor) -> float:
        """At the best scale where placing people chooses one later; else at the scale that they have."""
        v = self.validation
        ties = isinstance(self.likelihood, Davidson)
        if (self.settings.model in OWN_SCALE and self.settings.make_likelihood().describes_answers) or ties:
            return float((v.weight * self._losses(log_odds, v)).sum() / v.weight.sum())
        return scaled_log_loss(log_odds, v.outcome, v.weight, v.offset)[0]

    def _next_batch(self, size: int) -> Tensor:
        if len(self.order) < size:
            self.order = torch.randperm(len(self.train), generator=self.generator)
        batch, self.order = self.order[:size], self.order[size:]
        return batch

    @torch.no_grad()
    def evaluate(self) -> None:
        self.n_evaluations += 1
        if len(self.validation) == 0:
            self.best_step, self.best_loss = self.steps, float("nan")
            self._keep()
            return
        loss = self._validation_loss(self._validation_log_odds())
        self.history.append((self.steps, loss))
        if loss < self.best_loss - 1e-5:
            self.best_loss, self.best_step = loss, self.steps
            self.evaluations_since_best = 0
            self._keep()
        else:
            self.evaluations_since_best += 1

    def _validation_log_odds(self) -> Tensor:
        # A model that puts everybody at one prototype does so in evaluation mode only.
        self.joint.eval()
        log_odds = self.joint.log_odds(self.validation_features, self.local_validation, items=self.validation_items)
        self.joint.train()
        return log_odds

    def _keep(self) -> None:
        for key, value in self.joint.state_dict().items():
            self.best[key].copy_(value)

    @torch.no_grad()
    def result(self) -> Trained:
        self.joint.load_state_dict(self.best)
        factor = 1.0
        if len(self.validation):
            v = self.validation
            factor = shrunk_factor(self._validation_log_odds(), v.outcome, v.weight, v.offset)
        return Trained(self.joint, self.best_loss, factor, self.best_step, self.steps, self.history)

    def save(self, checkpoint: Checkpoint, name: str) -> None:
        tensors = {f"now.{key}": value for key, value in self.joint.state_dict().items()}
        tensors |= {f"best.{key}": value for key, value in self.best.items()}
        moments = self.optimiser.state_dict()["state"]
        tensors |= {f"adam.{i}.{key}": value for i, state in moments.items() for key, value in state.items()}
        tensors |= {"batches.generator": self.generator.get_state(), "batches.order": self.order}
        values: dict[str, Any] = {key: getattr(self, key) for key in _COUNTERS}
        checkpoint.save(name, tensors, values)

    def restore(self, checkpoint: Checkpoint, name: str) -> None:
        saved = checkpoint.load(name)
        if saved is None:
            return
        tensors, values = saved
        device = self.features.device
        self.joint.load_state_dict({k[4:]: v.to(device) for k, v in tensors.items() if k.startswith("now.")})
        self.best = {key[5:]: value.to(device) for key, value in tensors.items() if key.startswith("best.")}
        state = self.optimiser.state_dict()
        moments: dict[int, dict[str, Tensor]] = {}
        for key, value in tensors.items():
            if key.startswith("adam."):
                _, index, moment = key.split(".")
                moments.setdefault(int(index), {})[moment] = value
        self.optimiser.load_state_dict({**state, "state": moments})
        self.generator.set_state(tensors["batches.generator"])
        self.order = tensors["batches.order"]
        for key in _COUNTERS:
            setattr(self, key, values[key])
        self.history = [(int(step), float(loss)) for step, loss in self.history]


_COUNTERS = (
    "steps",
    "best_step",
    "n_evaluations",
    "evaluations_since_best",
    "best_loss",
    "history",
)


def _parameter_groups(joint: JointModel, settings: FitSettings) -> list[dict[str, Any]]:
    """The maps on their own learning rate and weight decay, and a learned factor on its; all else on the common one."""
    # Inside a model with variances the map has a longer name.
    named = {key.removeprefix("inner."): p for key, p in joint.model.named_parameters()}
    in_map = [p for key, p in named.items() if key.startswith(("map.", "prompt_maps.", "head."))]
    scales = [named["log_scale"]] if "log_scale" in named and settings.scale_learning_rate is not None else []
    inside = {id(p) for p in in_map + scales}
    others = [p for p in joint.parameters() if id(p) not in inside]
    map_rate = settings.learning_rate if settings.map_learning_rate is None else settings.map_learning_rate
    groups: list[dict[str, Any]] = [{"params": in_map, "lr": map_rate, "weight_decay": settings.map_weight_decay}]
    if others:
        groups.append({"params": others, "lr": settings.learning_rate})
    if scales:
        groups.append({"params": scales, "lr": settings.scale_learning_rate})
    return groups
