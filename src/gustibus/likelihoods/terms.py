"""A log-likelihood written as a sum of logistic ones, which every solver takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Terms"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Terms:
    r"""Records as weighted logistic terms: exact, and concave in the log-odds.

    .. math:: \log P_i(s) = c_i + \sum_{t \in i} w_t [y_t (s + o_t) - \log(1 + e^{s + o_t})]

    Attributes
    ----------
    record : ndarray of int, shape (T,)
        Which record each term belongs to, ascending.
    outcome : ndarray, shape (T,)
        y; outside [0, 1] for losses that are unbounded below.
    offset : ndarray, shape (T,)
        o, in log-odds.
    weight : ndarray, shape (T,)
        w, by which the record's weight is multiplied.
    constant : ndarray, shape (n,)
        c, in nats.

    Examples
    --------
    A tie by Rao and Kupper is one half of a narrow win for each:

    >>> from gustibus.likelihoods import RaoKupper
    >>> RaoKupper(theta=2.0).terms(np.array([1.0, 0.5]), np.array([False, True]), np.full(2, np.nan)).offset.round(2)
    array([-0.69, -0.69,  0.69])
    """

    record: IntArray
    outcome: FloatArray
    offset: FloatArray
    weight: FloatArray
    constant: FloatArray

    @classmethod
    def one_each(cls, outcome: FloatArray) -> Terms:
        """One term a record, without offset."""
        nothing, ones = np.zeros(len(outcome)), np.ones(len(outcome))
        return cls(np.arange(len(outcome)), outcome, nothing, ones, nothing)

    @classmethod
    def of_sides(cls, for_a: FloatArray, for_b: FloatArray, threshold: FloatArray, constant: FloatArray) -> Terms:
        """``for_a log sigma(s - threshold) + for_b log sigma(-s - threshold) + constant``, without empty terms.

        Parameters
        ----------
        for_a, for_b, threshold, constant : ndarray, shape (n,)
        """
        weight = np.stack([for_a, for_b], axis=1)
        sides = np.broadcast_to([1.0, 0.0], weight.shape)
        offset = np.stack([-threshold, threshold], axis=1)
        # A record keeps a term even if it weighs nothing, so that nobody's answer is lost.
        kept = weight > 0
        kept[:, 0] |= ~kept.any(axis=1)
        record = np.nonzero(kept)[0]
        return cls(record, sides[kept], offset[kept], weight[kept], constant)

    def log_likelihood(self, log_odds: FloatArray) -> FloatArray:
        """``log P_i(s_i)`` of n records at log-odds ``(n,)``."""
        s = log_odds[self.record] + self.offset
        each = self.weight * (self.outcome * s - np.logaddexp(0.0, s))
        return self.constant + np.bincount(self.record, each, minlength=len(self.constant))
