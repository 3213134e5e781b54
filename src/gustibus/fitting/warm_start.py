"""Fits that go on from another: with the same number of tastes, or with one taste split in two."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gustibus.fitting.joint import JointModel
from gustibus.fitting.records import Records
from gustibus.models import FreeWeights, SimplexWeights

__all__ = ["WarmStart", "continue_from"]

# Two halves of a taste differ by this share of its size, and people in their leaning to either by this much.
NOISE, LEANING = 0.1, 0.3


@dataclass(frozen=True, eq=False)
class WarmStart:
    """Where a fit may start.

    Attributes
    ----------
    joint : JointModel
        A fit of as many tastes, or fewer, with the same features and dimensions.
    people : ndarray of int, shape (U,)
        Which of its people each person of the new fit is; -1 for people it does not know, who start as the population.
    """

    joint: JointModel
    people: npt.NDArray[np.intp]


@torch.no_grad()
def continue_from(start: WarmStart, joint: JointModel, features: Tensor, train: Records, *, seed: int) -> None:
    """Give a joint model the parameters of a fitted one; as long as it has more tastes, the worst served is split.

    The two halves predict what the taste they came from did, up to a little noise that breaks the tie.

    Parameters
    ----------
    start : WarmStart
    joint : JointModel
        Its parameters are overwritten.
    features : Tensor, shape (n_items, C)
    train : Records
        The new fit's; they tell which tastes are worst served.
    seed : int
        Of the noise.
    """
    generator = torch.Generator().manual_seed(seed)
    known = {name: value.cpu() for name, value in start.joint.model.state_dict().items()}
    n_known, n_wanted = start.joint.model.n_prototypes, joint.model.n_prototypes
    common, deviation = _people_of(start)
    loads = _loads(start, features, train)
    for _ in range(n_wanted - n_known):
        worst = int(loads.argmax())
        known = _split(known, worst, generator)
        halves = loads[worst : worst + 1] / 2
        loads = torch.cat([loads[:worst], halves, loads[worst + 1 :], halves])
        free = isinstance(joint.people, FreeWeights)
        common, deviation = _split_people(common, deviation, worst, free=free, generator=generator)
    joint.model.load_state_dict(known)
    if joint.people is not None:
        joint.people.common.copy_(common)
        joint.people.deviation.copy_(deviation)
    if joint.offsets is not None and start.joint.offsets is not None:
        joint.offsets.copy_(start.joint.offsets)


def _people_of(start: WarmStart) -> tuple[Tensor, Tensor]:
    """Common part (K,) and deviations (U, K) of the new fit's people, as the old one knew them."""
    people = start.joint.people
    if people is None:
        return torch.zeros(1), torch.zeros(len(start.people), 1)
    rows = torch.from_numpy(np.maximum(start.people, 0))
    deviation = people.deviation.detach().cpu().index_select(0, rows)
    deviation[torch.from_numpy(start.people < 0)] = 0.0
    return people.common.detach().cpu().clone(), deviation


def _loads(start: WarmStart, features: Tensor, train: Records) -> Tensor:
    """How much of the training loss each taste bears (K,): that of its people, in proportion to their weights."""
    n_known = start.joint.model.n_prototypes
    if n_known == 1:
        return torch.ones(1)
    common, deviation = _people_of(start)
    people: SimplexWeights | FreeWeights
    made = FreeWeights if isinstance(start.joint.people, FreeWeights) else SimplexWeights
    people = made(len(deviation), n_known)
    people.common.copy_(common)
    people.deviation.copy_(deviation)
    weights = people().to(features.device)
    s = start.joint.model.pair_log_odds(features, train.a, train.b, weights, train.user)
    s = s if train.offset is None else s + train.offset
    loss = train.weight * torch.nn.functional.binary_cross_entropy_with_logits(s, train.outcome, reduction="none")
    per_person = torch.zeros(len(weights), device=loss.device).index_add_(0, train.user, loss)
    loads: Tensor = (per_person @ weights.abs()).cpu()
    return loads


def _split(parameters: dict[str, Tensor], worst: int, generator: torch.Generator) -> dict[str, Tensor]:
    """Parameters with one more taste at the end, nearly equal to ``worst``."""
    larger = dict(parameters)
    if any(name.startswith("inner.") for name in parameters):  # of a model with variances
        inside = {name.removeprefix("inner."): value for name, value in parameters.items() if name.startswith("inner.")}
        split = _split(inside, worst, generator)
        return {**parameters, **{f"inner.{name}": value for name, value in split.items()}}
    if "circles" in parameters:  # tastes with circles share a map and have heads and weights on the circles
        of_tastes = [name for name in ("heads.weight", "circles", "circles_by_prompt.weight") if name in parameters]
        for each in of_tastes:
            rows_each = len(parameters[each]) // len(parameters["circles"])
            own = parameters[each][worst * rows_each : (worst + 1) * rows_each]
            larger[each] = torch.cat([parameters[each], _near(own, generator)])
        return larger
    # PAL-A's prototypes and low-rank rewards are rows; PAL-B has a map for each taste.
    rows = "prototypes" if "prototypes" in parameters else "map.weight"
    maps = [name for name in parameters if name.startswith("prompt_maps.")]
    if maps:
        n_known = 1 + max(int(name.split(".")[1]) for name in maps)
        for name in maps:
            _, number, rest = name.split(".", 2)
            if int(number) == worst:
                larger[f"prompt_maps.{n_known}.{rest}"] = _near(parameters[name], generator)
        return larger
    larger[rows] = torch.cat([parameters[rows], _near(parameters[rows][worst : worst + 1], generator)])
    return larger


def _near(values: Tensor, generator: torch.Generator) -> Tensor:
    size = float((values**2).mean().sqrt())
    return values + NOISE * size * torch.randn(values.shape, generator=generator)


def _split_people(
    common: Tensor, deviation: Tensor, worst: int, *, free: bool, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    leaning = LEANING * torch.randn(len(deviation), generator=generator)
    if free:
        common, deviation = common.clone(), deviation.clone()
        common[worst] /= 2
        deviation[:, worst] /= 2
        own = deviation[:, worst].clone()
        deviation[:, worst] += leaning / 2
        return torch.cat([common, common[worst : worst + 1]]), torch.cat([deviation, (own - leaning / 2)[:, None]], 1)
    common, deviation = common.clone(), deviation.clone()
    common[worst] -= math.log(2)
    own = deviation[:, worst].clone()
    deviation[:, worst] += leaning / 2
    return torch.cat([common, common[worst : worst + 1]]), torch.cat([deviation, (own - leaning / 2)[:, None]], 1)
