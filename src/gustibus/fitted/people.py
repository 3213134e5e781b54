"""Whose taste is asked for: one person, one per row, a posterior, plain weights, or the population."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from gustibus.adapting import AtomTastes, GaussianPosterior, Posterior, Tastes, tastes_of
from gustibus.comparisons import GustibusError
from gustibus.fitted.user_table import UserTable

if TYPE_CHECKING:
    from gustibus.fitted.adapted import AdaptedUser

__all__ = ["People", "Users", "people_of"]

FloatArray = npt.NDArray[np.float64]
# An id, one id per row, an adapted person, weights (K,) or (n, K), or None for the population.
Users: TypeAlias = "str | Sequence[str] | AdaptedUser | Posterior | GaussianPosterior | npt.NDArray[np.floating] | None"


@dataclass(frozen=True)
class People:
    """Some people's tastes, and which of them each row asks for.

    Attributes
    ----------
    tastes : Tastes or None
        None where all rows ask for the population.
    index : ndarray of int, shape (n,)
        The person of row i; -1 = the population.
    """

    tastes: Tastes | None
    index: npt.NDArray[np.intp]

    @classmethod
    def population(cls, n_rows: int) -> People:
        """Nobody in particular, n times."""
        return cls(None, np.full(n_rows, -1, np.intp))


def people_of(users: Users, table: UserTable, n_rows: int, *, on_simplex: bool) -> People:
    """Resolve what a caller gave as ``users`` for n rows.

    Raises
    ------
    GustibusError
        For an unknown id, a wrong number of ids, or weights that do not fit the model.
    """
    if users is None:
        return People.population(n_rows)
    if isinstance(users, str):
        return People(table.tastes.take(np.array([table.row(users)])), np.zeros(n_rows, np.intp))
    posterior = users if isinstance(users, (Posterior, GaussianPosterior)) else getattr(users, "posterior", None)
    if isinstance(posterior, (Posterior, GaussianPosterior)):
        return People(tastes_of(posterior), np.zeros(n_rows, np.intp))
    if isinstance(users, np.ndarray) and users.dtype.kind in "fiu":
        return _with_weights(users, n_rows, table.map_weights.shape[1], on_simplex)
    if not isinstance(users, Iterable):
        raise GustibusError(f"{users!r:.60} is nobody. Give the id of a person as text, one id per row, or None.")
    ids = [str(user_id) for user_id in users]
    if len(ids) != n_rows:
        raise GustibusError(f"{len(ids)} users were given for {n_rows} rows. Give one id, or one per row.")
    distinct = sorted(set(ids))
    rows = np.array([table.row(user_id) for user_id in distinct], np.intp)
    position = {user_id: i for i, user_id in enumerate(distinct)}
    return People(table.tastes.take(rows), np.array([position[user_id] for user_id in ids], np.intp).reshape(-1))


def _with_weights(users: npt.NDArray[np.floating], n_rows: int, n_prototypes: int, on_simplex: bool) -> People:
    """People who are known exactly."""
    weights = np.atleast_2d(users).astype(np.float64)
    if weights.shape[1] != n_prototypes or len(weights) not in (1, n_rows):
        raise GustibusError(
            f"weights of shape {weights.shape} do not fit {n_rows} rows and {n_prototypes} prototypes. "
            f"Give weights of shape ({n_prototypes},) or ({n_rows}, {n_prototypes})."
        )
    if not np.isfinite(weights).all():
        raise GustibusError("users given as weights must be finite numbers")
    if on_simplex and not ((weights >= -1e-6).all() and np.allclose(weights.sum(axis=1), 1, atol=1e-4)):
        raise GustibusError("users given as weights must be on the simplex: not negative, each row with sum 1")
    distinct, index = np.unique(weights, axis=0, return_inverse=True)
    tastes = AtomTastes(np.eye(len(distinct), dtype=np.float32), distinct)
    rows = index.reshape(-1).astype(np.intp)
    return People(tastes, rows if len(rows) == n_rows else np.zeros(n_rows, np.intp))
