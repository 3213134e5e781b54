"""One fitted distribution of people, and what it starts from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.adapting import GaussianPrior
from gustibus.fitting.held_out import HeldOut
from gustibus.fitting.records import Judgements
from gustibus.fitting.ridge_logistic import fit_ridge_logistic

__all__ = ["Base", "Heads", "HierarchicalFit", "KnownEffect"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Base:
    """The population model that a search starts from.

    Attributes
    ----------
    beta : ndarray, shape (F,)
    offsets : ndarray, shape (n_items,), or None
    ridge : float
        Prior precision of ``beta``.
    offset_ridge : float or None
        Prior precision of the offsets.
    """

    beta: FloatArray
    offsets: FloatArray | None
    ridge: float
    offset_ridge: float | None

    @classmethod
    def of(
        cls, features: npt.NDArray[np.floating], judgements: Judgements, ridge: float, offset_ridge: float | None
    ) -> Base:
        """The population model of these strengths, fitted to the training judgements; offsets unless theirs is None."""
        train = judgements.training
        population = fit_ridge_logistic(
            features,
            train.a,
            train.b,
            train.outcome,
            train.weight,
            ridge=ridge,
            offset_ridge=offset_ridge,
            offset=train.offset,
            link=train.link,
        )
        return cls(population.beta, population.offsets, ridge, offset_ridge)


@dataclass(frozen=True)
class Heads:
    """Where components start.

    Attributes
    ----------
    means : ndarray, shape (C, F)
    log_mass : ndarray, shape (C,)
    """

    means: FloatArray
    log_mass: FloatArray


@dataclass(frozen=True)
class KnownEffect:
    """What covariates say of people.

    Attributes
    ----------
    coefficients : ndarray, shape (F, Q)
    shift : ndarray, shape (U, F)
        By how much each person's prior means move.
    ridge : float
    """

    coefficients: FloatArray
    shift: FloatArray
    ridge: float


@dataclass(frozen=True)
class HierarchicalFit:
    """One fitted distribution of people, and how well it predicts them.

    Attributes
    ----------
    prior : GaussianPrior
    offsets : ndarray, shape (n_items,), or None
    scale : float
        ``s^2``, where the covariance started and what it is anchored to.
    held_out : HeldOut or None
        Log loss on validation judgements; None where there are none.
    covariates : KnownEffect or None
        What covariates say of people's means, where they help.
    everywhere : HeldOut or None
        Log loss on all judgements that choices are made by, where validation alone asks too few questions.
    elsewhere : tuple of HierarchicalFit
        The same fitted on those other divisions.
    ran_away : float or None
        How many times as large the variance of people became when the fit went on with all judgements, where that was
        so much that it was not taken.
    """

    prior: GaussianPrior
    offsets: FloatArray | None
    scale: float
    held_out: HeldOut | None
    covariates: KnownEffect | None = None
    everywhere: HeldOut | None = None
    elsewhere: tuple[HierarchicalFit, ...] = ()
    ran_away: float | None = None

    @property
    def n_components(self) -> int:
        """Number of types C; 1 is a single normal distribution."""
        return self.prior.n_components

    @property
    def loss(self) -> float:
        """Mean log loss over prefixes that choices are made by, in nats; nan where there is no validation."""
        return float("nan") if self.held_out is None else self.by_which_to_choose.mean

    @property
    def by_which_to_choose(self) -> HeldOut:
        """``everywhere``, or ``held_out``."""
        chosen_by = self.everywhere or self.held_out
        assert chosen_by is not None
        return chosen_by

    def gain_over(self, other: HierarchicalFit) -> tuple[float, float]:
        """How much better than another fit on what both were measured on (positive), and its standard error."""
        if self.everywhere is not None and other.everywhere is not None:
            return self.everywhere.gain_over(other.everywhere)
        assert self.held_out is not None
        assert other.held_out is not None
        return self.held_out.gain_over(other.held_out)
