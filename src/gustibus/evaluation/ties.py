"""Predictions of three outcomes: a, a tie, or b."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError

__all__ = ["Ties", "constant_tie_rate", "pooled_ties", "record_three_way_log_loss"]

Floats = NDArray[np.float64]

_CERTAIN: Final = 1e-15


def record_three_way_log_loss(three_way: ArrayLike, outcome: ArrayLike, is_tie: ArrayLike) -> Floats:
    """Negative log probability of what was said, a tie by its own probability, shape (M,), in nats.

    Parameters
    ----------
    three_way
        Predicted P(a), P(tie), P(b), shape (M, 3).
    outcome
        Preference for a in [0, 1], shape (M,); shares are weighted.
    is_tie
        Which judgements are ties, shape (M,).

    Examples
    --------
    >>> record_three_way_log_loss([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]], [1.0, 0.5], [False, True]).round(3)
    array([0.693, 1.204])
    """
    p, y, tie = np.asarray(three_way, np.float64), np.asarray(outcome, np.float64), np.asarray(is_tie, bool)
    if p.shape != (len(y), 3) or tie.shape != y.shape:
        raise GustibusError(
            f"three_way has shape {p.shape}, outcome {y.shape} and is_tie {tie.shape}: give three probabilities "
            "and one outcome for each judgement"
        )
    a, both, b = np.log(np.clip(p, _CERTAIN, 1.0)).T
    return np.asarray(np.where(tie, -both, -(y * a + (1 - y) * b)))


def constant_tie_rate(probability: ArrayLike, rate: float) -> Floats:
    """P(a), P(tie), P(b), shape (M, 3), of a predictor that expects every pair to tie equally often.

    Parameters
    ----------
    probability
        P(a) given no tie, shape (M,).
    rate
        Share of ties.

    Examples
    --------
    >>> constant_tie_rate([0.75], 0.2).round(2)
    array([[0.6, 0.2, 0.2]])
    """
    p = np.asarray(probability, np.float64)
    return np.stack([(1 - rate) * p, np.full(len(p), rate), (1 - rate) * (1 - p)], axis=1)


@dataclass(frozen=True, eq=False)
class Ties:
    """What was said and predicted of ties.

    Attributes
    ----------
    is_tie
        Which judgements are ties, shape (M,).
    rate
        Share of ties among the judgements that the predictor was fitted to; None where that is not known.
    three_way
        Predicted P(a), P(tie), P(b), shape (M, 3); None for predictors that give ties no probability.
    """

    is_tie: NDArray[np.bool_]
    rate: float | None = None
    three_way: Floats | None = None

    def only(self, which: NDArray[np.bool_]) -> Ties:
        """Those of the records where a mask is true."""
        return replace(
            self, is_tie=self.is_tie[which], three_way=None if self.three_way is None else self.three_way[which]
        )

    def losses(self, probability: Floats, outcome: Floats) -> Mapping[str, tuple[Floats, Floats]]:
        """Losses ``(M,)`` of each figure and the share with which each judgement counts, by name.

        ``three_way_log_loss`` by the predictor's own three probabilities; ``constant_tie_log_loss`` by its probability
        of a and a constant rate of ties; ``decisive_log_loss`` of judgements that are no ties, given that they are not.
        """
        everything, clear = np.ones(len(outcome)), (~self.is_tie).astype(np.float64)
        decided = record_three_way_log_loss(constant_tie_rate(probability, 0.0), outcome, np.zeros(len(outcome), bool))
        found = {"decisive_log_loss": (decided, clear)} if clear.any() else {}
        if self.rate is not None and 0 < self.rate < 1:
            constant = constant_tie_rate(probability, self.rate)
            found["constant_tie_log_loss"] = (
                record_three_way_log_loss(constant, outcome, self.is_tie),
                everything,
            )
        if self.three_way is not None:
            found["three_way_log_loss"] = (
                record_three_way_log_loss(self.three_way, outcome, self.is_tie),
                everything,
            )
        return found


def pooled_ties(parts: Sequence[Ties | None]) -> Ties | None:
    """Those of several draws together; what one of them lacks is not known of all."""
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts):
        return None
    rates = [part.rate for part in known if part.rate is not None]
    predicted = [part.three_way for part in known if part.three_way is not None]
    return Ties(
        np.concatenate([part.is_tie for part in known]),
        float(np.mean(rates)) if len(rates) == len(known) else None,
        np.concatenate(predicted) if len(predicted) == len(known) else None,
    )
