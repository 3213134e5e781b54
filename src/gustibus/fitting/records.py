"""Judgements as tensors: which items, whose, and what they said."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

__all__ = ["Judgements", "Records"]


@dataclass(frozen=True)
class Judgements:
    """M judgements of U people over N items, as arrays: everything that fitting needs to know about them.

    Attributes
    ----------
    a, b : ndarray of int, shape (M,)
        Items of each judgement, rows of the feature matrix.
    user : ndarray of int, shape (M,)
        Person of each judgement, ``0 .. n_users - 1``.
    outcome : ndarray, shape (M,)
        Share of preference for a, in [0, 1]; a tie is one half.
    weight : ndarray, shape (M,)
        Record weights >= 0.
    validation : ndarray of bool, shape (M,)
        Judgements kept out of the optimisation, by which choices are made.
    n_users : int
        U.
    """

    a: npt.NDArray[np.intp]
    b: npt.NDArray[np.intp]
    user: npt.NDArray[np.intp]
    outcome: npt.NDArray[np.float64]
    weight: npt.NDArray[np.float64]
    validation: npt.NDArray[np.bool_]
    n_users: int

    def __len__(self) -> int:
        return len(self.a)

    def take(self, index: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Judgements:
        """The judgements at ``index`` (positions or a mask); items and people keep their numbers."""
        arrays = {f.name: getattr(self, f.name)[index] for f in fields(self) if f.name != "n_users"}
        return Judgements(**arrays, n_users=self.n_users)

    def of_people(self, people: npt.NDArray[np.intp]) -> Judgements:
        """The judgements of some people, who are numbered ``0 .. len(people) - 1`` in the order given."""
        number = np.full(self.n_users, -1)
        number[people] = np.arange(len(people))
        inside = self.take(number[self.user] >= 0)
        return replace(inside, user=number[inside.user], n_users=len(people))


@dataclass(frozen=True)
class Records:
    """Judgements on a device, as the optimiser reads them."""

    a: Tensor
    b: Tensor
    user: Tensor
    outcome: Tensor
    weight: Tensor

    def __len__(self) -> int:
        return len(self.a)

    @classmethod
    def of(cls, judgements: Judgements, device: torch.device) -> Records:
        """Copy judgements to a device as int64 codes and float32 values."""

        def codes(array: npt.NDArray[np.intp]) -> Tensor:
            return torch.as_tensor(array.astype(np.int64), device=device)

        def values(array: npt.NDArray[np.float64]) -> Tensor:
            return torch.as_tensor(array.astype(np.float32), device=device)

        return cls(
            codes(judgements.a),
            codes(judgements.b),
            codes(judgements.user),
            values(judgements.outcome),
            values(judgements.weight),
        )

    def take(self, index: Tensor) -> Records:
        """The records at the positions ``index``."""
        return Records(self.a[index], self.b[index], self.user[index], self.outcome[index], self.weight[index])
