"""Judgements as tensors: which items, whose, and what they said."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gustibus.adapting import LOGISTIC, Link, TieLink
from gustibus.likelihoods import Davidson, Likelihood, Logistic

__all__ = ["Judgements", "Records", "link_of"]


def link_of(likelihood: Likelihood, tie_level: npt.NDArray[np.float64] | None) -> Link:
    """What log-odds say about answers that are no sums of logistic terms.

    Parameters
    ----------
    likelihood : Likelihood
    tie_level : ndarray, shape (n,), or None
        How common ties are, of each answer; None where that is the likelihood's own parameter.
    """
    if not isinstance(likelihood, Davidson):
        return LOGISTIC
    return TieLink(likelihood.known_nu if tie_level is None else np.exp(tie_level))


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
    likelihood : Likelihood
        What the judgements are taken to say; its parameters known, or yet to be learned.
    tie : ndarray of bool, shape (M,), or None
        Which of them are ties; None for none.
    margin : ndarray, shape (M,), or None
        How much better the preferred response is, nan where it is not known.
    offset : ndarray, shape (M,), or None
        What is added to the log-odds of each, whoever is asked; None for nothing.
    continues : ndarray of bool, shape (M,), or None
        Terms after the first of one judgement, which are no answers of their own; None for none.
    group : ndarray of int, shape (M,), or None
        Group of each judgement, -1 for none; None where groups do not matter.
    tie_level : ndarray, shape (M,), or None
        How common ties are, of each judgement; None where that is the likelihood's own parameter.
    scoring : Likelihood or None
        By which averaged predictions of these judgements are scored, where ties have a probability of their own.
    """

    a: npt.NDArray[np.intp]
    b: npt.NDArray[np.intp]
    user: npt.NDArray[np.intp]
    outcome: npt.NDArray[np.float64]
    weight: npt.NDArray[np.float64]
    validation: npt.NDArray[np.bool_]
    n_users: int
    likelihood: Likelihood = field(default_factory=Logistic)
    tie: npt.NDArray[np.bool_] | None = None
    margin: npt.NDArray[np.float64] | None = None
    offset: npt.NDArray[np.float64] | None = None
    continues: npt.NDArray[np.bool_] | None = None
    group: npt.NDArray[np.intp] | None = None
    tie_level: npt.NDArray[np.float64] | None = None
    scoring: Likelihood | None = None

    def __len__(self) -> int:
        return len(self.a)

    @property
    def shift(self) -> npt.NDArray[np.float64]:
        """``offset``, or zeros."""
        return np.zeros(len(self)) if self.offset is None else self.offset

    @property
    def is_tie(self) -> npt.NDArray[np.bool_]:
        """``tie``, or nowhere."""
        return np.zeros(len(self), bool) if self.tie is None else self.tie

    @property
    def link(self) -> Link:
        """What log-odds say about these judgements, where that is no sum of logistic terms."""
        return link_of(self.likelihood, self.tie_level)

    def arrays(self) -> dict[str, Any]:
        """All that has an entry for each judgement, by name."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}

    def take(self, index: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Judgements:
        """The judgements at ``index`` (positions or a mask); items and people keep their numbers."""
        return replace(self, **{name: array[index] for name, array in self.arrays().items()})

    @cached_property
    def terms(self) -> Judgements:
        """The same as logistic terms, those of one judgement side by side; as they are where there are no such terms.

        Divide and count judgements before, and learn from their terms.
        """
        if isinstance(self.likelihood, Logistic):
            return self
        margin = np.full(len(self), np.nan) if self.margin is None else self.margin
        found = self.likelihood.terms(self.outcome, self.is_tie, margin, self.tie_level)
        if found is None:
            return self
        rows = self.take(found.record)
        assert self.offset is None
        return replace(
            rows,
            outcome=found.outcome,
            weight=rows.weight * found.weight,
            offset=found.offset,
            continues=np.diff(found.record, prepend=-1) == 0,
            likelihood=Logistic(),
            tie=None,
            margin=None,
            tie_level=None,
        )

    @property
    def training(self) -> Judgements:
        """Terms of the judgements that are learned from."""
        terms = self.terms
        return terms.take(~terms.validation)

    @property
    def held_out(self) -> Judgements:
        """Validation judgements by which point estimates are scored: terms, or answers as they are.

        A likelihood that only changes what is minimised is no measure of predictions.
        """
        if not self.likelihood.describes_answers:
            return self.asked
        terms = self.terms
        return terms.take(terms.validation)

    @property
    def asked(self) -> Judgements:
        """Validation judgements as they are, by which predictions are scored that average over posteriors."""
        return self.take(self.validation).as_said

    @property
    def as_said(self) -> Judgements:
        """The judgements as they are, with the likelihood by which averaged predictions are scored."""
        if isinstance(self.likelihood, Logistic):
            return self
        return replace(self, likelihood=Logistic(), scoring=self.likelihood if self.likelihood.ties else None)

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
    offset: Tensor | None = None
    tie: Tensor | None = None
    margin: Tensor | None = None
    tie_level: Tensor | None = None

    def __len__(self) -> int:
        return len(self.a)

    def losses(self, likelihood: Likelihood, log_odds: Tensor) -> Tensor:
        """Loss of each record in nats, before weights, at log-odds that lack their offsets, shape (n,)."""
        s = log_odds if self.offset is None else log_odds + self.offset
        return likelihood.loss(s, self.outcome, tie=self.tie, margin=self.margin, level=self.tie_level)

    @classmethod
    def of(cls, judgements: Judgements, device: torch.device) -> Records:
        """Copy judgements to a device as int64 codes and float32 values."""

        def codes(array: npt.NDArray[np.intp]) -> Tensor:
            return torch.as_tensor(array.astype(np.int64), device=device)

        def values(array: npt.NDArray[np.float64]) -> Tensor:
            return torch.as_tensor(array.astype(np.float32), device=device)

        tie, margin, offset, level = judgements.tie, judgements.margin, judgements.offset, judgements.tie_level
        return cls(
            codes(judgements.a),
            codes(judgements.b),
            codes(judgements.user),
            values(judgements.outcome),
            values(judgements.weight),
            None if offset is None else values(offset),
            None if tie is None else torch.as_tensor(tie, device=device),
            None if margin is None else values(margin),
            None if level is None else values(level),
        )

    def take(self, index: Tensor) -> Records:
        """The records at the positions ``index``."""
        columns = {each.name: getattr(self, each.name) for each in fields(self)}
        return replace(self, **{name: column[index] for name, column in columns.items() if column is not None})

    def at(self, a: Tensor, b: Tensor) -> Records:
        """The same with other numbers of the items."""
        return replace(self, a=a, b=b)
