"""What is known of people beside their answers, as the prior mean of their coefficients."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gustibus.adapting import adapt_gaussian
from gustibus.fitting.defaults import COVARIATE_RIDGES, COVARIATE_ROUNDS
from gustibus.fitting.held_out import summed
from gustibus.fitting.hierarchical import SCORING_TOLERANCE, HierarchicalSearch
from gustibus.fitting.hierarchical_fit import HierarchicalFit, KnownEffect

__all__ = ["CovariateEffect", "Covariates", "choose_covariates"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Covariates:
    """Numbers known of each person, standardised over the people of a fit.

    Attributes
    ----------
    values : ndarray, shape (U, Q)
        Standardised; 0, the average, where nothing is known.
    mean, spread : ndarray, shape (Q,)
        Of the numbers as given.
    """

    values: FloatArray
    mean: FloatArray
    spread: FloatArray

    @classmethod
    def of(cls, raw: npt.NDArray[np.floating]) -> Covariates:
        """Standardise numbers ``(U, Q)``; rows of people of whom nothing is known are NaN."""
        table = raw.astype(np.float64)
        known = table[np.isfinite(table).all(axis=1)]
        mean = known.mean(axis=0) if len(known) else np.zeros(table.shape[1])
        spread = known.std(axis=0) if len(known) else np.ones(table.shape[1])
        spread = np.where(spread > 0, spread, 1.0)
        return cls(_standardised(table, mean, spread), mean, spread)

    def of_people(self, people: npt.NDArray[np.intp]) -> Covariates:
        """Those of some people, in the order given; standardised as before."""
        return Covariates(self.values[people], self.mean, self.spread)

    def shift(self, effect: CovariateEffect) -> FloatArray:
        """By how much an effect moves the mean of each person's coefficients, ``(U, F)``."""
        return np.asarray(self.values @ effect.coefficients.T, np.float64)

    def described(self, coefficients: FloatArray) -> CovariateEffect:
        """An effect ``(F, Q)`` of these with all that it takes to apply it to others."""
        return CovariateEffect(coefficients, self.mean, self.spread)

    def effect(self, deviations: FloatArray, ridge: float) -> FloatArray:
        r"""B ``(F, Q)``: ridge regression of people's deviations ``(U, F)`` from the mean on what is known of them.

        .. math:: B' = (C'C + \lambda I)^{-1} C' (W - 1 \beta')

        It is the mode of B given W under independent rows :math:`B_q \sim N(0, \Sigma / \lambda)`.
        """
        c = self.values
        gram: FloatArray = c.T @ c + ridge * np.eye(c.shape[1])
        return np.asarray(np.linalg.solve(gram, c.T @ deviations).T, np.float64)

    def left_out(self, deviations: FloatArray, ridge: float) -> FloatArray:
        """What each person's covariates say ``(U, F)`` where that was learned from all the others.

        People tell their own effect otherwise: one of many by a share of ``Q / U``, but that is what is judged here.
        """
        c = self.values
        projected = np.linalg.solve(c.T @ c + ridge * np.eye(c.shape[1]), c.T)
        own = np.einsum("uq,qu->u", c, projected)[:, None]
        fitted = c @ (projected @ deviations)
        result: FloatArray = (fitted - own * deviations) / (1 - own)
        return result


@dataclass(frozen=True)
class CovariateEffect:
    r"""How people's mean coefficients follow from what is known about them (*ours*, as in hierarchical-Bayes conjoint).

    .. math:: w_u \sim \sum_c \pi_c\, N(\beta_c + B c_u, \Sigma)

    Attributes
    ----------
    coefficients : ndarray, shape (F, Q)
        B, for standardised covariates.
    mean, spread : ndarray, shape (Q,)
        By which covariates are standardised.
    """

    coefficients: FloatArray
    mean: FloatArray
    spread: FloatArray

    def shift(self, raw: npt.NDArray[np.floating]) -> FloatArray:
        """``B c_u`` of people with covariates ``(U, Q)``; 0 where a row is NaN."""
        moved: FloatArray = _standardised(raw.astype(np.float64), self.mean, self.spread) @ self.coefficients.T
        return moved


def _standardised(table: FloatArray, mean: FloatArray, spread: FloatArray) -> FloatArray:
    known = np.flatnonzero(np.isfinite(table).all(axis=1))
    standardised = np.zeros(table.shape)
    standardised[known] = (table[known] - mean) / spread
    return standardised


def choose_covariates(search: HierarchicalSearch, without: HierarchicalFit, covariates: Covariates) -> HierarchicalFit:
    """The fit with the effect of covariates under the best ridge, if that is worth more than a standard error.

    People are judged by an effect that was learned from all the others.
    """
    best = min((_fit(search, without, covariates, ridge) for ridge in COVARIATE_RIDGES), key=lambda fit: fit.loss)
    gain, error = best.gain_over(without)
    return best if gain > error else without


def _fit(search: HierarchicalSearch, without: HierarchicalFit, covariates: Covariates, ridge: float) -> HierarchicalFit:
    """The effect of covariates under one ridge, on every division that choices are made by."""
    fit = _fit_on(search, without, covariates, ridge)
    if without.elsewhere:
        assert search.others is not None
        divisions = zip(search.others, without.elsewhere, strict=True)
        fits = [_fit_on(other, there, covariates, ridge) for other, there in divisions]
        fit = replace(fit, everywhere=summed([one.by_which_to_choose for one in (fit, *fits)]), elsewhere=tuple(fits))
    search.tried(fit)
    return fit


def _fit_on(
    search: HierarchicalSearch, without: HierarchicalFit, covariates: Covariates, ridge: float
) -> HierarchicalFit:
    """Rounds of everybody's coefficients, the effect of covariates on them, and the distribution of the rest."""
    fit = without
    for _ in range(COVARIATE_ROUNDS):
        coefficients = covariates.effect(_deviations(search, fit), ridge)
        known = KnownEffect(coefficients, covariates.values @ coefficients.T, ridge)
        fitted = search.go_on(fit, shift=known.shift)
        fit = HierarchicalFit(fitted.prior, fitted.offsets, fit.scale, None, known)
    by_others = covariates.left_out(_deviations(search, fit), ridge)
    return replace(fit, held_out=search.score(fit.prior, fit.offsets, by_others))


def _deviations(search: HierarchicalSearch, fit: HierarchicalFit) -> FloatArray:
    """Posterior means of everybody's coefficients less the means of the types that they are of, ``(U, F)``."""
    shift = None if fit.covariates is None else fit.covariates.shift
    people = adapt_gaussian(
        search.answers(search.train, search.z_train, fit.offsets), fit.prior, shift=shift, tolerance=SCORING_TOLERANCE
    )
    centres: FloatArray = people.tastes.mass.astype(np.float64) @ fit.prior.means
    return people.mean - centres
