"""New people placed by a fitted model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gustibus.adapting import GaussianPosterior, GaussianPosteriors, Posterior, Posteriors
from gustibus.comparisons import Comparisons
from gustibus.comparisons.wording import counted

if TYPE_CHECKING:
    from gustibus.fitted.model import FittedModel

__all__ = ["AdaptedUser", "AdaptedUsers"]

FloatArray = npt.NDArray[np.float64]
SHOWN = 8


@dataclass(frozen=True, repr=False)
class AdaptedUser:
    """One person's posterior over tastes.

    Attributes
    ----------
    user_id : str
    posterior : Posterior or GaussianPosterior
    """

    user_id: str
    posterior: Posterior | GaussianPosterior
    model: FittedModel

    @property
    def weights(self) -> FloatArray:
        """Posterior mean of the weights, shape (K,); on the simplex unless the model's weights are free."""
        return self.posterior.weights

    @property
    def map_weights(self) -> FloatArray:
        """Most probable weights, shape (K,)."""
        return self.posterior.map_weights

    @property
    def covariance(self) -> FloatArray:
        """Posterior covariance of the weights, shape (K, K)."""
        return self.posterior.covariance

    @property
    def n_answers(self) -> int:
        """How many answers entered."""
        return int(self.posterior.n_answers)

    @property
    def certificate(self) -> float:
        """Bound on how far the most probable weights are from optimal, in nats; nan where placement is approximate."""
        return float(self.posterior.certificate)

    def update(self, more: Comparisons | Mapping[str, Any] | list[dict[str, Any]]) -> AdaptedUser:
        """The person after further answers: exactly what all answers together would give.

        Parameters
        ----------
        more : Comparisons, dict or list of dicts
            One or several judgements by this person; a ``user_id`` in dicts is not needed.

        Raises
        ------
        GustibusError
            If there are answers by somebody else among them.
        """
        rows = [dict(more)] if isinstance(more, Mapping) else more
        if isinstance(rows, list):
            whose = "user_id" if self.model.person == "user" else "group"
            rows = Comparisons.from_rows([{"user_id": self.user_id, whose: self.user_id, **row} for row in rows])
        return self.model.update_user(self, rows)

    def __repr__(self) -> str:
        shown = [f"{w:.2f}" for w in self.weights[:SHOWN]]
        weights = ", ".join([*shown, "..."] if len(self.weights) > SHOWN else shown)
        return f"AdaptedUser({self.user_id!r}, weights=[{weights}], n_answers={self.n_answers})"


class AdaptedUsers(Mapping[str, AdaptedUser]):
    """Several people placed at once: a mapping from id to :class:`AdaptedUser`.

    Attributes
    ----------
    user_ids : tuple of str
    posteriors : Posteriors or GaussianPosteriors
        All of them as arrays, in the same order.
    """

    def __init__(
        self, user_ids: tuple[str, ...], posteriors: Posteriors | GaussianPosteriors, model: FittedModel
    ) -> None:
        self.user_ids = user_ids
        self.posteriors = posteriors
        self._model = model
        self._rows = {user_id: row for row, user_id in enumerate(user_ids)}

    def __getitem__(self, user_id: str) -> AdaptedUser:
        return AdaptedUser(user_id, self.posteriors[self._rows[user_id]], self._model)

    def __iter__(self) -> Iterator[str]:
        return iter(self.user_ids)

    def __len__(self) -> int:
        return len(self.user_ids)

    def __repr__(self) -> str:
        return f"AdaptedUsers({counted(len(self), 'person' if self._model.person == 'user' else 'group')})"
