"""Where people come from: what every family of priors over people's weights can do."""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable

from gustibus.adapting.answers import Answers, FloatArray
from gustibus.adapting.placement import Placement
from gustibus.comparisons import Progress

__all__ = ["PeoplePrior"]


@runtime_checkable
class PeoplePrior(Protocol):
    """A distribution of people's weights: what is known of a person who has not answered yet.

    ``DirichletPrior``, ``LogisticNormalPrior``, ``ParticlePrior`` and ``AtomPrior`` are such; any class with these
    members can be given to ``adapt``.

    Attributes
    ----------
    family : str
        Name of the family, under which ``prior_from_arrays`` finds it again.

    Examples
    --------
    >>> from gustibus.adapting import DirichletPrior
    >>> isinstance(DirichletPrior([0.5, 0.5]), PeoplePrior)
    True
    """

    family: ClassVar[str]

    @property
    def n_prototypes(self) -> int:
        """Number of prototypes ``K``."""
        ...

    @property
    def mean(self) -> FloatArray:
        """Mean weights ``(K,)``: the population."""
        ...

    @property
    def covariance(self) -> FloatArray:
        """Covariance ``(K, K)`` of the weights."""
        ...

    def draws(self, n: int, seed: int = 0) -> FloatArray:
        """Weights ``(n, K)`` of people drawn from the prior."""
        ...

    def arrays(self) -> dict[str, FloatArray]:
        """The numbers that make the prior, by name: what there is to save."""
        ...

    def place(
        self,
        answers: Answers,
        *,
        n_draws: int,
        seed: int,
        start: FloatArray | None = None,
        progress: Progress | None = None,
    ) -> Placement:
        """Everyone's posterior from their answers; parameters as in ``adapt``."""
        ...

    def posterior_draws(
        self, answers: Answers, map_weights: FloatArray, n_draws: int, seed: int
    ) -> tuple[FloatArray, FloatArray]:
        """Weights ``(N, K)`` and their posterior mass ``(N,)``, summing to 1, for one person.

        Parameters
        ----------
        answers : Answers
            The records of the one person.
        map_weights : (K,) array
            Their most probable weights, as ``place`` found them.
        n_draws, seed : int
            Draws at first, and their seed; families with finitely many atoms return those.
        """
        ...
