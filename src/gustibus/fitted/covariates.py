"""What a model makes of numbers that are known about people beside their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.comparisons import GustibusError, caution
from gustibus.embedding import Vectors
from gustibus.fitting import CovariateEffect

__all__ = ["PeopleCovariates", "covariate_rows"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PeopleCovariates:
    """The effect of covariates on people's tastes, with the table in which people are looked up.

    Attributes
    ----------
    effect : CovariateEffect
    table : Vectors or None
        Covariates of people, by their id; None for a model that was saved without its people.
    """

    effect: CovariateEffect
    table: Vectors | None

    def shift(self, user_ids: Sequence[str]) -> FloatArray:
        """By how much the expected coefficients of these people differ from the population's, shape (U, F)."""
        if self.table is None:
            return np.zeros((len(user_ids), len(self.effect.coefficients)))
        return self.effect.shift(covariate_rows(self.table, user_ids))

    def with_table(self, table: Vectors) -> PeopleCovariates:
        """The same effect, with another table of people.

        Raises
        ------
        GustibusError
            If it is no table, or has other columns than the one that the model was fitted to.
        """
        _check_table(table)
        wanted = len(self.effect.mean)
        if table.n_dimensions != wanted:
            raise GustibusError(
                f"the model was fitted to {wanted} covariates of each person, but this table has {table.n_dimensions} "
                "columns. Give the same columns in the same order."
            )
        if self.table is not None and None not in (self.table.names, table.names) and self.table.names != table.names:
            raise GustibusError(
                f"the model was fitted to the covariates {', '.join(self.table.names or ())}, but this table has "
                f"{', '.join(table.names or ())}. Give the same columns in the same order."
            )
        return PeopleCovariates(self.effect, table)


def covariate_rows(table: Vectors, user_ids: Sequence[str], *, warn: bool = False) -> FloatArray:
    """Covariates ``(U, Q)`` of people; NaN for those of whom nothing is known.

    Raises
    ------
    GustibusError
        If this is no table, or if ``warn`` and nobody is in it.

    Warns
    -----
    DataWarning
        If ``warn`` and somebody is not.
    """
    _check_table(table)
    row_of = {user_id: row for row, user_id in enumerate(table.ids)}
    rows = np.array([row_of.get(user_id, -1) for user_id in user_ids], np.intp)
    missing = np.flatnonzero(rows < 0)
    if warn and len(user_ids) and len(missing) == len(user_ids):
        raise GustibusError(
            f"covariates know none of the {len(user_ids)} people of the judgements: their ids look like "
            f"{table.ids[0]!r}, those of the judgements like {user_ids[0]!r}. Give a row for each user_id."
        )
    if warn and len(missing):
        caution(
            f"{len(missing)} of {len(user_ids)} people have no covariates (the first is {user_ids[int(missing[0])]!r}) "
            "and are expected where the average person is. Give a row for each user_id."
        )
    found = np.full((len(user_ids), table.n_dimensions), np.nan)
    found[rows >= 0] = table.matrix[rows[rows >= 0]]
    return found


def _check_table(table: object) -> None:
    if not isinstance(table, Vectors):
        raise GustibusError(
            f"covariates must be a table of people, got {type(table).__name__}. Make one with "
            "gustibus.people_table(...): from a file, a data frame or columns, with a user_id in every row."
        )
