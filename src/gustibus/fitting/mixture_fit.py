"""What a fitted mixture of Bradley-Terry types is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gustibus.adapting.logistic import sigmoid
from gustibus.fitting.records import Judgements

__all__ = ["MixtureFit", "RestartEnd"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RestartEnd:
    """How one restart ended.

    Attributes
    ----------
    objective : float
        Penalised log-likelihood, in nats.
    iterations : int
    converged : bool
        Whether the last iteration gained less than the tolerance.
    """

    objective: float
    iterations: int
    converged: bool


@dataclass(frozen=True, eq=False)
class MixtureFit:
    """A fitted mixture of K types, ``r_k(x) = h_k . phi(x) + o_x``; the type most people belong to comes first.

    Attributes
    ----------
    heads : ndarray, shape (K, F)
    log_weights : ndarray, shape (K,)
        Logarithms of the shares of people; their exponentials sum to 1.
    offsets : ndarray, shape (n_items,), or None
    responsibilities : ndarray, shape (U, K)
        Probability of every type given a person's answers; the shares for people without any.
    log_likelihood : float
        Of all answers, in nats, without penalties.
    objectives : ndarray, shape (iterations + 1,)
        Penalised log-likelihood at the start and after every iteration of the restart that was kept; never falls.
    converged : bool
    restarts : tuple of RestartEnd
        All of them, in the order they were started; the warm start, if there was one, comes first.
    """

    heads: FloatArray
    log_weights: FloatArray
    offsets: FloatArray | None
    responsibilities: FloatArray
    log_likelihood: float
    objectives: FloatArray
    converged: bool
    restarts: tuple[RestartEnd, ...]

    @property
    def n_types(self) -> int:
        """K."""
        return len(self.heads)

    def rewards(self, features: npt.NDArray[np.floating]) -> FloatArray:
        """Rewards (n_items, K) that every type gives the items, in log-odds."""
        rewards: FloatArray = np.asarray(features, np.float64) @ self.heads.T
        return rewards if self.offsets is None else rewards + self.offsets[:, None]

    def probability(self, features: npt.NDArray[np.floating], judgements: Judgements) -> FloatArray:
        r"""Probability (M,) that a is preferred, :math:`\sum_k \gamma_{uk} \sigma(r_k(a) - r_k(b))`.

        Parameters
        ----------
        features : ndarray, shape (n_items, F)
        judgements : Judgements
            Of the people the mixture was fitted on; outcomes are not looked at.
        """
        return self.average(features, judgements, lambda s: sigmoid(s)[:, None])[:, 0]

    def average(
        self,
        features: npt.NDArray[np.floating],
        judgements: Judgements,
        function: Callable[..., FloatArray],
        beside: FloatArray | None = None,
    ) -> FloatArray:
        """What a function of log-odds, ``(m,)`` to ``(m, V)``, is on average over a person's types, ``(M, V)``.

        A number known of each judgement, ``beside``, is given to the function as well.
        """
        rewards = self.rewards(features)
        s = rewards[judgements.a] - rewards[judgements.b] + judgements.shift[:, None]
        given = () if beside is None else (np.repeat(beside, s.shape[1]),)
        values = function(s.reshape(-1), *given).reshape(*s.shape, -1)
        averaged: FloatArray = np.einsum("mk,mkv->mv", self.responsibilities[judgements.user], values)
        return averaged
