"""One person's posterior while answers come in one by one: microseconds for each, by reweighting draws."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from gustibus.adapting.answers import FloatArray
from gustibus.adapting.gaussian_posterior import GaussianPosterior
from gustibus.adapting.link import LOGISTIC
from gustibus.adapting.posterior import Posterior
from gustibus.comparisons import GustibusError

__all__ = ["RunningPosterior"]

_DRAWS: Final = 512
_NO_OVERFLOW: Final = 300.0
_NEARLY_ZERO: Final = 1e-200
_WORTH: Final = 0.2
"""Share of the draws' worth at which the person is placed again."""


class RunningPosterior:
    r"""A posterior as weighted draws :math:`w_1, \dots, w_N`, each of which an answer makes heavier or lighter.

    .. math:: \log m_i \leftarrow \log m_i + c\,[y\,s_i - A(s_i)], \qquad s_i = o + w_i \cdot z

    with ``A`` the link's (:math:`\log(1 + e^s)` for two outcomes): importance weights of the new posterior (sequential
    importance sampling; Gordon, Salmond and Smith 1993). When the draws are worth less than a fifth of their number,
    the person is placed again from all answers, which are kept: milliseconds, after every few dozen answers. With a
    ``ParticlePrior`` the draws are its atoms and every answer is exact.

    For a person who is being asked, in process. Where a millisecond does not matter, ``update`` of the posterior itself
    solves again exactly, which this does not replace: its means carry the error of ``effective_draws`` draws.

    Parameters
    ----------
    posterior : Posterior or GaussianPosterior
        Where to start: of nobody's answers, or of some.
    n_draws : int
        ``N``, at least 64.

    Attributes
    ----------
    n_placements : int
        How often the person was placed again.

    Examples
    --------
    >>> from gustibus.adapting import Answers, DirichletPrior, adapt
    >>> ann = RunningPosterior(adapt(Answers.none(n_users=1, n_prototypes=2), DirichletPrior([1.0, 1.0]))[0])
    >>> for _ in range(3):
    ...     ann.answer([2.0, -2.0], 1)
    >>> ann.weights.round(1), ann.n_answers
    (array([0.8, 0.2]), 3)
    >>> print(ann.probability([2.0, -2.0]).round(1))
    0.7
    """

    def __init__(self, posterior: Posterior | GaussianPosterior, n_draws: int = _DRAWS) -> None:
        if not isinstance(posterior, (Posterior, GaussianPosterior)):
            raise GustibusError(f"RunningPosterior follows one person's posterior, not a {type(posterior).__name__}.")
        if isinstance(n_draws, bool) or not isinstance(n_draws, int) or n_draws < 64:
            raise GustibusError(f"n_draws is {n_draws!r}, but it must be a whole number from 64 on.")
        posterior.answers.further(np.zeros(posterior.n_prototypes), 0.0)  # refuses what has no common link
        self._n_draws, self.n_placements = n_draws, 0
        self._start(posterior)

    def _start(self, posterior: Posterior | GaussianPosterior) -> None:
        self._placed = posterior
        if isinstance(posterior, Posterior):
            self._draws, mass = posterior.weighted_draws(self._n_draws)
        else:
            self._draws = posterior.draws(self._n_draws)
            mass = np.full(self._n_draws, 1.0 / self._n_draws)
        self._draws = np.ascontiguousarray(self._draws)
        self._exact = isinstance(posterior, Posterior) and posterior.atom_mass is not None
        self._mass = mass
        # Not below what the draws are worth at the start, or one would begin anew at once.
        self._least_worth = min(_WORTH * len(mass), 0.5 / float(mass @ mass))
        self._since: list[tuple[FloatArray, float, float, float]] = []

    @property
    def n_answers(self) -> int:
        """Answers until now."""
        return self._placed.n_answers + len(self._since)

    @property
    def weights(self) -> FloatArray:
        """Posterior mean of the weights, ``(K,)``."""
        return self._mass @ self._draws

    @property
    def covariance(self) -> FloatArray:
        """Posterior covariance of the weights, ``(K, K)``."""
        apart = self._draws - self.weights
        return np.asarray((self._mass * apart.T) @ apart)

    @property
    def effective_draws(self) -> float:
        """How many equally weighted draws the averages are worth: ``1 / sum m^2``."""
        return float(1.0 / (self._mass @ self._mass))

    def probability(self, z: npt.ArrayLike, offset: npt.ArrayLike = 0.0) -> FloatArray:
        """Expected outcome of pairs ``(..., K)``: without ties the probability that the first is preferred."""
        rows = np.asarray(z, np.float64)
        if rows.ndim == 0 or rows.shape[-1] != self._draws.shape[1]:
            raise GustibusError(
                f"z has shape {rows.shape}, but its last axis must have {self._draws.shape[1]} numbers."
            )
        log_odds = np.asarray(offset, np.float64)[..., None] + rows @ self._draws.T
        return np.asarray(self._placed.answers.link.mean(log_odds) @ self._mass)

    def answer(self, z: npt.ArrayLike, outcome: float, offset: float = 0.0, weight: float = 1.0) -> None:
        """One more answer.

        Parameters
        ----------
        z : (K,) array
            Log-odds of each prototype.
        outcome, offset, weight : float
            As in ``Answers``.

        Raises
        ------
        GustibusError
            If the outcome is no share, the weight negative, or a number not finite.
        """
        try:
            row, outcome, offset, weight = np.array(z, np.float64), float(outcome), float(offset), float(weight)
        except (TypeError, ValueError) as error:
            raise GustibusError(f"an answer is made of numbers, and this one is not: {error}.") from error
        if row.shape != (self._draws.shape[1],):
            raise GustibusError(f"z has shape {row.shape}, but one answer has {self._draws.shape[1]} numbers.")
        if not (0.0 <= outcome <= 1.0 and 0.0 <= weight < np.inf and np.isfinite(row.sum() + offset)):
            raise GustibusError(
                f"an answer with outcome {outcome}, offset {offset}, weight {weight} and z {row.tolist()}: outcomes "
                "are shares between 0 and 1, weights not negative, and all numbers finite."
            )
        s = self._draws @ row + offset
        mass = self._mass * self._likelihood(s, outcome, weight)
        total = float(mass.sum())
        self._since.append((row, outcome, offset, weight))
        # What has become impossible would never come back from zero: then the person is placed again.
        lost = not total > 0.0 or (self._exact and float(mass.min()) < _NEARLY_ZERO * total)
        if not lost:
            self._mass = mass * (1.0 / total)
        if lost or (not self._exact and 1.0 / (self._mass @ self._mass) < self._least_worth):
            self._start(self.posterior())
            self.n_placements += 1

    def _likelihood(self, s: FloatArray, outcome: float, weight: float) -> FloatArray:
        """Of an answer at log-odds ``s``, up to a factor: never zero or infinite everywhere."""
        link = self._placed.answers.link
        if weight == 1.0 and outcome in (0.0, 1.0) and link is LOGISTIC and np.abs(s).max() < _NO_OVERFLOW:
            return np.asarray(1.0 / (1.0 + np.exp(-s if outcome else s)))
        log = weight * (outcome * s - link.partition(s))
        return np.asarray(np.exp(log - log.max()))

    def posterior(self) -> Posterior | GaussianPosterior:
        """The posterior after all answers, solved exactly."""
        if not self._since:
            return self._placed
        z, outcome, offset, weight = zip(*self._since, strict=True)
        return self._placed.update(np.stack(z), outcome, offset, weight)
