"""Whose taste is asked for: one person, one per row, a posterior, plain weights, or the population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from gustibus.adapting import Posterior
from gustibus.comparisons import GustibusError
from gustibus.fitted.user_table import UserTable

if TYPE_CHECKING:
    from gustibus.fitted.adapted import AdaptedUser

__all__ = ["People", "Users", "people_of"]

FloatArray = npt.NDArray[np.float64]
# An id, one id per row, an adapted person, weights (K,) or (n, K), or None for the population.
Users: TypeAlias = "str | Sequence[str] | AdaptedUser | Posterior | npt.NDArray[np.floating] | None"


@dataclass(frozen=True)
class People:
    """Moments of m people's tastes, and which of them each row asks for.

    Attributes
    ----------
    mean : ndarray, shape (m, K)
    covariance : ndarray, shape (m, K, K)
    index : ndarray of int, shape (n,)
        Row of ``mean`` that answers row i; -1 = the population.
    """

    mean: FloatArray
    covariance: FloatArray
    index: npt.NDArray[np.intp]


def people_of(users: Users, table: UserTable, n_rows: int, n_prototypes: int) -> People:
    """Resolve what a caller gave as ``users`` for n rows.

    Raises
    ------
    GustibusError
        For an unknown id, a wrong number of ids, or weights that are not on the simplex.
    """
    k = n_prototypes
    if users is None:
        return People(np.zeros((0, k)), np.zeros((0, k, k)), np.full(n_rows, -1, np.intp))
    if isinstance(users, str):
        row = table.row(users)
        return _one(table.mean[row].astype(np.float64), table.covariance[row].astype(np.float64), n_rows)
    if isinstance(users, Posterior):
        return _one(users.weights, users.covariance, n_rows)
    posterior = getattr(users, "posterior", None)
    if isinstance(posterior, Posterior):
        return _one(posterior.weights, posterior.covariance, n_rows)
    if isinstance(users, np.ndarray) and users.dtype.kind in "fiu":
        weights = np.atleast_2d(users).astype(np.float64)
        _check_weights(weights, n_rows, k)
        index = np.zeros(n_rows, np.intp) if len(weights) == 1 else np.arange(n_rows)
        return People(weights, np.zeros((len(weights), k, k)), index)
    ids = [str(user_id) for user_id in users]  # type: ignore[union-attr]
    if len(ids) != n_rows:
        raise GustibusError(f"{len(ids)} users were given for {n_rows} rows. Give one id, or one per row.")
    distinct = sorted(set(ids))
    rows = np.array([table.row(user_id) for user_id in distinct], np.intp)
    position = {user_id: i for i, user_id in enumerate(distinct)}
    index = np.array([position[user_id] for user_id in ids], np.intp).reshape(-1)
    return People(table.mean[rows].astype(np.float64), table.covariance[rows].astype(np.float64), index)


def _one(mean: FloatArray, covariance: FloatArray, n_rows: int) -> People:
    return People(mean[None], covariance[None], np.zeros(n_rows, np.intp))


def _check_weights(weights: FloatArray, n_rows: int, n_prototypes: int) -> None:
    if weights.shape[1] != n_prototypes or len(weights) not in (1, n_rows):
        raise GustibusError(
            f"weights of shape {weights.shape} do not fit {n_rows} rows and {n_prototypes} prototypes. "
            f"Give weights of shape ({n_prototypes},) or ({n_rows}, {n_prototypes})."
        )
    if not (np.isfinite(weights).all() and (weights >= -1e-6).all() and np.allclose(weights.sum(axis=1), 1, atol=1e-4)):
        raise GustibusError("users given as weights must be on the simplex: not negative, each row with sum 1")
