"""Baselines that give every person their own ridge regression: around the population, or around nothing."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from gustibus.comparisons import GustibusError
from gustibus.evaluation.baselines.contract import probability_of
from gustibus.evaluation.baselines.judgements import Judgements
from gustibus.evaluation.baselines.person_newton import People, person_batches, person_deviations
from gustibus.evaluation.baselines.population import Population
from gustibus.evaluation.metrics import log_loss

__all__ = ["OneModelPerPerson", "PersonDeviation"]

Floats = NDArray[np.float64]

_RIDGES: Final = (3000.0, 1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03)


class _PersonRidge:
    """What the two share: one penalty for everybody, chosen on validation judgements, and people side by side."""

    name = ""

    def __init__(self, ridge: float | None = None) -> None:
        if ridge is not None and not ridge > 0:
            raise GustibusError(f"ridge={ridge}: a person's penalty must be positive, or None to choose it")
        self.ridge = ridge

    @property
    def user_ids(self) -> Sequence[str]:
        """The people with a regression of their own."""
        return [str(user) for user in self.people_.user.tolist()]

    def adapt(self, answers: Judgements) -> Self:
        """A copy that also knows the people of `answers`, each from these answers alone, with the same penalty."""
        other = copy.copy(self)
        other.people_ = self.people_.updated(_fit_people(answers, self._base(answers), [self.ridge_])[0])
        return other

    def without_people(self) -> Self:
        """A copy that knows nobody."""
        other = copy.copy(self)
        other.people_ = People(self.people_.user[:0], self.people_.deviation[:0])
        return other

    def log_odds(self, judgements: Judgements) -> Floats:
        """Log-odds that a is preferred, shape (M,)."""
        return self._base(judgements) + self.people_.log_odds(judgements)

    def probability(self, judgements: Judgements) -> Floats:
        """Probability that a is preferred, shape (M,)."""
        return probability_of(self.log_odds(judgements))

    def _base(self, judgements: Judgements) -> Floats:
        raise NotImplementedError

    def _fit_people(self, train: Judgements, validation: Judgements | None, ridges: Sequence[float]) -> None:
        """Every person at every penalty; the lowest validation log loss decides, of equals the strongest."""
        if self.ridge is not None:
            ridges = [self.ridge]
        elif validation is None or len(validation) == 0:
            raise GustibusError(f"{self.name}: give validation judgements to choose the penalty on, or set ridge=")
        self.validation_loss_: dict[float, float] = {}
        best = np.inf
        for ridge, people in zip(ridges, _fit_people(train, self._base(train), ridges), strict=True):
            loss = 0.0
            if self.ridge is None and validation is not None:
                probability = probability_of(self._base(validation) + people.log_odds(validation))
                loss = log_loss(probability, validation.outcome, validation.weight)
                self.validation_loss_[ridge] = loss
            if loss < best:
                best, self.ridge_, self.people_ = loss, ridge, people


class PersonDeviation(_PersonRidge):
    r"""Population plus a ridge-penalised deviation of every person.

    .. math:: s_u(a, b) = s(a, b) + \delta_u \cdot (\phi(a) - \phi(b)), \qquad \delta_u \sim N(0, I / \lambda)

    with the population's log-odds s held fixed and each person's :math:`\delta_u` at its most probable value. A person
    with no answers is the population. One penalty serves everybody; it is chosen by log loss on validation judgements
    of known people from a grid that includes an infinite one, so the baseline can find that people do not matter.

    Parameters
    ----------
    population
        A population baseline; it is fitted to the same judgements unless it already is. Default: a new one.
    ridge
        Penalty; None chooses it.

    Attributes
    ----------
    population_
        The fitted population.
    ridge_
        The penalty that is used.
    people_
        Everybody's deviation.
    validation_loss_
        Log loss on the validation judgements at every penalty that was tried.

    References
    ----------
    The point-estimate version of the mixed logit of choice modelling: Train (2009), Discrete Choice Methods with
    Simulation, chapters 6 and 11.

    Examples
    --------
    >>> judged = Judgements.of_arrays([[1.0], [0.0]], [0] * 8, [1] * 8, [1] * 4 + [0] * 4, ["ann"] * 4 + ["bob"] * 4)
    >>> model = PersonDeviation(ridge=1.0).fit(judged)
    >>> model.probability(judged).round(2)[[0, 7]].tolist()
    [0.74, 0.26]
    """

    name = "population + deviation per person"

    def __init__(self, population: Population | None = None, ridge: float | None = None) -> None:
        super().__init__(ridge)
        self.population = population

    def fit(self, train: Judgements, validation: Judgements | None = None) -> Self:
        """Learn the population, then everybody's deviation, choosing the penalty on `validation`."""
        population = Population() if self.population is None else self.population
        self.population_ = population if hasattr(population, "beta_") else population.fit(train, validation)
        self._fit_people(train, validation, (np.inf, *_RIDGES))
        return self

    def _base(self, judgements: Judgements) -> Floats:
        return self.population_.log_odds(judgements)


class OneModelPerPerson(_PersonRidge):
    r"""A separate ridge logistic regression for every person, who learn nothing from each other.

    .. math:: s_u(a, b) = \theta_u \cdot (\phi(a) - \phi(b)), \qquad \theta_u \sim N(0, I / \lambda)

    Somebody with no answers is predicted as one half. One penalty serves everybody, chosen as in `PersonDeviation`.

    Parameters
    ----------
    ridge
        Penalty; None chooses it.

    Attributes
    ----------
    ridge_, people_, validation_loss_
        As in `PersonDeviation`.

    Examples
    --------
    >>> judged = Judgements.of_arrays([[1.0], [0.0]], [0] * 8, [1] * 8, [1] * 4 + [0] * 4, ["ann"] * 4 + ["bob"] * 4)
    >>> OneModelPerPerson(ridge=1.0).fit(judged).without_people().probability(judged)[0]
    np.float64(0.5)
    """

    name = "one model per person"

    def fit(self, train: Judgements, validation: Judgements | None = None) -> Self:
        """Learn everybody's regression, choosing the penalty on `validation`."""
        self._fit_people(train, validation, _RIDGES)
        return self

    def _base(self, judgements: Judgements) -> Floats:
        return np.zeros(len(judgements))


def _fit_people(judgements: Judgements, base: Floats, ridges: Sequence[float]) -> list[People]:
    """Everybody's deviations at each penalty, strongest first so that each starts from the one before."""
    ids, batches = person_batches(judgements, base)
    found = [np.zeros((len(ids), judgements.n_features)) for _ in ridges]
    for batch in batches:
        coefficients = None
        for deviation, ridge in zip(found, ridges, strict=True):
            if np.isfinite(ridge):
                coefficients = person_deviations(batch, ridge, coefficients)
                deviation[batch.people] = batch.features(coefficients)
    return [People(ids, deviation) for deviation in found]
