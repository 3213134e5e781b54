"""How good predicted probabilities are: accuracy, log loss and Brier score, by record and in the mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gustibus.comparisons import GustibusError

__all__ = [
    "RECORD_METRICS",
    "accuracy",
    "brier",
    "checked",
    "log_loss",
    "record_accuracy",
    "record_brier",
    "record_log_loss",
]

Floats = NDArray[np.float64]

_CERTAIN: Final = 1e-15
"""How far probabilities are kept from 0 and 1: a certain and wrong prediction costs 34.5 nats, not infinity."""


def record_accuracy(probability: ArrayLike, outcome: ArrayLike) -> Floats:
    """Credit of each prediction: 1 for the preferred side, 0 for the other, one half where either side is undecided.

    A soft outcome counts as its larger share. A tie (outcome 1/2) gives half credit whatever was predicted, and a
    prediction of exactly 1/2 gives half credit whatever was answered, so guessing never beats one half.

    Parameters
    ----------
    probability
        Predicted P(a preferred), shape (M,).
    outcome
        Observed preference for a in [0, 1], shape (M,).

    Returns
    -------
    Credits in {0, 1/2, 1}, shape (M,).

    Examples
    --------
    >>> record_accuracy([0.9, 0.9, 0.9, 0.5], [1.0, 0.3, 0.5, 1.0]).tolist()
    [1.0, 0.0, 0.5, 0.5]
    """
    p, y, _ = checked(probability, outcome)
    return np.asarray((1.0 + np.sign(p - 0.5) * np.sign(y - 0.5)) / 2.0)


def record_log_loss(probability: ArrayLike, outcome: ArrayLike) -> Floats:
    r"""Log loss of each prediction in nats: :math:`-[y \log p + (1 - y) \log(1 - p)]`.

    Soft outcomes enter as they are, so a tie costs at least log 2. Probabilities are kept 1e-15 away from 0 and 1: a
    certain prediction that is wrong costs 34.5 nats.

    Parameters
    ----------
    probability
        Predicted P(a preferred), shape (M,).
    outcome
        Observed preference for a in [0, 1], shape (M,).

    Returns
    -------
    Losses >= 0, shape (M,).

    Examples
    --------
    >>> record_log_loss([0.5, 0.8, 0.8], [1.0, 1.0, 0.5]).round(4).tolist()
    [0.6931, 0.2231, 0.9163]
    """
    p, y, _ = checked(probability, outcome)
    return np.asarray(-(y * np.log(np.maximum(p, _CERTAIN)) + (1.0 - y) * np.log(np.maximum(1.0 - p, _CERTAIN))))


def record_brier(probability: ArrayLike, outcome: ArrayLike) -> Floats:
    """Squared error of each predicted probability, ``(p - y)**2``.

    Parameters
    ----------
    probability
        Predicted P(a preferred), shape (M,).
    outcome
        Observed preference for a in [0, 1], shape (M,).

    Returns
    -------
    Squared errors in [0, 1], shape (M,).

    Examples
    --------
    >>> record_brier([0.5, 0.8], [1.0, 1.0]).round(2).tolist()
    [0.25, 0.04]
    """
    p, y, _ = checked(probability, outcome)
    return np.asarray((p - y) ** 2)


RECORD_METRICS: Final[Mapping[str, Callable[[ArrayLike, ArrayLike], Floats]]] = MappingProxyType(
    {"log_loss": record_log_loss, "accuracy": record_accuracy, "brier": record_brier}
)
"""The metrics that are means over records, by name; of them only accuracy is better when higher."""


def accuracy(probability: ArrayLike, outcome: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Weighted mean of `record_accuracy`: the share of judgements predicted right, ties half.

    Examples
    --------
    >>> accuracy([0.9, 0.2, 0.6], [1, 0, 0], weight=[1, 1, 2])
    0.5
    """
    return _mean(record_accuracy, probability, outcome, weight)


def log_loss(probability: ArrayLike, outcome: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Weighted mean of `record_log_loss`, in nats; log 2 = 0.693 for somebody who always says 1/2.

    Examples
    --------
    >>> round(log_loss([0.9, 0.2], [1, 0]), 4)
    0.1643
    """
    return _mean(record_log_loss, probability, outcome, weight)


def brier(probability: ArrayLike, outcome: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Weighted mean of `record_brier` (Brier 1950); 0.25 for somebody who always says 1/2 of hard outcomes.

    Examples
    --------
    >>> round(brier([0.9, 0.2], [1, 0]), 4)
    0.025
    """
    return _mean(record_brier, probability, outcome, weight)


def _mean(
    record_metric: Callable[[ArrayLike, ArrayLike], Floats],
    probability: ArrayLike,
    outcome: ArrayLike,
    weight: ArrayLike | None,
) -> float:
    p, y, w = checked(probability, outcome, weight)
    return float(w @ record_metric(p, y) / w.sum())


def checked(
    probability: ArrayLike, outcome: ArrayLike, weight: ArrayLike | None = None
) -> tuple[Floats, Floats, Floats]:
    """Predictions, outcomes and weights as float64 arrays of one length.

    Raises
    ------
    GustibusError
        There are no records, the lengths differ, a value is not in [0, 1], or the weights are negative or all zero.
    """
    p, y = np.asarray(probability, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    w = np.ones(y.shape) if weight is None else np.asarray(weight, dtype=np.float64)
    if p.ndim != 1 or p.shape != y.shape or w.shape != y.shape:
        raise GustibusError(
            f"probability {p.shape}, outcome {y.shape} and weight {w.shape} must be one-dimensional and equally long"
        )
    if len(y) == 0:
        raise GustibusError("there are no records to score: the selection is empty")
    for name, values in (("probability", p), ("outcome", y)):
        wrong = ~((values >= 0) & (values <= 1))
        if np.any(wrong):
            first = int(np.flatnonzero(wrong)[0])
            raise GustibusError(
                f"{name}[{first}] is {values[first]} ({int(wrong.sum())} such values): give numbers in [0, 1], "
                "the probability that a is preferred"
            )
    if np.any(~(w >= 0)) or not np.isfinite(total := w.sum()) or total <= 0:
        raise GustibusError(
            "weights must be finite, not negative and not all zero: leave them out to count all equally"
        )
    return p, y, w
