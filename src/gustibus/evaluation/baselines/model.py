"""A baseline that reads tables, so that it can be evaluated beside a fitted model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import Comparisons, GustibusError, Items
from gustibus.evaluation.baselines.contract import Baseline
from gustibus.evaluation.baselines.judgements import Judgements
from gustibus.evaluation.baselines.shuffled import shuffled_ids

__all__ = ["BaselineModel", "BaselinePredictions"]


@dataclass(frozen=True)
class BaselinePredictions:
    """What a baseline says of each record.

    Attributes
    ----------
    log_odds, probability
        Of a being preferred, shape (M,).
    """

    log_odds: NDArray[np.float64]
    probability: NDArray[np.float64]


class BaselineModel:
    """A baseline together with the features of items: fits, adapts and predicts tables of comparisons.

    Parameters
    ----------
    baseline
        What predicts.
    features
        Gives the features of items, shape (n, F), from an `Items`; called once for every table.
    shuffle_seed
        If given, everything is learned, of known and of new people, from judgements whose user ids were shuffled with
        this seed (see `shuffled_ids`); predictions are for the true ids.

    Examples
    --------
    >>> from gustibus.evaluation import PersonDeviation
    >>> data = Comparisons.from_arrays(users=["ann", "bob"], responses=["tea", "gin"], user=[0, 0, 1, 1],
    ...                                response_a=[0] * 4, response_b=[1] * 4, outcome=[1.0, 1, 0, 0])
    >>> one_hot = lambda items: np.eye(2)[items.response]
    >>> model = BaselineModel(PersonDeviation(ridge=1.0), one_hot).fit(data)
    >>> model.user_ids, model.predict(data).probability.round(2).tolist()
    (['ann', 'bob'], [0.74, 0.74, 0.26, 0.26])
    """

    def __init__(
        self, baseline: Baseline, features: Callable[[Items], ArrayLike], *, shuffle_seed: int | None = None
    ) -> None:
        self.baseline = baseline
        self.features = features
        self.shuffle_seed = shuffle_seed
        self._user_ids: list[str] = []

    @property
    def user_ids(self) -> Sequence[str]:
        """The people it was fitted to, whether or not the baseline tells them apart."""
        return self._user_ids

    def judgements(self, data: Comparisons) -> Judgements:
        """The table as arrays."""
        return Judgements.of_comparisons(data, self.features(data.items()))

    def fit(self, train: Comparisons, validation: Comparisons | None = None) -> Self:
        """Fit the baseline, choosing its strengths on `validation`."""
        learn = self._learned_from(train)
        self.baseline.fit(learn, None if validation is None else self._learned_from(validation))
        self._user_ids = train.user_ids
        return self

    def predict(self, data: Comparisons, users: Baseline | Literal["population"] | None = None) -> BaselinePredictions:
        """Predictions for each record's own user; for ``"population"``, or people from `adapt_users`, instead."""
        if isinstance(users, str) and users != "population":
            raise GustibusError(f"users={users!r}: give 'population', what adapt_users returned, or None")
        knows = self.baseline if users is None else self.baseline.without_people() if isinstance(users, str) else users
        judgements = self.judgements(data)
        return BaselinePredictions(knows.log_odds(judgements), knows.probability(judgements))

    def adapt_users(self, data: Comparisons) -> Baseline:
        """The people of `data`, from these answers alone; pass them to `predict` as `users`."""
        return self.baseline.without_people().adapt(self._learned_from(data))

    def _learned_from(self, data: Comparisons) -> Judgements:
        return self.judgements(data if self.shuffle_seed is None else shuffled_ids(data, self.shuffle_seed))
