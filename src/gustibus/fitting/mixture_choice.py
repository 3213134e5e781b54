"""The ridge and the item offsets of a mixture of Bradley-Terry types, chosen on validation judgements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import GustibusError, Progress
from gustibus.fitting.defaults import OFFSET_RIDGE, OFFSET_RIDGES, TYPE_RIDGE, TYPE_RIDGES
from gustibus.fitting.mixture_em import check_inputs, fit_records, warn_of_empty_types, warn_of_few_answers
from gustibus.fitting.mixture_fit import MixtureFit
from gustibus.fitting.mixture_points import Penalties
from gustibus.fitting.mixture_records import MixtureRecords
from gustibus.fitting.records import Judgements
from gustibus.fitting.validation_split import ENOUGH_TO_CHOOSE, warn_of_little_validation

__all__ = ["MixtureChoice", "choose_mixture"]


@dataclass(frozen=True, eq=False)
class MixtureChoice:
    """The mixture that predicts validation judgements best, and what else was tried.

    Attributes
    ----------
    fit : MixtureFit
    ridge : float
    offset_ridge : float or None
        None means no offsets.
    validation_log_loss : float
        Of ``fit``, in nats per judgement; nan where there were too few judgements to choose by.
    trials : list of dict
        ``shared_penalty``, ``offset_penalty``, ``validation_log_loss`` of every candidate in the order they were tried.
    """

    fit: MixtureFit
    ridge: float
    offset_ridge: float | None
    validation_log_loss: float
    trials: list[dict[str, Any]]


def choose_mixture(
    features: npt.NDArray[np.floating],
    judgements: Judgements,
    n_types: int,
    *,
    ridges: Sequence[float] = TYPE_RIDGES,
    offset_ridges: Sequence[float] = OFFSET_RIDGES,
    offsets_possible: bool = False,
    n_restarts: int = 5,
    seed: int = 0,
    max_iterations: int = 500,
    tolerance: float = 1e-6,
    progress: Progress | None = None,
) -> MixtureChoice:
    r"""Fit a mixture of Bradley-Terry types with the ridge and offsets that predict validation judgements best.

    Candidates are judged by log loss of :math:`\sum_k \gamma_{uk} \sigma(s_k)`, where :math:`\gamma` comes from a
    person's training answers. The first ridge gets all restarts; from it the search goes to weaker and stronger ones,
    each started at its neighbour and once afresh, as long as they are better than the neighbour; then to offsets, from
    none at the best ridge. What is chosen gets all restarts once more.

    Parameters
    ----------
    features : ndarray, shape (n_items, F)
    judgements : Judgements
        Its ``validation`` mask says by which judgements to choose; the others are learned from.
    n_types : int
        K.
    ridges, offset_ridges : sequence of float
        Strengths to try, > 0. A single one is kept.
    offsets_possible : bool
        Whether to try item offsets beside none: where items recur in training.
    n_restarts, seed, max_iterations, tolerance, progress
        See :func:`fit_mixture_em`.

    Raises
    ------
    GustibusError
        As :func:`fit_mixture_em`.

    Warns
    -----
    DataWarning
        As :func:`fit_mixture_em`, and when there are too few validation judgements to choose by: then the middle of
        the grids is taken.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> items, user = rng.normal(size=(800, 2)), np.repeat(np.arange(40), 10)
    >>> a, b = np.arange(400), np.arange(400, 800)
    >>> chance = 1 / (1 + np.exp(np.where(user < 15, 2.0, -2.0) * (items[a, 0] - items[b, 0])))
    >>> outcome, validation = (rng.random(400) < chance).astype(float), np.arange(400) % 10 == 9
    >>> judgements = Judgements(a, b, user, outcome, np.ones(400), validation, 40)
    >>> choice = choose_mixture(items, judgements, 2)
    >>> len(choice.trials) > 2, choice.validation_log_loss < 0.69
    (True, True)
    """
    strengths, offset_strengths = sorted(ridges), sorted(offset_ridges)
    if not strengths or not offset_strengths or min(*strengths, *offset_strengths) <= 0:
        raise GustibusError(f"give at least one ridge strength each, all positive; got {ridges} and {offset_ridges}")
    training = judgements.take(~judgements.validation)
    check_inputs(features, training, n_types)
    warn_of_few_answers(training, n_types)
    search = _Search(features, judgements, n_types, (n_restarts, seed, max_iterations, tolerance), progress)
    if search.can_choose:
        search.vary_ridge(strengths, None)
        if offsets_possible:
            search.vary_offsets(offset_strengths)
            if search.offset_ridge is not None:
                search.vary_ridge(strengths, search.offset_ridge)
        search.settle()
    else:
        offset_ridge = _nearest(offset_strengths, OFFSET_RIDGE) if offsets_possible else None
        search.consider(_nearest(strengths, TYPE_RIDGE), offset_ridge, None)
    choice = search.result()
    warn_of_empty_types(choice.fit)
    return choice


class _Search:
    """The best mixture so far, and everything tried."""

    def __init__(
        self,
        features: npt.NDArray[np.floating],
        judgements: Judgements,
        n_types: int,
        effort: tuple[int, int, int, float],
        progress: Progress | None,
    ) -> None:
        self.features, self.n_types, self.progress = features, n_types, progress
        self.n_restarts, self.seed, self.max_iterations, self.tolerance = effort
        self.training, self.validation = judgements.training, judgements.asked
        n_validation = int(judgements.validation.sum())
        self.can_choose = n_validation >= ENOUGH_TO_CHOOSE and self.validation.weight.sum() > 0
        if not self.can_choose:
            warn_of_little_validation(n_validation)
        self._records: dict[bool, MixtureRecords] = {}
        self.best: MixtureFit | None = None
        self.best_loss = float("inf")
        self.ridge = TYPE_RIDGE
        self.offset_ridge: float | None = None
        self.trials: list[dict[str, Any]] = []

    def consider(self, ridge: float, offset_ridge: float | None, near: MixtureFit | None) -> tuple[MixtureFit, float]:
        """One candidate and its loss, from ``near`` and one fresh start or from all of these."""
        n_restarts = self.n_restarts if near is None else min(1, self.n_restarts)
        fit = self._fit(ridge, offset_ridge, near, n_restarts)
        loss = self._loss(fit)
        self._record(ridge, offset_ridge, loss)
        if self.best is None or loss < self.best_loss:
            self.best, self.best_loss, self.ridge, self.offset_ridge = fit, loss, ridge, offset_ridge
        return fit, loss

    def vary_ridge(self, strengths: list[float], offset_ridge: float | None) -> None:
        """Ridges outwards from the default or, with offsets, from the one chosen."""
        first = _nearest(strengths, TYPE_RIDGE if self.best is None else self.ridge)
        if self.best is None:
            self.consider(first, offset_ridge, None)
        middle, loss = self.best, self.best_loss
        at = strengths.index(first)
        for side in (strengths[:at][::-1], strengths[at + 1 :]):
            self._walk([(ridge, offset_ridge) for ridge in side], middle, loss)

    def vary_offsets(self, strengths: list[float]) -> None:
        """Strengths of the offsets at the chosen ridge, the strongest first: it is nearest to none."""
        self._walk([(self.ridge, strength) for strength in reversed(strengths)], self.best, float("inf"))

    def _walk(self, candidates: list[tuple[float, float | None]], near: MixtureFit | None, loss: float) -> None:
        """Candidates one after the other, each started at the one before, until one is worse than that."""
        for ridge, offset_ridge in candidates:
            before = loss
            near, loss = self.consider(ridge, offset_ridge, near)
            if loss > before:
                break

    def settle(self) -> None:
        """Give the chosen candidate all restarts; the higher likelihood stays, whatever validation says of it."""
        if len(self.trials) > 1 and self.n_types > 1:
            self.best = self._fit(self.ridge, self.offset_ridge, self.best, self.n_restarts)
            self.best_loss = self._loss(self.best)
            self._record(self.ridge, self.offset_ridge, self.best_loss)

    def result(self) -> MixtureChoice:
        assert self.best is not None
        loss = self.best_loss if self.can_choose else float("nan")
        return MixtureChoice(self.best, self.ridge, self.offset_ridge, loss, self.trials)

    def _fit(self, ridge: float, offset_ridge: float | None, near: MixtureFit | None, n_restarts: int) -> MixtureFit:
        with_offsets = offset_ridge is not None
        if with_offsets not in self._records:
            self._records = {with_offsets: MixtureRecords(self.features, self.training, with_offsets=with_offsets)}
        return fit_records(
            self._records[with_offsets],
            self.n_types,
            Penalties(ridge, offset_ridge or 0.0),
            n_restarts=n_restarts,
            seed=self.seed,
            max_iterations=self.max_iterations,
            tolerance=self.tolerance,
            start=near,
            progress=None,
        )

    def _record(self, ridge: float, offset_ridge: float | None, loss: float) -> None:
        self.trials.append({"shared_penalty": ridge, "offset_penalty": offset_ridge, "validation_log_loss": loss})
        if self.progress is not None:
            self.progress(f"choosing a mixture of {self.n_types} types", len(self.trials), 0)

    def _loss(self, fit: MixtureFit) -> float:
        if not self.can_choose:
            return float("nan")
        held_out = self.validation
        if held_out.scoring is None:
            p = np.clip(fit.probability(self.features, held_out), 1e-15, 1 - 1e-15)
            loss = -(held_out.outcome * np.log(p) + (1 - held_out.outcome) * np.log1p(-p))
        else:
            three = fit.average(self.features, held_out, held_out.scoring.three_way, held_out.tie_level)
            a, tie, b = np.log(np.maximum(three, 1e-15)).T
            loss = -np.where(held_out.is_tie, tie, held_out.outcome * a + (1 - held_out.outcome) * b)
        return float(held_out.weight @ loss / held_out.weight.sum())


def _nearest(strengths: list[float], wanted: float) -> float:
    return min(strengths, key=lambda strength: abs(np.log(strength / wanted)))
