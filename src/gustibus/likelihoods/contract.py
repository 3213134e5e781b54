"""What every likelihood answers."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import asdict
from numbers import Real
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt
from torch import Tensor

from gustibus.comparisons import GustibusError
from gustibus.likelihoods.terms import Terms

__all__ = ["Likelihood", "refuse_no_number"]

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


LARGEST: Final = 1e6
"""Of a parameter: beyond it the numbers of a fit leave the range that floats have."""


class Likelihood(ABC):
    """Turns log-odds and what people said into a loss per record.

    A likelihood is separate from the model: any likelihood works with any model of the same contract, as far as
    :data:`gustibus.fitting.LIKELIHOOD_USES` says. Likelihoods are frozen dataclasses of their parameters; a parameter
    that is None is learned by the fit.

    Attributes
    ----------
    name : str
        By which ``gustibus.fit(..., likelihood=name)`` knows it.
    ties : bool
        Whether a tie is an outcome with a probability of its own; otherwise it is half a win for each.
    describes_answers : bool
        Whether it says how probable every answer is. Those that do also score validation judgements; the others change
        what is minimised, and their fits are scored like those of the logistic likelihood.
    concave : bool
        Whether the log-likelihood is concave in the log-odds, so that convex fits stay convex.
    """

    name: ClassVar[str]
    ties: ClassVar[bool] = False
    describes_answers: ClassVar[bool] = False
    concave: ClassVar[bool] = True

    @abstractmethod
    def loss(
        self,
        log_odds: Tensor,
        outcome: Tensor,
        *,
        tie: Tensor | None = None,
        margin: Tensor | None = None,
        level: Tensor | None = None,
    ) -> Tensor:
        """Loss of each record in nats, before weights.

        Parameters
        ----------
        log_odds : Tensor, shape (n,)
            ``s(a, b)``.
        outcome : Tensor, shape (n,)
            Share of preference for a: 1, 0, or anything between; of a tie one half.
        tie : Tensor of bool, shape (n,), optional
            Which records are ties. Default: none.
        margin : Tensor, shape (n,), optional
            How much better the preferred response is; nan where it is not known.
        level : Tensor, shape (n,), optional
            How common ties are, of each record; None is the likelihood's own :attr:`TieLikelihood.level`.

        Returns
        -------
        Tensor, shape (n,)
        """

    def terms(
        self, outcome: FloatArray, tie: BoolArray, margin: FloatArray, level: FloatArray | None = None
    ) -> Terms | None:
        """The same log-likelihood as a sum of weighted logistic terms; None where there is no such sum.

        Parameters
        ----------
        outcome, tie, margin : ndarray, shape (n,)
            As in :meth:`loss`.
        level : ndarray, shape (n,), optional
            As in :meth:`loss`.
        """
        return None

    def three_way(self, log_odds: FloatArray, level: FloatArray | None = None) -> FloatArray:
        """Probability that a is preferred, of a tie, and that b is preferred, shape (n, 3).

        Parameters
        ----------
        log_odds : ndarray, shape (n,)
        level : ndarray, shape (n,), optional
            As in :meth:`loss`.
        """
        raise GustibusError(
            f"likelihood={self.name!r} gives ties no probability of their own; use likelihood='rao-kupper' or "
            "'davidson'"
        )

    @property
    def learned(self) -> bool:
        """Whether there is nothing left for a fit to learn about it."""
        return all(value is not None for value in self.parameters().values())

    def parameters(self) -> dict[str, Any]:
        """Its parameters by name, as plain numbers."""
        named = asdict(self)  # type: ignore[call-overload]
        return {name: value.item() if isinstance(value, np.generic) else value for name, value in named.items()}

    def to_dict(self) -> dict[str, Any]:
        """Name and parameters, ready for JSON."""
        return {"name": self.name, **self.parameters()}

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={_shown(value)}" for name, value in self.parameters().items())
        return f"{self.name} ({shown})" if shown else self.name


def refuse_no_number(
    name: str, parameter: str, value: object, *, may_be_learned: bool = False, largest: float = LARGEST
) -> None:
    """Refuse a parameter that is no finite number, or one so large that no fit would come to an end.

    Parameters
    ----------
    name : str
        Of the likelihood.
    parameter : str
    value : object
    may_be_learned : bool
        Whether None leaves it to the fit.
    largest : float
        Of its absolute value.

    Raises
    ------
    GustibusError
    """
    if value is None and may_be_learned:
        return
    a_number = isinstance(value, Real) and not isinstance(value, bool)
    leave = ", or leave it out and the fit learns it" if may_be_learned else ""
    if a_number and math.isfinite(float(value)):  # type: ignore[arg-type]
        if abs(float(value)) > largest:  # type: ignore[arg-type]
            raise GustibusError(
                f"likelihood={name!r}: {parameter} must be at most {largest:g}, got {value:g}; give a smaller one"
                f"{leave}"
            )
        return
    what = "a finite number" if a_number else "a number"
    raise GustibusError(f"likelihood={name!r}: {parameter} must be {what}, got {value!r}; give one{leave}")


def _shown(value: Any) -> str:
    if value is None:
        return "learned"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
